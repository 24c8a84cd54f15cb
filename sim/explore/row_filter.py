"""Rows of a table for which a condition in words holds: comparisons of its columns, and nothing else.

Which question this answers: which points of a sweep does `--where` mean? The text comes from a
user or a shared command; it is read by a small grammar and never evaluated as code.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.core.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

ALLOWED = (
    "comparisons (== != < <= > >= in, not in) of a key with numbers or quoted texts, joined by and, or, not "
    "and "
    "parentheses; a key with dots or dashes stands in backticks, as in `sectors.a.teams` > 4"
)
# The text may come from a shared command: Python's parser takes memory with its length.
MOST_CHARACTERS = 2000
QUOTED = re.compile(r"""("[^"]*"|'[^']*')|`([^`]*)`""")
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
MIRRORED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
"""What a comparison becomes when its sides change places."""


class _Refused(Exception):
    """Why a condition is none."""


def rows_where(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """The rows for which a condition on the columns holds. Raises `UsageError` for any other text."""
    try:
        return frame[_Reader(frame, text).mask()]
    # A text of two thousand characters can nest deeper than Python calls.
    except (_Refused, RecursionError) as error:
        keys = ", ".join(f"`{key}`" for key in frame.columns)
        raise UsageError(
            f"--where: {error}; found {text[:200]!r}; allowed: {ALLOWED}; keys: {keys}"
        ) from None


class _Reader:
    """A condition, read over one frame."""

    def __init__(self, frame: pd.DataFrame, text: str) -> None:
        self.frame = frame
        self.columns = [str(name) for name in frame.columns]
        self.quoted: dict[str, str] = {}
        if len(text) > MOST_CHARACTERS:
            raise _Refused(f"is longer than {MOST_CHARACTERS} characters")
        try:
            self.tree = ast.parse(QUOTED.sub(self._name, text).strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise _Refused("cannot be read as a condition") from None

    def _name(self, found: re.Match[str]) -> str:
        """A key in backticks gets a name that Python's grammar knows; quoted texts stay."""
        if found[2] is None:
            return found[0]
        # Keys hold dots, dashes and asterisks, which Python would read as operators.
        name = f"quoted_key_{len(self.quoted)}"
        self.quoted[name] = found[2]
        return name

    def mask(self) -> pd.Series:
        return self._truth(self.tree)

    def _truth(self, node: ast.expr) -> pd.Series:
        match node:
            case ast.BoolOp(op, parts):
                masks = [self._truth(part) for part in parts]
                join = operator.and_ if isinstance(op, ast.And) else operator.or_
                return _joined(masks, join)
            case ast.BinOp(left, ast.BitAnd() | ast.BitOr() as sign, right):
                join = operator.and_ if isinstance(sign, ast.BitAnd) else operator.or_
                return _joined([self._truth(left), self._truth(right)], join)
            case ast.UnaryOp(ast.Not() | ast.Invert(), inner):
                return ~self._truth(inner)
            case ast.Compare(first, signs, others):
                sides = [first, *others]
                return _joined(
                    [self._compared(a, sign, b) for a, sign, b in zip(sides, signs, sides[1:], strict=False)],
                    operator.and_,
                )
        raise _Refused(f"holds {ast.unparse(node)[:60]!r}, which is no comparison")

    def _compared(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> pd.Series:
        key, other = self._key(left), right
        if key is None:
            # `4 < key` is read as `key > 4`; a comparison without a mirror (==, in) stays.
            key, other, sign = self._key(right), left, MIRRORED.get(type(sign), type(sign))()
        if key is None:
            raise _Refused("compares no key of the sweep")
        if isinstance(sign, ast.In | ast.NotIn):
            return self._among(self._key(left), sign, right)
        if type(sign) not in COMPARISONS:
            raise _Refused("compares by is")
        second = self._key(other)
        if second is None:
            return COMPARISONS[type(sign)](self.frame[key], self._value(key, other))
        if _is_number(self.frame[key]) != _is_number(self.frame[second]):
            raise _Refused(f"compares numbers with texts: {key} and {second}")
        return COMPARISONS[type(sign)](self.frame[key], self.frame[second])

    def _among(self, key: str | None, sign: ast.cmpop, right: ast.expr) -> pd.Series:
        if key is None or not isinstance(right, ast.List | ast.Tuple | ast.Set):
            raise _Refused("after in stands a list, as in [1, 2]")
        found = self.frame[key].isin([self._value(key, item) for item in right.elts])
        return ~found if isinstance(sign, ast.NotIn) else found

    def _key(self, node: ast.expr) -> str | None:
        """The column that is meant: a name, names with dots between, or a column's name in quotes;
        none for a value."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) and node.value in self.columns else None
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        name = self.quoted.get(node.id, node.id) if isinstance(node, ast.Name) else ast.unparse(node)
        if name not in self.columns:
            raise _Refused(f"names {name!r}, which does not vary")
        return name

    def _value(self, key: str, node: ast.expr) -> float | str:
        """A number or a text, of the kind that the column holds."""
        try:
            # Literals alone: nothing of the text is ever called.
            value = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            value = None
        if not isinstance(value, str | int | float):
            raise _Refused(f"holds {ast.unparse(node)[:60]!r}, which is no number and no text")
        # pandas compares a number with a text as unequal and without an error: every row would be left out.
        if isinstance(value, str) == _is_number(self.frame[key]):
            raise _Refused(f"{key} holds {'numbers' if isinstance(value, str) else 'texts'}")
        return value


def _joined(masks: list[pd.Series], join: Callable[[Any, Any], Any]) -> pd.Series:
    whole = masks[0]
    for mask in masks[1:]:
        whole = join(whole, mask)
    return whole


def _is_number(column: pd.Series) -> bool:
    return column.dtype.kind in "iufb"
