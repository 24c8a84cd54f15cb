"""What every actor and place of the model holds, without what it does: the records that both engines keep.

References between records are fields; a list of groups,
calls or teams is a chain through its members (`next_…`, `before`, `after`), so that the same statements run
on objects and on flat arrays.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import ClassVar

from sim.core.distributions import Law
from sim.core.event_order import FLIGHTS, Rank
from sim.core.random_streams import uniform
from sim.core.record_types import Engine, Word, record
from sim.record.events import Compartment

TRANSIT = -1
"""The place of people in the transit state: no country."""
UNSERVED = math.inf
"""When the teams of a call arrive that nobody has served."""


class Stage(IntEnum):
    """Where a group is on its way; `sim.model.journeys.journey` says which process each stage is."""

    WAIT_IN_TRANSIT = 0
    SET_OUT = 1
    HELD_BACK = 2
    WAIT_FOR_HOME = 3
    ATTEMPT = 4
    CROSS_ZONE = 5
    WAIT_IN_STRIP = 6
    WAIT_IN_SITE = 7
    MARCH_IN_COLUMN = 8
    MEET_IN_STANDOFF = 9
    FACE_DECISION = 10
    STAY_IN_PROCEDURE = 11
    AWAIT_REMOVAL = 12
    LIVE_UNSEEN = 13


@record
class Entity:
    """Whoever waits: its key orders events of one instant, `turn` counts its waits."""

    rank: ClassVar[int] = 0
    key: Word = 0
    turn: int = 0
    process: Engine = None
    appointment: Engine = None
    may: Engine = ()
    """Who may take it out of its present wait, and why: see `World.wait_until`."""


# people


@record
class Group(Entity):
    """People who travel together: whole persons, one luck, one journey."""

    rank: ClassVar[int] = Rank.GROUP
    luck: Word = 0
    persons: int = 0
    minors: int = 0
    route: int = 0
    reserve: float = 1.0
    """Health reserve: 1 well, 0 none left."""
    wishes_claim: bool = False
    claim_heard: bool = False
    sector: int = -1
    site: StagingSite | None = None
    compartment: int = int(Compartment.WAITING)
    place: int = TRANSIT
    since: float = 0.0
    attempts: int = 0
    tries: int = 0
    trying: bool = False
    guided: bool = False
    row: int = -1
    begins: Stage = Stage.WAIT_IN_TRANSIT
    """The stage with which people who are there at the start begin."""
    next_hours: float = 0.0
    waited_h: float = 0.0
    detected_h: float = math.inf
    detected_at: int = 0
    call: Call | None = None
    column: Column | None = None
    standoff: Standoff | None = None
    next_member: Group | None = None
    """The next in the column, the stand-off, or the list of those who are there at the start."""
    place_in_line: Ticket | None = None
    wish_for_seat: Ticket | None = None
    harms: int = 0
    threshold: float = 0.0
    situation: float = 0.0
    exposure_mark: float = 0.0
    exposure_rate: float = 0.0
    exposure_token: int = 0
    aim: float = 0.0
    """The reading of its sector's clock at which the next harm falls."""
    aimed: ExposureClock | None = None
    aimed_before: Group | None = None
    aimed_after: Group | None = None
    made_before: Group | None = None
    made_after: Group | None = None
    """The groups on their way, in the order in which they were made."""

    def u(self, stream: int, occasion: int) -> float:
        """The group's own number at an address: the same under every policy."""
        return uniform(self.luck, stream, occasion)


@record
class Ticket:
    """A group's place in a line, or its wish for a seat home."""

    key: Word = 0
    group: Group | None = None
    line: Line | None = None
    since: float = 0.0
    before: Ticket | None = None
    after: Ticket | None = None


@record
class Line:
    """A line of waiting groups: oldest first, then by key; people and groups counted."""

    of_seats: bool = False
    first: Ticket | None = None
    last: Ticket | None = None
    persons: int = 0
    count: int = 0


# guards


@record
class Post:
    """The post of a sector: its teams, the reserve's teams that are its guests, its waiting calls,
    the strip before it."""

    index: int = 0
    country: int = 0
    on_duty: int = 0
    out: int = 0
    guests: int = 0
    out_since: float = 0.0
    queue: Call | None = None
    strip: Line | None = None
    cut_km: float = 0.0
    wall: float = 0.0
    fence: float = 0.0
    coil: float = 0.0
    """Shares of the sector behind each barrier, the strongest counted first."""

    @property
    def free(self) -> int:
        """Teams on duty that are not out; a shift's end can leave more out than are on duty."""
        return max(0, self.on_duty - self.out)


@record
class Reserve:
    """A country's mobile reserve: teams on duty, and out on calls."""

    on_duty: int = 0
    out: int = 0

    @property
    def free(self) -> int:
        """Teams that are not out."""
        return max(0, self.on_duty - self.out)


@record
class Call:
    """A call for teams: who calls, how many are needed, and since when."""

    key: Word = 0
    luck: Word = 0
    occasion: int = 0
    sector: int = 0
    persons: int = 0
    needed: int = 0
    priority: int = 0
    since: float = 0.0
    row: int = -1
    group: Group | None = None
    standoff: Standoff | None = None
    arrival_h: float = UNSERVED
    patience_h: float = UNSERVED
    parts: LentTeams | None = None
    before: Call | None = None
    after: Call | None = None
    """Its neighbours in the queue of its post."""
    next_call: Call | None = None
    """The next call of the same stand-off."""


