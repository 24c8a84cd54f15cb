"""What a panel is set to, and the command and the Python lines that play exactly the same."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.core.errors import UsageError
from sim.scenario.load import load
from sim.scenario.schema import Scenario

Value = bool | int | float | str
MINUTES = len("2030-01-01T18:00")
MOST_REPLICATIONS = 1000


@dataclass(frozen=True, slots=True)
class PanelState:
    """A scenario, the values that differ from it by key (`KEY*` multiplies),
    and how often it is run with which luck."""

    scenario: str
    changes: Mapping[str, Value] = field(default_factory=dict)
    replications: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        # Two at least: a difference of one run has no interval.
        if not 2 <= self.replications <= MOST_REPLICATIONS:
            raise UsageError(f"runs: found {self.replications}, allowed: 2 to {MOST_REPLICATIONS}")
        # A browser's numbers are exact up to here; a larger seed would come back as another.
        if not 0 <= self.seed < 2**53:
            raise UsageError(f"seed: found {self.seed}, allowed: 0 to 2**53 - 1")

    @property
    def sets(self) -> tuple[str, ...]:
        """The changes as `sim.load` and `--set` take them; what is switched off is in `without`."""
        return tuple(f"{key}={_written(value)}" for key, value in self.changes.items() if value is not False)

    @property
    def without(self) -> tuple[str, ...]:
        """Levers and mechanisms that are switched off."""
        return tuple(key.removesuffix(".on") for key, value in self.changes.items() if value is False)

    def load(self) -> Scenario:
        """The changed world. Raises `ScenarioError` with every fault."""
        return load(self.scenario, sets=self.sets, without=self.without)

    @property
    def command(self) -> str:
        """The command that runs the changed world."""
        words = ["borderflow", "run", self.scenario, "-n", str(self.replications)]
        words += ["--seed", str(self.seed)] if self.seed else []
        # The panel's own; simpy would give the same runs more slowly.
        words += ["--engine", "compiled"]
        words += [word for text in self.sets for word in ("--set", text)]
        words += [word for name in self.without for word in ("--without", name)]
        return shlex.join(words)

    @property
    def python(self) -> str:
        """The Python lines that run both worlds on the same luck."""
        more = f", sets={list(self.sets)!r}" if self.sets else ""
        more += f", without={list(self.without)!r}" if self.without else ""
        return (
            f"import sim\n\nbaseline = sim.load({self.scenario!r})\nchanged = "
            f"sim.load({self.scenario!r}{more})\n"
            f'sim.compare({{"baseline": baseline, "changed": changed}}, seed={self.seed}, '
            f"replications={self.replications}).differences"
        )


def _written(value: Value) -> str:
    """A value as TOML has it; a browser leaves out the seconds of a time.

    >>> _written(True), _written(250), _written("2030-01-01T18:00")
    ('true', '250', '2030-01-01T18:00:00')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"{text}:00" if len(text) == MINUTES and text[10] == "T" else text
