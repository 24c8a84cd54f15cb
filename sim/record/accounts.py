"""Accounts: what each party says happened, as a view of the log.

The log holds what happened in the model, and on each row who knows, who reports, and who ascribes it to
another side. A recorded figure is a party's count, so it is compared with that party's account and never
with what happened. Incidents that a party reports and that did not happen are drawn here, by day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.random_streams import Draw, entity_luck, key_of_name, uniform
from sim.record.events import Actor, Kind
from sim.record.log import ASCRIBES_BIT, KNOWN, PARTIES, REPORTS_BIT, SLOTS, RunRecord

if TYPE_CHECKING:
    from sim.record.labels import Places, Speaker

DEATHS = (Kind.DIED_EXPOSURE, Kind.DIED_DROWNING, Kind.DIED_AFTER_RETURN, Kind.DIED_VIOLENCE)
HARMS = (Kind.HARMED_EXPOSURE, Kind.HARMED_RETURN, Kind.HARMED_VIOLENCE, Kind.HARMED_BARRIER)
# Ends of attempts: the rows of their beginnings carry no witness.
KINDS_OF: dict[str, tuple[int, ...]] = {
    "attempts": (Kind.WITHDREW, Kind.PREVENTED, Kind.APPREHENDED, Kind.ENTERED_UNSEEN),
    "entries": (Kind.ENTERED_UNSEEN,),
    "incidents": (Kind.REACHED_LEVEL_2,),
    "returns": (Kind.SUMMARY_RETURN,),
    "harms": HARMS,
    "deaths": DEATHS,
}
"""What an account can count; incidents are stand-offs that reached objects thrown or the fence torn."""
ROWS = ("incidents",)
"""Counted in events; everything else is counted in persons."""
SIDE_OF = {Actor.ESCORT: "transit_state", Actor.TRANSIT_STATE: "transit_state", Actor.GUARD: "guard",
           Actor.DESTINATION_STATE: "guard", Actor.PEOPLE: "people"}  # fmt: skip
OPPONENT = {"guard": "transit_state", "transit_state": "guard"}
SIDES = ("people", "transit_state", "guard")
MEASURES = (*KINDS_OF, *(f"incidents_by_{side}" for side in SIDES))
"""All that an account counts: reported incidents also by the side a party ascribes them to."""
Cells = dict[tuple[int, str, str, str, str], float]
Codes = NDArray[np.int64]


class AccountColumns(NamedTuple):
    """What each party reports, a row for each count above nought, in the order of the names.

    `party`, `country`, `sector` are indices into `Places` (-1: none), `measure` into `MEASURES`.
    """

    day: Codes
    party: Codes
    country: Codes
    sector: Codes
    measure: Codes
    value: NDArray[np.float64]


def account_columns(run: RunRecord, places: Places) -> AccountColumns:
    """What each party reports by day and place, from the running counters."""
    parts = [*_reported(run, places), *_invented(run, places)]
    day, party, place, measure, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    names = ([speaker.name for speaker in places.parties], _names_of_places(places), MEASURES)
    ranks = [_ranks(of) for of in names]
    # Keys of ranks, so that their order is that of the names: tables come in it.
    sizes = (run.days, *(max(len(rank), 1) for rank in ranks))
    coded = (rank[codes] for rank, codes in zip(ranks, (party, place, measure), strict=True))
    keys, inverse = np.unique(np.ravel_multi_index((day, *coded), sizes), return_inverse=True)
    sums = np.bincount(inverse, value, len(keys)).astype(np.float64)  # of nothing, NumPy counts whole
    day, *ranked = np.unravel_index(keys[sums != 0.0], sizes)
    party, place, measure = (np.argsort(rank)[at] for rank, at in zip(ranks, ranked, strict=True))
    # By number of place: nowhere, the sectors, then each country as a whole.
    countries = np.array([-1, *places.country_of, *range(len(places.countries))], np.int64)
    sectors = np.where(place <= len(places.sectors), place - 1, -1)
    return AccountColumns(day, party, countries[place], sectors, measure, sums[sums != 0.0])


def account_cells(run: RunRecord, places: Places) -> Cells:
    """The same by names: {(day, party, country, sector, measure): count}."""
    columns = account_columns(run, places)
    countries, sectors = ("", *places.countries), ("", *places.sectors)
    return {
        (
            day,
            places.parties[party].name,
            countries[country + 1],
            sectors[sector + 1],
            MEASURES[measure],
        ): value
        for day, party, country, sector, measure, value in zip(*(c.tolist() for c in columns), strict=True)
    }


def _names_of_places(places: Places) -> list[tuple[str, str]]:
    """Country and sector of each place: nowhere, the sectors, then the countries as a whole."""
    sectors = [(places.countries[c], s) for c, s in zip(places.country_of, places.sectors, strict=True)]
    return [("", ""), *sectors, *((country, "") for country in places.countries)]


def _ranks(names: Sequence[Any]) -> Codes:
    """The place of each name in alphabetical order."""
    ranks = np.zeros(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


Part = tuple[Codes, Codes, Codes, Codes, Codes]
"""Day, party, place, measure and count of some reports."""


def _reported(run: RunRecord, places: Places) -> Iterator[Part]:
    """What happened, as parties report it."""
    key, rows, persons, ascribed = run.reports().T
    cell, party = np.divmod(key, PARTIES)
    known = party < len(places.parties)
    cell, party, rows, persons, ascribed = (a[known] for a in (cell, party, rows, persons, ascribed))
    at, slot = np.divmod(cell, SLOTS)
    day, place = np.divmod(at, run.sectors + 1)
    kind, actor = np.divmod(slot, 8)
    for number, (name, kinds) in enumerate(KINDS_OF.items()):
        chosen = np.isin(kind, kinds)
        counts = rows if name in ROWS else persons
        yield day[chosen], party[chosen], place[chosen], np.full(chosen.sum(), number), counts[chosen]
    chosen = np.isin(kind, KINDS_OF["incidents"])
    own = np.array([SIDES.index(SIDE_OF.get(Actor(a), "people")) for a in range(len(Actor))], np.int64)
    other = np.array([[SIDES.index(other_side(p, s)) for s in SIDES] for p in places.parties], np.int64)
    side = own[actor[chosen]]
    where = day[chosen], party[chosen], place[chosen]
    yield *where, len(KINDS_OF) + side, (rows - ascribed)[chosen]
    # Without parties `other` has no second axis.
    if len(places.parties):
        yield *where, len(KINDS_OF) + other[party[chosen], side], ascribed[chosen]


def _invented(run: RunRecord, places: Places) -> Iterator[Part]:
    """Incidents that a party reports and that did not happen, ascribed to its opponent."""
    for number, speaker in enumerate(places.parties):
        counts = np.array(invented(run, speaker), np.int64)
        day = np.flatnonzero(counts)
        # At the party's country as a whole: what did not happen has no sector.
        home = 1 + len(places.sectors) + places.countries.index(speaker.country) if speaker.country else 0
        ascribed = MEASURES.index(f"incidents_by_{other_side(speaker, 'guard')}")
        for measure in (MEASURES.index("incidents"), ascribed):
            yield (
                day,
                np.full(len(day), number),
                np.full(len(day), home),
                np.full(len(day), measure),
                counts[day],
            )


def account_cells_of_log(run: RunRecord, places: Places) -> Cells:
    """The same from the rows alone; a law holds the two together."""
    cells: Cells = {}
    measures = _measures_of_kinds()
    for _, time_h, kind, _, persons, sector, actor, _, _, witness in run.rows:
        for party in range(len(places.parties)):
            if witness >> REPORTS_BIT & KNOWN & (1 << party):
                ascribed = witness >> ASCRIBES_BIT >> party & 1
                _say(
                    cells,
                    places,
                    int(time_h // 24.0),
                    party,
                    sector=sector,
                    measures=measures.get(kind, ()),
                    actor=actor,
                    rows=1,
                    persons=persons,
                    ascribed=ascribed,
                )
    _add_invented(cells, run, places)
    return cells


def _measures_of_kinds() -> dict[int, tuple[str, ...]]:
    kinds = {kind for named in KINDS_OF.values() for kind in named}
    return {kind: tuple(name for name, named in KINDS_OF.items() if kind in named) for kind in kinds}


def _say(
    cells: Cells, places: Places, day: int, party: int, *, sector: int, measures: tuple[str, ...], actor: int,
    rows: float, persons: float, ascribed: float,
) -> None:  # fmt: skip
    if party >= len(places.parties):
        return
    speaker = places.parties[party]
    where = (places.countries[places.country_of[sector]], places.sectors[sector]) if sector >= 0 else ("", "")
    for measure in measures:
        _add(cells, (day, speaker.name, *where, measure), rows if measure in ROWS else persons)
        if measure == "incidents":
            side = SIDE_OF.get(Actor(actor), "people")
            _add(cells, (day, speaker.name, *where, f"incidents_by_{side}"), rows - ascribed)
            _add(cells, (day, speaker.name, *where, f"incidents_by_{other_side(speaker, side)}"), ascribed)


def other_side(speaker: Speaker, side: str) -> str:
    """To whom a party ascribes what it misattributes: to its opponent, or, if it has none,
    to the other force."""
    # Aid and press have no opponent: what they ascribe wrongly goes to the other of the two forces.
    return OPPONENT.get(speaker.side) or OPPONENT.get(side, "transit_state")


def _add(cells: Cells, key: tuple[int, str, str, str, str], value: float) -> None:
    # No cell of nothing, as in the columns.
    if value:
        cells[key] = cells.get(key, 0.0) + value


def _add_invented(cells: Cells, run: RunRecord, places: Places) -> None:
    """Incidents that a party reports and that did not happen, ascribed to its opponent."""
    for speaker in places.parties:
        for day, count in enumerate(invented(run, speaker)):
            _add(cells, (day, speaker.name, speaker.country, "", "incidents"), count)
            _add(
                cells,
                (day, speaker.name, speaker.country, "", f"incidents_by_{other_side(speaker, 'guard')}"),
                count,
            )


def invented(run: RunRecord, speaker: Speaker) -> list[int]:
    """How many incidents that did not happen a party reports on each day."""
    if speaker.invents_per_day <= 0.0:
        return [0] * run.days
    # With a word before the name: a party and a sector of one name have numbers of their own.
    luck = entity_luck(run.seed, run.replication, key_of_name("party " + speaker.name))
    return [poisson(uniform(luck, Draw.INVENTED, day), speaker.invents_per_day) for day in range(run.days)]


def poisson(u: float, mean: float) -> int:
    """A Poisson count by inverse transform of one uniform.

    >>> poisson(0.5, 0.02), poisson(0.985, 0.02), poisson(0.5, 3.0)
    (0, 1, 3)
    """
    term = below = math.exp(-mean)
    count = 0
    # The bound is for a `u` next to 1, which rounding may keep the sum below for ever.
    while below < u and count < 10_000:
        count += 1
        term *= mean / count
        below += term
    return count
