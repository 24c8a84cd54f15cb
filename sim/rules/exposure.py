"""Cold, hunger, wounds: how exposure wears down a group and falls on single persons."""

from __future__ import annotations

import math

from sim.core.distributions import safe_exp

DAY_H = 24.0
NIGHT_END_H, NIGHT_BEGIN_H = 6.0, 18.0


def day_hazard(month_factor: float, aid_access: float, aid_factor: float, ground: float) -> float:
    """Exposure of a day in the strip, in summer days without aid.

    Full aid access multiplies by `aid_factor`.

    Units: factors, access a share of needs; result summer days without aid. Range: 0 and up; access and
    aid_factor 0 to 1. Source: winter about three times summer (docs/record.md). Status: month factors
    estimated, form and aid assumed.

    >>> day_hazard(3.0, 0.0, 0.4, 1.0), day_hazard(1.0, 1.0, 0.4, 1.0)
    (3.0, 0.4)
    """
    return month_factor * ground * (1.0 - aid_access * (1.0 - aid_factor))


def exposure_by(hour_of_day: float, hazard: float, night_factor: float) -> float:
    """Exposure from midnight to an hour of the day; the night (18 to 6) weighs `night_factor` times the day.

    Over the whole day the sum is `hazard`.

    Units: hours of the day, summer days; result summer days. Range: hour 0 to 24, hazard and factor 0 and up.
    Source: day and night as two constant hazards. Status: assumed.

    >>> exposure_by(24.0, 2.0, 1.5), exposure_by(12.0, 2.0, 1.5)
    (2.0, 1.0)
    """
    per_h = hazard / ((DAY_H - NIGHT_BEGIN_H + NIGHT_END_H) * night_factor + (NIGHT_BEGIN_H - NIGHT_END_H))
    night = min(hour_of_day, NIGHT_END_H) + max(0.0, hour_of_day - NIGHT_BEGIN_H)
    return per_h * (night * night_factor + (hour_of_day - night))


def hour_of_exposure(amount: float, hazard: float, night_factor: float) -> float:
    """The hour of the day by which so much exposure has come: the inverse of `exposure_by`, at most 24.

    Units: summer days; result hours of the day. Range: 0 and up; result 0 to 24. Source: inverse of
    `exposure_by`. Status: assumed, as there.

    >>> round(hour_of_exposure(exposure_by(20.0, 2.0, 1.5), 2.0, 1.5), 9)
    20.0
    """
    per_h = hazard / ((DAY_H - NIGHT_BEGIN_H + NIGHT_END_H) * night_factor + (NIGHT_BEGIN_H - NIGHT_END_H))
    if per_h <= 0.0:
        return DAY_H
    dark = per_h * night_factor
    morning = NIGHT_END_H * dark
    evening = morning + (NIGHT_BEGIN_H - NIGHT_END_H) * per_h
    # With a night factor of 0 the night adds nothing: the hour lies in the day.
    if amount <= morning and dark > 0.0:
        return min(DAY_H, amount / dark)
    if amount <= evening or dark <= 0.0:
        return min(DAY_H, NIGHT_END_H + (amount - morning) / per_h)
    return min(DAY_H, NIGHT_BEGIN_H + (amount - evening) / dark)


def event_rate(persons: int, situation: float, reserve: float, frailty: float, per_10000: float) -> float:
    """Harms and deaths a summer day of exposure brings to a group in a situation.

    Units: persons, per_10000 events in 10,000 person-days; result events in a summer day of exposure. Range:
    0 and up; reserve 0 to 1. Source: the model's own design, exposure. Status: deaths estimated,
    harm and frailty assumed.

    >>> event_rate(10, 1.0, 1.0, 1.0, 100.0)
    0.1
    """
    return persons * situation * (1.0 + frailty * (1.0 - reserve)) * per_10000 / 10000.0


def reserve_after(reserve: float, exposure: float, situation: float, per_day: float) -> float:
    """The health reserve after exposure (summer days) in a situation.

    Units: reserve a share, exposure summer days, per_day a share a day; result a share. Range: 0 and up;
    reserve and result 0 to 1. Source: the model's own design, exposure. Status: assumed.

    >>> reserve_after(1.0, 0.0, 1.0, 0.04)
    1.0
    """
    return reserve * safe_exp(-per_day * situation * exposure)


def reserve_recovered(reserve: float, days: float, per_day: float) -> float:
    """The health reserve after days of rest in the interior.

    Units: reserve a share, days, per_day a share a day; result a share. Range: 0 and up; reserve and result 0
    to 1. Source: the model's own design, exposure. Status: assumed.

    >>> reserve_recovered(1.0, 10.0, 0.1)
    1.0
    """
    return 1.0 - (1.0 - reserve) * math.exp(-max(0.0, per_day * days))
