"""What is wrong with an extension's module is told by extension, file and line;
names of one extension disturb no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.errors import InvariantBroken, UsageError
from sim.model.extensions.extended import TRUST, check_trust, trust
from sim.model.simulate import simulate
from sim.runs.execute import execute
from sim.runs.jobs import job_of
from sim.scenario.schema import Scenario
from tests.model.test_extensions import CLOCK, CLOCK_TABLE, rows_of, world_with

BARE = CLOCK.replace(
    "    assert world.clocks_of_own == [] and world.strikes == 0 and world.share_of_hours == 0.0\n", ""
)


@pytest.fixture(autouse=True)
def _nobody_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUST, "")


def clock(code: str, **table: Any) -> dict[str, Any]:
    return {**CLOCK_TABLE, **table, "code": code}


def renamed(code: str, suffix: str) -> str:
    """The clock with names of its own in the world."""
    for name in ("clocks_of_own", "strikes", "share_of_hours"):
        code = code.replace(name, name + suffix)
    return code


def changed(old: str, new: str) -> str:
    assert old in BARE
    return BARE.replace(old, new)


def in_plain_python(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run by the made functions of the compiled engine as they are: no time to compile."""
    import numba
    import numpy as np

    from sim.engines.compiled import engine
    from sim.engines.engine_choice import _named_faults

    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with np.errstate(over="ignore"), _named_faults(scenario):
        return engine.simulate(scenario, seed=0)


# names


@pytest.mark.parametrize("names", [("a-b", "a_b"), ("beginnings", "class"), ("state", "1")])
def test_whatever_extensions_are_called_each_has_its_actors(names: tuple[str, str]) -> None:
    first, second = names
    scenario = world_with(2, **{first: clock(CLOCK), second: clock(renamed(CLOCK, "_too"))})
    assert len(rows_of(scenario, 100)) == len(rows_of(scenario, 101)) == 16


@pytest.mark.parametrize("name", ["people", "check", "now", "wait", "params", "scenario", "move"])
def test_a_name_that_the_world_has_is_not_given_again(name: str) -> None:
    with pytest.raises(UsageError, match=rf"extensions\.ext: ClockWorld\.{name}: the model has"):
        simulate(world_with(1, ext=clock(BARE.replace("strikes", name))))


def test_a_method_of_the_world_is_not_written_over() -> None:
    method = changed(
        "    strikes: int\n", "    strikes: int\n\n    def check(self) -> None:\n        return\n"
    )
    with pytest.raises(UsageError, match=r"ClockWorld\.check: the model has"):
        simulate(world_with(1, ext=clock(method)))


def test_two_extensions_do_not_share_a_field_by_chance() -> None:
    with pytest.raises(UsageError, match=r"extensions\.two: ClockWorld\.clocks_of_own: extensions\.one has"):
        simulate(world_with(1, one=clock(BARE), two=clock(BARE)))


@pytest.mark.parametrize("cls", ["Post", "Group"])
def test_a_record_called_as_one_of_the_model_is_refused_by_the_compiled_engine(
    cls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = (
        CLOCK.replace("Clock(", f"{cls}(")
        .replace("[Clock]", f"[{cls}]")
        .replace("clock: Clock", f"clock: {cls}")
    )
    scenario = world_with(1, ext=clock(named))
    with pytest.raises(
        UsageError, match=rf"(?s)ext\.py:\d+: two records would be called `{cls}`.*--engine simpy"
    ):
        in_plain_python(scenario, monkeypatch)
    assert rows_of(scenario, 100)


# faults of a module


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (changed("strikes: int", "strikes: Strike"), r"ClockWorld: 'Strike', in an annotation, is not known"),
        (changed("strikes: int", "strikes: int\n    given: Group.u"), r"ClockWorld\.given: found Group\.u"),
        (changed("    rank: ClassVar[int] = Rank.EXTENSION\n", ""),
         r"Clock\.rank: found 0; allowed: a `Rank`"),
        (changed("    strikes: int\n", "    strikes: int\n\n    def __init__(self) -> None:\n        pass\n"),
         r"ClockWorld\.__init__: the model has"),
        (changed("def build(", "def furnish("), r"`furnish` in ext\.py is called `build` now"),
        (BARE + "\nstart = 3\n", "`start` in ext.py is no function"),
        (changed("        world.begin(clock, strike)", "        yield world.wait(clock, 1.0)"),
         "`start` in ext.py is a process"),
        (changed("(world: ClockWorld, given: Given)", "(given: Given)"),
         r"`build` in ext.py takes \(given"),
        (changed("    for sector in given.sectors:\n", "    1 / 0\n    for sector in given.sectors:\n"),
         r"`build` failed: ZeroDivisionError.*ext\.py:27\)"),
        (BARE + "\nraise SystemExit(0)\n", r"cannot be loaded: SystemExit: 0 .*ext\.py:43\)"),
        (BARE + "\nfrom sim.model.journeys import journey\nreplaces(journey.journey)(journey.journey)\n",
         "cannot be replaced"),
    ],
)  # fmt: skip
def test_a_fault_of_a_module_is_told(code: str, said: str) -> None:
    with pytest.raises(UsageError, match=rf"(?s){said}"):
        simulate(world_with(1, ext=clock(code)))


