"""The members of a column or a stand-off: a chain through `next_member`,
and what wakes a stand-off when numbers change."""

from __future__ import annotations

from sim.core.event_order import Why
from sim.model.state.entities import Group, Standoff
from sim.model.state.world import World


def persons_of(world: World, first: Group | None) -> int:
    """Everybody in a chain of members."""
    persons = 0
    g = first
    while g is not None:
        persons += g.persons
        g = g.next_member
    return persons


def leave_members(world: World, g: Group) -> None:
    """A group of which nobody is left, or that goes its own way,
    is no member of a column or a stand-off any more."""
    standoff = g.standoff
    column = g.column
    if standoff is not None:
        standoff.members = without(world, standoff.members, g)
    elif column is not None:
        column.members = without(world, column.members, g)
    g.standoff = None
    g.column = None
    g.next_member = None


def without(world: World, first: Group | None, g: Group) -> Group | None:
    """The head of a chain of members without one of them."""
    if first == g:
        return g.next_member
    member = first
    while member is not None:
        if member.next_member == g:
            member.next_member = g.next_member
            return first
        member = member.next_member
    return first


# what a stand-off feels


def feel_teams(world: World, standoff: Standoff) -> None:
    """Teams are on their way to a stand-off: what is left of its threshold is spent at another
    rate when they are there."""
    if not standoff.running:
        world.take(standoff, Why.REINFORCED)


def feel_losses(world: World, standoff: Standoff) -> None:
    """People of a stand-off are gone: what is left of its threshold is spent at another rate;
    with nobody left it ends."""
    if not standoff.running:
        world.take(standoff, Why.MEMBERS_LEFT)


# in the order of keys: a merge sort of the chain, in runs of 1, 2, 4 ... members


def in_order_of_keys(world: World, first: Group | None) -> Group | None:
    """The chain of members in the order of their keys, which differ."""
    head = first
    width = 1
    while after(world, head, width) is not None:
        head = merge_runs(world, head, width)
        width *= 2
    return head


def after(world: World, first: Group | None, members: int) -> Group | None:
    """Who follows so many members of a chain."""
    g = first
    for _ in range(members):
        if g is None:
            return None
        g = g.next_member
    return g


def merge_runs(world: World, first: Group | None, width: int) -> Group | None:
    """Runs of so many members, each in order, become runs of twice as many."""
    head = first
    last: Group | None = None
    left = first
    while left is not None:
        right = cut(world, left, width)
        rest = cut(world, right, width)
        merged = merge(world, left, right)
        if last is None:
            head = merged
        else:
            last.next_member = merged
        last = last_of(world, merged)
        left = rest
    return head


def cut(world: World, first: Group | None, members: int) -> Group | None:
    """End a chain behind so many members; what follows them."""
    last = after(world, first, members - 1)
    if last is None:
        return None
    rest = last.next_member
    last.next_member = None
    return rest


def merge(world: World, left: Group, right: Group | None) -> Group:
    """Two chains in order become one."""
    if right is None:
        return left
    head = left
    one: Group | None = left.next_member
    other: Group | None = right
    if right.key < left.key:
        head = right
        one = left
        other = right.next_member
    last = head
    while one is not None and other is not None:
        if one.key < other.key:
            last.next_member = one
            last = one
            one = one.next_member
        else:
            last.next_member = other
            last = other
            other = other.next_member
    last.next_member = other if one is None else one
    return head


def last_of(world: World, first: Group) -> Group:
    """The last member of a chain."""
    last = first
    following = last.next_member
    while following is not None:
        last = following
        following = last.next_member
    return last
