"""What there is during a run: records of every actor and place, the world that holds them, waits,
and the values of controls.

What anybody does is decided in `sim.model.border` and `sim.model.journeys`.
"""
