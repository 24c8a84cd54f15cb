"""The manifest of a result: what was run, with what, on what, and how far it got."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NotRequired

from annotated_types import Ge, Le, Lt, MaxLen
from typing_extensions import TypedDict

from sim.core.bounds import MOST_REPLICATIONS
from sim.core.durable import write_whole
from sim.core.errors import ResultError, ScenarioError, damaged, remedy
from sim.model.version import MODEL_VERSION
from sim.runs.store.comparison_folder import WORLDS
from sim.scenario.files.stored_json import read_stored
from sim.scenario.load import resolved, restored, run_digest
from sim.scenario.schema import Scenario

MANIFEST = "manifest.json"
FORMAT: Literal[1] = 1
OTHER_KINDS = {
    "comparison.json": "a comparison", "plan.json": "a sweep", "fit.json": "a calibration",
    "generations.csv": "a calibration",
    "posterior.parquet": "a calibration", "seconds.json": "a study",
}  # fmt: skip
"""Files by which a folder is known that holds a result, but not of a run."""
# The engine and the versions of libraries are not among them: both engines give the same log to the bit, and
# versions are listed, several where a run was made in several calls.
IDENTITY = {
    "scenario_digest": "the scenario's values",
    "seed": "the seed",
    "log": "whether a log is kept",
    "model_version": "the model version",
    "format": "the format of the folder",
    "branch": "where it branches",
    "posterior": "the posterior",
}
"""What makes two runs the same, and what it is called where they differ."""
LIBRARIES = (
    "borderflow", "simpy", "numba", "llvmlite", "numpy", "scipy", "pandas", "pyarrow", "pydantic",
    "matplotlib",
)  # fmt: skip
"""What can change a table or a figure. A result of several versions, or engines, names each,
in the order they were used."""
SEVERAL = ", "
Replication = Annotated[int, Ge(0), Lt(MOST_REPLICATIONS)]


class Failed(TypedDict):
    """A replication that broke, and why."""

    replication: Replication
    reason: str


class BranchedFrom(TypedDict):
    """What held before a date, where a run is a branch."""

    at: str
    scenario: dict[str, Any]


class PosteriorUsed(TypedDict):
    """Which parameter sets the replications of a run take."""

    digest: str
    keys: list[str]
    about: NotRequired[dict[str, Any]]


@dataclass(slots=True)
class Manifest:
    """What a result folder says of itself: all that was ever run into it. Times are UTC.

    `replications` were asked for, or there are more of an earlier call: then those.
    `started` is when the first of them began, `duration_s` adds up over the calls that ran any (a call that
    was killed adds nothing). With `posterior`, each replication has a parameter set of its own, and
    `scenario` is what they have in common.
    """

    scenario_name: str
    scenario_digest: str
    scenario: dict[str, Any]
    seed: Annotated[int, Ge(0), Lt(2**64)]
    replications: Annotated[int, Ge(1), Le(MOST_REPLICATIONS)]
    log: bool
    branch: BranchedFrom | None = None
    posterior: PosteriorUsed | None = None
    engine: str = "simpy"
    finished: Annotated[list[Replication], MaxLen(MOST_REPLICATIONS)] = field(default_factory=list)
    failed: Annotated[list[Failed], MaxLen(MOST_REPLICATIONS)] = field(default_factory=list)
    complete: bool = False
    started: str = ""
    duration_s: Annotated[float, Ge(0.0), Le(1e12)] = 0.0
    model_version: int = MODEL_VERSION
    format: Literal[1] = FORMAT
    versions: dict[str, str] = field(default_factory=dict)
    platform: dict[str, str] = field(default_factory=dict)
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def differences(self, other: Manifest) -> list[str]:
        """In what two runs differ, in words; none where finished replications can be reused."""
        return [words for name, words in IDENTITY.items() if getattr(self, name) != getattr(other, name)]

    def go_on_from(self, there: Manifest, finished: list[int]) -> list[int]:
        """Take over what a folder says of the replications that are in it;
        which of those asked for are left to run."""
        left = sorted(set(range(self.replications)).difference(finished))
        # What the files hold, not what the manifest of an earlier call says: a killed call writes no manifest
        # at its end.
        self.finished = finished
        # A failed replication that is asked for runs again: its old reason must not stand beside the new
        # result.
        self.failed = [f for f in there.failed if f["replication"] not in {*finished, *left}]
        # A folder that holds more than were asked for keeps them all.
        self.replications = max(self.replications, *(r + 1 for r in finished), 1)
        self.started, self.duration_s = there.started or self.started, there.duration_s
        for name in ("versions", "platform"):
            # Where nothing is left to run, this call's versions changed no table and are not named.
            before, now = getattr(there, name), getattr(self, name)
            setattr(
                self, name, {k: _joined(before.get(k, ""), v) for k, v in now.items()} if left else before
            )
        self.engine = _joined(there.engine, self.engine) if left else there.engine
        return left

    def write(self, folder: Path) -> None:
        """Write it to a folder, whole or not at all."""
        write_whole(folder / MANIFEST, json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")


def manifest_of(scenario: Scenario, seed: int, replications: int, log: bool) -> Manifest:
    """The manifest of a run that is about to begin."""
    return Manifest(
        scenario_name=scenario.name,
        scenario_digest=run_digest(scenario),
        scenario=resolved(scenario),
        seed=seed,
        replications=replications,
        log=log,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        versions={name: _version(name) for name in LIBRARIES},
        platform={
            "system": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
            # Logarithms and exponentials of C libraries differ in the last bit, and so do logs of runs.
            "libm": " ".join(platform.libc_ver()).strip() or "unknown",
            "python": sys.version.split()[0],
        },
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _joined(before: str, now: str) -> str:
    """Versions in the order they were used, each once.

    >>> _joined("2.0, 2.1", "2.1"), _joined("", "2.1"), _joined("2.1", "2.2")
    ('2.0, 2.1', '2.1', '2.1, 2.2')
    """
    used = before.split(SEVERAL) if before else []
    return SEVERAL.join([*used, *([] if now in used else [now])])


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a result folder. Raises `ResultError` where there is none or it cannot be read."""
    path = folder / MANIFEST
    if path.exists():
        return read_stored(path, Manifest, remedy(path), FORMAT)
    # A folder of another kind is no damage: the message says what it is, and where a comparison keeps its
    # runs.
    kind = other_kind(folder)
    if not kind:
        raise ResultError(f"{folder} holds no result of borderflow: {MANIFEST} is missing")
    runs = f": its runs are the folders in {folder / WORLDS}" if kind == "a comparison" else ""
    raise ResultError(f"{folder} holds {kind}, not a run{runs}")


def other_kind(folder: Path) -> str:
    """What a folder holds that is a result, but not of a run; empty if it is none."""
    return next((kind for name, kind in OTHER_KINDS.items() if (folder / name).exists()), "")


def scenario_in(manifest: Manifest, folder: Path) -> Scenario:
    """The scenario that a manifest holds. Raises `ResultError` where it is none that could be run."""
    try:
        return restored(manifest.scenario)
    except ScenarioError as error:
        faults = "; ".join(f"{fault.key}: {fault.problem}" for fault in error.faults)
        raise damaged(folder / MANIFEST, f"the scenario in it: {faults}") from None
