"""What groups meet at the border: guard posts and calls, barriers, exposure, news, returns,
the transit state's posture.

Nothing here knows the stages of a journey: those are in `sim.model.journeys`.
"""
