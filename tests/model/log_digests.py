"""What the log of each shipped scenario hashes to, beside the model version that it was made by.

    python -m tests.model.log_digests

writes `log_digests.json` anew; do that in the commit that raises MODEL_VERSION and says
in CHANGELOG.md what changed. Times and values are rounded to a millionth, so that a last bit of another
platform's libm does not matter.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sim.model.simulate import simulate
from sim.model.version import MODEL_VERSION
from sim.record.log import RunRecord
from sim.scenario.load import load, shipped

FILE = Path(__file__).with_suffix(".json")
SEED = 20211103


def digest_of(run: RunRecord) -> str:
    """The hash of a log."""
    sha = hashlib.sha256()
    for row in run.rows:
        number, time_h, kind, group, persons, sector, actor, value, cause, witness = row
        fields = (
            number,
            round(time_h, 6),
            int(kind),
            group,
            persons,
            sector,
            int(actor),
            round(float(value), 6),
            cause,
            witness,
        )
        sha.update(repr(fields).encode())
    return sha.hexdigest()


def log_digest(name: str) -> str:
    """The hash of a shipped scenario's log, played by the SimPy engine."""
    return digest_of(simulate(load(name), seed=SEED))


def main() -> None:
    """Write the digests of all shipped scenarios."""
    digests = {name: log_digest(name) for name in sorted(shipped())}
    FILE.write_text(
        json.dumps({"model_version": MODEL_VERSION, "logs": digests}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
