"""What a figure asks of a result: a protocol, so that figures draw from anything that holds these frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sim.core.plain_text import plain

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario


class Source(Protocol):
    """A scenario, its seed, the number of replications, and the tidy frames of a result."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def seed(self) -> int: ...
    @property
    def replications(self) -> int: ...
    @property
    def daily(self) -> pd.DataFrame: ...
    @property
    def events(self) -> pd.DataFrame: ...
    @property
    def fates(self) -> pd.DataFrame: ...
    @property
    def accounts(self) -> pd.DataFrame: ...


class AsText:
    """A result as figures draw it: what controls,
    hides or turns text is shown by its number in every text of its scenario.

    An SVG that held a control character would be no SVG.
    """

    def __init__(self, result: Source) -> None:
        self._result = result
        self.scenario: Scenario = _as_text(result.scenario)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)


def _as_text(value: Any) -> Any:
    """A value of a scenario with every text in it made plain; lengths are not checked again."""
    if hasattr(value, "model_copy"):
        fields = {name: _as_text(getattr(value, name)) for name in type(value).model_fields}
        # Not validated again: a character shown by its number is longer, and could pass a field's length.
        return value.model_copy(update=fields)
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    return tuple(_as_text(item) for item in value) if isinstance(value, tuple) else plain(value)
