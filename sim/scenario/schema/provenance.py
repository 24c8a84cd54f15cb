"""Where a number comes from: every field carries unit, range, source and status in one place."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.core.shipped_files import FOUNDING_CASE

Status = Literal["measured", "estimated", "assumed"]
PILOT_FIT = "throw-away fit of a model of this structure to the case's record (docs/record.md): weak evidence"


class Frozen(BaseModel):
    """A part of a scenario: frozen, strict about names, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Evidence(Frozen):
    """What a scenario file says about the numbers at a key path (`*` matches one step)."""

    source: str = ""
    status: Status = "assumed"
    note: str = ""


def quantity(  # noqa: PLR0917 - a field reads as a row of a table: default, unit, range, meaning
    default: Any,
    unit: str,
    low: float | None,
    high: float | None,
    about: str,
    *,
    source: str = "",
    status: Status = "assumed",
    case: str = FOUNDING_CASE,
) -> Any:
    """A number of the scenario with its unit, legal range, meaning, source and status; the status of a
    default holds in its `case`, the founding one where it names no other; elsewhere it is assumed."""
    return Field(
        default,
        ge=low,
        le=high,
        description=about,
        json_schema_extra={"unit": unit, **said_of_default(source, status, case)},
    )


def said_of_default(source: str, status: Status, case: str = FOUNDING_CASE) -> dict[str, Any]:
    """Source and status of a default, and the case in which that status holds;
    what is assumed is so everywhere."""
    return {"source": source, "status": status} | ({"case": case} if status != "assumed" else {})


def share(default: Any, about: str, *, source: str = "", status: Status = "assumed") -> Any:
    """A number in [0, 1]; `about` names the denominator."""
    return quantity(default, "share", 0.0, 1.0, about, source=source, status=status)
