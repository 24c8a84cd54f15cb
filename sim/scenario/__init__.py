"""What a scenario says, from its files to the numbers that a run reads.

`load` goes from files to one checked `Scenario`; `params` gives it to the engines.
What the numbers do is decided in `sim.model`.
"""
