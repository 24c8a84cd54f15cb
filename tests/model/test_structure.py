"""How the model's modules hang together: nothing imports in a circle, not even for types,
and behaviour stands in one place."""

from __future__ import annotations

import ast
from pathlib import Path

from sim.engines.translate.call_cycles import circle
from sim.model.journeys.journey import STAGES
from sim.model.state.entities import Stage
from tests.test_layers import MODULES, imported

ROOT = Path(__file__).parents[2]
COMPILED = ROOT / "sim" / "engines" / "compiled"
MAY_RECKON = {
    "compiled_streams.py": {"mix", "key_of_two", "key_of_three", "uniform"},
    "runtime.py": {
        "appoint", "take_next", "write", "count", "count_reports", "begin_counting", "keep_stocks", "advance",
    },
    "engine.py": {"first_sizes", "simulate", "memory_of", "grow", "_play", "_record", "loop_alone"},
    "made_functions.py": {"_summary_on_disk", "_keep", "_accessors", "forget"},
    "compile_cache.py": {"_begin", "content_hash", "named_folder", "with_kept_source", "_home",
        "cache_folder"},
}  # fmt: skip
"""Functions of the compiled engine's own that do arithmetic: random words, the heap, the counters of the log,
room for arrays; those of `made_functions.py` and `compile_cache.py` join paths and texts."""


def test_no_module_of_the_model_imports_itself_by_any_way() -> None:
    graph = {module: imported(module) for module in MODULES if module.startswith("sim.model")}
    assert sum(map(len, graph.values())) > 50, "imports are found"
    assert circle(graph) is None


def test_every_stage_is_one_process() -> None:
    assert set(STAGES) == set(Stage)
    assert len({process.__name__ for process in STAGES.values()}) == len(STAGES)


def reckoning(path: Path) -> set[str]:
    """The functions of a file that do arithmetic."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            parts = [n for n in ast.walk(node) if isinstance(n, ast.BinOp | ast.AugAssign)]
            if any(
                isinstance(n.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv | ast.Mod)
                for n in parts
            ):
                found.add(node.name)
    return found


def test_the_compiled_engine_reckons_nothing_of_the_model() -> None:
    """Outside a list of functions for words, heap, counters and room, its own files hold no arithmetic."""
    for path in COMPILED.glob("*.py"):
        assert reckoning(path) <= MAY_RECKON.get(path.name, set()), path.name


def test_the_compiled_engine_knows_no_kind_of_row_and_no_lever() -> None:
    for path in COMPILED.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        sources = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not sources & {
            "sim.record.events",
            "sim.scenario.levers.lever_kinds",
            "sim.core.event_order",
        }, path.name
