"""What a scenario says of an extension: a Python module with actors and rules of its own, its numbers,
rows and measures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.durations import Label, Name
from sim.scenario.schema.provenance import Frozen

MOST_CODE = 200_000
"""Characters of a module."""
MOST_EXTENSIONS = 10


class ExtensionMeasure(Frozen):
    """A sum over the extension's own rows."""

    label: Label = Field(min_length=1, description="what it is called in tables")
    rows: tuple[Name, ...] = Field(
        min_length=1, description="kinds of rows of the extension that are added up"
    )
    of: Literal["persons", "rows", "value"] = Field(
        default="rows", description="what is added up: the persons of a row, the rows, or their values"
    )
    unit: Label = Field(default="events", min_length=1, description="the unit of the sum")
    family: Literal["flow", "enforcement", "human", "incident", "post"] = Field(
        default="post", description="the group of measures that it belongs to"
    )


class Extension(Frozen):
    """Actors and rules of the scenario's own, in a Python module: see the page 'Actors of your own'."""

    module: Label = Field(
        min_length=1, description="the Python file, beside the scenario: a relative path that ends in .py"
    )
    sectors: tuple[Name, ...] = Field(default=(), description="sectors where it acts; none: all")
    numbers: dict[Name, Annotated[float, Field(ge=-1e12, le=1e12)]] = Field(
        default={},
        max_length=200,
        description="the extension's own parameters, by name; the module reads every one",
    )
    # All kinds from `FIRST_KIND` to `LAST_KIND`.
    rows: dict[Name, Annotated[Label, Field(min_length=1)]] = Field(
        default={},
        max_length=28,
        description="kinds of rows that it writes to the log: a name, and a sentence for each",
    )
    measures: dict[Name, ExtensionMeasure] = Field(
        default={}, max_length=50, description="sums over its rows, counted like every other measure"
    )
    code: Annotated[str, Field(max_length=MOST_CODE)] = Field(
        default="", description="the text of the module, read from its file; not written by hand"
    )
