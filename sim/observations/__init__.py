"""Recorded figures: series that were counted at a border, with the days they cover,
their grade and their source.

What of a run they correspond to is decided in `sim.runs.observed`; how well they agree in `sim.evidence`.
"""
