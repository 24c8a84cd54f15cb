"""A line of waiting groups: oldest first, then by key; people and groups are counted.

A group has a place in at most one line (the interior, a strip, a site, a state's removals),
and beside it may wish for a seat on a flight home, which is a line of its own. Both are tickets,
chained from the oldest to the latest.
"""

from __future__ import annotations

from sim.core.record_types import Word
from sim.model.state.entities import Group, Line, Ticket
from sim.model.state.world import World


def join(world: World, line: Line, g: Group, since: float) -> None:
    """The group joins a line, behind everybody who has waited longer."""
    ticket = Ticket(key=g.key, group=g, line=line, since=since)
    before = line.last
    while before is not None and waits_longer(since, g.key, before):
        before = before.before
    after = line.first if before is None else before.after
    ticket.before = before
    ticket.after = after
    if before is None:
        line.first = ticket
    else:
        before.after = ticket
    if after is None:
        line.last = ticket
    else:
        after.before = ticket
    line.persons += g.persons
    line.count += 1
    if line.of_seats:
        g.wish_for_seat = ticket
    else:
        g.place_in_line = ticket


def waits_longer(since: float, key: Word, other: Ticket) -> bool:
    """Whether a group that waits since then goes before another; at the same time the lower key does."""
    return since < other.since or (since == other.since and key < other.key)


def leave(world: World, g: Group) -> None:
    """The group leaves the line of the place it waits at, if it is in one."""
    ticket = g.place_in_line
    if ticket is not None:
        g.place_in_line = None
        take_out(world, ticket, g.persons)


def leave_seats(world: World, g: Group) -> None:
    """The group wishes for a seat home no longer, if it did."""
    ticket = g.wish_for_seat
    if ticket is not None:
        g.wish_for_seat = None
        take_out(world, ticket, g.persons)


def take_out(world: World, ticket: Ticket, persons: int) -> None:
    """A place in a line is given up."""
    line = ticket.line
    assert line is not None
    before = ticket.before
    after = ticket.after
    if before is None:
        line.first = after
    else:
        before.after = after
    if after is None:
        line.last = before
    else:
        after.before = before
    line.persons -= persons
    line.count -= 1
    world.forget(ticket)


def lose(world: World, g: Group, persons: int) -> None:
    """Some persons of a waiting group are gone (died, admitted, split off): its lines count fewer."""
    ticket = g.place_in_line
    if ticket is not None and ticket.line is not None:
        ticket.line.persons -= persons
    wish = g.wish_for_seat
    if wish is not None and wish.line is not None:
        wish.line.persons -= persons
