"""Types that several kinds of files share: texts on one line, single values, days, numbers in words."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from sim.scenario.schema.fields import InWords

MOST_TEXT = 4000
# TOML promises whole numbers of 64 bits.
MOST_WHOLE = 2**63


def _printable(value: str) -> str:
    if not value.isprintable():
        raise PydanticCustomError("text_not_printable", "holds characters that cannot be printed")
    return value


def _is_scalar(value: Any) -> Any:
    if not isinstance(value, (str, bool, int, float, date, datetime, time)):
        raise PydanticCustomError("scalar_type", "is no single value")
    if isinstance(value, int) and abs(value) > MOST_WHOLE:
        raise PydanticCustomError("whole_number_size", "has too many digits")
    return _printable(value) if isinstance(value, str) else value


def _some_words(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("text_blank", "is blank")
    return value


Text = Annotated[str, Field(min_length=1, max_length=MOST_TEXT), AfterValidator(_printable), InWords("text")]
"""A text on one line, without control characters."""
Words = Annotated[
    str,
    Field(max_length=MOST_TEXT),
    AfterValidator(_printable),
    AfterValidator(_some_words),
    InWords("some words"),
]
"""A text that says something: a source, a title."""
Scalar = Annotated[Any, AfterValidator(_is_scalar), InWords("a number, a text, true or false, a date")]
"""One value of a scenario, as a file writes it."""
Number = Annotated[float, InWords("a number")]
Positive = Annotated[float, Field(gt=0.0), InWords("a number above 0")]
Day = Annotated[date, InWords("a date such as 2030-01-01")]
