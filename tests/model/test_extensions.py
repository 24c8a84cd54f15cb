"""Actors and rules of a scenario's own: what they do, that they disturb nobody else's run,
and what is refused."""

from __future__ import annotations

import collections
import textwrap
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.core.errors import ScenarioError, UsageError
from sim.model.branching import check_branch, simulate_branch
from sim.model.extensions.extended import TRUST, check_trust, trust
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.runs.execute import execute
from sim.runs.jobs import job_of
from sim.scenario.checks.extension_checks import hash_of
from sim.scenario.load import check, digest, load, resolved, restored
from sim.scenario.schema import Scenario
from tests.cli.test_running import borderflow
from tests.small import content, small

EXAMPLE = Path(__file__).parents[2] / "examples" / "drones" / "riverland-drones.toml"
HEAD = """
from __future__ import annotations
from enum import IntEnum
from typing import ClassVar
from sim.core.random_streams import uniform
from sim.core.event_order import Rank, Why
from sim.core.record_types import Grid, Word, record
from sim.model.journeys import before_the_line, crossing
from sim.model.extensions import Given, replaces, row, stream
from sim.model.state.entities import Entity, Group
from sim.model.state.world import Day, Staying, World
from sim.record.events import Actor
from sim.rules import detection
"""
CLOCK = """
@record
class Clock(Entity):
    rank: ClassVar[int] = Rank.EXTENSION
    every_h: float = 0.0
    struck: int = 0

class ClockWorld(World):
    clocks_of_own: list[Clock]
    strikes: int
    share_of_hours: float

def build(world: ClockWorld, given: Given) -> None:
    assert world.clocks_of_own == [] and world.strikes == 0 and world.share_of_hours == 0.0
    for sector in given.sectors:
        world.clocks_of_own.append(Clock(key=given.key(sector), every_h=given.numbers["every_h"] + sector))

def start(world: ClockWorld) -> None:
    for clock in world.clocks_of_own:
        world.begin(clock, strike)

def strike(world: ClockWorld, clock: Clock) -> Day:
    while True:
        yield world.wait(clock, clock.every_h)
        clock.struck += 1
        world.strikes += 1
        world.write(world.now, STRIKE, clock.key, 0, -1, Actor.NOBODY, float(clock.struck), -1)

STRIKE = row("strike")
"""
CLOCK_TABLE = {"numbers": {"every_h": 5.0}, "rows": {"strike": "The clock struck"}}


@pytest.fixture(autouse=True)
def _nobody_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUST, "")


def module(text: str) -> str:
    return textwrap.dedent(HEAD + text)


def world_with(days: int = 4, may_run: bool = True, **extensions: dict[str, Any]) -> Scenario:
    """The small border with extensions: for each, its table and the code of its module."""
    tables = {name: {"module": f"{name}.py", **table} for name, table in extensions.items()}
    for table in tables.values():
        table["code"] = module(table["code"])
        if may_run:
            trust(table["code"])
    return restored(resolved(small(days)) | {"extensions": tables})


def rows_of(scenario: Scenario, kind: int, seed: int = 0) -> list[Any]:
    return [row for row in simulate(scenario, seed=seed).rows if row[2] == kind]


# what they do


def test_an_actor_of_ones_own_keeps_its_timetable() -> None:
    scenario = world_with(2, clock=CLOCK_TABLE | {"code": CLOCK})
    struck = [(row[1], row[7]) for row in rows_of(scenario, 100)]
    by_hand = sorted([(5.0 * n, float(n)) for n in range(1, 10)] + [(6.0 * n, float(n)) for n in range(1, 8)])
    assert sorted(struck) == by_hand
    assert [time for time, _ in struck] == sorted(time for time, _ in struck)


def test_it_acts_at_the_sectors_that_are_named_alone() -> None:
    scenario = world_with(2, clock=CLOCK_TABLE | {"code": CLOCK, "sectors": ["south"]})
    assert [row[1] for row in rows_of(scenario, 100)] == [6.0 * n for n in range(1, 8)]


