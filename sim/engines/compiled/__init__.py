"""The compiled engine: the model of `sim.model`, translated and compiled by Numba, to the bit the same."""
