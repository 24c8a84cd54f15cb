"""Names that must name something: sectors, countries, routes, parties, wherever a scenario says one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from sim.core.errors import Fault
from sim.scenario.files.scenario_files import shown
from sim.scenario.files.schema_faults import Where
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.levers.lever_kinds import CONTROL_INDEX
from sim.scenario.schema import Scenario
from sim.scenario.schema.fields import members, steps_below, type_below

PLACE_OF: dict[str, str] = {
    "waiting": "routes", "gave_up": "routes", "stranded": "sectors", "in_site": "sites",
    "procedure": "countries", "awaiting_removal": "countries",
}  # fmt: skip
ONE: dict[str, str] = {
    "countries": "country", "sectors": "sector", "fronts": "front", "routes": "route", "sites": "site",
    "crossing_points": "crossing point", "parties": "party", "levers": "lever", "lever_kinds": "lever kind",
}  # fmt: skip
PLACES = ("countries", "sectors", "fronts", "routes", "sites", "crossing_points")


class Checked:
    """A scenario under check: its valid part, all that its files say, and the faults found so far."""

    def __init__(self, scenario: Scenario, whole: dict[str, Any], where: Where) -> None:
        self.scenario = scenario
        self.whole = whole
        self.where = where
        self.faults: list[Fault] = []

    def names(self, *tables: str) -> list[str]:
        """Every name in some tables, also of entries that are at fault themselves."""
        found: list[str] = []
        for table in tables:
            # From the files and not from the mended scenario: an entry that is at fault itself still has its
            # name.
            entries = self.whole.get(table)
            found += list(entries) if isinstance(entries, dict) else []
        return found

    def fault(
        self, path: KeyPath, problem: str, *, found: Any = "", allowed: str = "", nearest: str = ""
    ) -> None:
        """Note a fault."""
        self.faults.append(self.where.fault(path, problem, found=found, allowed=allowed, nearest=nearest))

    def known(self, path: KeyPath, name: str, *tables: str) -> bool:
        """Whether a name is in one of the tables; a fault that names the nearest one if not."""
        names = self.names(*tables)
        if name in names:
            return True
        what = " or ".join(ONE[table] for table in tables)
        nearest = next(iter(get_close_matches(name, names, 1)), "")
        allowed = "" if nearest else listed(names) or f"there is no {what}"
        self.fault(path, f"unknown {what}", found=shown(name), allowed=allowed, nearest=nearest)
        return False


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in a row, cut where there are many."""
    found = list(names)
    return ", ".join(found[:most]) + (", ..." if len(found) > most else "")


def name_faults(checked: Checked) -> None:
    """Names outside the levers."""
    _sectors(checked)
    _countries(checked)
    _fronts(checked)
    _single_names(checked)
    _stocks(checked)
    _evidence(checked)


def _sectors(checked: Checked) -> None:
    for name, sector in checked.scenario.sectors.items():
        checked.known(("sectors", name, "country"), sector.country, "countries")
        for index, other in enumerate(sector.neighbours):
            path: KeyPath = ("sectors", name, "neighbours", index)
            if other == name:
                checked.fault(path, "a sector is not its own neighbour", found=other)
            elif checked.known(path, other, "sectors") and other in sector.neighbours[:index]:
                checked.fault(path, "is named twice", found=other)
        if name in checked.names("countries"):
            checked.fault(
                ("sectors", name), "has the name of a country, which `where` could not tell apart", found=name
            )


def _countries(checked: Checked) -> None:
    sectors = checked.whole.get("sectors")
    used = (
        [s.get("country") for s in sectors.values() if isinstance(s, dict)]
        if isinstance(sectors, dict)
        else []
    )
    for name in checked.scenario.countries:
        if name not in used:
            checked.fault(
                ("countries", name),
                "has no sector",
                found="",
                allowed="at least one sector with this country",
            )


