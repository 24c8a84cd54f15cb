"""Scenario files: found, read in bounded time and memory, merged in layers, changed by options,
their faults located.

What the values mean is decided in `sim.scenario.schema` and `sim.scenario.checks`.
"""
