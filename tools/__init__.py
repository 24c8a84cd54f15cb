"""Tools of the maintainers: benchmarks and generated pages. No part of the wheel;
`python -m tools` in a checkout."""
