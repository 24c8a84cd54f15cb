"""The command line: `borderflow COMMAND`. Heavy imports happen inside the commands that need them."""

from __future__ import annotations

from sim.cli import (
    animating,
    comparing,
    evidence,
    panels,
    probing,
    running,
    scenario_commands,
    studying,
    sweeping,
    teaching,
    telling,
    whole_study,
)
from sim.cli.app import app, arrange, say
from sim.foundation.errors import BorderflowError, ResultError

__all__ = [
    "animating",
    "comparing",
    "evidence",
    "main",
    "panels",
    "probing",
    "running",
    "scenario_commands",
    "studying",
    "sweeping",
    "teaching",
    "telling",
    "whole_study",
]

arrange()


def main() -> None:
    """Run a command; a fault the user can mend is told in words, with the error's own exit code."""
    try:
        app()
    except BorderflowError as error:
        say(error, err=True)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        # A write that no other place speaks for, such as to a terminal that is a full disk.
        say(f"{error.filename or 'output'}: {error.strerror or error}", err=True)
        raise SystemExit(ResultError.exit_code) from None
    except MemoryError:
        say("there is not enough memory for this: take fewer people, days or runs", err=True)
        raise SystemExit(ResultError.exit_code) from None
