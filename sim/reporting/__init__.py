"""Results for readers: figures, tables, a report, an animation, a panel, class material.
Nothing here runs the model by itself but the panel and the class kit,
which ask `sim.runs` and `sim.engines.engine_choice`.
"""
