"""What the schema alone cannot see: names that must exist, values that must agree, levers that could act,
files beside a scenario.

Each check gives faults with file, line and remedy; `sim.scenario.load` gathers them in one report.
"""
