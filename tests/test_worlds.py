"""The random worlds reach what the laws are to hold for: every mechanism on and off,
every lever kind and control, any hour."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.scenario.levers.lever_kinds import CONTROLS, LEVER_KINDS
from sim.scenario.schema import Mechanisms
from tests.worlds import PRESSURE, kinds, levers, scenarios


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """So many examples of a strategy, the same ones every time."""
    found: list[Any] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate])
    @given(strategy)
    def draw(example: Any) -> None:
        found.append(example)

    draw()
    return found


def test_random_worlds_turn_every_mechanism_on_and_off() -> None:
    worlds = drawn(scenarios(), 40)
    for mechanism in Mechanisms.model_fields:
        assert {getattr(world.mechanisms, mechanism) for world in worlds} == {True, False}, mechanism
    assert any(w.crossing_points and any(f.posture < 0.3 for f in w.fronts.values()) for w in worlds)


def test_random_levers_are_of_every_kind_at_any_hour_with_ramps() -> None:
    all_levers = drawn(levers(["s0"], 5), 500)
    assert {kind.name for kind in LEVER_KINDS} <= {lever["kind"] for lever in all_levers}
    assert {"02", "12", "15", "20", "23"} <= {lever.get("start", "")[11:13] for lever in all_levers}
    ramps = {lever["ramp_days"] for lever in all_levers if lever["kind"] in ("sanctions", "press")}
    assert {0.0, 0.4, 3.0} <= ramps


def test_random_kinds_move_every_control_and_press_by_every_operation() -> None:
    effects = [effect for kind in drawn(kinds(), 300) for effect in kind["effects"]]
    assert {effect["control"] for effect in effects} == {c.name for c in CONTROLS if c.scope != "event"}
    pressed = [effect for kind in drawn(kinds(PRESSURE), 60) for effect in kind["effects"]]
    assert {(effect["op"], effect["phase"]) for effect in pressed} == {
        (op, phase) for op in ("set", "add", "scale") for phase in ("announced", "in_force")
    }
