"""One control of a panel: what it changes, in words, from where to where, and on what its value rests."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from sim.reporting.panel.panel_state import Value

Kind = Literal["switch", "number", "date", "time"]


@dataclass(frozen=True, slots=True)
class PanelControl:
    """One switch, slider or date: its key, words, value and range, and where the value comes from."""

    key: str
    label: str
    kind: Kind
    value: Value
    part: str
    section: str
    group: str = ""
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    status: str = ""
    source: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON has it, for the browser."""
        return asdict(self)
