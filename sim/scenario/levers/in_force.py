"""Which levers were in force, and by how much, on the controls that an event of a run depends on.

Which question this answers: what had the scenario switched on when this happened,
that moves the chance of such events? It says what was in force. It does not say that the event would not have
happened without: for that, run the scenario without the lever and compare on common random numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sim.record.events import LEVEL_REACHED, Kind
from sim.rules.lever_ramp import scaling
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, Control
from sim.scenario.levers.lever_targets import NEVER, ControlTable, LeverTimes, names_of_scope
from sim.scenario.schema import Scenario

STANCE = ("posture", "relief", "pressure")
"""What moves the posture of the transit state, which every control of its escorts follows."""
GUARDS = ("teams", "response_factor", "reserve_teams")
BARRIERS = ("wall_km_per_day", "fence_km_per_day", "coil_km_per_day")
ESCORTED = ("guide", *STANCE)
FIGHT = ("aggression", "restraint", *STANCE)
RACE = (*GUARDS, "sensor_coverage", *BARRIERS, *ESCORTED)
# fmt: off
READS: Mapping[int, tuple[str, ...]] = {
    Kind.ARRIVED: ("arrivals_factor", *STANCE),
    Kind.SET_OUT: ("access", "perceived_barrier", "wish", *BARRIERS, *STANCE),
    Kind.HELD_BACK: ("hold_back", *STANCE), Kind.LET_GO: ("hold_back", *STANCE),
    Kind.ENTERED_SITE: ("site_open",), Kind.LEFT_SITE: ("site_open",),
    Kind.ATTEMPT: ESCORTED,
    Kind.DETECTED: ("teams", "sensor_coverage", *ESCORTED),
    Kind.CALLED: GUARDS, Kind.CALL_SERVED: GUARDS, Kind.CALL_LEFT: GUARDS, Kind.TEAMS_SENT: GUARDS,
    Kind.BREACHED: RACE, Kind.WITHDREW: RACE, Kind.PREVENTED: RACE,
    Kind.APPREHENDED: (*RACE, "zone_km"), Kind.ENTERED_UNSEEN: (*RACE, "zone_km"),
    Kind.CAME_BACK: ("block_return", *STANCE), Kind.STRANDED: ("block_return", *STANCE),
    Kind.COLUMN_FORMED: ("column_rate", *STANCE),
    Kind.STANDOFF_BEGAN: ("teams", *FIGHT), **dict.fromkeys((*LEVEL_REACHED, Kind.STEPPED_DOWN,
        Kind.STANDOFF_ENDED), FIGHT),
    Kind.DIVERSION: FIGHT, Kind.HARMED_VIOLENCE: FIGHT, Kind.DIED_VIOLENCE: FIGHT,
    Kind.FORCE_MEMBER_HARMED: FIGHT,
    Kind.CLAIM_LODGED: ("point_open",), Kind.CLAIM_HEARD: ("claims_heard", "point_open"),
    Kind.ADMITTED: ("claims_heard",),
    Kind.SUMMARY_RETURN: ("summary_return", "claims_heard"),
    Kind.DETAINED: ("summary_return", "claims_heard"),
    Kind.HARMED_RETURN: ("summary_return",), Kind.DIED_AFTER_RETURN: ("summary_return",),
    Kind.RECOGNISED: ("procedure_factor",), Kind.REFUSED: ("procedure_factor",),
    Kind.LEFT_PROCEDURE: ("procedure_factor",),
    Kind.RETURNED_VOLUNTARILY: ("return_uptake",),
    Kind.REMOVED_BY_FORCE: ("removal_seats_per_week",), Kind.REMOVAL_FLIGHT: ("removal_seats_per_week",),
    Kind.FLOWN_HOME: ("seats_home_per_day",), Kind.FLIGHT_HOME: ("seats_home_per_day",),
    Kind.LEFT_BY_OWN_MEANS: ("seats_home_per_day",),
    Kind.HARMED_EXPOSURE: ("aid_access", "site_shelter"), Kind.DIED_EXPOSURE: ("aid_access", "site_shelter"),
    Kind.HARMED_BARRIER: BARRIERS,
    Kind.STANCE_CHANGED: STANCE, Kind.SANCTIONS_ANSWERED: ("pressure",),
}
# fmt: on
"""The controls on which the chance of an event depends, by its kind. Missing are `reporting`,
which moves what is told and not what happens, and `column_now`,
whose lever is the event's cause in the log."""


