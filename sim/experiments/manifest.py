"""The manifest of a result: what was run, with what, on what, and how far it got."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.foundation.durable import write_whole
from sim.foundation.errors import ResultError
from sim.model.version import MODEL_VERSION
from sim.scenario.load import resolved, run_digest
from sim.scenario.schema import Scenario

MANIFEST = "manifest.json"
FORMAT = 1
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
LIBRARIES = ("borderflow", "simpy", "numpy", "scipy", "pandas", "pyarrow", "pydantic")


@dataclass(slots=True)
class Manifest:
    """What a result folder says of itself. `failed` holds {replication, reason}; times are UTC.

    `branch` holds {at, scenario}: what held before that date, where the run is a branch. `posterior` holds {digest, keys, about}:
    then each replication has a parameter set of its own, and `scenario` is what they have in common.
    """

    scenario_name: str
    scenario_digest: str
    scenario: dict[str, Any]
    seed: int
    replications: int
    log: bool
    branch: dict[str, Any] | None = None
    posterior: dict[str, Any] | None = None
    engine: str = "simpy"
    finished: list[int] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    complete: bool = False
    started: str = ""
    duration_s: float = 0.0
    model_version: int = MODEL_VERSION
    format: int = FORMAT
    versions: dict[str, str] = field(default_factory=dict)
    platform: dict[str, str] = field(default_factory=dict)

    def differences(self, other: Manifest) -> list[str]:
        """In what two runs differ, in words; none where finished replications can be reused."""
        return [words for name, words in IDENTITY.items() if getattr(self, name) != getattr(other, name)]

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
            "libm": " ".join(platform.libc_ver()).strip() or "unknown",
            "python": sys.version.split()[0],
        },
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a result folder. Raises `ResultError` where there is none or it cannot be read."""
    path = folder / MANIFEST
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ResultError(f"{folder} holds no result of borderflow: {MANIFEST} is missing") from None
    except (OSError, ValueError, TypeError) as error:
        raise ResultError(f"{path} cannot be read as a manifest: {error}") from None
