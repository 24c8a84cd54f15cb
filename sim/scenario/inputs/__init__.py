"""What people write besides scenarios: plans, calibrations, studies, sequences, tables of points, lists of
students.

    input_file        a TOML file by its model: strict types, every fault in one report with its line
    plan_file         the model of a plan: what varies in a sweep
    calibration_file  the model of a calibration: what is free, what it is fitted to
    study_file        the model of a study: fits, hypotheses, worlds
    sequences_file    the model of recorded sequences: what came before and after a measure
    points_file       a CSV file of points, one column a key
    student_list      a list of names, as text or CSV

Each says what a file may hold by itself. What must agree with a scenario or with measures is checked where
it is used, in `sim.explore`, `sim.evidence` and `sim.reporting`, with the same `Reading`, so that it comes in
the same report. `sim.scenario.describe.input_reference` describes every kind for users and for editors.
"""
