"""What everything else rests on: errors, units, distributions, the order of events, addressed random streams,
files that survive.

Nothing here knows of borders, scenarios or runs.
"""
