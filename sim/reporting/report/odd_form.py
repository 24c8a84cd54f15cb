"""The ODD description, filled: Grimm and others (2020),
Journal of Artificial Societies and Social Simulation 23(2) 7.

Seven elements with their eleven design concepts, in the protocol's order and under its names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.reporting.report import model_facts
from sim.reporting.report.report_blocks import BY_HAND, CaptionedTable, Section, See, Words, number
from sim.reporting.report.report_subject import ReportSubject
from sim.reporting.report.stress_form import purpose_words
from sim.runs.recorded_counterparts import bound_series
from sim.scenario.describe.scenario_text import calendar_tables

CITED = (
    "Grimm and others (2020), The ODD Protocol for Describing Agent-Based and Other Simulation Models: A "
    "Second Update, Journal of Artificial Societies and Social Simulation 23(2) 7"
)
DOI = "https://doi.org/10.18564/jasss.4259"
Blocks = list[Any]
# By hand, unlike rules and values: what a mechanism means for a concept of the protocol stands nowhere in the
# code.
CONCEPTS = {
    "Basic principles": "A border is a line of posts with few teams, searched at random (Koopman 1946), and "
                        "people who try again until they are through, tired or gone: repeated "
    "trials. Policies move named controls and nothing else. The transit state is an actor with a posture, "
    "and so is everyone who gives an account.",
    "Emergence": "Counts of attempts, entries and returns, displacement between sectors and countries, "
                 "queues for teams, crowding of centres, stand-offs and people stranded come out of "
    "what groups, posts and escorts do. Arrivals at base, the posture's timeline and dated columns are put "
    "in.",
    "Adaptation": "Groups choose a sector by a logit over length, access, what is heard of success, "
                  "barriers, distance and the wish of the transit state; after a failure they try again, "
    "elsewhere or not at all. Posts send teams by what they have free. The transit state may answer "
    "sanctions. A lever with a trigger answers a party's account.",
    "Objectives": "Nobody maximises anything. Choices are weights, not goals; no search in the program "
                  "accepts an objective made of enforcement alone.",
    "Learning": "None by single groups. What all have met at a sector is remembered in shares that fade.",
    "Prediction": "None explicit. Groups take the remembered share of success at a sector for what they may "
                  "meet; people hear of a wall before it stands.",
    "Sensing": "Groups know what word of mouth brings, after a delay. Posts know what patrols and sensors "
               "detect. A party knows what it could see, with probabilities of its own, and levers can blind "
               "it.",
    "Interaction": "Groups compete for the attention of teams, for places and for seats. Teams meet groups; "
                   "neighbours lend teams. Escorts hold back, guide, gather and drive groups, and block the "
                   "way back. "
    "A stand-off elsewhere can hold the teams that a small group then does not meet. Outcomes at a sector "
    "change who goes there.",
    "Stochasticity": model_facts.LUCK,
    "Collectives": "People travel in groups, which split and never merge. A column is a list of groups that "
                   "acts as one at the line until it dissolves.",
    "Observation": "Every event is one row of a log, with its cause and with who knows of it. Measures are "
                   "functions of the log; accounts are views of it. Recorded figures are compared with the "
                   "account of the party that counted them.",
}  # fmt: skip
"""The eleven design concepts, in the protocol's order."""


def odd_description(study: ReportSubject) -> list[Section]:
    """The seven elements."""
    sections = []
    for place, (title, fill) in enumerate(ELEMENTS.items(), 1):
        found = fill(study)
        # Only the design concepts have sections of their own; the other elements are paragraphs and tables.
        inner = [block for block in found if isinstance(block, Section)]
        blocks = [block for block in found if not isinstance(block, Section)]
        sections.append(Section(f"odd-{place}", f"{place}. {title}", blocks, inner))
    return sections


def _purpose(study: ReportSubject) -> Blocks:
    blocks = purpose_words(study)
    # Recorded series are what ODD calls patterns: what the model is meant to be judged by.
    bound = bound_series(study.scenario) if study.scenario is not None else []
    if not bound:
        return [*blocks, Words("Patterns: the scenario is laid beside no recorded series.")]
    rows = tuple((b.series.label, b.series.counts, number(float(len(b.points)))) for b in bound)
    caption = "Patterns: recorded series of the run's days that the model is laid beside"
    note = Words(
        f"Which of them were looked at when values were chosen stands with the sources; which count as met: "
        f"{BY_HAND}",
        by_hand=True,
    )
    return [*blocks, CaptionedTable(caption, ("series", "what it counts", "figures"), rows), note]


def _entities(study: ReportSubject) -> Blocks:
    if study.scenario is None:
        return [Words(study.doubt)]
    s = study.scenario
    length = sum(sector.length_km for sector in s.sectors.values())
    scales = (
        f"Space: {len(s.sectors)} sectors of {number(min(x.length_km for x in s.sectors.values()))} to "
        f"{number(max(x.length_km for x in s.sectors.values()))} km, "
        f"{number(length)} km of line in all; nothing is placed more finely than a sector. Time: continuous, "
        f"in hours; beliefs, posture, arrivals' rates and "
        f"levers are renewed at midnights; {s.days} days. People: whole persons."
    )
    return [
        See("Entities with their state variables:", "stress-2-5", "STRESS-DES 2.5, Components"),
        Words(scales),
    ]


def _process(_: ReportSubject) -> Blocks:
    return [
        See("A group's way, and what each midnight does, in order:", "stress-2-2",
            "STRESS-DES 2.2, Base model logic"),
        Words(model_facts.WORLDVIEW), See("The ranks of events of one instant:", "stress-5-3",
            "STRESS-DES 5.3, Model execution"),
    ]  # fmt: skip


def _concepts(_: ReportSubject) -> Blocks:
    found: Blocks = []
    for place, (name, words) in enumerate(CONCEPTS.items(), 1):
        found.append(Section(f"odd-4-{place}", f"4.{place} {name}", [Words(words)]))
    return found


def _initialization(study: ReportSubject) -> Blocks:
    if study.scenario is None:
        return [Words(study.doubt)]
    words = (
        "Everything at the start is the scenario's and the same in every replication, except times that "
        "people have already waited, which are drawn."
    )
    if not study.scenario.initial:
        return [Words(f"{words} Nobody is there at the start.")]
    return [Words(words), See("Who is there at the start:", "scenario", "The scenario in words")]


def _input(study: ReportSubject) -> Blocks:
    if study.scenario is None:
        return [Words(study.doubt)]
    calendar = bool(calendar_tables(study.scenario))
    return [
        Words(
            (
                "The calendar of levers above is the only thing that comes from outside while the model runs"
                if calendar
                else "Nothing comes from outside while the model runs"
            )
            + (
                "; factors by month are values of the scenario. No file is read during a run, and no "
                "recorded "
                "figure is fed into it."
            )
        )
    ]


def _submodels(_: ReportSubject) -> Blocks:
    return [
        See("Each submodel is a rule, read from the program:", "stress-2-4", "STRESS-DES 2.4, Algorithms"),
        See("Their parameters, with units, ranges, values, status and source:", "values", "What it rests on"),
    ]


ELEMENTS: dict[str, Callable[[ReportSubject], Blocks]] = {
    "Purpose and patterns": _purpose,
    "Entities, state variables, and scales": _entities,
    "Process overview and scheduling": _process,
    "Design concepts": _concepts,
    "Initialization": _initialization,
    "Input data": _input,
    "Submodels": _submodels,
}
"""Elements of the protocol, each with what fills it."""
