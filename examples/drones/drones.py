"""A drone team at a border-guard post: it flies when its battery is charged and the wind allows,
and sees who is at the line.

While a drone is in the air, a group that tries to cross in its sector may be seen by it:
earlier than a patrol or a sensor would have seen it. Every number is invented.
"""

from __future__ import annotations

from typing import ClassVar

from sim.core.event_order import Rank
from sim.core.random_streams import uniform
from sim.core.record_types import Word, record
from sim.model.extensions import Given, replaces, row, stream
from sim.model.journeys import crossing
from sim.model.state.entities import Entity, Group
from sim.model.state.world import Day, World
from sim.record.events import Actor

TOOK_OFF, LANDED, GROUNDED, IN_VIEW = row("took_off"), row("landed"), row("grounded"), row("in_view")
WIND, SEEN, MOMENT = stream(0), stream(1), stream(2)


@record
class DroneTeam(Entity):
    """Two people and a drone at a post."""

    rank: ClassVar[int] = Rank.EXTENSION
    sector: int = 0
    luck: Word = 0
    flights: int = 0
    """Flights that were planned, those that the wind prevented among them."""


class DroneWorld(World):
    """What drone teams add to the world."""

    drone_teams: list[DroneTeam]
    drones_in_air: list[int]
    """By sector."""
    charging_h: float
    flight_h: float
    too_windy: float
    """Share of flights that the wind prevents."""
    drone_sees: float
    """Chance that a group at the line under a drone is seen by it."""


def build(world: DroneWorld, given: Given) -> None:
    """The teams of each sector, and what their drones can do."""
    numbers = given.numbers
    world.drones_in_air = [0] * len(world.params.sectors)
    world.charging_h, world.flight_h = numbers["charging_h"], numbers["flight_h"]
    world.too_windy, world.drone_sees = numbers["too_windy"], numbers["sees"]
    for sector in given.sectors:
        for _ in range(int(numbers["teams"])):
            world.drone_teams.append(DroneTeam(key=given.key(len(world.drone_teams)), sector=sector))


def start(world: DroneWorld) -> None:
    """Every team begins its day, with random numbers of its own."""
    for team in world.drone_teams:
        team.luck = world.luck_of(team.key)
        world.begin(team, fly)


def fly(world: DroneWorld, team: DroneTeam) -> Day:
    """The day of a drone team: it charges, takes off if the wind allows, and lands."""
    while True:
        yield world.wait(team, world.charging_h)
        team.flights += 1
        if uniform(team.luck, WIND, team.flights) < world.too_windy:
            world.write(world.now, GROUNDED, team.key, 0, team.sector, Actor.WEATHER, 0.0, -1)
            continue
        flight = world.write(world.now, TOOK_OFF, team.key, 0, team.sector, Actor.GUARD, 0.0, -1)
        world.drones_in_air[team.sector] += 1
        yield world.wait(team, world.flight_h)
        world.drones_in_air[team.sector] -= 1
        world.write(world.now, LANDED, team.key, 0, team.sector, Actor.GUARD, world.flight_h, flight)


@replaces(crossing.detection_hours)
def detection_hours(world: DroneWorld, g: Group, crossing_h: float) -> float:
    """Hours after which somebody sees the group: as without drones,
    or earlier where one in the air sees it."""
    others_h = crossing.detection_hours(world, g, crossing_h)
    if world.drones_in_air[g.sector] == 0 or g.u(SEEN, g.tries) >= world.drone_sees:
        return others_h
    drone_h = crossing_h * g.u(MOMENT, g.tries)
    if drone_h >= others_h:
        return others_h
    world.note(g, IN_VIEW, actor=Actor.GUARD, value=drone_h)
    return drone_h
