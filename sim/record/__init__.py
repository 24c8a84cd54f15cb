"""What a run leaves behind: the log and its kinds of rows, measures, accounts of the parties, tidy tables.

Nothing here decides what happens; `sim.model` writes the log, `sim.runs` stores it.
"""
