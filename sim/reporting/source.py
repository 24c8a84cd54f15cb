"""What a figure asks of a result: a protocol, so that figures draw from anything that holds these frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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
