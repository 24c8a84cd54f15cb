"""Accounts: what each party says happened, as a view of the log.

The log holds what happened in the model, and on each row who knows, who reports, and who ascribes it to
another side. A recorded figure is a party's count, so it is compared with that party's account and never
with what happened. Incidents that a party reports and that did not happen are drawn here, by day.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.core.random_streams import Draw, entity_luck, key_of_name, uniform
from sim.record.events import Actor, Kind
from sim.record.log import ASCRIBES_BIT, KNOWN, PARTIES, REPORTS_BIT, SLOTS, RunRecord

if TYPE_CHECKING:
    import pandas as pd

    from sim.record.labels import Places, Speaker

DEATHS = (Kind.DIED_EXPOSURE, Kind.DIED_DROWNING, Kind.DIED_AFTER_RETURN, Kind.DIED_VIOLENCE)
HARMS = (Kind.HARMED_EXPOSURE, Kind.HARMED_RETURN, Kind.HARMED_VIOLENCE, Kind.HARMED_BARRIER)
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
COLUMNS = ("day", "party", "country", "sector", "measure", "value")
Cells = dict[tuple[int, str, str, str, str], float]


def account_cells(run: RunRecord, places: Places) -> Cells:
    """What each party reports, {(day, party, country, sector, measure): count}, from the running counters.

    Beside the measures of `KINDS_OF` there are incidents_by_people, _by_transit_state and _by_guard: the
    reported incidents by the side a party ascribes them to.
    """
    cells: Cells = {}
    measures = _measures_of_kinds()
    for key, (rows, persons, ascribed) in sorted(run.said.items()):
        cell, party = divmod(key, PARTIES)
        place, slot = divmod(cell, SLOTS)
        day, sector = divmod(place, run.sectors + 1)
        _say(
            cells,
            places,
            day,
            party,
            sector=sector - 1,
            measures=measures.get(slot >> 3, ()),
            actor=slot & 7,
            rows=rows,
            persons=persons,
            ascribed=ascribed,
        )
    _add_invented(cells, run, places)
    return cells


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
    return OPPONENT.get(speaker.side) or OPPONENT.get(side, "transit_state")


def _add(cells: Cells, key: tuple[int, str, str, str, str], value: float) -> None:
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
    luck = entity_luck(run.seed, run.replication, key_of_name("party " + speaker.name))
    return [poisson(uniform(luck, Draw.INVENTED, day), speaker.invents_per_day) for day in range(run.days)]


def poisson(u: float, mean: float) -> int:
    """A Poisson count by inverse transform of one uniform.

    >>> poisson(0.5, 0.02), poisson(0.985, 0.02), poisson(0.5, 3.0)
    (0, 1, 3)
    """
    term = below = math.exp(-mean)
    count = 0
    while below < u and count < 10_000:
        count += 1
        term *= mean / count
        below += term
    return count


def account_frame(cells: Cells) -> pd.DataFrame:
    """Accounts as a tidy frame with `COLUMNS`, in order of day, party, place and measure."""
    import pandas as pd

    rows = [(*key, value) for key, value in sorted(cells.items())]
    return pd.DataFrame(rows, columns=list(COLUMNS))
