"""What people write besides scenarios: plans, calibrations, studies, tables of points, lists of students.

    reading.py       a TOML file by its model: strict types, every fault in one report with its line
    plans.py         the model of a plan: what varies in a sweep
    calibrations.py  the model of a calibration: what is free, what it is fitted to
    studies.py       the model of a study: fits, hypotheses, worlds
    points.py        a CSV file of points, one column a key
    students.py      a list of names, as text or CSV

Each says what a file may hold by itself. What must agree with a scenario or with measures is
checked where it is used, in `sim.experiments`, with the same `Reading`, so that it comes in the same report.
"""
