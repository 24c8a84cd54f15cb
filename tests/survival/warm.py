"""What the server of children has imported already: a child then starts in a few milliseconds."""

import filelock
import pandas as pd
import pyarrow.parquet as pq

import sim.experiments.compare
import sim.experiments.sweep
import sim.model.simulate

__all__ = ["filelock", "pd", "pq", "sim"]
