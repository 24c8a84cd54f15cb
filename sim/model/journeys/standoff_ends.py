"""How a stand-off ends: people disperse, a part breaks through, people are hurt in a clash,
or nobody is left."""

from __future__ import annotations

from sim.core.distributions import whole_share
from sim.core.event_order import BROKEN_PART, HARMS_A_TRY, Why
from sim.core.random_streams import Draw, uniform
from sim.model.border import harms
from sim.model.border.dispatch import teams_before
from sim.model.border.guard_posts import hold_then_back, serve_queue, withdraw
from sim.model.journeys.crossing import run_on
from sim.model.state.entities import UNSERVED, Group, Standoff
from sim.model.state.membership import in_order_of_keys, persons_of
from sim.model.state.world import World
from sim.record.events import Actor, Kind

DISPERSED, BREACHED, CLASHED, NOBODY_LEFT = 0.0, 1.0, 2.0, 3.0
GOES_ON = -1.0
"""How a step ends a stand-off, and that it does not."""


def write_end(world: World, standoff: Standoff, how: float) -> None:
    """The row of its end."""
    world.write(
        world.now, Kind.STANDOFF_ENDED, standoff.key, persons_of(world, standoff.members), standoff.sector,
        Actor.NOBODY, how, standoff.row,
    )  # fmt: skip


def end(world: World, standoff: Standoff, how: float) -> None:
    """Everybody goes their way, in the order of their keys; teams hold on for a while."""
    write_end(world, standoff, how)
    # Before people go: a part that breaks through makes a call of its own, behind those that the queue serves
    # now.
    release_calls(world, standoff)
    g = in_order_of_keys(world, standoff.members)
    standoff.members = None
    while g is not None:
        following = g.next_member
        g.next_member = None
        if how == BREACHED and g.trying:
            break_through(world, g)
        else:
            world.take(g, Why.DISPERSED)
        g = following
    world.forget(standoff)


def end_with_nobody(world: World, standoff: Standoff) -> None:
    """Nobody is left before the guards: nobody goes anywhere, and the teams hold on for a while."""
    write_end(world, standoff, NOBODY_LEFT)
    g = standoff.members
    while g is not None:
        g.standoff = None
        g = g.next_member
    release_calls(world, standoff)
    world.forget(standoff)


def break_through(world: World, g: Group) -> None:
    """A part of a group gets through the line; the rest is stopped."""
    share = world.params.standoffs.breach_share
    through = whole_share(g.persons, share, g.u(Draw.STANDOFF_BREACH, g.tries))
    # Nobody is left to be stopped: the group itself goes, so that it keeps its key and its story.
    if through >= g.persons:
        world.take(g, Why.BROKE_THROUGH)
        return
    if through > 0 and world.params.mechanisms.splits:
        part = world.split(g, through, BROKEN_PART)
        harms.recount(world, g)
        run_on(world, part, breaching=True)
    world.take(g, Why.DISPERSED)


def release_calls(world: World, standoff: Standoff) -> None:
    """Calls that wait are off; teams that are there, or on their way, hold on for a while."""
    call = standoff.calls
    while call is not None:
        following = call.next_call
        if call.arrival_h == UNSERVED:
            withdraw(world, call)
        else:
            hold_then_back(world, call)
        call = following
    serve_queue(world, world.sectors[standoff.sector])


# the top of the ladder


def injure(world: World, standoff: Standoff, actor: int) -> None:
    """The top of the ladder: who is hurt is drawn person by person, and team by team."""
    rules = world.params.standoffs
    # Rows of injuries are written in the order of keys, whatever order people joined in.
    standoff.members = in_order_of_keys(world, standoff.members)
    g = standoff.members
    while g is not None:
        following = g.next_member
        injure_group(world, standoff, g, actor)
        g = following
    for team in range(teams_before(world, standoff)):
        if uniform(standoff.luck, Draw.GUARD_INJURY, team) < rules.guard_injury:
            world.write(
                world.now, Kind.FORCE_MEMBER_HARMED, standoff.key, 1, standoff.sector, Actor.PEOPLE, 0.0,
                standoff.row
            )  # fmt: skip


def injure_group(world: World, standoff: Standoff, g: Group, actor: int) -> None:
    """Who of a group is hurt, and who dies; the rows are caused by the stand-off."""
    rules = world.params.standoffs
    hurt = harms.each_person(world, g, Draw.STANDOFF_INJURY, chance=rules.injury, occasion=g.tries)
    dead = harms.each_person(world, g, Draw.STANDOFF_DEATH, chance=rules.death, occasion=g.tries)
    # Harms are caused by the stand-off and not by the group's last own row; its story goes on from there
    # afterwards.
    before = g.row
    g.row = standoff.row
    for i in range(hurt):
        occasion = g.tries * HARMS_A_TRY + i % HARMS_A_TRY
        harms.harm(world, g, Kind.HARMED_VIOLENCE, actor=actor, occasion=occasion)
    for i in range(dead):
        occasion = g.tries * HARMS_A_TRY + i % HARMS_A_TRY
        harms.die_of(world, g, Kind.DIED_VIOLENCE, actor=actor, occasion=occasion)
    g.row = before
    if g.persons == 0:
        harms.end_empty(world, g)
