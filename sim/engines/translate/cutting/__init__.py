"""A process cut at its waits: a generator function becomes parts that end in a wait, a jump or a result.

Works on syntax trees alone; types and memory come after, in `sim.engines.translate.lowering`.
"""
