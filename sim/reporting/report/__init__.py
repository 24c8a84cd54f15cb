"""The report: one self-contained page of a run, a comparison or a sweep, for a screen, a reader of screens,
and paper.

    report_subject.py      which kind of folder it is, opened again
    report_results.py, report_differences.py, reported_accounts.py, scenario_values.py
                           tables of what came out, who says what, what it rests on
    stress_form.py, odd_form.py, model_facts.py
                           the two reporting forms, and what they say of any scenario
    report_figures.py      figures as pictures inside the page, each told in numbers, too
    report_page.py         the sections in their order, set into the templates

Nothing in the page runs, and nothing is fetched: it holds no script, and its policy forbids every request.
"""

from __future__ import annotations

from sim.reporting.report.report_page import write_report

__all__ = ["write_report"]
