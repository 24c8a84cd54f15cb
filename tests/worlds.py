"""Random scenarios over the whole schema, and a small fixed one, for the laws that hold in any world."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario.levers.lever_kinds import CONTROLS, LEVER_KINDS, Control
from sim.scenario.schema import Mechanisms, Scenario

START = "2021-12-20"
DRAWN_OFTEN = ("humanitarian_access", "buffer_zone", "sanctions", "press") * 3
"""At noon the first two turn the clocks of harm, which little else does; sanctions,
and pressure by any operation, are what a transit state answers."""
MOMENTS = (
    "2021-12-15", START, "2021-12-22", "2021-12-22T12:00:00", "2021-12-21T15:30:00", "2021-12-21T02:00:00",
    "2021-12-22T20:00:00", "2021-12-23T00:00:01", "2021-12-23T23:59:59",
)  # fmt: skip
"""When levers begin: before the run, at midnights, and at any hour, some at one instant."""
ENDS = ("2021-12-28", "2021-12-27T05:00:00", "2021-12-24T16:45:00")
TERRAINS = ("land", "forest", "bog", "river")


def shares() -> st.SearchStrategy[float]:
    """A share, with both ends likely."""
    return st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0, allow_subnormal=False))


def durations(most: float) -> st.SearchStrategy[dict[str, Any]]:
    """Any distribution, constant ones that tie included."""
    hours = st.floats(0.05, most)
    return st.one_of(
        st.builds(lambda h: {"dist": "fixed", "h": h}, st.sampled_from([0.0, 1.0, most])),
        st.builds(lambda h: {"dist": "exponential", "mean_h": h}, hours),
        st.builds(lambda h, s: {"dist": "lognormal", "median_h": h, "log_sd": s}, hours, st.floats(0.0, 1.5)),
        st.builds(
            lambda h, s: {"dist": "gamma", "mean_h": h, "shape": s}, hours, st.sampled_from([0.5, 2.0])
        ),
        st.builds(lambda h, s: {"dist": "weibull", "scale_h": h, "shape": s}, hours, st.floats(0.5, 3.0)),
        st.builds(lambda a, b: {"dist": "uniform", "low_h": min(a, b), "high_h": max(a, b)}, hours, hours),
    )


OWN_KINDS = ("one", "two")
MOVED = [c for c in CONTROLS if c.scope != "event"]
PRESSURE = [c for c in CONTROLS if c.name == "pressure"]


@st.composite
def kinds(draw: st.DrawFn, controls: list[Control] = MOVED) -> dict[str, Any]:
    """A lever kind of the scenario's own: some controls, each by some operation,
    inside its range and beyond."""
    effects = []
    for control in draw(st.lists(st.sampled_from(controls), min_size=1, max_size=4, unique=True)):
        builds = control.scope == "builder"
        op = "add" if builds else draw(st.sampled_from(["set", "add", "scale"]))
        size = draw(st.sampled_from([0.3, 1.0, 2.5]))
        effects.append(
            {
                "control": control.name,
                "op": op,
                "size": min(max(size, control.low), control.high) if op == "set" else size,
                "phase": "in_force"
                if builds
                else draw(st.sampled_from(["in_force", "in_force", "announced"])),
            }
        )
    return {"effects": effects}


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A whole scenario: any number of sectors, fronts, levers, triggers, stocks; tiny and huge groups;
    no teams."""
    countries = draw(st.sampled_from([("a",), ("a", "b")]))
    names = [f"s{i}" for i in range(draw(st.integers(len(countries), 4)))]
    days = draw(st.integers(2, 14))
    document: dict[str, Any] = {
        "name": "random",
        "scenario": {"title": "random", "start": START, "end": f"2022-01-{days:02d}"},
        "mechanisms": draw(
            st.one_of(st.just({}),
                st.fixed_dictionaries({name: st.booleans() for name in Mechanisms.model_fields}))
        ),
        "people": {
            "party_size_mean": draw(st.sampled_from([1.0, 3.0, 9.0, 40.0])),
            "gathering_share": draw(st.sampled_from([0.0, 0.2])),
            "claim_wish": draw(shares()),
            "staging": draw(durations(60.0)),
            "next_try": draw(durations(60.0)),
            "next_try_strip": draw(durations(40.0)),
            "walk": draw(durations(10.0)),
            "own_means": draw(durations(100.0)),
            "try_again": draw(shares()),
        },
        "crossing": {"time": draw(durations(6.0)), "drowning": draw(shares()) * 0.1,
            "cut_share": draw(shares())},
        "detection": {"patrol_speed_kmh": draw(st.sampled_from([0.1, 4.0, 100.0])), "eta": draw(shares())},
        "response": {
            "persons_per_team": draw(st.sampled_from([1.0, 10.0])),
            "hold": draw(durations(6.0)),
            **draw(st.one_of(st.just({}), st.builds(lambda d: {"patience": d}, durations(3.0)))),
        },
        "handling": {"return_injury": draw(shares()) * 0.2, "return_death": draw(shares()) * 0.1,
            "care": draw(shares())},
        "standoffs": {
            "min_persons": draw(st.sampled_from([2, 20])),
            "escorted_share": draw(shares()),
            "death": draw(shares()) * 0.1,
            "injury": draw(shares()) * 0.1,
            "up_per_h": draw(st.sampled_from([0.5, 5.0])),
            "attempt_share": draw(shares()),
            "breach_share": draw(shares()),
        },
        "columns": {"per_day_per_1000": draw(st.sampled_from([0.0, 5.0])), "size_median": 40.0},
        "exposure": {
            "harm_per_10000_person_days": draw(st.sampled_from([0.0, 2000.0])),
            "death_per_10000_person_days": draw(st.sampled_from([1.0, 2000.0])),
        },
        "transit_state": {
            "diversion": draw(shares()), "hold_time": draw(durations(30.0)),
            "answer_probability": draw(shares()), "answer_delay": draw(durations(60.0)),
            "answer_gain": draw(st.sampled_from([0.5, 3.0])),
            "seats_home_per_day": draw(st.sampled_from([0.0, 20.0])),
        },
        "countries": {
            name: {
                "summary_return": draw(shares()),
                "claims_heard": draw(shares()),
                "reserve_teams": draw(st.integers(0, 3)),
                "keep_teams": draw(st.integers(0, 2)),
                "removal_seats_per_week": draw(st.sampled_from([0.0, 100.0])),
                "reception": {
                    "places": draw(st.sampled_from([0, 50])),
                    "procedure": draw(durations(80.0)),
                    "recognised": draw(shares()),
                    "crowding": draw(st.sampled_from([0.0, 3.0])),
                    "leaves_crowded": draw(st.sampled_from([0.0, 2.0])),
                    "leaves_procedure": draw(durations(150.0)),
                    "inland_check": draw(shares()),
                },
            }
            for name in countries
        },
        "sectors": {
            name: {
                "country": countries[int(name[1:]) % len(countries)],
                "length_km": draw(st.sampled_from([1.0, 20.0, 300.0])),
                "terrain": draw(st.sampled_from(TERRAINS)),
                "teams": draw(st.sampled_from([0, 1, 6, 40])),
                "shifts": draw(
                    st.sampled_from(
                        [
                            [{"from_h": 0.0, "to_h": 24.0, "share": 1.0}],
                            [{"from_h": 6.0, "to_h": 18.0, "share": 0.5},
                                {"from_h": 18.0, "to_h": 24.0, "share": 1.0}],
                        ]
                    )
                ),
                "fence_km": draw(st.sampled_from([0.0, 1.0])),
                "zone_km": draw(st.sampled_from([0.0, 3.0])),
                "neighbours": [n for n in names if n != name],
            }
            for name in names
        },
        "fronts": {f"front-{c}": {"where": [c], "posture": draw(shares())} for c in countries},
        "routes": {"road": {"people_per_day": draw(st.sampled_from([0.0, 20.0, 300.0]))}},
        "sites": draw(st.sampled_from([{}, {"camp": {"sector": names[0], "capacity": 60, "open": 1.0}}])),
        "crossing_points": draw(st.sampled_from([{},
            *({"gate": {"sector": names[0], "use": u, "open": o}} for u, o in ((0.5, 1.0), (1.0, 0.0)))])),
        "parties": {
            "guard": {"side": "guard", "sees_detected": 1.0, "sees_incidents": draw(shares()),
                "sees_deaths": 0.5},
            "press": {"side": "aid_and_press", "needs_reporting": True, "sees_harm": 0.5},
        },
        "lever_kinds": {**{name: draw(kinds()) for name in OWN_KINDS}, "press": draw(kinds(PRESSURE))},
        "levers": {
            f"lever-{i}": draw(levers(names, days)) for i in range(draw(st.integers(0, 6)))
        },
        "initial": draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "stuck": st.just({"compartment": "stranded", "place": names[0], "persons": 200}),
                    "inside": st.just({"compartment": "procedure", "place": countries[0], "persons": 70}),
                    "tired": st.just({"compartment": "gave_up", "place": "road", "persons": 40,
                        "attempts": 3}),
                    "early": st.just({"compartment": "waiting", "place": "road", "persons": 150}),
                    "late": st.just({"compartment": "awaiting_removal", "place": countries[0],
                        "persons": 30}),
                },
            )
        ),
    }  # fmt: skip
    return Scenario.model_validate(document)


