"""What the maintainers' map shows, read from the source: layers and packages, the stages that may follow
a stage, the order of a midnight, and who acts at an instant.

Nothing is imported to read it: the syntax trees alone say it, so that a changed `return` changes the map.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DAY = ("midnights_go_by", "end_day", "begin_day", "renew_controls", "renew_world", "turn_lever")
"""Functions whose calls are shown one by one; of the others, their first line."""
END = ""
"""What follows a stage that ends a journey."""


class Function(NamedTuple):
    """A function of the model, with the module that defines it."""

    module: str
    name: str
    node: ast.FunctionDef

    @property
    def path(self) -> str:
        """The path of its file in the checkout."""
        return self.module.replace(".", "/") + ".py"

    @property
    def about(self) -> str:
        """The first sentence of its docstring."""
        return first_sentence(ast.get_docstring(self.node))


class Step(NamedTuple):
    """Something that happens in its turn: who does it, and what it is; deeper steps are parts of the one
    above."""

    depth: int
    name: str
    path: str
    about: str


@dataclass
class Module:
    """A module: its functions and classes, and what its imports call functions and modules."""

    name: str
    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Module:
        """A module of the checkout."""
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = cls(name, ast.parse(path.read_text(encoding="utf-8")))
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef):
                module.functions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                module.classes[node.name] = node
            elif isinstance(node, ast.ImportFrom) and node.module:
                module.imported |= {each.name: f"{node.module}.{each.name}" for each in node.names}
        return module


def first_sentence(docstring: str | None) -> str:
    """The first sentence of a docstring, on one line, without its full stop."""
    paragraph = " ".join((docstring or "").split("\n\n")[0].split())
    return re.split(r"\.\s|: *$", paragraph)[0].rstrip(".")


# layers


class Package(NamedTuple):
    """A package: its name, what it decides, and its sub-packages."""

    name: str
    about: str
    below: tuple[Package, ...]

    def all_below(self) -> Iterator[Package]:
        """Every package below it, each followed by its own."""
        for package in self.below:
            yield package
            yield from package.all_below()


def layers() -> tuple[Package, ...]:
    """The packages from the top layer to the bottom, as the import-linter contract orders them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    # Exactly one contract of layers: with two, the unpacking fails and the map needs a decision.
    (names,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return tuple(_package(ROOT / name.replace(".", "/")) for name in names)


def _package(folder: Path) -> Package:
    docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    below = tuple(_package(path.parent) for path in sorted(folder.glob("*/__init__.py")))
    return Package(".".join(folder.relative_to(ROOT).parts), first_sentence(docstring), below)


# the model


class Model:
    """The modules of `sim.model`, by name, and what calls in them mean."""

    def __init__(self) -> None:
        found = [Module.read(path) for path in sorted((ROOT / "sim" / "model").rglob("*.py"))]
        self.modules = {module.name: module for module in found}

    def function(self, module: str, name: str) -> Function | None:
        """A function by its module and name; None where that is another kind of thing."""
        found = self.modules.get(module)
        node = found.functions.get(name) if found else None
        return Function(module, name, node) if node else None

    def called(self, within: str, call: ast.expr) -> Function | None:
        """The function that a call in a module means: its own, one that is imported, one of an imported
        module."""
        module, target = self.modules[within], call
        if isinstance(target, ast.Call):
            target = target.func
        if isinstance(target, ast.Name):
            home, _, name = module.imported.get(target.id, f"{within}.{target.id}").rpartition(".")
            return self.function(home, name)
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            return self.function(module.imported.get(target.value.id, ""), target.attr)
        return None

    # stages

    def stages(self) -> dict[str, Function]:
        """The process of each stage, from `STAGES` of the journey."""
        journey = self.modules["sim.model.journeys.journey"]
        (table,) = (
            node.value
            for node in journey.tree.body
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "STAGES"
        )
        assert isinstance(table, ast.Dict)
        pairs = zip(table.keys, table.values, strict=True)
        found = {_member(key, "Stage"): self.called(journey.name, value) for key, value in pairs}
        return {stage: process for stage, process in found.items() if process is not None}

    def following(self, function: Function, *, through: bool = True) -> tuple[str, ...]:
        """The stages that a process can return, and END; with `through` false, functions of
        `sim.model.border.after_attempt` that choose among several stand by their own name."""
        found: dict[str, None] = {}
        for value in _returned(function.node):
            found |= dict.fromkeys(self._stages_of(function, value, through))
        return tuple(found)

    def _stages_of(self, function: Function, value: ast.expr, through: bool) -> Iterator[str]:
        # `return A if ... else B` leads to both.
        if isinstance(value, ast.IfExp):
            yield from self._stages_of(function, value.body, through)
            yield from self._stages_of(function, value.orelse, through)
        elif isinstance(value, ast.Constant):
            yield END
        elif stage := _member(value, "Stage"):
            yield stage
        else:
            called = self.called(function.module, _assigned(function.node, value))
            if called is None:
                # Refused, since a stage that is left out of the map would look like one that cannot follow.
                raise ValueError(f"{function.path}: {function.name} returns {ast.unparse(value)}: no stage")
            yield from self._through(called, through)

    def _through(self, called: Function, through: bool) -> tuple[str, ...]:
        following = self.following(called, through=through)
        # A function with one outcome is no choice, and would be a box without meaning.
        is_choice = called.module == "sim.model.border.after_attempt" and len(following) > 1
        return (called.name,) if is_choice and not through else following

    def fates(self, function: Function) -> tuple[str, ...]:
        """The kinds of rows with which a process ends a journey: what its group is moved by before
        `return None`."""
        found: dict[str, None] = {}
        for block in _blocks(function.node):
            if isinstance(block[-1], ast.Return) and ast.unparse(block[-1]) == "return None":
                found |= dict.fromkeys(self._moves(function.module, block))
        for value in _returned(function.node):
            called = self.called(function.module, _assigned(function.node, value))
            if called is not None:
                found |= dict.fromkeys(self.fates(called))
        return tuple(found)

    def _moves(self, module: str, block: list[ast.stmt]) -> Iterator[str]:
        """The kinds of `world.move` in a block, and in the functions it calls; branches that return by
        themselves are left out."""
        for statement in block:
            # Such a branch is a block of its own, and is read as one.
            if isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Return):
                continue
            for call in _calls(statement):
                if ast.unparse(call.func) == "world.move" and ast.unparse(call.args[0]) == "g":
                    yield _member(call.args[1], "Kind")
                # The one ending that moves its group in another function.
                elif (called := self.called(module, call)) and called.name == "fly_home":
                    yield from self._moves(called.module, called.node.body)

    def reasons(self, function: Function) -> tuple[str, ...]:
        """Why others may end a wait of a process (`Why`), its own and those of what it yields from."""
        found: dict[str, None] = {}
        for call in _calls(function.node):
            if ast.unparse(call.func) in ("world.wait", "world.wait_until", "world.stand_by"):
                found |= dict.fromkeys(why for each in call.args if (why := _member(each, "Why")))
        for node in ast.walk(function.node):
            # A wait inside a process that it yields from is a wait of its own.
            if isinstance(node, ast.YieldFrom) and (called := self.called(function.module, node.value)):
                found |= dict.fromkeys(self.reasons(called))
        return tuple(found)

    def beginnings(self) -> tuple[tuple[Function, str], ...]:
        """Who sends a group on its way, and at which stage: every `world.travel` that names one."""
        return tuple(
            (Function(module.name, name, node), stage)
            for module in self.modules.values()
            for name, node in module.functions.items()
            for call in _calls(node)
            if ast.unparse(call.func) == "world.travel" and (stage := _member(call.args[1], "Stage"))
        )

    # a day

    def steps(self, function: Function, depth: int = 0) -> Iterator[Step]:
        """What a function does, in the order of its lines; the functions of `DAY` are opened."""
        for statement in sorted(_statements(function.node), key=lambda node: node.lineno):
            if isinstance(statement, ast.Assign):
                target = ast.unparse(statement.targets[0])
                if target.startswith("world."):
                    yield Step(depth, target, function.path, "is set")
                continue
            for call in _calls(statement):
                if called := self._acts(function.module, call):
                    yield Step(depth, called.name, called.path, called.about)
                    if called.name in DAY:
                        yield from self.steps(called, depth + 1)

    def _acts(self, module: str, call: ast.Call) -> Function | None:
        """A function of the model, or a method of the world whose result nobody asks for."""
        world = self.modules["sim.model.state.world"]
        if (
            isinstance(call.func, ast.Attribute)
            and ast.unparse(call.func.value) == "world"
            and call.func.attr in ("check", "begin_counting", "write")
        ):
            for node in ast.walk(world.classes["World"]):
                if isinstance(node, ast.FunctionDef) and node.name == call.func.attr:
                    return Function(world.name, f"world.{node.name}", node)
        return self.called(module, call)

    def ranks(self) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
        """Every rank in the order in which it is served, with who has it: (name, path, what it is)."""
        order = ast.parse((ROOT / "sim" / "core" / "event_order.py").read_text(encoding="utf-8"))
        (ranks,) = (n for n in order.body if isinstance(n, ast.ClassDef) and n.name == "Rank")
        members = [(n.targets[0], n.value) for n in ranks.body if isinstance(n, ast.Assign)]
        # By their values, which are the order; the lines of the class need not be.
        names = [ast.unparse(name) for name, _ in sorted(members, key=lambda pair: ast.literal_eval(pair[1]))]
        holders = [*self._entities(), *self._acts_at()]
        return tuple((name, tuple(dict.fromkeys(h for rank, h in holders if rank == name))) for name in names)

    def _entities(self) -> Iterator[tuple[str, tuple[str, str, str]]]:
        """The records that wait by themselves, with the rank of their class."""
        for module in self.modules.values():
            for name, node in module.classes.items():
                for line in node.body:
                    if isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == "rank" and line.value:
                        about = first_sentence(ast.get_docstring(node))
                        yield (
                            _member(line.value, "Rank"),
                            (name, module.name.replace(".", "/") + ".py", about),
                        )

    def _acts_at(self) -> Iterator[tuple[str, tuple[str, str, str]]]:
        """The acts that are appointed with a rank of their own: `world.at(time, Rank.X, ..., act, ...)`."""
        for module in self.modules.values():
            for call in _calls(module.tree):
                if ast.unparse(call.func) == "world.at":
                    act = self.called(module.name, call.args[4])
                    if act is not None:
                        yield _member(call.args[1], "Rank"), (act.name, act.path, act.about)