def _fronts(checked: Checked) -> None:
    """Fronts share the line out: a sector lies in one of them or in none."""
    taken: dict[str, str] = {}
    for name, front in checked.scenario.fronts.items():
        for index, item in enumerate(front.where):
            if not checked.known(("fronts", name, "where", index), item, "countries", "sectors"):
                continue
            for sector in _sectors_in(checked.scenario, item):
                if taken.setdefault(sector, name) != name:
                    checked.fault(
                        ("fronts", name, "where", index),
                        f"sector {sector} lies in front {taken[sector]} already",
                        found=item,
                    )


def _sectors_in(scenario: Scenario, item: str) -> list[str]:
    return [name for name, sector in scenario.sectors.items() if item in (name, sector.country)]


def _single_names(checked: Checked) -> None:
    scenario = checked.scenario
    for name, site in scenario.sites.items():
        checked.known(("sites", name, "sector"), site.sector, "sectors")
    for name, point in scenario.crossing_points.items():
        checked.known(("crossing_points", name, "sector"), point.sector, "sectors")
    for name, route in scenario.routes.items():
        for place in route.distance_km:
            checked.known(("routes", name, "distance_km", place), place, "countries", "sectors")
    for name, party in scenario.parties.items():
        for index, country in enumerate(party.countries):
            checked.known(("parties", name, "countries", index), country, "countries")
    for name, series in scenario.recorded.items():
        if series.party is not None:
            checked.known(("recorded", name, "party"), series.party, "parties")
        for index, place in enumerate(series.where):
            if place != "*":
                checked.known(("recorded", name, "where", index), place, "countries", "sectors", "fronts")


def _stocks(checked: Checked) -> None:
    """People who are there at the start stand where their compartment says."""
    held: dict[str, int] = {}
    for name, stock in checked.scenario.initial.items():
        checked.known(("initial", name, "place"), stock.place, PLACE_OF[stock.compartment])
        site = checked.scenario.sites.get(stock.place)
        if stock.compartment == "in_site" and site is not None:
            held[stock.place] = held.get(stock.place, 0) + stock.persons
            if held[stock.place] > site.capacity:
                allowed = f"at most {site.capacity} persons, the site's capacity"
                checked.fault(
                    ("initial", name, "persons"),
                    "more than the site holds",
                    found=held[stock.place],
                    allowed=allowed,
                )


def _evidence(checked: Checked) -> None:
    """Evidence speaks of keys that are there, or were before a later file removed them."""
    for key, evidence in checked.scenario.evidence.items():
        path: KeyPath = ("evidence", key)
        problem, nearest = _unmatched(checked, key.split("."))
        if problem:
            checked.fault(path, problem, found="", allowed="", nearest=nearest)
        elif evidence.status != "assumed" and not evidence.source:
            checked.fault((*path, "source"), f"is missing, though the status is {evidence.status}")


def _unmatched(checked: Checked, steps: list[str]) -> tuple[str, str]:
    """Why an evidence key matches nothing, and the nearest key that would; two empty texts if it matches."""
    annotation: Any = Scenario
    # In every layer: evidence may speak of what a later file has removed.
    nodes: list[Any] = [layer.table for layer in checked.where.layers]
    for n, step in enumerate(steps):
        names = _step_names(annotation, nodes, steps[:n])
        if step != "*" and step not in names:
            nearest = next(iter(get_close_matches(step, names, 1)), "")
            return "matches no key", ".".join([*steps[:n], nearest, *steps[n + 1 :]]) if nearest else ""
        below = type_below(annotation, names[0] if step == "*" and names else step)
        if below is None:
            return "matches no key", ""
        annotation = below
        nodes = [
            node[name] for node in nodes if isinstance(node, dict) for name in node if step in ("*", name)
        ]
    return "", ""


def _step_names(annotation: Any, nodes: list[Any], before: list[str]) -> list[str]:
    """The names that a step of an evidence key may have."""
    fields = [name for kind in members(annotation) for name in steps_below(kind)]
    if fields:
        return list(dict.fromkeys(fields))
    if before[-1:] == ["sizes"]:
        return list(CONTROL_INDEX)
    return list(dict.fromkeys(name for node in nodes if isinstance(node, dict) for name in node))
