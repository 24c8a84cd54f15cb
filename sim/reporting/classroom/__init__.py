"""The class kit: a sheet and a world of their own for each student, and a page for whoever teaches.

    roster.py     names, seeds, names of files
    variants.py   small changes of a scenario, one a student
    questions.py  what is predicted, and what never is
    solutions.py  what the variants do, by running them
    class_kit.py  all of it into a folder

Nobody is asked to guess at harm or death: a question about a measure of people cannot be made.
"""

from __future__ import annotations

from sim.reporting.classroom.class_kit import write_kit

__all__ = ["write_kit"]
