"""What runs the model: `engine_choice` says which engine runs,
`compiled` runs what `translate` makes of the SimPy processes.

Both engines give the same rows, counters and stocks to the bit; the SimPy engine is `sim.model` itself.
"""
