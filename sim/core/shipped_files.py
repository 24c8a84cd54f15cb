"""Where the files that come with the program are: scenarios, and what stands beside them.

Every layer reads them from here, so that a checkout and an installed package find the same.
"""

from __future__ import annotations

from pathlib import Path

RECORDED = "recorded"
FOUNDING_CASE = "belarus-eu-2021"
"""The case that defaults were fitted to or measured in where they name no other, and the scenario that
`borderflow verify` takes where none is named. No other line of the package names a case, a place of it or its
years (tests/test_no_place_names.py)."""


def shipped_folder() -> Path:
    """Where the shipped scenarios are: inside an installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def shipped_records() -> Path:
    """Where the shipped recorded figures are, a folder for each case (`scenario.case`)."""
    return shipped_folder() / RECORDED
