"""A border with a drone team: a small extension that flies by the clock and sees every group at the line."""

from __future__ import annotations

MODULE = """
from __future__ import annotations
from typing import ClassVar
from sim.core.event_order import Rank
from sim.core.record_types import record
from sim.model.journeys import crossing
from sim.model.extensions import Given, replaces, row
from sim.model.state.entities import Entity, Group
from sim.model.state.world import Day, World
from sim.record.events import Actor

TOOK_OFF, LANDED, IN_VIEW = row("took_off"), row("landed"), row("in_view")

@record
class Team(Entity):
    rank: ClassVar[int] = Rank.EXTENSION
    sector: int = 0

class TeamWorld(World):
    teams: list[Team]
    charging_h: float
    flight_h: float

def build(world: TeamWorld, given: Given) -> None:
    world.charging_h, world.flight_h = given.numbers["charging_h"], given.numbers["flight_h"]
    world.teams.extend(Team(key=given.key(0), sector=sector) for sector in given.sectors)

def start(world: TeamWorld) -> None:
    for team in world.teams:
        world.begin(team, fly)

def fly(world: TeamWorld, team: Team) -> Day:
    while True:
        yield world.wait(team, world.charging_h)
        flight = world.write(world.now, TOOK_OFF, team.key, 0, team.sector, Actor.GUARD, 0.0, -1)
        yield world.wait(team, world.flight_h)
        world.write(world.now, LANDED, team.key, 0, team.sector, Actor.GUARD, world.flight_h, flight)

@replaces(crossing.detection_hours)
def detection_hours(world: TeamWorld, g: Group, crossing_h: float) -> float:
    world.note(g, IN_VIEW, actor=Actor.GUARD)
    return crossing.detection_hours(world, g, crossing_h)
"""
BASE = """
[scenario]
title = "A small border"
start = 2021-07-01
end = 2021-07-06
[countries.there]
summary_return = 0.5
[sectors.north]
country = "there"
label = "North"
length_km = 20.0
[mechanisms]
word_of_mouth = false
[routes.way]
people_per_day = 60.0
[people]
staging = { dist = "exponential", mean_h = 24.0 }
[levers.wall]
kind = "wall"
where = ["north"]
start = 2021-07-03
"""
EXTENSION = """
[extensions.drones]
module = "drones.py"
sectors = ["north"]
numbers = { charging_h = 3.0, flight_h = 2.0 }
[extensions.drones.rows]
took_off = "A drone took off"
landed = "A drone {landed}."
in_view = "A drone had people in view"
[extensions.drones.measures]
flights = { label = "drone flights", rows = ["took_off"], unit = "flights" }
hours = { label = "hours of drones in the air", rows = ["landed"], of = "value", unit = "h" }
in_view = { label = "person-attempts in view", rows = ["in_view"], of = "persons", \
unit = "person-attempts", family = "enforcement" }
"""
OWN = ["drones.flights", "drones.hours", "drones.in_view"]
DAYS = 5
