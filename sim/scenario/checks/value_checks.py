"""Values that must agree with other values: dates in order, shifts apart, barriers inside their sector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.scenario.checks.reference_checks import Checked
from sim.scenario.checks.run_size import MOST_PEOPLE, people_of
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.schema import Sector, Uniform

MOST_DAYS = 3660
"""Ten years: the months of a run and its daily tables stay small."""
# Sums of decimal numbers that make 1 may lie just above it.
ROUNDING = 1e-9


def value_faults(checked: Checked) -> None:
    """Values outside the levers."""
    _dates(checked)
    _people(checked)
    for name, sector in checked.scenario.sectors.items():
        _shifts(checked, name, sector)
        _barriers(checked, name, sector)
    _distances(checked)
    _shares(checked)
    _sizes(checked)
    _memory(checked)
    _bounds(checked)


def own_value_faults(checked: Checked) -> None:
    """Values that disagree with values of their own table, where a part of a scenario says them all."""
    given = checked.whole.get("scenario")
    if isinstance(given, dict) and {"start", "end"} <= set(given):
        _dates(checked)
    for name, sector in checked.scenario.sectors.items():
        _shifts(checked, name, sector)
    _bounds(checked)


def _bounds(checked: Checked) -> None:
    for path, law in _uniforms((), checked.scenario):
        if law.low_h > law.high_h:
            checked.fault(
                (*path, "low_h"),
                "the lower bound lies above the upper",
                found=law.low_h,
                allowed=f"at most {law.high_h:g} h",
            )


def _dates(checked: Checked) -> None:
    meta = checked.scenario.scenario
    days = (meta.end - meta.start).days
    if days <= 0:
        checked.fault(
            ("scenario", "end"),
            "is not after the start",
            found=meta.end,
            allowed=f"a date after {meta.start}",
        )
    elif days > MOST_DAYS:
        checked.fault(
            ("scenario", "end"),
            "the scenario is too long",
            found=f"{days:,} days",
            allowed=f"at most {MOST_DAYS:,} days",
        )


def _people(checked: Checked) -> None:
    people = people_of(checked.scenario)
    if people > MOST_PEOPLE:
        stocks = sum(stock.persons for stock in checked.scenario.initial.values())
        checked.fault(
            ("initial" if stocks > MOST_PEOPLE else "routes",),
            "more people than a run can hold, those who come at the base rates included",
            found=f"about {people:,.0f} persons", allowed=f"at most {MOST_PEOPLE:,} persons in all",
        )  # fmt: skip


def _shifts(checked: Checked, name: str, sector: Sector) -> None:
    path: KeyPath = ("sectors", name, "shifts")
    if not sector.shifts:
        checked.fault(path, "has no shift", found="", allowed="at least one shift")
    for index, shift in enumerate(sector.shifts):
        if shift.to_h <= shift.from_h:
            text = (
                "over midnight needs two shifts, to 24 and from 0"
                if shift.to_h < shift.from_h
                else "has no length"
            )
            checked.fault(
                (*path, index),
                text,
                found=f"{shift.from_h:g} to {shift.to_h:g} h",
                allowed="to_h after from_h",
            )
        for earlier in sector.shifts[:index]:
            if max(shift.from_h, earlier.from_h) < min(shift.to_h, earlier.to_h):
                found = f"{shift.from_h:g} to {shift.to_h:g} h and {earlier.from_h:g} to {earlier.to_h:g} h"
                checked.fault(
                    (*path, index),
                    "overlaps another shift",
                    found=found,
                    allowed="shifts of a post apart from one another",
                )


def _distances(checked: Checked) -> None:
    """A route that says how far some sectors are says it of all:
    a distance left out would draw everybody there."""
    for name, route in checked.scenario.routes.items():
        distances = route.distance_km
        left_out = [
            sector_name
            for sector_name, sector in checked.scenario.sectors.items()
            if sector.country in checked.scenario.countries
            and not {sector_name, sector.country} & set(distances)
        ]
        is_known = all(
            place in checked.scenario.sectors or place in checked.scenario.countries for place in distances
        )
        # Not beside an unknown name: the sector left out may be the one that was misspelt.
        if distances and left_out and is_known:
            checked.fault(
                ("routes", name, "distance_km"),
                "leaves out sectors",
                found=", ".join(left_out[:5]) + (" ..." if len(left_out) > 5 else ""),
                allowed="a distance for every sector, by its name or its country; or none at all",
            )


def _barriers(checked: Checked, name: str, sector: Sector) -> None:
    for key in ("coil_km", "fence_km", "wall_km"):
        length = getattr(sector, key)
        if length > sector.length_km + ROUNDING:
            checked.fault(
                ("sectors", name, key),
                "is longer than its sector",
                found=length,
                allowed=f"at most {sector.length_km:g} km",
            )


def _shares(checked: Checked) -> None:
    """Who starts a step up the ladder: people, escorts and guards, together at most everyone."""
    ladder = checked.scenario.standoffs
    total = ladder.people_share + ladder.escort_share + ladder.guard_share
    if total > 1.0 + ROUNDING:
        # At a key that a file says, since a default has no line.
        key = _first_said(checked, "standoffs", "people_share", "escort_share", "guard_share")
        checked.fault(
            ("standoffs", key),
            "people_share, escort_share and guard_share exceed one in sum",
            found=f"{total:g}",
            allowed="at most 1",
        )


def _first_said(checked: Checked, table: str, *keys: str) -> str:
    """The first of some keys that the files say themselves."""
    given = checked.whole.get(table)
    return next((key for key in keys if isinstance(given, dict) and key in given), keys[0])


def _sizes(checked: Checked) -> None:
    people, columns = checked.scenario.people, checked.scenario.columns
    if people.gathering_median > people.gathering_max:
        checked.fault(
            ("people", "gathering_median"),
            "the median lies above the largest",
            found=people.gathering_median,
            allowed=f"at most {people.gathering_max} persons, gathering_max",
        )
    if columns.size_median > columns.max_persons:
        checked.fault(
            ("columns", "size_median"), "the median lies above the largest", found=columns.size_median,
            allowed=f"at most {columns.max_persons} persons, max_persons",
        )  # fmt: skip
    if len(set(people.winter_months)) < len(people.winter_months):
        checked.fault(("people", "winter_months"), "names a month twice", found=people.winter_months)


def _memory(checked: Checked) -> None:
    news = checked.scenario.information
    if news.memory_days < news.delay_days:
        checked.fault(
            ("information", "memory_days"), "is shorter than the delay of news", found=news.memory_days,
            allowed=f"at least {news.delay_days} days, delay_days",
        )  # fmt: skip


def _uniforms(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Uniform]]:
    """Every uniform law of the scenario."""
    if isinstance(value, Uniform):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _uniforms((*path, name), getattr(value, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _uniforms((*path, name), item)
