"""Mistakes about guards and escorts: posts, shifts, calls, reserves, stand-offs, columns, the order of events."""

from __future__ import annotations

from tests.mistakes.mistake import Mistake

GUARDS: tuple[Mistake, ...] = (
    Mistake("model/posts.py", "(self.priority, self.since, self.key) <", "(self.since, self.priority, self.key) <",
            "oldest call before urgent", "oldest call before urgent"),
)  # fmt: skip
