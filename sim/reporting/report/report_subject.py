"""What a report is about: a folder that the command line left, opened again, whichever kind it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from sim.comparison.paired_runs import Comparison, open_comparison
from sim.core.errors import BorderflowError, ResultError
from sim.explore.sweep_results import SweepResult, open_store
from sim.explore.sweep_store import PLAN, SweepStore
from sim.record.measures import Described
from sim.runs.manifest import MANIFEST, Manifest, read_manifest
from sim.runs.replicate import open_result
from sim.runs.result import Result
from sim.runs.store.comparison_folder import COMPARISON, WORLDS
from sim.scenario.schema import Scenario

Kind = Literal["run", "comparison", "sweep"]
FRAMES = ("totals", "daily", "accounts")
T = TypeVar("T")


@dataclass(slots=True)
class ReportSubject:
    """A folder opened: results by the name of their world, the first the base; a sweep has none.

    `scenario` is the base's, None for a sweep whose scenario is not there any more;
    `doubt` says where it may not be the one that was swept. `purpose` are the author's words,
    "" where nothing was said.
    """

    kind: Kind
    folder: Path
    purpose: str = ""
    results: dict[str, Result] = field(default_factory=dict)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    comparison: Comparison | None = None
    sweep: SweepResult | None = None
    scenario: Scenario | None = None
    doubt: str = ""

    @property
    def base(self) -> Result | None:
        """The first world's result."""
        return next(iter(self.results.values()), None)

    @property
    def manifest(self) -> Manifest | None:
        """The first world's manifest."""
        return next(iter(self.manifests.values()), None)

    @property
    def title(self) -> str:
        """What the study is called: the scenario's title, or what was swept."""
        if self.scenario is not None:
            return self.scenario.scenario.title
        return str(self.sweep.plan["scenario"]) if self.sweep is not None else ""

    @property
    def seed(self) -> int:
        """The luck that all of it shares."""
        return self.base.seed if self.base is not None else int(self._plan["seed"])

    @property
    def measures(self) -> dict[str, Described]:
        """Every measure of its worlds, each once: those of the model, then those of extensions."""
        worlds = [self.sweep] if self.sweep is not None else [*self.results.values()]
        return {name: measure for world in worlds for name, measure in world.measures.items()}

    @property
    def replications(self) -> int:
        """Runs of each world or point."""
        return self.base.replications if self.base is not None else int(self._plan["replications"])

    @property
    def _plan(self) -> dict[str, Any]:
        assert self.sweep is not None
        return self.sweep.plan


def open_study(folder: str | Path, purpose: str = "") -> ReportSubject:
    """Open a folder as what it is. Raises `ResultError` for a folder of another kind, or a broken one."""
    path = Path(folder)
    if not path.is_dir():
        what = "is a file: give the folder of a result" if path.exists() else "is not there"
        raise ResultError(f"{path} {what}")
    # By the file that each kind of folder always has.
    for mark, opened in ((MANIFEST, _run), (COMPARISON, _comparison), (PLAN, _sweep)):
        if (path / mark).exists():
            study = _whole(path, lambda opened=opened: opened(path))  # type: ignore[misc]
            study.purpose = " ".join(purpose.split())
            return study
    raise ResultError(
        f"{path} {_other_kind(path)}; a report is made of what run, compare or sweep left in a folder"
    )


def _other_kind(path: Path) -> str:
    if (path / "posterior.parquet").exists() or (path / "generations.csv").exists():
        return "holds a fit: run or compare with --posterior first"
    # A wrong folder is mostly a right one of another command: the error says which, and what to give instead.
    if any(path.glob("*.parquet")):
        return "holds single runs of attribute, sensitivity or breakpoint, without what was asked of them"
    return "holds no result of borderflow"


def _whole(path: Path, opened: Callable[[], T]) -> T:
    """What opens, or one error in words for whatever is broken in it."""
    try:
        return opened()
    except BorderflowError as error:
        if isinstance(error, ResultError):
            raise
        raise ResultError(f"{path} cannot be read: {error}") from None
    # What damaged tables and manifests make their readers raise; a traceback would blame the program.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        # Arrow's messages run over many lines; the first says what is wrong.
        words = str(error).splitlines()
        raise ResultError(f"{path} is damaged: {words[0] if words else type(error).__name__}") from None


def _run(path: Path) -> ReportSubject:
    result = _read(open_result(path))
    manifest = read_manifest(path)
    return ReportSubject(
        "run",
        path,
        results={manifest.scenario_name: result},
        manifests={manifest.scenario_name: manifest},
        scenario=result.scenario,
    )


def _comparison(path: Path) -> ReportSubject:
    found = open_comparison(path)
    for result in found.results.values():
        _read(result)
    manifests = {name: read_manifest(path / WORLDS / name) for name in found.results}
    return ReportSubject("comparison", path, results=found.results, manifests=manifests, comparison=found,
                 scenario=found.results[found.base].scenario)  # fmt: skip


def _read(result: Result) -> Result:
    """A result whose tables can be read. Raises `ResultError` where one cannot, or no run finished."""
    for name in FRAMES:
        # Tables are read when they are asked for: here, so that damage is found before the first figure is
        # drawn.
        getattr(result, name)
    return result


def _sweep(path: Path) -> ReportSubject:
    from sim.reporting.style.figure_headings import scenario_of

    found = open_store(path)
    assert len(found.points) and len(found.rows)
    scenario = scenario_of(found)
    return ReportSubject("sweep", path, sweep=found, scenario=scenario, doubt=_doubt(found, scenario))


def _doubt(found: SweepResult, scenario: Scenario | None) -> str:
    """Whether the scenario that is there now is the one that was swept: the key of a job holds its hash."""
    from sim.runs.jobs import key_of_job
    from sim.runs.posterior import posterior_of, sets_of
    from sim.scenario.load import load, run_digest

    plan = found.plan
    if scenario is None:
        return f"The store does not hold the scenario, and {plan['scenario']} is not there any more."
    # One job is enough: all of a sweep were made from one scenario.
    row = found.rows.iloc[0]
    points = SweepStore(found.path).points().to_pandas().set_index("point")
    try:
        there = load(plan["scenario"], sets=[f"{k}={v}" for k, v in points.loc[int(row["point"])].items()])
        sets = sets_of(posterior_of(plan.get("posterior") or None), int(row["replication"]))
    except BorderflowError:
        return "The scenario that is there now does not take the values that were swept."
    key = key_of_job(run_digest(there), int(plan["seed"]), int(row["replication"]), sets=sets)
    return (
        ""
        if key == row["key"]
        else (
            "The scenario, or the model, is not any more the one that was swept: what is said of its values "
            "may differ."
        )
    )


def axes_of(study: ReportSubject) -> list[tuple[str, str]]:
    """The keys that a sweep varies, each with its values in words."""
    assert study.sweep is not None
    points = study.sweep.points
    return [(str(key), _values(list(dict.fromkeys(points[key])))) for key in points.columns.drop("point")]


def _values(values: list[Any]) -> str:
    words = [value if isinstance(value, str) else f"{value:g}" for value in values]
    # A random design has a value of its own at every point.
    return ", ".join(words) if len(words) <= 8 else f"{len(words)} values from {words[0]} to {words[-1]}"