def test_who_only_watches_changes_nothing_else() -> None:
    """An actor that touches nobody leaves every other row as it is, but for the numbers of rows."""
    scenario = world_with(6, clock=CLOCK_TABLE | {"code": CLOCK})
    with_clock = [row[1:8] for row in simulate(scenario, seed=3).rows if row[2] < 100]
    without = [row[1:8] for row in simulate(small(6), seed=3).rows]
    assert with_clock == without and len(without) > 500


def test_a_run_with_extensions_disturbs_no_run_without() -> None:
    before = simulate(small(4)).rows
    blind = (
        "@replaces(crossing.detection_hours)\ndef nobody_sees(world: World, g: Group, crossing_h: float) "
        "-> float:\n    return 1.0e9\n"
    )
    assert rows_of(world_with(4, blind={"code": blind}), Kind.DETECTED) == []
    assert simulate(small(4)).rows == before and any(row[2] == Kind.DETECTED for row in before)


def test_a_function_of_the_model_is_replaced_and_still_found_where_it_is_replaced() -> None:
    slower = """
    @replaces(crossing.crossing_hours)
    def crossing_hours(world: World, g: Group, barrier: int) -> float:
        return 3.0 * crossing.crossing_hours(world, g, barrier)
    """
    end = {Kind.BREACHED, Kind.PREVENTED, Kind.WITHDREW}

    def mean_h(scenario: Scenario) -> float:
        begun: dict[int, float] = {}
        spans = []
        for row in simulate(scenario, seed=1).rows:
            if row[2] == Kind.ATTEMPT:
                begun[row[3]] = row[1]
            elif row[2] in end and row[3] in begun:
                spans.append(row[1] - begun.pop(row[3]))
        return sum(spans) / len(spans)

    nobody_comes = {"detection": {"patrol_speed_kmh": 0.01}}
    plain = small(6, **nobody_comes)
    values = resolved(plain) | {
        "extensions": {"slow": {"module": "slow.py", "code": module(textwrap.dedent(slower))}}
    }
    trust(module(textwrap.dedent(slower)))
    assert mean_h(restored(values)) > 2.0 * mean_h(plain)


def test_a_rule_is_replaced_wherever_the_model_calls_it() -> None:
    never = (
        "@replaces(detection.detection_time_h)\ndef never(u: float, hazard_per_h: float, spots_k: float) "
        "-> float:\n    return 1.0e9\n"
    )
    found = world_with(
        4,
        never={
            "code": never.replace(
                "u: float, hazard_per_h: float, spots_k: float", _parameters(detection_time())
            )
        },
    )
    assert rows_of(found, Kind.DETECTED) == []


def detection_time() -> Any:
    from sim.rules.detection import detection_time_h

    return detection_time_h


def _parameters(f: Any) -> str:
    import inspect

    return ", ".join(f"{p.name}: {p.annotation}" for p in inspect.signature(f).parameters.values())


def test_a_stage_of_the_journey_is_replaced() -> None:
    ending = """
    @replaces(before_the_line.set_out)
    def stay(world: World, g: Group) -> Staying:
        yield world.wait(g, 1.0e6)
        return None
    """
    scenario = world_with(4, stay={"code": textwrap.dedent(ending)})
    from_waiting = [row for row in rows_of(scenario, Kind.ATTEMPT) if row[7] == 1.0]
    assert from_waiting == [] or all(row[3] in _stranded_at_start(scenario) for row in from_waiting)
    assert len(rows_of(small(4), Kind.ATTEMPT)) > len(rows_of(scenario, Kind.ATTEMPT))


def _stranded_at_start(scenario: Scenario) -> set[int]:
    return {row[3] for row in rows_of(scenario, Kind.WAS_PRESENT)}


