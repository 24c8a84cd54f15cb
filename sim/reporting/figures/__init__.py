"""One file a figure, or a family of figures of one kind: from a result to panels on a page.

How things look is decided in `sim.reporting.style`.
"""
