"""Doctests are looked for in every module of `sim`, but not where what a module needs is not installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = (
    [] if find_spec("voila") and find_spec("jupyter_server") else ["sim/reporting/panel/web/server.py"]
)