def test_actors_of_ones_own_signal_one_another() -> None:
    pair = """
    @record
    class Bell(Entity):
        rank: ClassVar[int] = Rank.EXTENSION
        rung: int = 0

    @record
    class Ringer(Entity):
        rank: ClassVar[int] = Rank.EXTENSION
        bell: Bell | None = None

    class BellWorld(World):
        bells: list[Bell]
        ringers: list[Ringer]

    def build(world: BellWorld, given: Given) -> None:
        world.bells.append(Bell(key=given.key(0)))
        world.ringers.append(Ringer(key=given.key(1), bell=world.bells[0]))

    def start(world: BellWorld) -> None:
        world.begin(world.bells[0], sound)
        world.begin(world.ringers[0], ring)

    def sound(world: BellWorld, bell: Bell) -> Day:
        while True:
            why = yield world.wait(bell, 10.0, Why.SIGNAL)
            world.write(world.now, SOUND, bell.key, 0, -1, Actor.NOBODY,
                        1.0 if why == Why.SIGNAL else 0.0, -1)

    def ring(world: BellWorld, ringer: Ringer) -> Day:
        yield world.wait(ringer, 4.0)
        world.take(ringer.bell, Why.SIGNAL)

    SOUND = row("sound")
    """
    scenario = world_with(1, bells={"code": textwrap.dedent(pair), "rows": {"sound": "A bell"}})
    assert [(row[1], row[7]) for row in rows_of(scenario, 100)] == [(4.0, 1.0), (14.0, 0.0)]


def test_two_extensions_have_rows_and_random_numbers_of_their_own() -> None:
    dice = """
    @record
    class Die(Entity):
        rank: ClassVar[int] = Rank.EXTENSION
        luck: Word = 0

    class DieWorld(World):
        dice_NAME: list[Die]

    def build(world: DieWorld, given: Given) -> None:
        world.dice_NAME.append(Die(key=given.key(0)))

    def start(world: DieWorld) -> None:
        die = world.dice_NAME[0]
        die.luck = world.luck_of(die.key)
        world.write(world.now, THROW, 0, 0, -1, Actor.NOBODY, uniform(die.luck, stream_of_die, 0), -1)

    THROW = row("throw")
    stream_of_die = stream(0)
    """
    table = {"rows": {"throw": "A die"}}
    text = textwrap.dedent(dice)
    scenario = world_with(
        1,
        one=table | {"code": text.replace("NAME", "one")},
        two=table | {"code": text.replace("NAME", "two")},
    )
    thrown = {
        seed: [(row[2], row[7]) for row in simulate(scenario, seed=seed).rows if row[2] >= 100]
        for seed in (1, 2)
    }
    assert [kind for kind, _ in thrown[1]] == [100, 101]
    values = [value for found in thrown.values() for _, value in found]
    assert len(set(values)) == 4 and all(0.0 < value < 1.0 for value in values)
    assert simulate(scenario, seed=1).rows == simulate(scenario, seed=1).rows


def test_a_branch_keeps_the_past_and_the_extensions() -> None:
    before = world_with(6, clock=CLOCK_TABLE | {"code": CLOCK})
    values = resolved(before)
    values["sectors"]["north"]["teams"] = 9
    after = restored(values)
    whole, branch = simulate(before, seed=2), simulate_branch(before, after, 3, seed=2)
    cut = [row for row in whole.rows if row[1] < 72.0]
    assert branch.rows[: len(cut)] == cut and branch.rows != whole.rows
    assert len([r for r in branch.rows if r[2] == 100]) == len([r for r in whole.rows if r[2] == 100])
    values["extensions"]["clock"]["numbers"]["every_h"] = 7.0
    with pytest.raises(UsageError, match="extensions"):
        check_branch(before, restored(values), 3)


