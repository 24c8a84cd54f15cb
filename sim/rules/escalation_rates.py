"""The ladder of a stand-off: rates of a continuous-time Markov chain, each with who starts the step."""

from __future__ import annotations

from typing import NamedTuple

from sim.core.distributions import power


class Ladder(NamedTuple):
    """What of a scenario the steps of a stand-off depend on: rates in 1/h, the shares of who takes a step up,
    the calming factor."""

    up: float
    down: float
    people_share: float
    escort_share: float
    guard_share: float
    calm: float
    breach: float
    disperse: float


class StepRates(NamedTuple):
    """Rates (1/h) out of the present level: up by each initiator, down, breach by a part, dispersal."""

    people: float
    escort: float
    guard: float
    down: float
    breach: float
    disperse: float


def rate_of_any_step(rates: StepRates) -> float:
    """The rate of anything at all, as a rule of its own: properties do not compile.

    Units: rates 1/h. Range: 0 and up. Source: rates of independent exponential clocks add. Status:
    definition.

    >>> rate_of_any_step(StepRates(1.0, 0.5, 0.25, 2.0, 0.0, 0.0))
    3.75
    """
    return rates.people + rates.escort + rates.guard + rates.down + rates.breach + rates.disperse


def pressing(persons: int, teams: int, reference: float, exponent: float) -> float:
    """How numbers press on a thin line: persons per team over the reference, to a power.

    Units: persons, teams, persons a team; result a factor. Range: 0 and up; result 0 and up. Source: none: a
    thin line is pressed harder. Status: assumed.

    >>> pressing(100, 10, 10.0, 0.5)
    1.0
    """
    # Without teams numbers press as on one, so that the rate stays finite.
    return power(persons / max(teams, 1) / max(reference, 1e-9), exponent)


def step_rates(
    level: int, top: int, ladder: Ladder, teams: int, aggression: float, restraint: float, press: float,
) -> StepRates:  # fmt: skip
    """The rates out of a level of the ladder.

    Steps up grow with `press` (numbers on a thin line); the escort's with `aggression`; the guards' fall
    with their `restraint`, which also quickens the way down by `calm`; without teams guards take no step.
    Dispersal comes from level 0 alone.

    Units: levels, teams, rates 1/h, shares, factors; result rates 1/h. Range: level 0 to `top`,
    the others 0 and up, shares 0 to 1. Source: the model's own design, a continuous-time Markov chain;
    up 0.46 and down 0.84 from a throw-away fit (docs/record.md). Status: rates estimated, shares assumed.

    >>> step_rates(0, 5, Ladder(1.0, 1.0, 0.5, 0.3, 0.2, 0.0, 0.0, 0.4), 3, 0.0, 1.0, 1.0)
    StepRates(people=0.5, escort=0.0, guard=0.0, down=0.0, breach=0.0, disperse=0.4)
    """
    calming = 1.0 + ladder.calm * restraint
    # Never asked for in a run: the model ends a stand-off at the top.
    if level >= top:
        return StepRates(0.0, 0.0, 0.0, ladder.down * calming, 0.0, 0.0)
    rising = ladder.up * press
    return StepRates(
        rising * ladder.people_share,
        rising * ladder.escort_share * aggression,
        rising * ladder.guard_share * (1.0 - restraint) if teams > 0 else 0.0,
        ladder.down * calming if level > 0 else 0.0,
        ladder.breach * press,
        ladder.disperse * calming if level == 0 else 0.0,
    )
