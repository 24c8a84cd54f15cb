"""python -m tests.fuzz KIND -n 100000: play mutants of a kind, of several or of all,
and say which of them failed."""

from __future__ import annotations

import argparse
import faulthandler
import json
import sys
import time
from typing import Any

from tests.fuzz.harness import Tally, play
from tests.fuzz.registry import Kind, kinds

BATCH = 200
SHOWN = 20
GRACE_SECONDS = 60.0
MOST_TRACE = 20_000
"""Characters of a traceback that are shown: a name of a mutant may be very long."""


def main() -> int:
    """Exit code 0 where no mutant failed. With --json the last line is a JSON object: by kind read, refused,
    failures."""
    known = kinds()
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "kind", nargs="*", metavar="KIND", help=f"all, or some of: {', '.join(sorted(known))}"
    )
    parser.add_argument("-n", type=int, help="how many mutants of each; else as many as the slow tests play")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="one mutant alone, by its number, with its traceback")
    parser.add_argument("--json", action="store_true", help="a line of JSON at the end")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.kind).difference(known)):
        parser.error(f"no kind is called {', '.join(unknown)}; there are: {', '.join(sorted(known))}")
    found = {}
    for name in asked.kind or sorted(known):
        kind = known[name]
        count = kind.times if asked.n is None else asked.n
        numbers = range(count) if asked.only is None else range(asked.only, asked.only + 1)
        found[name] = _played(kind, numbers, asked.seed, traces=asked.only is not None)
    if asked.json:
        print(json.dumps(found))
    return 1 if any(each["failures"] for each in found.values()) else 0


def _played(kind: Kind, numbers: range, seed: int, *, traces: bool) -> dict[str, Any]:
    """Play mutants of a kind in batches and say how they ended."""
    began, tallies = time.process_time(), list[Tally]()
    for start in range(numbers.start, numbers.stop, BATCH):
        # what hangs in a library, where no alarm of Python is heard, ends the process with a traceback
        faulthandler.dump_traceback_later(kind.seconds * BATCH + GRACE_SECONDS, exit=True)
        tallies.append(play(kind, range(start, min(start + BATCH, numbers.stop)), seed))
    faulthandler.cancel_dump_traceback_later()
    failures = [failure for tally in tallies for failure in tally.failures]
    by_what: dict[str, list[int]] = {}
    for failure in failures:
        by_what.setdefault(failure.what, []).append(failure.number)
        if traces:
            print(failure.trace[-MOST_TRACE:])
    for what, which in sorted(by_what.items(), key=lambda item: -len(item[1]))[:SHOWN]:
        print(f"{len(which):6d} x {what} (number {', '.join(map(str, which[:3]))})")
    read, refused = sum(tally.read for tally in tallies), sum(tally.refused for tally in tallies)
    spent = time.process_time() - began
    print(
        f"{kind.name}: {len(numbers)} mutants in {spent:.1f} s of CPU: {read} read, {refused} refused, "
        f"{len(failures)} failed",
        flush=True,
    )
    return {"read": read, "refused": refused, "failures": by_what}


if __name__ == "__main__":
    sys.exit(main())
