"""The rules keep to the subset that both engines compute alike, and say what their numbers are."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest

from sim.core import distributions
from sim.engines.compiled.numba_clones import MADE_ONCE_IN_PYTHON, functions_of
from sim.engines.compiled.numba_clones import rule_modules as modules

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.Not, ast.And, ast.Or)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
STATEMENTS = (ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.If, ast.For, ast.While, ast.Expr)
EXPRESSIONS = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.Name, ast.Constant)
SHAPES = (ast.Attribute, ast.Subscript, ast.Tuple, ast.Load, ast.Store, ast.arguments, ast.arg)
OF_MATH = frozenset({"exp", "log", "sqrt", "tanh", "floor", "ceil", "inf"})
BUILT_IN = frozenset({"min", "max", "int", "float", "range"})
IMPORTS = (
    "__future__",
    "collections.abc",
    "math",
    "typing",
    "sim.core.distributions",
    "sim.core.units",
)
TYPES = frozenset({"int", "float", "bool", "str"})
HALVING = "index_in"
"""Halves a whole number that is not negative with `//`, which both engines compute alike."""
WORDS = ("Units:", "Range:", "Source:", "Status:")
STATUS = ("measured", "estimated", "assumed", "definition")
RULES = [f for module in modules()[1:] for f in functions_of(module).values()]


def tree_of(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def faults_of(module: ModuleType) -> Iterator[str]:
    """What a module holds that the subset does not."""
    known = {name for m in modules() for name in functions_of(m)} | set(vars(module))
    for node in tree_of(module).body:
        if isinstance(node, ast.FunctionDef) and node.name not in MADE_ONCE_IN_PYTHON:
            yield from faults_of_function(node, known)
        elif isinstance(node, ast.ClassDef):
            yield from faults_of_class(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from (f"{node.lineno}: imports {name}" for name in names if name not in IMPORTS)
        elif isinstance(node, ast.AsyncFunctionDef):
            yield f"{node.lineno}: {node.name} is asynchronous"


def faults_of_function(function: ast.FunctionDef, known: set[str]) -> Iterator[str]:
    """What a function does that the subset does not allow."""
    a = function.args
    if a.kwonlyargs or a.vararg or a.kwarg or a.defaults or function.decorator_list:
        yield f"{function.lineno}: {function.name} takes more than positional arguments, or is decorated"
    for node in (inner for statement in function.body for inner in ast.walk(statement)):
        if isinstance(node, ast.operator | ast.unaryop | ast.boolop):
            halves = isinstance(node, ast.FloorDiv) and function.name == HALVING
            allowed = halves or isinstance(node, OPERATORS)
        elif isinstance(node, ast.cmpop):
            allowed = isinstance(node, COMPARISONS)
        elif isinstance(node, ast.Call):
            allowed = not node.keywords and may_be_called(node.func, known)
        elif isinstance(node, ast.Attribute):
            is_math = isinstance(node.value, ast.Name) and node.value.id == "math"
            allowed = node.attr in OF_MATH if is_math else isinstance(node.value, ast.Name)
        else:
            allowed = isinstance(node, STATEMENTS + EXPRESSIONS + SHAPES)
        if not allowed:
            line = getattr(node, "lineno", function.lineno)
            yield f"{line}: {function.name} uses {ast.dump(node)[:80]}"


def may_be_called(function: ast.expr, known: set[str]) -> bool:
    """Other rules, tuples with names, a few functions of `math`, and min, max, int, float, range."""
    if isinstance(function, ast.Attribute):
        return (
            isinstance(function.value, ast.Name) and function.value.id == "math" and function.attr in OF_MATH
        )
    return isinstance(function, ast.Name) and (function.id in BUILT_IN or function.id in known)


def faults_of_class(node: ast.ClassDef) -> Iterator[str]:
    """A class is a NamedTuple of numbers; a property may only hand itself to a rule,
    since it does not compile."""
    if [ast.unparse(base) for base in node.bases] != ["NamedTuple"] or node.decorator_list:
        yield f"{node.lineno}: {node.name} is no plain NamedTuple"
    for part in node.body:
        if isinstance(part, ast.FunctionDef):
            last = part.body[-1]
            call = last.value if isinstance(last, ast.Return) else None
            if not isinstance(call, ast.Call) or [ast.unparse(a) for a in call.args] != ["self"]:
                yield f"{part.lineno}: {node.name}.{part.name} computes; a rule should"


@pytest.mark.parametrize("module", modules(), ids=lambda m: m.__name__)
def test_a_module_of_rules_keeps_to_the_subset_that_compiles(module: ModuleType) -> None:
    assert list(faults_of(module)) == []


@pytest.mark.parametrize(
    "body",
    [
        "return x ** 2.0", "return math.pow(x, 2.0)", "return math.gamma(x)", "return sum((x, x))",
        "return x // 2.0", "return x % 2.0", "return np.exp(x)", "return {1: x}[1]",
        "return [y for y in (x,)][0]", "yield x", "return power(x, p=2.0)", "return (lambda y: y)(x)",
        "return x if x in (1.0,) else 0.0", "return abs(x)", "global y", "return f'{x}'",
        "return math.hypot(x, x)", "return x.real.real",
    ],
)  # fmt: skip
def test_the_lint_finds_what_is_outside_the_subset(body: str) -> None:
    function = ast.parse(f"def rule(x: float) -> float:\n    {body}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert list(faults_of_function(function, {"power"}))


def test_the_lint_finds_keyword_arguments_and_classes() -> None:
    tree = ast.parse(
        "def rule(x, *, y): return x\n@dataclass\nclass A: pass\nclass B(NamedTuple):\n  def f(self): return "
        "1"
    )
    function, data, named = tree.body
    assert (
        isinstance(function, ast.FunctionDef)
        and isinstance(data, ast.ClassDef)
        and isinstance(named, ast.ClassDef)
    )
    assert list(faults_of_function(function, set()))
    assert list(faults_of_class(data))
    assert list(faults_of_class(named))


@pytest.mark.parametrize("rule", RULES, ids=lambda f: f"{f.__module__.rsplit('.')[-1]}.{f.__name__}")
def test_a_rule_says_units_range_source_and_status_and_has_an_example(rule: FunctionType) -> None:
    told = inspect.getdoc(rule) or ""
    assert [word for word in WORDS if word not in told] == []
    status = told.split("Status:")[1].split(">>>")[0]
    assert any(word in status for word in STATUS), (
        f"status: found {status.strip()!r}, allowed: {', '.join(STATUS)}"
    )
    assert ">>>" in told, "a rule carries an example that runs"


def test_the_tables_made_in_python_are_those_that_no_rule_calls() -> None:
    called = {
        node.func.id
        for module in modules()
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & MADE_ONCE_IN_PYTHON
    assert set(vars(distributions)) >= MADE_ONCE_IN_PYTHON