class EventPlace(NamedTuple):
    """Where an event happened, by name; "" for nowhere."""

    sector: str = ""
    country: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A lever in force on a control: which, where, and what it does to it then."""

    lever: int
    control: Control
    place: str
    effect: str


class InForce:
    """The levers of a run in time: dated ones by the scenario, triggered ones by the log's own rows."""

    def __init__(self, scenario: Scenario, turns: Iterable[tuple[float, int, int]]) -> None:
        """`turns` are the rows of levers: hours, kind, number of the lever."""
        self.scenario = scenario
        self.table = ControlTable(scenario)
        self._turns = sorted(turns)

    def on(self, kind: int, where: EventPlace, time_h: float) -> Iterator[Moved]:
        """What was in force at a time on the controls that events of a kind depend on, at their place."""
        for lever, spec in enumerate(self.table.levers):
            # Dates of a triggered lever are those of this run, as its log has them.
            if spec.trigger is not None:
                self.table.times[lever] = self._triggered(lever, time_h)
        for name in READS.get(kind, ()):
            control = CONTROLS[CONTROL_INDEX[name]]
            for place, called in self._places(control, where):
                yield from self._moves(control, place, called, time_h)

    def _moves(self, control: Control, place: int, called: str, time_h: float) -> Iterator[Moved]:
        if control.scope == "builder":
            for lever, barrier, size, sectors in self.table.builders:
                # Whether it has ended does not matter: what is built stays.
                begun = self.table.times[lever].start_h <= time_h
                if f"{barrier}_km_per_day" == control.name and place in sectors and begun and size > 0.0:
                    effect = (
                        f"{size * self.table.times[lever].strength:g} {control.unit}; what is built stays"
                    )
                    yield Moved(lever, control, called, effect)
            return
        for move in self.table.moves.get((CONTROL_INDEX[control.name], place), ()):
            effect = _effect(
                control, move.op, move.size, self.table.degree(move.lever, time_h, move.announced)
            )
            if effect:
                yield Moved(move.lever, control, called, effect)

    def _places(self, control: Control, where: EventPlace) -> Iterator[tuple[int, str]]:
        """Places of a control's scope that an event reads:
        of all fronts where it has no place on the line."""
        names = names_of_scope(self.scenario, control.scope)
        for place, name in enumerate(names):
            if control.scope == "world" or name in self._named(control.scope, names, where):
                yield place, "" if control.scope == "world" else name

    def _named(self, scope: str, names: list[str], where: EventPlace) -> set[str]:
        s = self.scenario
        match scope:
            case "front":
                here = {where.sector, where.country} - {""}
                return {name for name in names if not here or here & set(s.fronts[name].where)}
            case "site":
                return {name for name in names if s.sites[name].sector == where.sector}
            case "crossing_point":
                return {name for name in names if s.crossing_points[name].sector == where.sector}
            case "route":
                return {where.route}
            case "country":
                return {where.country}
        return {where.sector}

    def _triggered(self, lever: int, time_h: float) -> LeverTimes:
        """When a triggered lever last began, and when it ended after that, as the log has it."""
        spec = self.table.levers[lever]
        begun = [
            h for h, kind, which in self._turns if (kind, which) == (Kind.LEVER_BEGAN, lever) and h <= time_h
        ]
        start = begun[-1] if begun else NEVER
        ended = [
            h for h, kind, which in self._turns if (kind, which) == (Kind.LEVER_ENDED, lever) and h > start
        ]
        return LeverTimes(NEVER, start, ended[0] if ended else NEVER, 24.0 * spec.ramp_days, spec.strength)


def _effect(control: Control, op: str, size: float, degree: float) -> str:
    """What a lever does to a control at some degree, in words; "" where it does nothing."""
    if degree <= 0.0 or (op == "scale" and size == 1.0) or (op == "add" and size == 0.0):
        return ""
    if op == "scale":
        return f"x {scaling(size, degree):.3g}"
    unit = "" if control.unit in ("1", "share") else f" {control.unit}"
    if op == "add":
        return f"{size * degree:+.3g}{unit}"
    return f"set to {size:.3g}{unit}" + (f", {degree:.0%} of the way" if degree < 1.0 else "")
