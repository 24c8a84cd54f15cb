"""What the server of children has imported, and run once, already: a child then starts in a few milliseconds."""

import tempfile

import filelock

import sim.experiments.compare
import sim.experiments.sweep
from sim.experiments.replicate import run
from tests.small import small

__all__ = ["filelock", "sim"]

with tempfile.TemporaryDirectory() as folder:
    run(small(1), replications=2, out=folder)
