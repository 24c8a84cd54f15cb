"""A world for every control, the figure that it moves, and the lever that moves it:
more of it is more (or less) of the figure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sim.evidence.reduced_cases import START
from sim.record.events import Actor, Kind
from sim.scenario.schema import Scenario
from tests.model.numbers.of_harm_and_belief import STUCK
from tests.model.numbers.of_places import (
    AT_HILL,
    FEW,
    PRESS,
    SLOW,
    STOP_HOURS,
)
from tests.model.numbers.of_policy import STEPS
from tests.model.numbers.readings import Reading, hours_left, measure, reports, rows, values
from tests.model.numbers.small_worlds import (
    CAMP,
    COERCIVE,
    COLD,
    COLUMNS,
    CROWDS,
    DOWN,
    GATE,
    REFUSED,
    ROAD,
    TWO,
    UP,
    Tables,
    fixed,
    merged,
    uniform,
    world,
)

FIRST_DAY = START
NEXT_DAY = START + timedelta(days=1)
HALF_WAY = START + timedelta(days=2)
LAST_DAY = START + timedelta(days=3)
DAYS = 4
LEVER = "lever"


class Moved(NamedTuple):
    """A control, a figure that it moves, the sizes of a small and a large lever by operation,
    and where it acts."""

    control: str
    reading: Reading
    direction: str
    tables: tuple[Tables, ...]
    sets: tuple[float, float]
    adds: tuple[float, float]
    scales: tuple[float, float]
    base: float | None = None
    where: tuple[str, ...] = ("*",)
    fields: Mapping[str, Any] = {}
    days: int = DAYS

    @property
    def is_action(self) -> bool:
        """Whether it can only be added."""
        return not self.scales

    def world(self) -> Scenario:
        """The control's world without the lever; a base that is no key of the scenario
        is set from before the run."""
        return world(*self.tables, *self._ground(), days=self.days)

    def with_lever(self, op: str, size: float, phase: str = "in_force", **fields: Any) -> Scenario:
        """The world with one lever of a kind of its own that moves the control."""
        kind = {"effects": ({"control": self.control, "op": op, "size": size, "phase": phase},)}
        lever = {"kind": LEVER, "where": self.where, "start": FIRST_DAY, **self.fields, **fields}
        levers = {"lever_kinds": {LEVER: kind}, "levers": {LEVER: lever}}
        return world(*self.tables, *self._ground(), levers, days=self.days)

    def _ground(self) -> list[Tables]:
        if self.base is None:
            return []
        kind = {"effects": ({"control": self.control, "op": "set", "size": self.base},)}
        lever = {"kind": "ground", "start": FIRST_DAY}
        return [{"lever_kinds": {"ground": kind}, "levers": {"ground": lever}}]

    def ordered(self, *figures: float, strictly: bool = True) -> bool:
        """Whether figures rise (or fall, where more of the control is less of the figure)."""
        rising = figures if self.direction == UP else tuple(-figure for figure in figures)
        pairs = list(itertools.pairwise(rising))
        return all(a < b for a, b in pairs) if strictly else all(a <= b for a, b in pairs)


def at(day: date, hour: int) -> datetime:
    """A time of a day."""
    return datetime(day.year, day.month, day.day, hour)


STEADY: Tables = {"people": {"staging": uniform(0.0, 92.0)}}
"""People set out over the whole run, so that half a day more of a lever is seen."""
MANY: Tables = {"initial": {"here": {"persons": 250}}}
WISHED: Tables = merged(STEADY, {"people": {"claim_wish": 1.0}})
GATHERED: Tables = merged(CROWDS, STEADY)
FRONT: Tables = merged(STEADY, {
    "fronts": {"front": {"where": ["there"], "posture": 0.5}}, "transit_state": {"relaxation_days": 0.2},
})  # fmt: skip
PRESSED: Tables = merged(FRONT, {
    "mechanisms": {"stance_answers": True}, "fronts": {"front": {"posture": 0.35}},
    "transit_state": {"answer_probability": 1.0, "answer_delay": fixed(1.0), "answer_gain": 0.2},
})  # fmt: skip
SOON_OUT: Tables = {"countries": {"there": {"return_uptake": 0.3, "reception": {"voluntary": fixed(5.0)}}}}
LEAVING: Tables = merged(REFUSED, SOON_OUT, {
    "initial": {"here": {"compartment": "procedure", "persons": 150}},
    "countries": {"there": {"reception": {"procedure": uniform(0.0, 80.0)}}},
})  # fmt: skip
FLOWN: Tables = {
    "transit_state": {"seats_home_per_day": 10.0},
    "initial": {"here": {"compartment": "gave_up", "persons": 150}},
}  # fmt: skip
STRIP: Tables = {"people": {"next_try_strip": fixed(1000.0)}}
ENTERING: Tables = merged(
    STEADY, MANY, STRIP, COERCIVE, CAMP, COLD, {"exposure": {"harm_per_10000_person_days": 20000.0}}
)
"""People stopped at the line are put in the camp, over the whole run."""
WATCHFUL: Tables = {
    "sectors": {"hill": {"sensor_coverage": 1.0}}, "detection": {"sensor_probability": 1.0},
    "countries": {"there": {"reserve_teams": 2}},
}  # fmt: skip
ENDING: Tables = merged(WISHED, {
    "handling": {"registration": fixed(0.1)}, "sectors": {"hill": {"teams": 0}},
    "countries": {"there": {"reception": {"procedure": fixed(20.0), "recognised": 0.0,
        "leaves_procedure": fixed(1e6)}}},
})  # fmt: skip
HEARD = measure("claims_heard")
GUIDED = measure("guided_attempts")
SEEN = rows(Kind.DETECTED)

CONTROL_ROWS = (
    Moved("teams", SEEN, UP, (STEADY, {"sectors": {"hill": {"teams": 3}}}), (1, 60), (5, 60), (0.34, 20)),
    Moved("response_factor", STOP_HOURS, UP, (STEADY, SLOW), (0.4, 6), (1, 6), (0.4, 6)),
    Moved("zone_km", measure("apprehended"), UP, (STEADY, MANY), (0.5, 20), (4, 30), (0.3, 10)),
    Moved("sensor_coverage", SEEN, UP, (STEADY, {"sectors": {"hill": {"teams": 1, "sensor_coverage": 0.3}}}),
        (0.0, 0.9), (0.3, 0.7), (0.3, 3.0)),
    Moved("summary_return", measure("summary_returns"), UP,
        (STEADY, MANY, {"countries": {"there": {"summary_return": 0.3}}}), (0.1, 0.9), (0.3, 0.7),
        (0.3, 3.0)),
    Moved("claims_heard", HEARD, UP, (WISHED, {"countries": {"there": {"claims_heard": 0.3}}}), (0.1, 0.9),
        (0.3, 0.7), (0.3, 3.0)),
    Moved("aid_access", measure("harmed_exposure"), DOWN, (STUCK, {"sectors": {"hill": {"aid_access": 0.3}}}),
        (0.1, 0.9), (0.3, 0.7), (0.3, 3.0)),
    Moved("reporting", reports(Kind.PREVENTED, Kind.APPREHENDED), UP,
        (STEADY, PRESS, {"sectors": {"hill": {"reporting": 0.3}}}), (0.1, 0.9), (0.3, 0.7), (0.3, 3.0)),
    Moved("restraint", rows(*STEPS, actor=Actor.GUARD), DOWN,
        (GATHERED, {"sectors": {"hill": {"restraint": 0.3}},
            "standoffs": {"guard_share": 0.9, "up_per_h": 2.0}}), (0.1, 1.0), (0.3, 0.7), (0.3, 3.3)),
    Moved("access", AT_HILL, UP, (STEADY, TWO, {"sectors": {"hill": {"access": 0.5}}}), (-1, 3), (1, 3),
        (0.1, 6), where=("hill",)),
    Moved("perceived_barrier", AT_HILL, DOWN, (STEADY, TWO, {"choice": {"barrier_weight": 5.0}}), (0.0, 1.0),
        (0.3, 0.7), (0.1, 3.3), base=0.3, where=("hill",)),
    Moved("hold_back", rows(Kind.HELD_BACK), UP, (STEADY,), (0.1, 0.9), (0.3, 0.7), (0.3, 3.0), base=0.3),
    Moved("guide", GUIDED, UP, (STEADY,), (0.1, 0.9), (0.3, 0.7), (0.3, 3.0), base=0.3),
    Moved("block_return", measure("stranded"), UP, (STEADY, STRIP), (0.1, 0.9), (0.3, 0.7), (0.3, 3.0),
        base=0.3),
    Moved("column_rate", measure("columns"), UP,
        (COLUMNS, {"columns": {"per_day_per_1000": 1.0}, "initial": {"here": {"persons": 1500}}}), (0.2, 10),
        (1, 10), (0.2, 10), base=1.0),
    Moved("aggression", rows(*STEPS, actor=Actor.ESCORT), UP, (GATHERED, {"standoffs": {"up_per_h": 2.0}}),
        (0.1, 1.0), (0.3, 0.7), (0.3, 3.3), base=0.3),
    Moved("wish", AT_HILL, UP, (STEADY, TWO, {"choice": {"wish_weight": 4.0}}), (0.1, 1.0), (0.3, 0.7),
        (0.3, 3.3), base=0.3, where=("hill",)),
    Moved("removal_seats_per_week", measure("removed"), UP, (REFUSED,), (7, 140), (70, 140), (0.2, 2)),
    Moved("procedure_factor", rows(Kind.REFUSED), DOWN, (ENDING,), (0.5, 4), (0.5, 2), (0.5, 3)),
    Moved("return_uptake", measure("returned_voluntarily"), UP, (LEAVING,), (0.1, 0.9), (0.3, 0.7),
        (0.3, 3.0)),
    Moved("reserve_teams", rows(Kind.TEAMS_SENT, actor=Actor.DESTINATION_STATE), UP,
        (STEADY, MANY, FEW, WATCHFUL), (1, 10), (1, 8), (0.5, 5)),
    Moved("posture", GUIDED, UP, (FRONT,), (0.35, 0.9), (0.1, 0.3), (0.7, 1.6)),
    Moved("relief", GUIDED, DOWN, (FRONT, {"fronts": {"front": {"posture": 0.9}}}), (0.0, 0.5), (0.1, 0.3),
        (0.2, 4.0), base=0.1),
    Moved("pressure", GUIDED, UP, (PRESSED,), (0.3, 3.0), (1.0, 2.0), (0.3, 3.0), base=1.0),
    Moved("seats_home_per_day", measure("flown_home"), UP, (FLOWN,), (3, 30), (5, 20), (0.3, 3)),
    Moved("arrivals_factor", measure("arrived"), UP, (ROAD,), (0.3, 4), (1, 3), (0.3, 4)),
    Moved("site_open", hours_left(Kind.ENTERED_SITE), UP,
        (STEADY, STRIP, COERCIVE, CAMP, {"sites": {"camp": {"open": 0.4}}}), (0.3, 1.0), (0.05, 0.6),
        (0.5, 2.5)),
    Moved("site_shelter", measure("harmed_exposure"), DOWN, (ENTERING, {"sites": {"camp": {"shelter": 0.3}}}),
        (0.1, 0.9), (0.3, 0.7), (0.3, 3.0)),
    Moved("point_open", measure("attempts"), DOWN,
        (STEADY, GATE, {"crossing_points": {"gate": {"open": 0.4}}}), (0.3, 1.0), (0.05, 0.6), (0.5, 2.5)),
    Moved("wall_km_per_day", values(Kind.BARRIER_BUILT), UP, (STEADY,), (), (1, 4), ()),
    Moved("fence_km_per_day", values(Kind.BARRIER_BUILT), UP, (STEADY,), (), (1, 4), ()),
    Moved("coil_km_per_day", values(Kind.BARRIER_BUILT), UP, (STEADY,), (), (1, 4), ()),
    Moved("column_now", hours_left(Kind.JOINED_COLUMN), UP, (COLUMNS,), (), (1.0, 1.0), (), where=("hill",),
        fields={"persons": 100}),
)  # fmt: skip
SWITCHES = ("site_open", "point_open")
"""Open at one half or more: between two sizes there may be no difference."""
EVENTS = ("column_now",)
"""Something that happens at a lever's start: it has a size in persons, and neither a ramp nor an end."""
AT_A_FLIGHT = ("removal_seats_per_week",)
"""Read when a removal flight leaves, at a midnight: an hour of the day makes no difference."""
SWITCHED = ("crossing_point_closure", "crossing_point_opening", "staging_site")
"""Kinds that open or close something: half a strength is all or nothing."""
