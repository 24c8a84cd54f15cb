"""A JSON file that an earlier command left, read by its type.

Which question this answers: what does this file of a result folder hold? It is as it was written,
or it is damaged: then one `ResultError` names the file, what is wrong in it, and what to do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from sim.core.errors import ResultError
from sim.core.text_file import UnreadableFile, is_file_name, read_text
from sim.scenario.files.layers import key_text
from sim.scenario.files.scenario_files import shown

T = TypeVar("T")
MOST_FAULTS = 8


def _file_name(value: str) -> str:
    if not is_file_name(value):
        raise PydanticCustomError("file_name", "is no name that a file of the folder has")
    return value


FileName = Annotated[str, AfterValidator(_file_name)]
"""The name of a file or folder beside the JSON file that says it: whatever is a path, or no name,
is damage."""
Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
MOST_BYTES = 500_000_000
"""A plan that lists a million points is this large at most."""


def read_stored(path: Path, kind: type[T], remedy: str, format: int | None = None) -> T:  # noqa: A002
    """The content of a JSON file as a dataclass, or another type with annotations. `format`:
    the one that is written now.

    Raises `ResultError` with every fault, or, where the format is another, with that alone:
    all else may differ then.
    """
    text = ""
    try:
        text = read_text(path, MOST_BYTES)
        return TypeAdapter(kind).validate_json(text, strict=True)
    except UnreadableFile as error:
        raise ResultError(f"{path} is damaged: {error}; {remedy}") from None
    except ValidationError as error:
        _refuse_other_format(path, text, format)
        faults = [
            f"{key_text(e['loc']) or 'the file'}: {e['msg']}"
            for e in error.errors(include_url=False, include_input=False)
        ]
        more = [f"and {len(faults) - MOST_FAULTS:,} more"] if len(faults) > MOST_FAULTS else []
        raise ResultError(
            f"{path} is damaged: {'; '.join([*faults[:MOST_FAULTS], *more])}; {remedy}"
        ) from None


def _refuse_other_format(path: Path, text: str, known: int | None) -> None:
    try:
        content = json.loads(text)
    # No JSON at all: the caller reports the damage.
    except (ValueError, RecursionError):
        return
    found = content.get("format", known) if isinstance(content, dict) else known
    if known is not None and found != known:
        raise ResultError(
            f"{path} has format {shown(found)}, and this version of borderflow reads format {known}: open it "
            "with the version that wrote it, or choose another folder"
        )
