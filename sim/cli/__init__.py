"""The command line: `borderflow COMMAND`. Heavy imports happen inside the commands that need them."""

from __future__ import annotations

import sys

from sim.cli import comparing, evidence, panels, probing, running, scenario_commands, studying, sweeping
from sim.cli.app import app
from sim.foundation.errors import BorderflowError

__all__ = [
    "comparing",
    "evidence",
    "main",
    "panels",
    "probing",
    "running",
    "scenario_commands",
    "studying",
    "sweeping",
]


def main() -> None:
    """Run a command; a fault the user can mend is told in words, with the error's own exit code."""
    try:
        app()
    except BorderflowError as error:
        print(error, file=sys.stderr)
        raise SystemExit(error.exit_code) from None
