"""How a valid sample becomes a mutant: of a folder, of bytes, of lines, of values.

Nothing here knows what a file means. TOML and JSON values are found by their shape in the text,
so that a mutant may hold what no writer of TOML or JSON would write.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from tests.fuzz.registry import Sample

VALUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|[-+]?\b\d[-+\w.:]*|\btrue\b|\bfalse\b|\[[^\[\]\n]*\]|\{[^{}\n]*\}')
WORD = re.compile(rb"[A-Za-z_][\w*.-]*")
ODD_TEXTS = (
    "", " ", "\t", "*", ".", "..", "../../../escaped", "/etc/passwd", "/dev/zero", "~", "a" * 300,
    "a" * 70_000, "CON", "-",
    "\u202e\u2066gnp", "\x1b[31mred", "\x00", "\ud7ff\ufffe", "\u00df", "\U0001f600", "e\u0301", "one-post",
    "nan", "[bold]x[/]",
    "=1+1", "{x}", "%s%n", "a.b.c", "a=b", "a\nb", "\r\n", "\ufeff", "1,5", "1;2", "'; --",
)  # fmt: skip
ODD_VALUES = (
    b"0", b"-1", b"1", b"2", b"0.0", b"-0.0", b"0.5", b"1.5", b"1e300", b"-1e300", b"1e-300", b"1e1e1",
    b"inf", b"-inf", b"nan",
    b"1" + b"0" * 30, b"9" * 400, b"-" + b"9" * 400, b"9" * 5000, b"1000000000000", b"18446744073709551616",
    b"-9223372036854775809", b"1_000", b"0x10", b"0o7",
    b"true", b"false", b"null", b"[]", b"{}", b"[[]]", b"[{}]", b"[1, \"a\", 2021-01-01]", b"{ a = 1 }",
    b"{\"a\": 1}", b"[" * 40 + b"]" * 40,
    b"[" * 3000 + b"]" * 3000, b"{a=" * 200 + b"1" + b"}" * 200, b"2021-01-01", b"2021-01-01T00:00:00",
    b"2021-01-01T00:00:00Z", b"0001-01-01",
    b"9999-12-31", b"10:00:00", b"\"2021-01-01\"", b"{ low = 1, high = 2 }", b"{ low = 2, high = 1 }",
    b"{ low = 0, high = 1, values = 1000000000000 }",
    b"{ dist = \"lognormal\" }", b"{ dist = [\"lognormal\"], median = 1.0 }", b"[0, 1e400]", b"\"\\ud800\"",
    b"'", b"\"", b"\"\"\"",
)  # fmt: skip
LONGEST = 2_000_000
"""Bytes that a repeated line may add: what stands between two line ends of a table can be the whole of it."""
ODD_BYTES = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\x80",
    b"\r",
    b"\n",
    b"\x1b",
    b"\xe2\x80\xae",
    b'"',
    b"'",
    b"[",
    b"]",
    b"{",
    b"}",
    b"=",
    b",",
    b";",
    b"#",
    b".",
)


LARGEST = 3_000_000
"""Larger than any reader takes: nothing is learned by making it larger still, and memory is gone."""


def mutant(sample: Sample, mutable: tuple[str, ...], luck: random.Random, box: Path) -> None:
    """Write a sample into a box with one of its mutable files changed, seldom the folder."""
    files = dict(sample)
    name = luck.choice([n for n in sorted(files) if any(fnmatch(n, pattern) for pattern in mutable)])
    spoil = luck.choice(FOLDER) if luck.random() < 0.03 else None
    if spoil is None:
        for _ in range(luck.choice((1, 1, 1, 2, 3, 8))):
            if len(files[name]) < LARGEST:
                files[name] = luck.choice(CONTENT)(files[name], luck)
    for each, content in files.items():
        path = box / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if spoil is not None:
        spoil(box / name)


# of a folder


def _missing(path: Path) -> None:
    path.unlink()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _zeros(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(8_000_000_000)


FOLDER: tuple[Callable[[Path], None], ...] = (_missing, _pipe, _zeros, _folder, _circle, _huge)

# of bytes, lines, words and values


def _flip(content: bytes, luck: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(luck.choice((1, 2, 8, 64)) if changed else 0):
        changed[luck.randrange(len(changed))] = luck.randrange(256)
    return bytes(changed)


def _cut(content: bytes, luck: random.Random) -> bytes:
    return content[: luck.randrange(len(content) + 1)]


def _hole(content: bytes, luck: random.Random) -> bytes:
    start = luck.randrange(len(content) + 1)
    return content[:start] + content[start + luck.choice((1, 4, 64, 1024)) :]


def _insert(content: bytes, luck: random.Random) -> bytes:
    at = luck.randrange(len(content) + 1)
    return content[:at] + luck.choice(ODD_BYTES) * luck.choice((1, 1, 1, 2, 100, 20_000)) + content[at:]


def _empty(content: bytes, luck: random.Random) -> bytes:
    return luck.choice((b"", b"\n", b"{}", b"[]", b"null", b"\xef\xbb\xbf"))


def _lines(content: bytes, luck: random.Random) -> bytes:
    lines = content.split(b"\n")
    i, j = luck.randrange(len(lines)), luck.randrange(len(lines))
    what = luck.randrange(4)
    if what == 0:
        del lines[i]
    elif what == 1:
        lines[i], lines[j] = lines[j], lines[i]
    else:
        times = 1 if what == 2 else luck.choice((2, 50, 3000))
        lines[i:i] = [lines[j]] * min(times, LONGEST // (len(lines[j]) + 1))
    return b"\n".join(lines)


def _value(content: bytes, luck: random.Random) -> bytes:
    new = luck.choice(ODD_VALUES) if luck.random() < 0.6 else _text(luck)
    return _replaced(content, VALUE, new, luck)


def _swapped(content: bytes, luck: random.Random) -> bytes:
    found = VALUE.findall(content)
    return _replaced(content, VALUE, luck.choice(found), luck) if found else content


def _word(content: bytes, luck: random.Random) -> bytes:
    words = WORD.findall(content)
    if not words:
        return content
    new = (
        luck.choice(words)
        if luck.random() < 0.5
        else luck.choice((b"x", b"x" * 300, luck.choice(words) + b"s", b'""', b"_", b"a.b"))
    )
    return _replaced(content, WORD, new, luck)


def _line_end(content: bytes, luck: random.Random) -> bytes:
    return content.replace(b"\n", luck.choice((b"\r\n", b"\r", b"\n\n", b"\x0b", b"\xe2\x80\xa8")))


def _encoded(content: bytes, luck: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(luck.choice(("utf-16", "utf-8-sig", "utf-32", "cp1252")), "replace")


def _separator(content: bytes, luck: random.Random) -> bytes:
    return content.replace(
        luck.choice((b",", b"=", b".", b'"', b":")),
        luck.choice((b";", b"\t", b" ", b"", b",", b"|")),
        luck.choice((-1, 1)),
    )


def _text(luck: random.Random) -> bytes:
    text = luck.choice(ODD_TEXTS)
    raw = text.encode("utf-8", "surrogatepass")
    return luck.choice(
        (
            b'"' + raw + b'"',
            b'"' + raw.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b'"', b'\\"') + b'"',
            raw,
        )
    )


def _replaced(content: bytes, pattern: re.Pattern[bytes], new: bytes, luck: random.Random) -> bytes:
    found = list(pattern.finditer(content))
    if not found:
        return content + new
    chosen = luck.choice(found)
    return content[: chosen.start()] + new + content[chosen.end() :]


CONTENT: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_value,) * 8, *(_swapped,) * 3, *(_word,) * 3, *(_lines,) * 2, _flip, _cut, _hole, _insert, _empty,
    _line_end, _encoded, _separator,
)  # fmt: skip