def test_what_breaks_in_a_process_is_told_with_its_file_and_line() -> None:
    code = changed("        clock.struck += 1\n", "        clock.struck += 1 // 0\n")
    scenario = world_with(1, ext=clock(code))
    line = next(n for n, text in enumerate(scenario.extensions["ext"].code.splitlines(), 1) if "// 0" in text)
    (row,) = (
        row for rows in execute([job_of(0, scenario, seed=0, replication=0, engine="simpy")]) for row in rows
    )
    assert row["status"] != "ok" and row["reason"].endswith(f"/ext.py:{line})"), row["reason"]


@pytest.mark.parametrize(
    "row",
    ["9999, clock.key, 0, -1, Actor.NOBODY", "STRIKE, clock.key, 0, 77, Actor.NOBODY",
     "STRIKE, clock.key, -5, -1, Actor.NOBODY", "STRIKE, clock.key, 0, -1, 77"],
)  # fmt: skip
def test_a_row_that_no_table_has_a_place_for_stops_the_run(row: str) -> None:
    code = changed("STRIKE, clock.key, 0, -1, Actor.NOBODY", row)
    with pytest.raises(InvariantBroken, match="a kind, a sector and an actor that there are"):
        simulate(world_with(1, ext=clock(code)))


def test_a_class_of_the_world_may_derive_from_another_of_the_module() -> None:
    code = BARE + "\nclass Tower(ClockWorld):\n    towers: int\n"
    assert len(rows_of(world_with(2, ext=clock(code)), 100)) == 16


# what compiled code is made of


def test_the_type_of_a_stage_needs_no_further_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Staying` speaks of stages: a module that imports it alone is translated."""
    code = (
        "@replaces(before_the_line.set_out)\ndef stay(world: World, g: Group) -> Staying:\n    yield "
        "world.wait(g, 1.0e6)\n    return None\n"
    )
    scenario = world_with(1, ext={"code": code})
    assert in_plain_python(scenario, monkeypatch).rows == simulate(scenario).rows


def test_a_function_that_the_engine_itself_calls_is_replaced_there(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "from sim.model.border import triggers\n@replaces(triggers.count)\n"
        "def unseen(world: World, kind: int, persons: int, sector: int, witness: int) -> None:\n    return\n"
    )
    scenario = world_with(1, ext={"code": code})
    assert in_plain_python(scenario, monkeypatch).rows == simulate(scenario).rows


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (changed("clock: Clock) -> Day", "clock: Clock) -> Tag"), "`Tag`, in an annotation of `strike`, is "
                                                                  "not known"),
        (changed("clock.struck += 1\n",
                 "clock.struck += 1  # \u2028 \x0c\n        clock.struck += len([])\n"),
         r"no List in the subset\n    clock\.struck \+= len\(\[\]\)"),
        ("@replaces(crossing.attempt)\ndef f(world: World, g: Group) -> Staying:\n"
         "    following = yield from crossing.attempt(world, g)\n    return following\n",
         "those of the same module"),
    ],
)  # fmt: skip
def test_what_lies_outside_the_subset_is_told_at_its_line(
    code: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = world_with(1, ext=clock(code) if "Clock" in code else {"code": code})
    with pytest.raises(UsageError, match=rf"(?s)ext\.py:\d+: {said}|ext\.py:\d+: .*{said}"):
        in_plain_python(scenario, monkeypatch)


def test_a_function_that_the_module_deletes_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = world_with(1, ext=clock(BARE + "\ndef helper() -> int:\n    return 1\ndel helper\n"))
    assert in_plain_python(scenario, monkeypatch).rows == simulate(scenario).rows


# consent


def test_all_code_stays_allowed_after_some_was_allowed_by_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUST, "yes")
    trust("one module")
    check_trust(world_with(1, may_run=False, ext=clock(BARE + "\n# another\n")))


def test_the_compiled_engine_asks_before_it_loads_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    scenario = world_with(1, may_run=False, ext=clock(BARE + f"\nopen({str(ran)!r}, 'w')\n"))
    with pytest.raises(UsageError, match="--trust"):
        in_plain_python(scenario, monkeypatch)
    assert not ran.exists()