def test_a_python_caller_brings_a_module(tmp_path: Path) -> None:
    (tmp_path / "clock.py").write_text(module(CLOCK))
    scenario = sim.extend(
        small(2),
        "clock",
        tmp_path / "clock.py",
        sectors=["south"],
        numbers={"every_h": 5},
        rows=CLOCK_TABLE["rows"],
    )
    assert len(rows_of(scenario, 100)) == 7
    with pytest.raises(UsageError, match="cannot be read"):
        sim.extend(small(2), "clock", tmp_path / "watch.py")
    with pytest.raises(ScenarioError, match="unknown sector"):
        sim.extend(small(2), "clock", tmp_path / "clock.py", sectors=["west"])


def test_a_scenario_without_extensions_is_what_it_was() -> None:
    """The digests by which finished runs are found do not know of extensions."""
    assert "extensions" not in resolved(small(2))
    assert digest(small(2)) == digest(restored(resolved(small(2))))


METHODS = """
class Mood(IntEnum):
    CALM = 0
    LOUD = 1

@record
class Horn(Entity):
    rank: ClassVar[int] = Rank.EXTENSION
    calls: int = 0

    def is_due(self) -> bool:
        return self.calls % 2 == 0

    @property
    def half(self) -> float:
        return 0.5 * self.calls

class HornWorld(World):
    horns: list[Horn]
    first_horn: Horn | None
    word_of_horns: Word
    mood: Mood
    table: Grid

    def loudness(self) -> float:
        return crossing.barrier_factor(self, 0) + self.horns[0].half

def build(world: HornWorld, given: Given) -> None:
    assert (world.first_horn, world.word_of_horns, world.mood, world.table) == (None, 0, Mood.CALM, [])
    world.table = [[1.0, 2.0], [3.0, 4.0]]
    world.horns.append(Horn(key=given.key(0)))
    world.first_horn = world.horns[0]
    world.mood = Mood.LOUD

def start(world: HornWorld) -> None:
    world.begin(world.horns[0], blow)

def blow(world: HornWorld, horn: Horn) -> Day:
    while True:
        yield world.wait(horn, 2.0)
        horn.calls += 1
        if horn.is_due() and world.mood == Mood.LOUD and world.first_horn is not None:
            world.write(world.now, BLOWN, horn.key, 0, -1, Actor.NOBODY,
                        world.loudness() + world.table[1][0], -1)

BLOWN = row("blown")
"""
LOUDER = """
@replaces(crossing.barrier_factor)
def louder(world: World, barrier: int) -> float:
    return 100.0
"""


def test_methods_and_fields_of_every_kind_and_a_replacement_by_another_extension() -> None:
    """Calls 2, 4, 6 ... at 4, 8, 12 h; each says half its number,
    the replaced factor and what the table holds."""
    horn = {"rows": {"blown": "A horn"}, "code": METHODS}
    assert [row[7] for row in rows_of(world_with(1, horn=horn), 100)] == [
        1.0 + n + 3.0 for n in (1, 2, 3, 4, 5)
    ]
    louder = world_with(1, horn=horn, louder={"code": LOUDER})
    assert [(row[1], row[7]) for row in rows_of(louder, 100)] == [
        (4.0 * n, 100.0 + n + 3.0) for n in (1, 2, 3, 4, 5)
    ]


# both engines


