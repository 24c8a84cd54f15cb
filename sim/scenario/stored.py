"""A JSON file that an earlier command left, read by its type.

Which question this answers: what does this file of a result folder hold? It is as it was written, or it is damaged: then
one `ResultError` names the file, what is wrong in it, and what to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from sim.foundation.errors import ResultError
from sim.foundation.textfile import UnreadableFile, read_text

T = TypeVar("T")
MOST_BYTES = 500_000_000
"""A plan that lists a million points is this large at most."""


def read_stored(path: Path, kind: type[T], remedy: str) -> T:
    """The content of a JSON file as a dataclass, or another type with annotations. Raises `ResultError`."""
    try:
        return TypeAdapter(kind).validate_json(read_text(path, MOST_BYTES), strict=True)
    except UnreadableFile as error:
        raise ResultError(f"{path} is damaged: {error}; {remedy}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ResultError(f"{path} is damaged: {where}: {first['msg']}; {remedy}") from None
