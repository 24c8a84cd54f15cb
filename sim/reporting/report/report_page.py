"""The sections of a report in their order, set into the templates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import ResultError
from sim.core.plain_text import plain
from sim.reporting.report import model_facts, odd_form, stress_form
from sim.reporting.report.report_blocks import CaptionedTable, Listing, Section, Words, counted, of_scenario
from sim.reporting.report.report_subject import ReportSubject, open_study
from sim.reporting.report.scenario_values import basis
from sim.scenario.checks.extension_checks import hash_of

if TYPE_CHECKING:
    from jinja2 import Environment

    from sim.runs.result import Result

PAGE = "report.html"
KINDS = {"run": "a run", "comparison": "a comparison of worlds on the same luck", "sweep": "a sweep"}
QUIET: Callable[[str], Any] = lambda _: None  # noqa: E731


def write_report(
    folder: str | Path,
    out: str | Path | None = None,
    *,
    purpose: str = "",
    tell: Callable[[str], Any] = QUIET,
) -> Path:
    """Write the report of a folder (by default into it, as report.html), whole or not at all;
    the file written.

    `purpose`: what the author says the study is for. `tell` is called with what is drawn.
    The same folder gives the same bytes. Raises `ResultError` for a folder that holds nothing to report, or a
    file that cannot be written.
    """
    from sim.core.durable import write_whole

    study = open_study(folder, purpose)
    target = Path(out) if out is not None else study.folder / PAGE
    # Before anything is drawn, which takes most of the time.
    if target.is_dir():
        raise ResultError(f"{target} is a folder: give a file with --out")
    text = page_of(study, tell=tell)
    write_whole(target, text)
    return target


def page_of(study: ReportSubject, *, tell: Callable[[str], Any] = QUIET) -> str:
    """The report as one HTML page."""
    sections = sections_of(study, tell)
    tell("writing")
    return environment().get_template(PAGE).render(
        study=study, kind=KINDS[study.kind], facts=_head(study), sections=sections, stress=stress_form,
        odd=odd_form,
    )  # fmt: skip


def environment(*packages: str) -> Environment:
    """Templates for one page, of these packages before the report's: everything escaped;
    characters that hide or turn text are shown by their number;
    tables and figures are numbered as they come."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    loaders = [PackageLoader(package) for package in (*packages, "sim.reporting.report")]
    # Strict: a name that is misspelt in a template raises, and does not leave a gap in a report.
    made = Environment(
        loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=plain,
    )  # fmt: skip
    # Counters of this environment: a page's numbers begin at 1, however many were made before.
    made.globals["next_table"] = partial(next, count(1))
    made.globals["next_figure"] = partial(next, count(1))
    return made


def _head(study: ReportSubject) -> list[tuple[str, str]]:
    """What was run, with what: the lines below the title."""
    found = [
        (
            "What this is",
            f"The report of {KINDS[study.kind]}: {counted(study.replications, 'replication')}, seed "
            f"{study.seed}",
        )
    ]
    manifest = study.manifest
    if manifest is None:
        assert study.sweep is not None
        return [
            *found,
            ("Scenario", str(study.sweep.plan["scenario"])),
            ("Design", str(study.sweep.plan["design"])),
            ("Made by", f"borderflow {_version()}"),
        ]
    found += [
        ("Scenario", f"{manifest.scenario_name}, hash {manifest.scenario_digest}"),
        (
            "Made by",
            f"borderflow {manifest.versions.get('borderflow', _version())}, model version "
            f"{manifest.model_version}, engine {manifest.engine}",
        ),
        # From the manifest and not the clock: a report made tomorrow has the same bytes.
        ("Run on", f"{manifest.started.replace('T', ' ').removesuffix('+00:00')} UTC"),
    ]
    return [pair for pair in found if pair[1]]


def _version() -> str:
    try:
        return version("borderflow")
    except PackageNotFoundError:
        return "of a checkout"


