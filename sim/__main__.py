"""`python -m sim` is `borderflow`."""

from sim.cli import main

if __name__ == "__main__":
    main()
