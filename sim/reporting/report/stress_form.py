"""The STRESS-DES form, filled: Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019),
Journal of Simulation 13(1), 55-67.

Numbers and names of items are the form's. What only the author of a study can say is marked,
and is never made up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.reporting.report import model_facts
from sim.reporting.report.report_blocks import (
    BY_HAND,
    CaptionedTable,
    Diagram,
    Listing,
    Section,
    See,
    Words,
    counted,
    number,
)
from sim.reporting.report.report_subject import ReportSubject, axes_of
from sim.reporting.report.scenario_parts import activities, entities, entry_and_exit, queues, resources
from sim.reporting.report.scenario_values import lever_sources, sources_table, status_counts
from sim.runs.manifest import LIBRARIES
from sim.scenario.describe.scenario_text import calendar_tables

CITED = (
    "Monks and others (2019), Strengthening the reporting of empirical simulation studies: Introducing "
    "the STRESS guidelines, Journal of Simulation 13(1), 55-67"
)
DOI = "https://doi.org/10.1080/17477778.2018.1442155"
Blocks = list[Any]


def stress_form(study: ReportSubject) -> list[Section]:
    """The six sections with their twenty items."""
    return [
        Section(f"stress-{place}", f"{place}. {title}", sections=[
            Section(f"stress-{place}-{n}", f"{place}.{n} {name}", fill(study)) for n,
            (name, fill) in enumerate(items, 1)
        ])
        for place, (title, items) in enumerate(FORM.items(), 1)
    ]  # fmt: skip


def purpose_words(study: ReportSubject) -> Blocks:
    """What the author says the study is for, and what the scenario says of itself."""
    said = (
        Words(study.purpose)
        if study.purpose
        else Words(f"{BY_HAND} (borderflow report --purpose)", by_hand=True)
    )
    about = study.scenario.scenario.about if study.scenario is not None else ""
    return [
        said,
        *([Words("The scenario says of itself: " + " ".join(about.split()))] if about.strip() else []),
    ]


def _outputs(study: ReportSubject) -> Blocks:
    return [
        Words(
            "Every measure is a function of the log of a run; measures of people are always shown with those "
            "of enforcement."
        ),
        model_facts.measures_table(study.measures),
    ]


def _aims(study: ReportSubject) -> Blocks:
    if study.kind == "comparison":
        first = Words(
            f"{study.replications} runs of each of {len(study.results)} worlds on the same luck; each is set "
            f"against {next(iter(study.results))}, run by run. {model_facts.PAIRED}"
        )
    elif study.sweep is not None:
        plan = study.sweep.plan
        first = Words(
            f"A design of kind {plan['design']} over the keys below, {study.replications} runs of each point "
            f"on the luck of seed {study.seed}."
        )
        rows = tuple((key, values) for key, values in axes_of(study))
        return [first, CaptionedTable("What varies", ("key", "values"), rows), _why()]
    else:
        first = Words(f"{counted(study.replications, 'run')} of one scenario; nothing is varied but luck.")
    return [first, _why()]


def _why() -> Words:
    # No program knows a study's questions: what is not in the files is left to its author, and marked.
    return Words(f"Why these values and worlds, and which questions they answer: {BY_HAND}", by_hand=True)


def _overview(_: ReportSubject) -> Blocks:
    return [Diagram()]


def _logic(_: ReportSubject) -> Blocks:
    return [
        Listing(model_facts.JOURNEY, ordered=True),
        Words("At each midnight, in this order:"),
        Listing(model_facts.DAY, ordered=True),
    ]


def _scenario_logic(study: ReportSubject) -> Blocks:
    if study.kind == "comparison":
        return [
            See(
                "What each world changes of the base, value by value:",
                "differences",
                "Differences between the worlds",
            )
        ]
    if study.sweep is not None:
        return [Words("Points differ from the scenario in the keys of 1.3 alone.")]
    blocks: Blocks = [
        Words(
            "One scenario. What policies do in it is the calendar of levers above."
            if study.scenario and calendar_tables(study.scenario)
            else "One scenario without levers."
        )
    ]
    manifest = study.manifest
    if manifest is not None and manifest.branch is not None:
        blocks.append(
            Words(
                f"A branch: another scenario held until {manifest.branch['at']}, and the past is shared with "
                f"it to the bit."
            )
        )
    return blocks


def _algorithms(_: ReportSubject) -> Blocks:
    return [
        Words(
            "The rules below are read from the program. Each is a function of numbers alone; uniforms come "
            "in as arguments."
        ),
        model_facts.rules_table(),
    ]


def _components(study: ReportSubject) -> Blocks:
    if study.scenario is None:
        return [Words(study.doubt)]
    s = study.scenario
    return [entities(s), activities(s), resources(s), queues(), *entry_and_exit(s)]


def _sources(study: ReportSubject) -> Blocks:
    if study.scenario is None:
        return [Words(study.doubt)]
    levers = lever_sources(study.scenario)
    return [
        sources_table(study.scenario),
        *([levers] if levers else []),
        Words(
            "Recorded figures that a run is laid beside carry their sources in the table above."
            if study.scenario.recorded
            else "The scenario is laid beside no recorded figure."
        ),
    ]


def _preprocessing(_: ReportSubject) -> Blocks:
    return [
        Words(
            "The program takes the values of the scenario as they stand; it fits, smooths and fills in "
            "nothing. Recorded figures are kept as they "
            "were quoted, each with its window of days; differences of quoted running totals are marked as "
            "derived. Arrays of months and shifts "
            "are turned into tables by hour before the run."
        ),
        Words(
            f"How the author of the scenario came from sources to values stands with each source; beyond "
            f"that: {BY_HAND}",
            by_hand=True,
        ),
    ]


def _inputs(_: ReportSubject) -> Blocks:
    return [See("Every value with unit, range, meaning, status and source:", "values", "What it rests on")]


def _assumptions(study: ReportSubject) -> Blocks:
    blocks: Blocks = []
    if study.scenario is not None:
        counts = status_counts(study.scenario)
        said = ", ".join(f"{counts[name]:,} {name}" for name in ("measured", "estimated", "assumed"))
        off = [
            name.replace("_", " ") for name, on in study.scenario.mechanisms.model_dump().items() if not on
        ]
        blocks.append(
            Words(f"Values of the scenario: {said}. Mechanisms switched off: {', '.join(off) or 'none'}.")
        )
    return [*blocks, See("Assumptions of structure, and what is left out:", "limits", "What this cannot say")]


def _initialisation(study: ReportSubject) -> Blocks:
    words = (
        "There is no warm-up and nothing is discarded: a crisis has a beginning, and the run begins with "
        "the scenario's first midnight."
    )
    if study.scenario is None:
        return [Words(words)]
    persons = sum(stock.persons for stock in study.scenario.initial.values())
    return [Words(f"{words} {number(persons)} people are there at the start, in "
                  f"{counted(len(study.scenario.initial), 'stock')} with the time they have "
                  "already waited; posture, standing barriers and open sites "
                  "are those of the scenario.")]  # fmt: skip


def _run_length(study: ReportSubject) -> Blocks:
    if study.scenario is None:
        return [Words(study.doubt)]
    meta = study.scenario.scenario
    return [Words(f"{counted(study.scenario.days, 'day')} of 24 hours, from {meta.start} up to {meta.end} "
                  f"(not included), in hours since the start; one fixed "
                  f"offset from UTC of {number(meta.utc_offset_h)} h, no summer time. The run ends at the "
                  f"end date, with people wherever they are.")]  # fmt: skip


def _estimation(study: ReportSubject) -> Blocks:
    each = {"comparison": " of each world", "sweep": " of each point"}.get(study.kind, "")
    blocks: Blocks = [
        Words(
            f"{counted(study.replications, 'independent replication')}{each}, seed {study.seed}. "
            f"{model_facts.INTERVALS}"
        )
    ]
    if study.kind == "comparison":
        blocks.append(Words(model_facts.PAIRED))
    posterior = study.manifest.posterior if study.manifest is not None else None
    if posterior:
        blocks.append(
            Words(
                f"Each replication takes a parameter set from a posterior (keys: "
                f"{', '.join(posterior['keys'])}): intervals carry what the fit left open, too."
            )
        )
    return blocks


def _software(study: ReportSubject) -> Blocks:
    if study.manifest is None:
        return [
            Words(
                "borderflow, in Python: SimPy for the readable engine, Numba for the compiled one. The store "
                "of a sweep does not keep versions."
            )
        ]
    versions = study.manifest.versions
    rows = [(name, versions[name]) for name in LIBRARIES if name in versions]
    rows += [
        ("Python", str(study.manifest.platform.get("python", "not known"))),
        ("model version", str(study.manifest.model_version)),
    ]
    return [CaptionedTable("Software", ("what", "version"), tuple(rows))]


def _sampling(_: ReportSubject) -> Blocks:
    return [Words(model_facts.LUCK)]


def _execution(study: ReportSubject) -> Blocks:
    engine = study.manifest.engine if study.manifest is not None else "compiled, unless another was asked for"
    scenarios = [study.scenario, *(result.scenario for result in study.results.values())]
    has_extensions = any(scenario is not None and scenario.extensions for scenario in scenarios)
    return [
        Words(
            f"Engine: {engine}. Two engines play one model: processes in SimPy, and a compiled event loop; "
            f"for a scenario and seed both give the same log to the bit. {model_facts.WORLDVIEW}"
        ),
        model_facts.ranks_table(extensions=has_extensions),
    ]


def _system(study: ReportSubject) -> Blocks:
    if study.manifest is None:
        return [Words("The store of a sweep does not keep the machine.")]
    rows = [(name, str(value)) for name, value in study.manifest.platform.items()]
    rows += [
        ("started (UTC)", study.manifest.started),
        ("duration", f"{number(study.manifest.duration_s)} s"),
    ]
    return [CaptionedTable("Machine, and time taken", ("what", "value"), tuple(rows))]


def _sharing(study: ReportSubject) -> Blocks:
    hashes = tuple((name, m.scenario_digest) for name, m in study.manifests.items())
    return [
        Words(
            "borderflow is free software under the Apache License 2.0; CITATION.cff says how to cite it. The "
            "scenario, as it was run, stands whole in "
            "manifest.json beside the tables; its hash (SHA-256) is below. The same scenario, seed and model "
            "version give the same log on the same platform and libraries."
        ),
        *([CaptionedTable("Scenarios, as run", ("world", "hash"), hashes)] if hashes else []),
        Words(f"Where this result and the files of the scenario can be had: {BY_HAND}", by_hand=True),
    ]  # fmt: skip


FORM: dict[str, tuple[tuple[str, Callable[[ReportSubject], Blocks]], ...]] = {
    "Objectives": (("Purpose of the model", purpose_words), ("Model outputs", _outputs),
        ("Experimentation aims", _aims)),
    "Logic": (
        ("Base model overview diagram", _overview), ("Base model logic", _logic),
        ("Scenario logic", _scenario_logic),
        ("Algorithms", _algorithms), ("Components", _components),
    ),
    "Data": (
        ("Data sources", _sources), ("Pre-processing", _preprocessing), ("Input parameters", _inputs),
        ("Assumptions", _assumptions),
    ),
    "Experimentation": (("Initialisation", _initialisation), ("Run length", _run_length),
        ("Estimation approach", _estimation)),
    "Implementation": (
        ("Software or programming language", _software), ("Random sampling", _sampling),
        ("Model execution", _execution), ("System specification", _system),
    ),
    "Code access": (("Computer model sharing statement", _sharing),),
}  # fmt: skip
"""Sections and items of the form, each with what fills it."""
