"""Free numbers fitted to recorded figures: the problem, prior runs, ABC-SMC, recovery of known parameters,
the folder of a fit."""
