"""python -m tests.fuzz KIND -n 100000: play mutants of a kind and say which of them failed."""

from __future__ import annotations

import argparse
import faulthandler
import json
import sys
import time

from tests.fuzz.harness import play
from tests.fuzz.registry import kinds

BATCH = 200
SHOWN = 20
GRACE_SECONDS = 60.0


def main() -> int:
    """Exit code 0 where no mutant failed. With --json the last line is a JSON object: read, refused, failures."""
    known = kinds()
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kind", choices=sorted(known))
    parser.add_argument("-n", type=int, default=2000, help="how many mutants")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="one mutant alone, by its number, with its traceback")
    parser.add_argument("--json", action="store_true", help="a line of JSON at the end")
    asked = parser.parse_args()
    kind = known[asked.kind]
    numbers = range(asked.n) if asked.only is None else range(asked.only, asked.only + 1)
    read, refused, failures, began = 0, 0, [], time.monotonic()
    for start in range(numbers.start, numbers.stop, BATCH):
        # what hangs in a library, where no alarm of Python is heard, ends the process with a traceback
        faulthandler.dump_traceback_later(kind.seconds * BATCH + GRACE_SECONDS, exit=True)
        tally = play(kind, range(start, min(start + BATCH, numbers.stop)), asked.seed)
        read, refused = read + tally.read, refused + tally.refused
        failures += tally.failures
    faulthandler.cancel_dump_traceback_later()
    by_what: dict[str, list[int]] = {}
    for failure in failures:
        by_what.setdefault(failure.what, []).append(failure.number)
        if asked.only is not None:
            print(failure.trace)
    for what, which in sorted(by_what.items(), key=lambda item: -len(item[1]))[:SHOWN]:
        print(f"{len(which):6d} x {what} (number {', '.join(map(str, which[:3]))})")
    spent = time.monotonic() - began
    print(
        f"{asked.kind}: {len(numbers)} mutants in {spent:.0f} s: {read} read, {refused} refused, {len(failures)} failed"
    )
    if asked.json:
        print(json.dumps({"read": read, "refused": refused, "failures": by_what}))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
