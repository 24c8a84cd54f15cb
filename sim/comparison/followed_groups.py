"""One group's story in every world of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.comparison.explain import explain_group
from sim.core.errors import UsageError

if TYPE_CHECKING:
    from sim.comparison.paired_runs import Comparison

DID_NOT_COME = "did not come in this run"


def stories(comparison: Comparison, group: str | int, replication: int = 0) -> dict[str, list[str]]:
    """World -> lines with dates. Raises `UsageError` where the group came in no world."""
    found: dict[str, list[str]] = {}
    missing: list[UsageError] = []
    for world, result in comparison.results.items():
        try:
            found[world] = explain_group(result.events, result.scenario, group, replication)
        except UsageError as error:
            missing.append(error)
            # A policy may keep a group from coming: that is its story there, and no error.
            found[world] = [DID_NOT_COME]
    if len(missing) == len(found):
        raise missing[0]
    return found
