"""All of a class kit into a folder: sheets, difference files, the list of the class,
and the page for whoever teaches.

teacher.html           content note, timetable, what was changed for whom, solutions
class.csv              name, file, seed, variant
sheets/NAME.html       one student's sheet, to print
scenarios/NAME.toml    one student's world; beside it the base, where it is not a shipped scenario
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.core.bounds import MOST_KEPT, check_runs, check_seed
from sim.core.durable import write_whole
from sim.core.errors import ResultError, UsageError
from sim.core.plain_text import csv_of
from sim.engines.engine_choice import Engine
from sim.reporting.classroom.questions import PEOPLE, REFLECTIONS
from sim.reporting.classroom.roster import Student, students_of
from sim.reporting.classroom.solutions import Solutions, solve
from sim.reporting.classroom.variants import Variant, dealt, variants_of
from sim.reporting.report import model_facts
from sim.reporting.report.report_blocks import CaptionedTable, of_scenario
from sim.reporting.report.report_page import environment
from sim.reporting.report.reported_accounts import account_tables
from sim.runs.execute import Progress
from sim.scenario.checks.extension_checks import CODE
from sim.scenario.checks.recorded_figures import FIGURES
from sim.scenario.describe.scenario_differences import differences
from sim.scenario.files.layers import chain
from sim.scenario.files.scenario_files import find, shipped
from sim.scenario.load import load
from sim.scenario.schema import Scenario

LIST, TEACHER, SHEETS, SCENARIOS = "class.csv", "teacher.html", "sheets", "scenarios"


def write_kit(
    scenario: str, students: str, out: Path, *, seed: int = 0, replications: int = 20,
    engine: Engine = "compiled",
    progress: Progress | None = None, tell: Callable[[str], Any] = lambda _: None,
) -> Path:  # fmt: skip
    """Write a class kit into a folder; a kit that is there is written anew,
    and who is added at the end moves nobody's.

    Raises `ScenarioError`, `UsageError` for the list, `ResultError` for a folder of something else.
    """
    check_seed(seed)
    check_runs(replications, most=MOST_KEPT)
    # List and folder are checked before the runs, which take most of the time.
    roster = students_of(students, seed)
    _check(out)
    base = load(scenario)
    variants = variants_of(scenario)
    if not variants:
        raise UsageError(
            f"{scenario}: no variant could be made of it: it has neither levers nor values to change"
        )
    # A small class needs no solutions of variants that nobody is given.
    used = variants[: len(roster)]
    solved = solve(
        base, used, seed=seed, replications=replications, engine=engine, progress=progress, tell=tell
    )
    try:
        _write(
            Kit(scenario, base, students=roster, variants=used, solutions=solved, replications=replications),
            out,
        )
    except OSError as error:
        raise ResultError(f"{out} cannot be written: {error}") from None
    return out


class Kit:
    """What all pages of a kit have in common."""

    def __init__(
        self, name: str, base: Scenario, *, students: list[Student], variants: list[Variant],
        solutions: Solutions, replications: int
    ) -> None:  # fmt: skip
        self.base = base
        self.is_shipped = find(name).resolve() in {path.resolve() for path in shipped().values()}
        self.source = find(name)
        self.students = students
        self.variants = variants
        self.given = dealt(variants, len(students))
        self.solutions = solutions
        self.replications = replications

    @property
    def base_word(self) -> str:
        """How a command names the base, from the kit's folder."""
        return self.base.name if self.is_shipped else f"{SCENARIOS}/{self.base.name}.toml"

    @property
    def parties(self) -> list[str]:
        """Who gives an account."""
        return [party.label or name for name, party in self.base.parties.items()]

    @property
    def countries(self) -> list[str]:
        """Countries of the scenario, the transit state last."""
        labels = [country.label or name for name, country in self.base.countries.items()]
        return [*labels, self.base.transit_state.label]


def _check(out: Path) -> None:
    """Whether the folder is free, or holds a kit."""
    if out.is_file():
        raise ResultError(f"{out} is a file: choose a folder with --out")
    if out.is_dir() and any(out.iterdir()) and not (out / LIST).exists():
        raise ResultError(f"{out} is not empty and holds no class kit: choose another with --out")


def _write(kit: Kit, out: Path) -> None:
    _copy_base(kit, out / SCENARIOS)
    for student, variant in zip(kit.students, kit.given, strict=True):
        world = out / SCENARIOS / f"{student.file}.toml"
        write_whole(world, _difference_file(kit, variant))
        # Read back as a student will: a file that does not load must not be handed out.
        load(world)
        sheet = _page("sheet.html", kit=kit, student=student, variant=variant, changed=_changed(kit, variant))
        write_whole(out / SHEETS / f"{student.file}.html", sheet)
    accounts = account_tables(kit.solutions.base)
    write_whole(out / TEACHER, _page("teacher.html", kit=kit, solutions=_solutions(kit), accounts=accounts))
    # Last: by this file a folder counts as a kit.
    write_whole(out / LIST, _list(kit))


def _page(template: str, **what: Any) -> str:
    found = environment("sim.reporting.classroom").get_template(template)
    return found.render(people=_people(), reflections=REFLECTIONS, limits=model_facts.LIMITS, **what)


def _copy_base(kit: Kit, folder: Path) -> None:
    """A base that is not shipped goes with the kit,
    and with it the files it extends and the figures they name."""
    if kit.is_shipped:
        return
    home = kit.source.resolve().parent
    known = {path.resolve() for path in shipped().values()}
    for document in chain(kit.source):
        if document.path.resolve() in known:
            continue
        for path in (document.path, *FIGURES.files_named(document), *CODE.files_named(document)):
            # Under the same relative paths, by which the files name one another.
            write_whole(folder / path.resolve().relative_to(home), path.read_bytes())


def _difference_file(kit: Kit, variant: Variant) -> str:
    extends = kit.base.name if kit.is_shipped else f"{kit.base.name}.toml"
    title = " ".join(variant.title.split())
    # TOML refuses control characters in a comment as well.
    comment = "".join(c if c.isprintable() else " " for c in title)
    return f'# {comment}\n\nextends = "{extends}"\n\n{variant.difference}'


def _changed(kit: Kit, variant: Variant) -> list[CaptionedTable]:
    return [of_scenario(table) for table in differences(kit.base, variant.scenario, ("base", "your world"))]


def _people() -> list[tuple[str, str]]:
    from sim.record.measures import DESCRIBED

    return [(DESCRIBED[name].label, DESCRIBED[name].unit) for name in PEOPLE]


def _solutions(kit: Kit) -> list[CaptionedTable]:
    return [kit.solutions.table(place, variant.title) for place, variant in enumerate(kit.variants)]


def _list(kit: Kit) -> str:
    import pandas as pd

    rows = [
        (student.name, student.file, student.seed, variant.title)
        for student, variant in zip(kit.students, kit.given, strict=True)
    ]
    return csv_of(pd.DataFrame(rows, columns=["name", "file", "seed", "variant"]))
