"""Mistakes about the day of the world: arrivals, levers, beliefs, the transit state, barriers, accounts."""

from __future__ import annotations

from tests.mistakes.mistake import Mistake

DAYS: tuple[Mistake, ...] = ()
