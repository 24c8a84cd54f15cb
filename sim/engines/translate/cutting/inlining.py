"""A process that another waits for with `yield from`, written out in it:
with names that clash with nobody's."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping

from sim.engines.translate.cutting.bound_names import Names, bound_anywhere, free, free_of, parameters
from sim.engines.translate.cutting.subset import check
from sim.engines.translate.cutting.syntax import assign, dotted, has_wait, without_docstring
from sim.engines.translate.outside_subset import OutsideSubset


def called(node: ast.YieldFrom, path: str) -> tuple[str, ast.Call]:
    """The last name of what is waited for, and the call."""
    call = node.value
    name = dotted(call.func) if isinstance(call, ast.Call) else None
    if not isinstance(call, ast.Call) or name is None:
        raise OutsideSubset(node, "`yield from` waits for a call of a process by its name", path)
    return name.rsplit(".", 1)[-1], call


def written_out(
    call: ast.Call, function: ast.FunctionDef, caller: Collection[str], *, names: Names, path: str
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The assignments of what the process is given, and its statements;
    `caller` are locals of the original caller.

    A parameter that is never assigned and is given a constant or a local of the caller stands for just that:
    the caller's locals do not change while it waits here.
    """
    check(function, path)
    if not any(has_wait(s) for s in function.body):
        raise OutsideSubset(call, f"`{function.name}` never waits: call it without `yield from`", path)
    given = arguments(call, function, path)
    _refuse_clash(call, function, given, caller=caller, path=path)
    # No copy where none is needed: each copy that outlives a wait is a field in every actor's record.
    fixed = {name: value for name, value in given.items() if _stands_for(name, value, function, names)}
    renamed = {
        # Sorted: the numbers of names that clash must be the same in every process, for the same made code.
        name: names.local(f"{function.name}_{name}")
        for name in sorted(bound_anywhere(function) - set(fixed))
    }
    first = [assign(renamed[name], copy.deepcopy(v), call) for name, v in given.items() if name not in fixed]
    substitution = _Substitution(renamed, fixed)
    return first, [substitution.visit(copy.deepcopy(s)) for s in without_docstring(function.body)]


def arguments(call: ast.Call, function: ast.FunctionDef, path: str) -> dict[str, ast.expr]:
    """What each parameter is given, in the order of evaluation; defaults come last."""
    by_place = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    only_by_place = {a.arg for a in function.args.posonlyargs}
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise OutsideSubset(
            call, f"each argument of `{function.name}` is given by itself, without a star", path
        )
    if len(call.args) > len(by_place):
        raise OutsideSubset(call, f"`{function.name}` takes {len(by_place)} arguments by position", path)
    given = dict(zip(by_place, call.args, strict=False))
    for keyword in call.keywords:
        name = keyword.arg or ""
        if name not in parameters(function) or name in only_by_place:
            raise OutsideSubset(call, f"`{function.name}` has no parameter `{name}`", path)
        if name in given:
            raise OutsideSubset(call, f"`{function.name}` is given `{name}` twice", path)
        given[name] = keyword.value
    defaults = _defaults(function)
    for name in parameters(function):
        if name not in given:
            if name not in defaults:
                raise OutsideSubset(call, f"`{function.name}` is not given `{name}`", path)
            given[name] = _fixed_default(defaults[name], function, path)
    return given


def _defaults(function: ast.FunctionDef) -> dict[str, ast.expr]:
    given = function.args
    by_place = [a.arg for a in (*given.posonlyargs, *given.args)]
    found = dict(zip(by_place[len(by_place) - len(given.defaults) :], given.defaults, strict=True))
    by_name = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return found | {a.arg: value for a, value in by_name if value is not None}


def _fixed_default(value: ast.expr, function: ast.FunctionDef, path: str) -> ast.expr:
    """A default is evaluated once, where the function is defined:
    only what is the same at every call is taken."""
    inner = value.operand if isinstance(value, ast.UnaryOp) else value
    if isinstance(inner, ast.Constant) or dotted(inner) is not None:
        return value
    raise OutsideSubset(value, f"a default of `{function.name}` is a constant or the name of one", path)


def _refuse_clash(
    call: ast.Call,
    function: ast.FunctionDef,
    given: Mapping[str, ast.expr],
    *,
    caller: Collection[str],
    path: str,
) -> None:
    defaults = [value for value in _defaults(function).values() if value in given.values()]
    outside = free_of(function) | {name for value in defaults for name in free(value)}
    # A name of the module, read in the inner process, would be captured by the caller's local.
    if clash := sorted(outside & set(caller)):
        reason = f"`{clash[0]}` is a local here and something else in `{function.name}`: rename the local"
        raise OutsideSubset(call, reason, path)


def _stands_for(name: str, value: ast.expr, function: ast.FunctionDef, names: Names) -> bool:
    """Whether a parameter can be replaced by what it is given."""
    if not isinstance(value, ast.Constant) and not (isinstance(value, ast.Name) and value.id in names.locals):
        return False
    # Assigned in the process, it is a variable of its own.
    nodes = [n for statement in function.body for n in ast.walk(statement)]
    stored = any(isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load) for n in nodes)
    in_lambda = any(isinstance(n, ast.Lambda) and name in free(n) for n in nodes)
    return not stored and not in_lambda and not any(isinstance(n, ast.arg) and n.arg == name for n in nodes)


class _Substitution(ast.NodeTransformer):
    """New names for what a process binds, and values for parameters that stand for them."""

    def __init__(self, renamed: Mapping[str, str], fixed: Mapping[str, ast.expr]) -> None:
        self.renamed, self.fixed = renamed, fixed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.fixed:
            value = copy.deepcopy(self.fixed[node.id])
            return ast.copy_location(value, node)
        if node.id in self.renamed:
            return ast.copy_location(ast.Name(self.renamed[node.id], node.ctx), node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.renamed.get(node.arg, node.arg)
        return node