# syntax trees


def _member(node: ast.expr | None, of: str) -> str:
    """The member of an enumeration that an expression names; "" where it names none."""
    text = ast.unparse(node) if node is not None else ""
    return text.removeprefix(f"{of}.") if text.startswith(f"{of}.") else ""


def _calls(node: ast.AST) -> list[ast.Call]:
    """Every call in a tree, in the order in which it stands in the file."""
    found = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    # ast.walk goes level by level, and not down the file.
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _returned(node: ast.FunctionDef) -> list[ast.expr]:
    """What a function returns."""
    found = [each for each in ast.walk(node) if isinstance(each, ast.Return) and each.value is not None]
    return [each.value for each in sorted(found, key=lambda each: each.lineno) if each.value is not None]


def _assigned(node: ast.FunctionDef, value: ast.expr) -> ast.expr:
    """The call behind a returned name such as `following`, which holds what was yielded from."""
    if isinstance(value, ast.Name):
        for each in ast.walk(node):
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == value.id:
                return each.value.value if isinstance(each.value, ast.YieldFrom) else each.value
    return value


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements of a function."""
    for each in ast.walk(node):
        for name in ("body", "orelse"):
            block = getattr(each, name, None)
            if isinstance(block, list) and block:
                yield block


def _statements(node: ast.FunctionDef) -> Iterator[ast.Expr | ast.Assign]:
    """The simple statements of a function."""
    for each in ast.walk(node):
        if isinstance(each, (ast.Expr, ast.Assign)) and not isinstance(each.value, ast.Constant):
            yield each
