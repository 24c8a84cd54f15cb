"""Print pip constraints that pin each dependency at the lowest version that pyproject.toml allows;
names of extras may be given."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]


def lowest(extras: list[str]) -> Iterator[str]:
    """A line for each dependency of the package and of extras: what follows `>=`, exactly."""
    wanted = PROJECT["dependencies"] + [
        r for extra in extras for r in PROJECT["optional-dependencies"][extra]
    ]
    for requirement in sorted(set(wanted)):
        name, bound = re.match(r"([A-Za-z0-9_.-]+)[^>=]*>=([^,;\s]+)", requirement).groups()
        yield f"{name}=={bound}"


if __name__ == "__main__":
    print(*lowest(sys.argv[1:]), sep="\n")
