"""How many teams a call names, and how many people some teams can hold."""

from __future__ import annotations

import math


def teams_needed(persons: int, persons_per_team: float) -> int:
    """Teams a call names: enough to hold everybody.

    Units: persons, persons a team can hold; result teams. Range: persons 0 and up, a team's hold above 0;
    result 1 and up. Source: the model's own design, reaction. Status: form assumed, a team's hold assumed.

    >>> teams_needed(21, 10.0)
    3
    """
    return max(1, int(math.ceil(persons / max(persons_per_team, 1e-6))))


def persons_held(persons: int, teams: int, persons_per_team: float) -> int:
    """How many of a group these teams can hold: with too few teams only a part.

    Units: persons, teams, persons a team can hold; result persons. Range: 0 and up; result 0 to `persons`.
    Source: the model's own design: with too few teams only a part is held. Status: assumed.

    >>> persons_held(25, 2, 10.0)
    20
    """
    # The product may come out just below the whole number that it is.
    return max(0, min(persons, int(math.floor(teams * persons_per_team + 1e-9))))
