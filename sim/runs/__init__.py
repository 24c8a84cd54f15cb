"""Replications: jobs, where they run, which are already there, and the tables,
manifest and statistics of what they leave.

Which runs are compared, swept or fitted is decided above, in `sim.comparison`,
`sim.explore` and `sim.evidence`.
"""
