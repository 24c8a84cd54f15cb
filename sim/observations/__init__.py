"""Recorded figures: series that were counted at a border, with the days they cover,
their grade and their source.

What of a run they correspond to is decided in `sim.runs.recorded_counterparts`; how well they agree,
in `sim.evidence`.
"""
