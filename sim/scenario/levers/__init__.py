"""Lever kinds and the controls that they move: by how much, where and when, worked out before a run.

The schema of a lever in a file is `sim.scenario.schema.policy`;
what a control changes in the world is decided in `sim.model`.
"""
