"""What the server of children has imported, and run once, already:
a child then starts in a few milliseconds."""

import tempfile

import filelock
import pyabc
import scipy.stats

import sim.comparison.paired_runs
import sim.evidence.calibration.calibration_run  # noqa: F401
import sim.explore.sweep  # noqa: F401
from sim.engines.engine_choice import prepare
from sim.runs.replicate import run
from tests.small import small

__all__ = ["filelock", "pyabc", "scipy", "sim"]

prepare()

with tempfile.TemporaryDirectory() as folder:
    run(small(1), replications=2, out=folder)
