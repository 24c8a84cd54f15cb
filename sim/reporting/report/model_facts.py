"""What is true of the model whatever the scenario: order of events, luck, rules, intervals, limits.

Words that both reporting forms use stand here once. They are held against the code:
rules and measures are read from it, and the ranks of events are its own.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Mapping
from functools import cache

from sim.core.event_order import Rank
from sim.core.random_streams import Draw
from sim.record.measures import DESCRIBED, Described
from sim.reporting.report.report_blocks import CaptionedTable

# A test asks that every rank of the code has its words here.
RANKS = {
    Rank.MIDNIGHT: "the midnight tick: the past day is closed, the new one begins",
    Rank.LEVER: "a lever is announced, begins or ends",
    Rank.SHIFT: "a shift changes; a removal flight leaves",
    Rank.ANSWER: "the transit state answers sanctions",
    Rank.TEAMS_BACK: "teams come back from a call",
    Rank.COLUMN: "a column forms, moves, or comes to the line",
    Rank.STANDOFF: "a step of a stand-off",
    Rank.HARM: "a harm or death by exposure",
    Rank.GROUP: "the next step of a group",
    Rank.ARRIVAL: "a group arrives in the transit state",
    Rank.EXTENSION: "an actor of an extension acts",
}
"""What each rank of event is, in the order in which events of one instant are served."""
DAY = (
    "The past day is closed: nobody is lost (checked), hours of teams are settled, news moves on, barriers "
    "are built.",
    "The posture of the transit state moves to its target; levers that wait for a trigger look at their "
    "party's account.",
    "Levers set the controls of the day.",
    "The season turns the clocks of exposure.",
    "What people believe of each sector is renewed from counts that have reached them.",
    "Who arrives on each route is fixed for the day by that day's rate.",
    "Flights home take those who wait for a seat.",
)
"""What a midnight does, in order."""
WORLDVIEW = (
    "Events are ordered by time, then by the rank of their kind, then by the entity's key, then by the "
    "entity's own count; never by "
    "the order in which they were created. Changes of state happen in the call that causes them; nothing "
    "waits a zero delay. "
    "Nothing at or after the end happens."
)
LUCK = (
    "No random number is drawn from a sequence. Each is the value at an address (seed, replication, key of "
    "the entity, use, "
    "occasion) of SplitMix64's mixing function (Steele, Lea and Flood 2014; constants of Stafford's variant "
    "13). "
    f"There are {len(Draw)} uses, each with a stream of its own. Variates are made by inverse transform, one "
    f"uniform each. "
    "The same people so have the same luck under every policy, and neither the order of processes nor the "
    "number of workers can change a result."
)
INTERVALS = (
    "Replications are independent: each has luck of its own. Means over runs have Student's t intervals at "
    "95 %; ratios are total over total of all runs, with "
    "the jackknife's interval over runs (Tukey 1958); counts of rare things (deaths, "
    "stand-offs, harm in them) exact Poisson intervals (Garwood 1936), widened where runs differ by more "
    "than chance; what was never seen "
    "has an upper bound. Bands of figures over time are the 5th to 95th percentile over runs: where another "
    "run would fall."
)
PAIRED = (
    "Worlds are compared replication by replication on the same luck; intervals are Student's t over paired "
    "differences, and verdicts "
    "are adjusted by Holm's method within each comparison."
)
LIMITS = (
    "It is no forecast of any border, and can find and stop nobody. Sectors are coarse, nothing is live, and "
    "most values are assumed.",
    "It cannot say who did what in the world outside. The role of the transit state is an input: another "
    "hypothesis of it is another scenario.",
    "An interval covers luck inside the model. It covers neither a wrong mechanism nor a wrong value.",
    "A difference between two worlds is a difference between two models. "
    "It is no proof of what a policy did.",
    "A model that reproduces a recorded count may do so for the wrong reason; recorded counts are themselves "
    "one party's.",
    "It leaves out smugglers as actors of their own, families divided, courts, elections, weather by the "
    "day, and what happens "
    "to people after they leave its map.",
    "Groups are invented people without names, origin or ethnicity; nothing in it may be read as a statement "
    "about a nationality.",
    "Harm and death are counted so that no policy can be weighed without them. They are no quantity to "
    "optimise against another.",
)
JOURNEY = (
    "People arrive in groups on the routes into the transit state, and wait for days.",
    "A group sets out for a sector: of its own choice (length, access, what it hears of success, barriers, "
    "distance, the wish of the transit state), or where escorts lead it. "
    "Escorts may hold it back on the way.",
    "At the line it makes an attempt. The crossing takes a time that depends on barrier, ground and help; "
    "patrols and sensors may detect it meanwhile, and in the zone behind.",
    "Detected, it is met by teams that are called, and the call races the crossing: before the breach it is "
    "prevented; in the zone behind the line it is apprehended; later it has entered unseen. It may withdraw.",
    "Large or escorted groups that meet teams stand off: a ladder of levels from contact to a violent clash, "
    "each step with whoever started it.",
    "Apprehended people are processed at the post: medical care, a claim that is heard or not, summary "
    "return, or detention for a return procedure.",
    "Summarily returned or prevented, a group is back on the transit side, or stranded between the lines "
    "where escorts block the way back. Exposure harms people there, in the zone and on the way.",
    "After a failed attempt it tries again after a while, gives up, flies home where flights exist, or "
    "leaves by its own means.",
    "Admitted people wait in centres for a decision: recognised, refused and removed, or gone from the "
    "procedure by themselves. Those who entered unseen go onward or are found by an inland check.",
)
FIELDS = re.compile(
    r"(Units|Range|Source|Status): (.*?)(?=(?:\s(?:Units|Range|Source|Status): )|$)", re.DOTALL
)


def ranks_table(*, extensions: bool = False) -> CaptionedTable:
    """The order of events of one instant; with extensions, the place of their actors in it."""
    # Without extensions nobody has that rank, and a report names nothing that is not there.
    ranks = [rank for rank in sorted(Rank) if extensions or rank != Rank.EXTENSION]
    rows = tuple((str(place), RANKS[rank]) for place, rank in enumerate(ranks, 1))
    return CaptionedTable("Order of events at one instant", ("order", "event"), rows)


# Read from docstrings by import: the same for every report of a process.
@cache
def rules_table() -> CaptionedTable:
    """Every rule of the model, as its own text in the code has it: what it gives, units, source, status."""
    rows: list[tuple[str, ...]] = []
    for name in _rule_modules():
        rows.append((name.replace("_", " "),))
        module = importlib.import_module(f"sim.rules.{name}")
        rows += [
            _rule(function)
            for rule, function in vars(module).items()
            if inspect.isfunction(function)
            # Its own functions, not those it imports from other rules.
            and function.__module__ == module.__name__
            and not rule.startswith("_")
        ]
    return CaptionedTable(
        "Rules: pure functions of numbers, the same for both engines",
        ("rule", "what it gives", "units", "source", "status"),
        tuple(rows),
    )


def _rule_modules() -> list[str]:
    import sim.rules

    return [found.name for found in pkgutil.iter_modules(sim.rules.__path__)]


def _rule(function: object) -> tuple[str, ...]:
    # The example is for readers of the code.
    text = (inspect.getdoc(function) or "").split(">>>")[0]
    said = {key: _tidied(words) for key, words in FIELDS.findall(" ".join(text.split()))}
    first = " ".join(text.split("\n\n")[0].split())
    return (
        getattr(function, "__name__", ""),
        first,
        said.get("Units", "-"),
        said.get("Source", "-"),
        said.get("Status", "-"),
    )


def _tidied(words: str) -> str:
    return words.strip().rstrip(".")


def measures_table(measures: Mapping[str, Described] = DESCRIBED) -> CaptionedTable:
    """Every measure: what it is, in which unit, out of what, and which family it belongs to."""
    rows = []
    for measure in measures.values():
        out_of, rare = "-", measure.rare
        if measure.ratio is not None:
            # The interval of a ratio of rare things is that of their count, its numerator.
            over = DESCRIBED[measure.ratio.numerator]
            out_of, rare = f"{over.label} over {DESCRIBED[measure.ratio.denominator].label}", over.rare
        family = {"human": "people"}.get(measure.family, measure.family)
        rows.append(
            (
                measure.label,
                measure.unit,
                family,
                out_of,
                "exact Poisson" if rare else "Student's t" if measure.ratio is None else "jackknife",
            )
        )
    return CaptionedTable(
        "Measures, each counted from the log of every run",
        ("measure", "unit", "family", "ratio of", "interval"),
        tuple(rows),
    )
