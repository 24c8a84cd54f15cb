"""The animation says what the log says: people are conserved, and stocks and counts are the model's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

import sim
from sim.core.errors import UsageError
from sim.record.events import Compartment
from sim.record.frames import STOCK
from sim.reporting.animation import animate
from sim.reporting.animation.frame_states import ENFORCEMENT, HUMAN, Frame, frames_of
from sim.reporting.animation.marks import marks, most_people, radius
from tests.small import small
from tests.worlds import scenarios


def assert_frames_hold_the_models_stocks(result: Any) -> None:
    scenario, daily = result.scenario, result.daily
    frames = frames_of(result.events, scenario, [24.0 * day for day in range(1, scenario.days + 1)])
    stocks = daily[daily["measure"].astype(str).str.startswith(STOCK)]
    for day, frame in enumerate(frames, 1):
        found = stocks[stocks["day"] == day].groupby("measure", observed=True)["value"].sum()
        for compartment in Compartment:
            expected = int(found.get(STOCK + compartment.name.lower(), 0))
            assert _persons(frame, compartment) == expected, (day, compartment.name)
    totals = result.totals.set_index("measure")["value"]
    assert {name: frames[-1].counts[name] for name in (*ENFORCEMENT, *HUMAN)} == {
        name: int(totals[name]) for name in (*ENFORCEMENT, *HUMAN)
    }


def _persons(frame: Frame, compartment: int) -> int:
    return sum(n for (at, _), n in frame.persons.items() if at == compartment)


def test_frames_hold_the_stocks_and_counts_of_the_model() -> None:
    assert_frames_hold_the_models_stocks(sim.run(small(), seed=3, engine="compiled"))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(scenario=scenarios())
def test_frames_hold_the_stocks_and_counts_of_any_world(scenario: Any) -> None:
    result = sim.run(scenario, seed=1, engine="compiled")
    assume(len(result.events))
    assert_frames_hold_the_models_stocks(result)


def test_a_result_without_a_log_is_refused() -> None:
    result = sim.run(small(2), seed=1, log=False)
    with pytest.raises(UsageError, match="no log of replication 0"):
        frames_of(result.events, result.scenario, [24.0])


def test_the_player_holds_hostile_names_as_text_only_and_is_the_same_each_time() -> None:
    hostile = "</script><img src=x onerror=alert(1)>"
    scenario = small(3, routes={"way": {"people_per_day": 60.0}})
    title = scenario.scenario.model_copy(update={"title": hostile})
    result = sim.run(scenario.model_copy(update={"scenario": title}), seed=3)
    html = animate(result).html
    assert hostile not in html and "<img" not in html
    assert html == animate(result).html


def test_the_player_shows_characters_that_hide_or_turn_text_by_their_number() -> None:
    turned = "abc" + chr(0x202E) + "txt" + chr(0x1B)
    sectors = {"north": {"country": "there", "length_km": 20.0, "label": turned}}
    scenario = small(
        2,
        sectors=sectors,
        levers={"x": {"kind": "diplomacy", "label": turned, "start": "2021-07-01"}},
        initial={},
    )
    html = animate(sim.run(scenario, seed=1, engine="simpy")).html
    assert "abc[U+202E]txt[U+001B]" in html
    assert "u202e" not in html.lower() and "u001b" not in html.lower() and chr(0x202E) not in html


def test_moments_outside_the_run_are_refused() -> None:
    result = sim.run(small(2), seed=1)
    with pytest.raises(UsageError, match="allowed"):
        animate(result, begin="2031-01-01")
    with pytest.raises(UsageError, match="step"):
        animate(result, step_h=0.0)
    with pytest.raises(UsageError, match="frames"):
        animate(result, step_h=0.0001)


def test_a_gif_has_a_frame_a_scene_and_is_the_same_each_time(tmp_path: Path) -> None:
    from PIL import Image

    animation = animate(sim.run(small(3), seed=1, engine="compiled"), step_h=12.0)
    first, second = (animation.gif(tmp_path / name).read_bytes() for name in ("a.gif", "b.gif"))
    assert first == second
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == len(animation.content["scenes"]) == 6  # type: ignore[attr-defined]


def test_marks_stand_where_people_and_teams_are_and_grow_with_their_number() -> None:
    places = [{"name": "north", "points": [(100.0, 100.0), (110.0, 140.0)]}]
    nothing = {
        "walking": 0,
        "column": 0,
        "held": 0,
        "at_line": 0,
        "stranded": 0,
        "out": 0,
        "reserve": 0,
        "level": -1,
    }
    scenes = [
        {"sectors": {"north": {**nothing, **found}}}
        for found in ({}, {"at_line": 5, "stranded": 20, "held": 100}, {"out": 3, "reserve": 1, "level": 2})
    ]
    most = most_people(scenes)
    assert most == 100
    assert marks(places, scenes[0], most) == []
    assert [(kind, r) for kind, _, _, r in marks(places, scenes[1], most)] == [
        ("people", radius(25, 100)),
        ("held", radius(100, 100)),
    ]
    kinds = [kind for kind, *_ in marks(places, scenes[2], most)]
    assert kinds == ["team"] * 4 + ["standoff"]
