"""Scenarios compared on common random numbers: paired differences, what each lever contributes,
where attempts went, and why."""