def sections_of(study: ReportSubject, tell: Callable[[str], Any] = QUIET) -> list[Section]:
    """The report's sections, in their order; one that has nothing to say is left out."""
    from sim.reporting.report.report_results import in_short
    from sim.reporting.report.reported_accounts import account_tables, recorded_tables

    tell("reading")
    found = [
        Section("in-short", "In short", in_short(study)),
        Section("scenario", "The scenario in words", _scenario(study)),
        Section("levers", "Levers: who does what, and when", _levers(study)),
        Section("results", "Results", _results(study)),
        Section("figures", "Figures", _figures(study, tell)),
        Section("differences", "Differences between the worlds", _differences(study)),
        _voices(study, "accounts", "Accounts: who says what", account_tables),
        _voices(study, "recorded", "Recorded figures, and the account each matches", recorded_tables),
        Section(
            "values", "What it rests on", basis(study.scenario) if study.scenario else [Words(study.doubt)]
        ),
        # In the report itself and not in a page beside: a report is read by those who never see the
        # documentation.
        Section("limits", "What this cannot say", [Listing(model_facts.LIMITS)]),
        Section(
            "stress",
            "Reporting form: STRESS-DES",
            [Words(f"After {stress_form.CITED}.")],
            stress_form.stress_form(study),
        ),
        Section(
            "odd",
            "Model description: ODD",
            [Words(f"After {odd_form.CITED}.")],
            odd_form.odd_description(study),
        ),
        Section("repeat", "How to repeat it", _repeat(study)),
    ]
    return [section for section in found if section.blocks or section.sections]


def _scenario(study: ReportSubject) -> list[Any]:
    from sim.scenario.describe.scenario_text import heading, world_tables

    if study.scenario is None:
        return [Words(study.doubt)]
    doubt = [Words(study.doubt)] if study.doubt else []
    lines = [Words(line) for line in heading(study.scenario).splitlines()[1:]]
    # Of a comparison the base is described in full, and of the others what they change: most is the same.
    whose = (
        [Words("The base of the comparison. What the other worlds change stands under Differences.")]
        if study.kind == "comparison"
        else []
    )
    return [*doubt, *lines, *whose, *(of_scenario(table) for table in world_tables(study.scenario))]


def _levers(study: ReportSubject) -> list[Any]:
    from sim.scenario.describe.scenario_text import calendar_tables

    tables = calendar_tables(study.scenario) if study.scenario is not None else []
    return [of_scenario(table) for table in tables] or [Words("The scenario has no lever.")]


def _results(study: ReportSubject) -> list[Any]:
    from sim.reporting.report.report_results import points_table, summary_table

    if study.sweep is not None:
        return [points_table(study)]
    named = study.kind == "comparison"
    return [summary_table(result, name if named else "") for name, result in study.results.items()]


def _figures(study: ReportSubject, tell: Callable[[str], Any]) -> list[Any]:
    from sim.reporting.report.report_figures import pictures_of

    return list(pictures_of(study, tell))


def _differences(study: ReportSubject) -> list[Any]:
    from sim.reporting.report.report_differences import changes, difference_tables

    return [*changes(study), *difference_tables(study)] if study.comparison is not None else []


def _voices(study: ReportSubject, name: str, title: str, make: Callable[[Result], list[Any]]) -> Section:
    """What parties say, or what is recorded, world by world."""
    if study.base is not None and study.comparison is None:
        return Section(name, title, make(study.base))
    worlds = enumerate(study.results.items(), 1)
    return Section(
        name,
        title,
        # Numbered ids: the name of a scenario may hold characters that no id may.
        sections=[Section(f"{name}-{n}", f"In {world}", make(result)) for n, (world, result) in worlds],
    )


def _repeat(study: ReportSubject) -> list[Any]:
    words = [
        Words(
            "The same scenario, seed and model version give the same log to the bit on one platform with the "
            "same library versions."
        ),
        Words("The scenario as it was run, with every default, stands in manifest.json beside the tables."),
    ]
    if study.manifest is None:
        return [Words("plan.json in the store holds what was asked for: borderflow sweep goes on from it.")]
    rows = tuple(
        (name, m.scenario_name, str(m.seed), f"{len(m.finished)} of {m.replications}", m.scenario_digest)
        for name, m in study.manifests.items()
    )
    table = CaptionedTable(
        f"What was run: {counted(len(rows), 'world')}",
        ("world", "scenario", "seed", "replications finished", "hash of the scenario"),
        rows,
    )
    return [*words, table, *_code(study)]


def _code(study: ReportSubject) -> list[CaptionedTable]:
    """The modules that worlds brought, where any did; their text stands in the manifest."""
    rows = tuple(
        (world, name, extension.module, hash_of(extension.code))
        for world, result in study.results.items()
        for name, extension in result.scenario.extensions.items()
    )
    columns = ("world", "extension", "module", "hash of its code")
    return (
        [CaptionedTable("Code that scenarios brought, which ran as part of the model", columns, rows)]
        if rows
        else []
    )