@pytest.mark.parametrize("code", ["clock", "horn", "example"])
def test_both_engines_say_the_same_in_plain_python(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The made functions of the compiled engine, run as they are: no time to compile."""
    import numba
    import numpy as np

    from sim.engines.compiled import engine

    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    monkeypatch.setenv(TRUST, "yes")
    if code == "clock":
        scenario = world_with(3, clock=CLOCK_TABLE | {"code": CLOCK + "\n# the same in both engines\n"})
    elif code == "horn":
        scenario = world_with(3, horn={"rows": {"blown": "A horn"}, "code": METHODS}, louder={"code": LOUDER})
    else:
        values = resolved(load(EXAMPLE, sets=["scenario.end=2030-03-09", "detection.patrol_speed_kmh=6.5"]))
        values["extensions"]["drones"]["code"] += "# another text: its plain functions are nobody else's\n"
        scenario = restored(values)
    with np.errstate(over="ignore"):
        made = engine.simulate(scenario, seed=4)
    plain = simulate(scenario, seed=4)
    assert made.rows == plain.rows and made.counts == plain.counts and made.team_hours == plain.team_hours
    assert collections.Counter(row[2] for row in plain.rows)[100] > 10


@pytest.mark.slow
def test_the_example_is_the_same_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.engines.engine_choice import player

    monkeypatch.setenv(TRUST, "yes")
    scenario = load(EXAMPLE)
    made, plain = player("compiled", scenario)(scenario, seed=1), simulate(scenario, seed=1)
    assert made.rows == plain.rows and {100, 101, 102, 103} <= {row[2] for row in plain.rows}
    words = (
        "--trust",
        "compare",
        "riverland",
        str(EXAMPLE),
        "-n",
        "2",
        "--no-plots",
        "--out",
        str(tmp_path / "both"),
    )
    done = borderflow(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_more_drones_see_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUST, "yes")

    def seen(*sets: str) -> int:
        scenario = load(EXAMPLE, sets=["scenario.end=2030-04-10", *sets])
        return sum(len(rows_of(scenario, 103, seed)) for seed in (1, 2))

    assert (
        0
        == seen("extensions.drones.numbers.sees=0")
        < seen()
        < seen("extensions.drones.numbers.teams=6", "extensions.drones.numbers.sees=1")
    )
    assert seen("extensions.drones.numbers.too_windy=1") == 0


def test_what_cannot_be_compiled_is_named_by_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.engines.engine_choice import player

    listed = CLOCK.replace("        clock.struck += 1\n", "        clock.struck += len([1])\n")
    assert listed != CLOCK
    scenario = world_with(1, clock=CLOCK_TABLE | {"code": listed})
    assert len(rows_of(scenario, 100)) > 0
    line = next(
        n for n, text in enumerate(scenario.extensions["clock"].code.splitlines(), 1) if "len([1])" in text
    )
    from sim.engines import engine_choice as engine_player

    monkeypatch.setattr(engine_player, "_compile_apart", lambda _: None)
    with pytest.raises(UsageError, match=rf"clock\.py:{line}: .*(?s:.*)--engine simpy"):
        player("compiled", scenario)


# what is refused


def test_code_runs_only_where_somebody_allowed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = world_with(1, may_run=False, clock=CLOCK_TABLE | {"code": CLOCK + "\n# never allowed\n"})
    with pytest.raises(UsageError, match=r"clock\.py.*--trust"):
        simulate(scenario)
    monkeypatch.setenv(TRUST, hash_of("another module"))
    with pytest.raises(UsageError, match=r"clock\.py"):
        sim.run(scenario)
    with pytest.raises(UsageError, match=r"clock\.py"):
        list(execute([job_of(0, scenario, seed=0, replication=0, engine="simpy")]))
    trust(scenario.extensions["clock"].code)
    check_trust(scenario)
    assert simulate(scenario).rows


def _scenario_file(folder: Path, table: str, code: str | None = CLOCK, name: str = "clock.py") -> Path:
    if code is not None:
        (folder / name).write_text(module(code))
    base = folder / "mine.toml"
    base.write_text('extends = "riverland"\n' + table)
    return base


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[extensions.clock]\nmodule = "cloc.py"\n', "does not exist"),
        ('[extensions.clock]\nmodule = "../clock.py"\n', "leads out of the folder"),
        ('[extensions.clock]\nmodule = "/etc/clock.py"\n', "relative path"),
        ('[extensions.clock]\nmodule = "mine.toml"\n', "no Python file"),
        ('[extensions.clock]\nmodule = "clock.py"\ncode = "import os"\n', "has no place in a scenario file"),
        ('[extensions.clock]\nmodule = "clock.py"\nsectors = ["upper-ford"]\n', "unknown sector"),
        (
            '[extensions.clock]\nmodule = "clock.py"\n[extensions.clock.numbers]\nevery_h = "five"\n',
            "every_h",
        ),
        ('[extensions.clock]\nmodule = "clock.py"\n[extensions.clock.rows]\nstrike = ""\n', "strike"),
        (
            '[extensions.clock]\nmodule = "clock.py"\n[extensions.clock.measures]\nn = { label = "n", rows = '
            '["x"] }\n',
            "no kind of row",
        ),
    ],
)
def test_a_faulty_table_is_told(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        check(_scenario_file(tmp_path, table))
    assert any(said in str(fault) for fault in caught.value.faults), [str(f) for f in caught.value.faults]


def test_faults_of_a_module_are_told_without_running_it(tmp_path: Path) -> None:
    file = _scenario_file(
        tmp_path, '[extensions.clock]\nmodule = "clock.py"\n', "open('ran', 'w')\ndef f(:\n"
    )
    with pytest.raises(ScenarioError, match=r"cannot be read as Python.*in line \d+"):
        check(file)
    fine = _scenario_file(
        tmp_path, '[extensions.clock]\nmodule = "clock.py"\n', f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    )
    check(fine)
    assert not (tmp_path / "ran").exists()


def test_too_many_kinds_of_rows_are_refused(tmp_path: Path) -> None:
    rows = "\n".join(f'r{n} = "a row"' for n in range(20))
    tables = "".join(
        f'[extensions.e{n}]\nmodule = "clock.py"\n[extensions.e{n}.rows]\n{rows}\n' for n in range(2)
    )
    with pytest.raises(ScenarioError, match="at most 28"):
        check(_scenario_file(tmp_path, tables))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 1\n", r"ext\.py does nothing"),
        ("x = 1 / 0\n", r"ext\.py cannot be loaded: ZeroDivisionError"),
        ("X = row('strik')\n", r"asks for 'strik'; it has: strike"),
        ("X = stream(100)\n", "allowed: 0 to 99"),
        (
            "def build(world: World, given: Given) -> None:\n    given.numbers['b']\n",
            r"numbers\.b is missing",
        ),
        ("def start(world: World) -> None:\n    return\n", r"never reads extensions\.ext\.numbers\.a"),
        ("@replaces(len)\ndef f(x: int) -> int:\n    return x\n", "cannot be replaced"),
        ("@replaces(World.check)\ndef f(self: World) -> None:\n    pass\n", "cannot be replaced"),
        (
            "@replaces(crossing.crossing_hours)\ndef f(world: World, g: Group) -> float:\n    return 1.0\n",
            "parameters",
        ),
        (
            "@replaces(before_the_line.set_out)\ndef f(world: World, g: Group) -> None:\n    return None\n",
            "is a process",
        ),
        (
            "@replaces(detection.is_night)\ndef f(hour: float, a: float, b: float) -> bool:\n    return "
            "True\n",
            "parameters|rules",
        ),
    ],
)
def test_what_a_module_does_wrong_is_told(code: str, said: str) -> None:
    scenario = world_with(1, ext={"numbers": {"a": 1.0}, "rows": {"strike": "x"}, "code": code})
    with pytest.raises(UsageError, match=said):
        simulate(scenario)


def test_one_function_is_replaced_once() -> None:
    code = "@replaces(crossing.barrier_factor)\ndef f(world: World, barrier: int) -> float:\n    return 2.0\n"
    with pytest.raises(UsageError, match="by another extension"):
        simulate(world_with(1, one={"code": code}, two={"code": code + "#\n"}))


def test_content_of_the_small_border_is_as_it_was() -> None:
    assert "extensions" not in content()
