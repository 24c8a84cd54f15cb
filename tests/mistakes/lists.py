"""All lists of mistakes, by name."""

from __future__ import annotations

from tests.mistakes.days import DAYS
from tests.mistakes.guards import GUARDS
from tests.mistakes.mistake import Mistake
from tests.mistakes.people import PEOPLE

LISTS: dict[str, tuple[Mistake, ...]] = {"guards": GUARDS, "people": PEOPLE, "days": DAYS}
