"""A panel of sliders and switches in a notebook or a web page.

    from sim.reporting.widgets import panel
    panel("riverland")

Made from the scenario and its schema; every change plays both worlds on the same luck.
Needs `borderflow[notebook]`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import UsageError

if TYPE_CHECKING:
    from sim.reporting.panel.panel_widget import PanelWidget

__all__ = ["panel"]


def panel(
    scenario: str | Path, *, replications: int = 20, seed: int = 0, folder: str | Path | None = "."
) -> PanelWidget:
    """A panel of a shipped scenario or of a file; scenario files it writes are kept in `folder` (none:
    downloaded alone).

    Raises `UsageError` where the extra `notebook` is not installed,
    `ScenarioError` for a scenario with faults.
    """
    try:
        from sim.reporting.panel.panel_widget import PanelWidget
    # anywidget and its like come with an extra: without them all else works.
    except ImportError:
        # The extra is named, since the missing module's own name says little to who only wants a panel.
        raise UsageError("a panel needs its extra: pip install 'borderflow[notebook]'") from None
    where = None if folder is None else Path(folder)
    return PanelWidget(os.fspath(scenario), replications=replications, seed=seed, folder=where)
