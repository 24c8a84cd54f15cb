"""SimPy processes, compiled: a generator function becomes plain functions that end where it waits."""