@record
class LentTeams:
    """Teams that one lender sends to a call: a sector's post, or -1 - country for the reserve."""

    lender: int = 0
    teams: int = 0
    next_part: LentTeams | None = None


@record
class Standoff(Entity):
    """People and teams face to face at one place."""

    rank: ClassVar[int] = Rank.STANDOFF
    luck: Word = 0
    sector: int = 0
    initiator: int = 0
    members: Group | None = None
    calls: Call | None = None
    calls_made: int = 0
    level: int = 0
    reached: int = 0
    threshold: float = 0.0
    row: int = -1
    running: bool = False


@record
class Column(Entity):
    """Groups that act as one at the line until they dissolve."""

    rank: ClassVar[int] = Rank.COLUMN
    luck: Word = 0
    sector: int = 0
    initiator: int = 0
    members: Group | None = None
    row: int = -1


@record
class LineWatch(Entity):
    """What leads to columns at a sector: what is left of its threshold, until when it waits,
    the control that it last read."""

    rank: ClassVar[int] = Rank.COLUMN
    sector: int = 0
    luck: Word = 0
    formed: int = 0
    threshold: float = 0.0
    rate: float = 0.0
    until_h: float = 0.0


@record
class Shifts(Entity):
    """The hours of a day at which shifts change."""

    rank: ClassVar[int] = Rank.SHIFT


# the destination states


@record
class Centre(Entity):
    """A state's reception: people in procedures, the line for removal, and its flights."""

    rank: ClassVar[int] = Rank.SHIFT
    index: int = 0
    persons: int = 0
    removal_line: Line | None = None
    seats: float = 0.0
    flight_row: int = -1

    @staticmethod
    def key_of(index: int) -> int:
        """The key of a country's flights."""
        return FLIGHTS + index


# the transit state, and what lies between


@record
class StagingSite:
    """A staging site: where it is, whether it is open, who waits in it."""

    index: int = 0
    sector: int = 0
    is_open: bool = False
    shelter: float = 0.0
    line: Line | None = None
    row: int = -1


@record
class ExposureClock:
    """Exposure at one sector since the start: past days, and today's hazard and course."""

    ground: float = 1.0
    before: float = 0.0
    hazard: float = 0.0
    from_h: float = 0.0
    offset: float = 0.0
    turns: int = 0
    aimed: Group | None = None
    """The groups whose next harm is worked out on this clock."""


@record
class RouteFlow:
    """What a route remembers: its surge from week to week,
    and the rate of groups that holds and that was opened today."""

    key: Word = 0
    luck: Word = 0
    log_surge: float = 0.0
    rate: float = 0.0
    opened: float = 0.0


@record
class News:
    """Counts of a sector: those of today, and what is remembered of those that have arrived."""

    tries_today: int = 0
    successes_today: int = 0
    tries: float = 0.0
    successes: float = 0.0
    believed: float = 0.0
    """The chance to get through that people believe in, here."""


# policy


@record
class LeverState:
    """A lever in numbers: its times (a trigger sets them during the run), its latest row,
    how far it was in force."""

    index: int = 0
    key: Word = 0
    is_on: bool = False
    is_triggered: bool = False
    announced_h: float = math.inf
    start_h: float = math.inf
    end_h: float = math.inf
    ramp_h: float = 0.0
    strength: float = 1.0
    row: int = -1
    degree: float = 0.0
    degree_announced: float = 0.0
    answer_h: float = math.inf
    """How long after it a sanction is answered; infinite where it is not, or is none."""
    pressure: float = 0.0
    pressure_announced: float = 0.0
    persons: int = 0
    by_escort: bool = False


@record
class Move:
    """One control at one place moved by one lever; `lag_h` hours later than the lever acts."""

    lever: LeverState
    op: int = 0
    amount: float = 0.0
    announced: bool = False
    lag_h: float = 0.0


@record
class Builder:
    """A lever that builds: which barrier, how fast, along which sectors (`World.building_order`),
    until which length."""

    lever: LeverState
    barrier: int = 0
    rate_km_per_day: float = 0.0
    stop_km: float = 0.0
    built_km: float = 0.0


@record
class Watch:
    """One trigger: its lever, its party, and its thresholds."""

    lever: LeverState
    index: int = 0
    party: int = 0
    by_rows: bool = False
    window_days: int = 0
    above: float = 0.0
    below: float = 0.0
    delay_days: float = 0.0
    duration_days: float = 0.0


@record
class StockState:
    """People who are there at the start, in one compartment, with the time they have already waited."""

    key: Word = 0
    persons: int = 0
    route: int = 0
    compartment: int = 0
    stage: Stage = Stage.WAIT_IN_TRANSIT
    attempts: int = 0
    sector: int = -1
    site: StagingSite | None = None
    claim_heard: bool = False
    waits: bool = False
    """Whether what is left of the wait in the transit state is drawn."""
    waited: Law = Law(0, 0.0, 0.0, 0)


@record
class Midnights(Entity):
    """What closes a day and begins the next."""

    rank: ClassVar[int] = Rank.MIDNIGHT
