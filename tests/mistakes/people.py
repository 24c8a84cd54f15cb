"""Mistakes about groups: their way, their claims, reception, sites, health."""

from __future__ import annotations

from tests.mistakes.mistake import Mistake

PEOPLE: tuple[Mistake, ...] = ()
