"""Finished runs on disk: one store of them (`finished_runs`), which the folder of a result, a cache of runs
and, in `sim.explore`, a sweep read and write; and who may write. What a run is, and which are asked for, is
left to them."""