@st.composite
def levers(draw: st.DrawFn, sectors: list[str], days: int) -> dict[str, Any]:
    """A lever of any kind, scheduled or triggered, on or off, simultaneous with others."""
    kind = draw(st.sampled_from([*(k.name for k in LEVER_KINDS), *DRAWN_OFTEN, *OWN_KINDS * 3]))
    lever: dict[str, Any] = {
        "kind": kind,
        "where": [sectors[0]] if kind == "mass_column" else ["*"],
        "strength": draw(shares()),
        "ramp_days": 0.0 if kind == "mass_column" else draw(st.sampled_from([0.0, 0.0, 0.4, 3.0, 60.0])),
        "on": draw(st.booleans()) or draw(st.booleans()),
    }
    if kind == "mass_column":
        lever["persons"] = draw(st.sampled_from([30, 500]))
    if draw(st.booleans()):
        lever["trigger"] = {
            "party": "guard",
            "measure": draw(st.sampled_from(["attempts", "incidents", "deaths"])),
            "window_days": 2,
            "above": draw(st.sampled_from([0.0, 5.0, 50.0])),
            "below": 0.0,
            "duration_days": 3.0,
        }
    else:
        lever["start"] = draw(st.sampled_from(MOMENTS))
        lever["announced"] = draw(st.sampled_from([None, "2021-12-14"]))
        if draw(st.booleans()):
            lever["end"] = draw(st.sampled_from(ENDS))
    return lever
