"""Which line of a TOML file holds a key path, told by one pass over its tokens.

The standard library's reader does not say where a value stood, so this one does, and refuses files whose
keys or brackets nest so deeply that reading them would take unbounded time. It judges no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

MOST_KEY_PARTS = 16
MOST_NESTING = 16
# Beyond it lines are not recorded and the nearest table is named: memory stays bounded, and no fault is lost.
MOST_RECORDED = 100_000

Step = str | int
KeyPath = tuple[Step, ...]

# Possessive (`++`, `*+`): no hostile text makes the patterns backtrack.
PLAIN = re.compile(r"""[^\s"'#\[\]{}=.,]++|[\[\]{}=.,]""")
BASIC = re.compile(r'"(?:[^"\\\n]++|\\.)*+"')
LITERAL = re.compile(r"'[^'\n]*+'")
# Up to five quotes at the end: TOML lets a long text end in two of its own.
LONG_BASIC = re.compile(r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}', re.DOTALL)
LONG_LITERAL = re.compile(r"'''(?:[^']++|'(?!''))*+'{3,5}", re.DOTALL)
BLANK = re.compile(r"[^\S\n]++|#[^\n]*+")


class TooDeep(Exception):
    """A key or a bracket nests deeper than any scenario does."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line, problem)
        self.line, self.problem = line, problem


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the file: a word (bare or quoted), a mark, or the end of a line."""

    kind: Literal["word", "mark", "end"]
    text: str
    line: int


@dataclass(slots=True)
class _Open:
    """A bracket not yet closed: what its content is called, and whether a key is expected."""

    mark: str
    path: KeyPath
    index: int = 0
    key: list[str] = field(default_factory=list)
    in_key: bool = True


def _tokens(text: str) -> Iterator[Token]:
    """The tokens in order; an unclosed string ends them, and TOML's reader will say why."""
    at, line = 0, 1
    while at < len(text):
        if text[at] == "\n":
            yield Token("end", "", line)
            at, line = at + 1, line + 1
            continue
        blank = BLANK.match(text, at)
        if blank:
            at = blank.end()
            continue
        found = _piece(text, at)
        if found is None:
            return
        piece = found.group()
        at = found.end()
        yield Token("mark" if piece in "[]{}=.," else "word", piece, line)
        line += piece.count("\n")


def _piece(text: str, at: int) -> re.Match[str] | None:
    if text.startswith('"""', at):
        return LONG_BASIC.match(text, at)
    if text.startswith("'''", at):
        return LONG_LITERAL.match(text, at)
    if text[at] == '"':
        return BASIC.match(text, at)
    if text[at] == "'":
        return LITERAL.match(text, at)
    return PLAIN.match(text, at)


def _unquoted(word: str) -> str:
    # Escapes are not resolved: a key that is written with one is reported at the line of its table.
    return word[1:-1] if word[:1] in "\"'" else word


class Outline:
    """The lines of a file's key paths. Arrays count from 0, as in `shifts[0]`.

    >>> Outline('[a.b]\\nc = [{ d = 1 },\\n { d = 2 }]').line(("a", "b", "c", 1, "d"))
    3
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._header: KeyPath = ()
        self._open: list[_Open] = []
        self._key: list[str] = []
        self._in_key = True
        self._heading = 0
        self._arrays: dict[KeyPath, int] = {}
        for token in _tokens(text):
            self._take(token)

    def line(self, path: KeyPath) -> int:
        """The line of a key path, or of the nearest table around it; 0 if there is none."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 0

    def _take(self, token: Token) -> None:
        if self._heading:
            self._take_heading(token)
        elif self._open:
            self._take_inside(token)
        elif token.kind == "end":
            self._key, self._in_key = [], True
        elif self._in_key and token.text == "[" and not self._key:
            self._heading = 1
        elif self._in_key:
            if self._key_is_whole(self._key, token):
                self._in_key = False
                self._record((*self._header, *self._key), token.line)
        elif token.text in ("[", "{"):
            self._enter(token, (*self._header, *self._key))

    def _take_heading(self, token: Token) -> None:
        if token.kind == "word":
            self._key_is_whole(self._key, token)
        elif token.text == "[":
            self._heading = 2
        elif token.kind == "end" or token.text == "]":
            self._begin_table(tuple(self._key), token.line)

    def _begin_table(self, path: KeyPath, line: int) -> None:
        """A header's table; of an array of tables, its next one."""
        if self._heading == 2:
            index = self._arrays.get(path, -1) + 1
            self._arrays[path] = index
            self._record(path, line)
            path = (*path, index)
        self._header, self._key, self._heading, self._in_key = path, [], 0, False
        self._record(path, line)

    def _take_inside(self, token: Token) -> None:
        inner = self._open[-1]
        if token.kind == "end":
            return
        if token.text in ("]", "}"):
            self._open.pop()
        elif inner.mark == "{" and inner.in_key and token.text != ",":
            if self._key_is_whole(inner.key, token):
                inner.in_key = False
                self._record((*inner.path, *inner.key), token.line)
        elif token.text == ",":
            inner.index, inner.key, inner.in_key = inner.index + 1, [], True
        elif token.text in ("[", "{"):
            step: tuple[Step, ...] = tuple(inner.key) if inner.mark == "{" else (inner.index,)
            self._enter(token, (*inner.path, *step))

    def _enter(self, token: Token, path: KeyPath) -> None:
        if len(self._open) >= MOST_NESTING:
            raise TooDeep(token.line, f"arrays and tables nest deeper than {MOST_NESTING}")
        self._record(path, token.line)
        self._open.append(_Open(token.text, path))

    def _key_is_whole(self, key: list[str], token: Token) -> bool:
        """Adds a word to the key; true at the sign that ends it."""
        if token.kind == "word":
            if len(key) >= MOST_KEY_PARTS:
                raise TooDeep(token.line, f"a key has more than {MOST_KEY_PARTS} parts")
            key.append(_unquoted(token.text))
        return token.text == "="

    def _record(self, path: KeyPath, line: int) -> None:
        if len(path) > MOST_KEY_PARTS:
            raise TooDeep(line, f"a key has more than {MOST_KEY_PARTS} parts")
        if len(self.lines) < MOST_RECORDED:
            for n in range(1, len(path) + 1):
                # The first place: a table may be opened again further down.
                self.lines.setdefault(path[:n], line)
