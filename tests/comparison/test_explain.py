"""Stories and causes, read from the log of a small run."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from sim.comparison.explain import explain_event, explain_group
from sim.core.errors import UsageError
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.frames import event_table
from sim.record.row_text import ASSUMED
from sim.runs.run_tables import places_of
from sim.scenario.schema import Scenario
from tests.small import content, small

SEED = 1


def busy() -> Scenario:
    """Many people before few teams, with a column, a stand-off and a lever."""
    tables = content()
    return small(
        routes={"way": {"label": "overland", "people_per_day": 250.0}},
        levers={
            **tables["levers"],
            "led": {"kind": "mass_column", "where": ["north"], "start": "2021-07-04", "persons": 60},
        },
        response={"patience": {"dist": "fixed", "h": 0.5}},
    )


@cache
def events() -> pd.DataFrame:
    scenario = busy()
    frames = [
        event_table(simulate(scenario, seed=SEED, replication=r), places_of(scenario)).to_pandas()
        for r in (0, 1)
    ]
    return pd.concat(frames, ignore_index=True)


def first(kind: Kind, replication: int = 0) -> pd.Series:
    rows = events()
    return rows[(rows["kind"] == kind.name.lower()) & (rows["replication"] == replication)].iloc[0]


def times(lines: list[str]) -> list[str]:
    return [line[:16] for line in lines if line[:4].isdigit()]


def test_a_story_goes_from_arrival_on_in_order_of_time() -> None:
    key = int(first(Kind.SUMMARY_RETURN)["group"])
    story = explain_group(events(), busy(), f"{key:016x}")
    assert story[0].startswith(f"Group {key:016x}, ")
    own = story[: story.index("")] if "" in story else story
    assert all(a <= b for a, b in pairwise(times(own)))
    assert any("summarily returned to the line" in line for line in story)


def test_every_row_of_a_group_is_told_once() -> None:
    rows = events()
    key = int(first(Kind.ENTERED_UNSEEN)["group"])
    own = rows[(rows["group"] == key) & (rows["replication"] == 0)]
    story = explain_group(rows, busy(), key)
    main = story[1 : story.index("")] if "" in story else story[1:]
    assert len([line for line in main if line[:4].isdigit() and "    . " not in line]) == len(own)


def test_hex_and_decimal_keys_tell_the_same_story() -> None:
    key = int(first(Kind.ARRIVED)["group"])
    stories = [explain_group(events(), busy(), k) for k in (key, str(key), f"{key:016x}", f"0x{key:016X}")]
    assert all(story == stories[0] for story in stories)


def test_parts_that_split_off_are_followed() -> None:
    split = first(Kind.SPLIT)
    rows = events()
    parent = int(rows[(rows["number"] == split["cause"]) & (rows["replication"] == 0)]["group"].iloc[0])
    story = explain_group(rows, busy(), parent)
    assert any(line.startswith(f"Part of {parent:016x}: {int(split['group']):016x}, ") for line in story)
    assert any("became a group of their own" in line for line in story)


def test_a_group_in_a_column_is_told_who_led_it_and_how_the_stand_off_went() -> None:
    joined = first(Kind.JOINED_COLUMN)
    story = "\n".join(explain_group(events(), busy(), int(joined["group"])))
    assert f"led to the line at north in a column (escort forces, {ASSUMED})" in story
    assert "because" in story
    assert "A column began to form" in story
    assert "The stand-off of" in story


def test_what_a_scenario_notes_about_forces_is_told_once() -> None:
    scenario = small(transit_state={"escorts": "border troops (as some report; others deny it)"})
    story = explain_group(events(), scenario, int(first(Kind.JOINED_COLUMN)["group"]))
    assert story[-1] == "border troops: as some report; others deny it."
    assert sum("others deny it" in line for line in story) == 1


def test_causes_are_walked_back_to_the_arrival() -> None:
    lines = explain_event(events(), busy(), int(first(Kind.SUMMARY_RETURN)["number"]))
    assert "summarily returned to the line" in lines[0]
    assert "arrived in the transit state by the route overland" in "\n".join(lines)
    assert any("nothing in the run led to it" in line for line in lines)


def test_causes_go_back_in_time() -> None:
    for kind in (
        Kind.SUMMARY_RETURN,
        Kind.CALL_LEFT,
        Kind.TEAMS_BACK,
        Kind.STANDOFF_ENDED,
        Kind.BARRIER_BUILT,
    ):
        lines = explain_event(events(), busy(), int(first(kind)["number"]))
        dates = [line.removeprefix("  because  ")[:16] for line in lines if line.startswith("  because")]
        assert dates == sorted(dates, reverse=True)


def test_a_dated_lever_is_where_the_causes_begin() -> None:
    lines = explain_event(events(), busy(), int(first(Kind.BARRIER_BUILT)["number"]))
    assert any("In force from now: wall" in line for line in lines)
    assert "the scenario's calendar" in lines[-1]


def test_why_nobody_came_says_that_nobody_was_sent_and_what_held_the_teams() -> None:
    lines = "\n".join(explain_event(events(), busy(), int(first(Kind.CALL_LEFT)["number"])))
    assert "Nobody was sent: the post at" in lines
    assert "teams on duty and" in lines
    assert "out since" in lines


def test_why_nobody_came_says_that_nobody_had_seen_them() -> None:
    rows = events()
    seen = set(rows[(rows["kind"] == "detected") & (rows["replication"] == 0)]["group"])
    entered = rows[(rows["kind"] == "entered_unseen") & (rows["replication"] == 0)]
    unseen = entered[~entered["group"].isin(seen)].iloc[0]
    assert any(
        "nobody had detected them" in line for line in explain_event(rows, busy(), int(unseen["number"]))
    )


def test_teams_out_never_exceed_what_can_be_out_nor_fall_below_none() -> None:
    rows = events()
    for number in rows[(rows["kind"] == "call_left") & (rows["replication"] == 0)]["number"]:
        line = next(x for x in explain_event(rows, busy(), int(number)) if "Nobody was sent" in x)
        duty, out = (int(word) for word in line.split() if word.isdigit())
        assert 0 <= out <= duty == 4


def test_another_replication_is_another_story() -> None:
    number = int(first(Kind.ENTERED_UNSEEN, replication=1)["number"])
    assert "entered unseen" in explain_event(events(), busy(), number, replication=1)[0]


def test_an_unknown_key_names_the_nearest() -> None:
    key = f"{int(first(Kind.ARRIVED)['group']):016x}"
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    with pytest.raises(UsageError, match=key):
        explain_group(events(), busy(), wrong)
    with pytest.raises(UsageError, match=key):
        explain_group(events(), busy(), key[:8])


def test_a_fronts_number_is_not_a_group() -> None:
    with pytest.raises(UsageError, match="no group 1 in the log"):
        explain_group(events(), busy(), 1)


def test_an_unknown_number_names_what_there_is() -> None:
    last = int(events()[events()["replication"] == 0]["number"].max())
    with pytest.raises(UsageError, match=f"allowed: 0 to {last}; nearest: {last}"):
        explain_event(events(), busy(), last + 7)


def test_a_result_without_a_log_says_so() -> None:
    with pytest.raises(UsageError, match="no log of replication 5; the log holds: 0, 1"):
        explain_event(events(), busy(), 1, replication=5)
    with pytest.raises(UsageError, match="kept no log"):
        explain_group(events().iloc[:0], busy(), 1)


def test_every_event_of_a_run_can_be_explained() -> None:
    rows = events()[events()["replication"] == 0]
    for kind in rows["kind"].unique():
        number = int(rows[rows["kind"] == kind]["number"].iloc[-1])
        assert len(explain_event(rows, busy(), number)) >= 2, kind
