"""A line of waiting groups: oldest first, then by key. Whoever leaves otherwise is passed over."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from sim.model.world import Group


class WaitingLine:
    """Groups in order of (since, key); people counted. A group's `version` tells whether it still waits here."""

    __slots__ = ("_heap", "_member", "persons")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Group]] = []
        self._member: dict[int, float] = {}
        self.persons = 0

    def __len__(self) -> int:
        return len(self._member)

    def __contains__(self, group: Group) -> bool:
        return group.key in self._member

    def add(self, group: Group, since: float) -> None:
        """The group joins the line."""
        self._member[group.key] = since
        self.persons += group.persons
        heappush(self._heap, (since, group.key, group))

    def leave(self, group: Group) -> None:
        """The group leaves the line, whoever took it; nothing if it is not there."""
        if self._member.pop(group.key, None) is not None:
            self.persons -= group.persons
            if len(self._heap) > 4 * len(self._member) + 64:
                self._heap = [entry for entry in self._heap if self._waits(entry)]
                heapify(self._heap)

    def lose(self, group: Group, persons: int) -> None:
        """Some persons of a waiting group are gone (died, admitted, split off)."""
        if group.key in self._member:
            self.persons -= persons

    def first(self) -> Group | None:
        """Who has waited longest."""
        while self._heap:
            if self._waits(self._heap[0]):
                return self._heap[0][2]
            heappop(self._heap)
        return None

    def in_order(self) -> list[Group]:
        """Everybody in the line, in its order."""
        return [entry[2] for entry in sorted({e for e in self._heap if self._waits(e)})]

    def _waits(self, entry: tuple[float, int, Group]) -> bool:
        return self._member.get(entry[1]) == entry[0]
