"""The maintainers' map says what the model does, and each question's answer is where the page says it is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sim.core.event_order import Rank
from sim.model.journeys import journey
from sim.model.journeys.journey import STAGES
from sim.model.state.entities import Stage
from sim.record.events import MOVES_TO, Kind
from tests.small import small
from tools.decided_page import QUESTIONS, Question
from tools.map_page import PLACES, _drawn
from tools.model_source import END, Model, layers

ROOT = Path(__file__).parents[2]
BACK = ("wait_in_strip", "wait_in_site", "wait_in_transit", "wait_for_home")


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


def test_every_stage_of_the_model_is_on_the_map_with_its_process(model: Model) -> None:
    found = {Stage[name]: process.name for name, process in model.stages().items()}
    assert found == {stage: process.__name__ for stage, process in STAGES.items()}
    assert set(PLACES) == set(_drawn(model))


def test_the_table_in_the_journey_says_what_each_process_returns(model: Model) -> None:
    """Only stages: fates stand in words there."""
    for name, process in model.stages().items():
        row = re.search(rf"^\| {process.name} \| (.*) \|$", journey.__doc__ or "", re.MULTILINE)
        assert row, name
        written = {word for word in re.findall(r"\w+", row[1]) if word.upper() in Stage.__members__}
        written |= set(BACK) if re.search(r"\bor back\b", row[1]) else set()
        assert written == {stage.lower() for stage in model.following(process) if stage != END}, name


def test_ends_of_a_journey_are_the_kinds_that_the_process_moves_by(model: Model) -> None:
    fates = {process.name: set(model.fates(process)) for process in model.stages().values()}
    assert fates["wait_for_home"] == {"FLOWN_HOME", "LEFT_BY_OWN_MEANS"}
    assert fates["await_removal"] == {"REMOVED_BY_FORCE", "RETURNED_VOLUNTARILY", "LEFT_PROCEDURE"}
    assert fates["set_out"] == set()
    assert all(Kind[fate] in MOVES_TO for found in fates.values() for fate in found)


def test_ranks_stand_in_the_order_in_which_they_are_served(model: Model) -> None:
    assert [name for name, _ in model.ranks()] == [rank.name for rank in sorted(Rank)]
    assert [name for name, holders in model.ranks() if not holders] == ["EXTENSION"]


def test_a_midnight_is_in_the_order_in_which_its_functions_are_called(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps that the map names, watched in a run."""
    from sim.model import day_order, simulate

    midnight = model.function("sim.model.day_order", "midnights_go_by")
    assert midnight is not None
    named = [s.name for s in model.steps(midnight) if hasattr(day_order, s.name) and s.depth < 2]
    called: list[str] = []
    for name in named:
        act = getattr(day_order, name)
        monkeypatch.setattr(
            day_order, name, lambda *of, name=name, act=act: [called.append(name), act(*of)][1]
        )
    world = simulate.build(small(days=3), seed=1, replication=0)
    called.clear()
    simulate.play(world, 24.5, None)
    assert called == named
    assert len(named) > 8


def test_the_layers_are_those_of_the_contract_each_with_words() -> None:
    found = [package for layer in layers() for package in (layer, *layer.all_below())]
    assert {package.name for package in found} == {
        ".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "sim").glob("*/**/__init__.py")
    }
    assert [package.name for package in found if len(package.about) < 20] == []


# where is it decided


def functions(path: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_there_are_twenty_questions_and_no_two_are_alike() -> None:
    assert len({each.question for each in QUESTIONS}) == len(QUESTIONS) == 20


@pytest.mark.parametrize("each", QUESTIONS, ids=lambda each: each.question)
def test_an_answer_is_in_the_function_that_the_page_names(each: Question) -> None:
    assert 1 <= len(each.places) <= 2
    for path, name in each.places:
        assert name in functions(path), f"{path} has no {name}"


@pytest.mark.parametrize("each", QUESTIONS, ids=lambda each: each.question)
def test_every_name_that_an_answer_quotes_stands_in_its_files(each: Question) -> None:
    """So the answer needs no third file: what it speaks of can be read there."""
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path, _ in each.places)
    quoted = re.findall(r"`(\w+)`", each.answer)
    assert quoted, "an answer names what decides"
    assert [name for name in quoted if not re.search(rf"\b{name}\b", text, re.IGNORECASE)] == []
