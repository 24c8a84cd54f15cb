"""The rules of the model: pure functions of numbers, each with units, range, source, status and an example.

Both engines compute them alike. When they are asked, and what follows, is decided in `sim.model`.
"""
