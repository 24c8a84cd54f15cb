"""Which tests are asked, and in which order: the likeliest and cheapest first,
none that compares engines or digests."""

from __future__ import annotations

from tests.mistakes.mistake import ROOT

ACTS = "tests/model/acts"
LIKELY = {
    "guards": ("test_posts.py", "test_lending.py", "test_standoffs.py", "test_columns.py"),
    "days": (
        "test_exposure.py", "test_information.py", "test_arrivals.py", "test_calendar.py", "test_triggers.py",
        "test_barriers.py", "test_transit_state.py", "test_flights.py",
    ),
    "people": (
        "test_groups.py", "test_crossing.py", "test_parts.py", "test_claims.py", "test_reception.py",
        "test_seats.py",
        "test_sites.py", "test_witnesses.py", "test_beginnings.py",
    ),
}  # fmt: skip
"""Files of `tests/model/acts` that are asked first, by list of mistakes."""
LAWS = (
    "tests/model/test_rows_of_levers.py",
    "tests/model/test_laws.py",
    "tests/model/test_littles_law.py",
    "tests/model/test_known_answers.py",
    "tests/model/test_known_queues.py",
    "tests/model/test_levers_at_any_hour.py",
)
TABLES = ("tests/model/test_every_number.py", "tests/model/test_lever_table.py")
"""Slow by the SimPy engine, and asked last."""
WITHOUT = "not compiled and not engines"
"""Tests of the witness files that name the compiled engine, or compare engines, are not asked."""


def stages(part: str) -> list[list[str]]:
    """Files of tests for a list of mistakes, stage by stage:
    a stage is asked if none before it has noticed anything."""
    acts = sorted(str(path.relative_to(ROOT)) for path in (ROOT / ACTS).glob("test_*.py"))
    first = [f"{ACTS}/{name}" for name in LIKELY.get(part, ()) if f"{ACTS}/{name}" in acts]
    timetables = sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "tests/model").glob("test_timetable*.py")
    )
    rest = [path for path in acts if path not in first]
    return [stage for stage in (first, timetables + rest, list(LAWS), list(TABLES)) if stage]
