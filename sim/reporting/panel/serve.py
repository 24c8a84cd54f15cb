"""Voila on a notebook of one cell: the panel as a web page, for a class without notebooks."""

from __future__ import annotations

import json
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from sim.foundation.errors import UsageError
from sim.scenario.files import find, shipped

HERE = Path(__file__).parent
PAGE = HERE / "page.ipynb"
SETTING = "BORDERFLOW_PANEL"
NEEDED = ("voila", "anywidget", "ipykernel")


def serve(scenario: str, *, port: int, browser: bool, replications: int, seed: int) -> NoReturn:
    """Become the server of the panel, until it is stopped with Ctrl-C. Raises `UsageError` where the extra is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(f"a panel needs {', '.join(missing)}: pip install 'borderflow[notebook]'")
    port = port or free_port()
    print(f"The panel: http://localhost:{port}/  (Ctrl-C stops it)", flush=True)
    words = [
        sys.executable,
        "-m",
        "voila",
        str(PAGE),
        f"--port={port}",
        "--Voila.ip=127.0.0.1",
        "--template=panel",
    ]
    words += [] if browser else ["--no-browser"]
    path = find(scenario)
    name = path.stem if path in shipped().values() else str(path.resolve())
    setting = json.dumps({"scenario": name, "replications": replications, "seed": seed})
    templates = os.pathsep.join(filter(None, (str(HERE), os.environ.get("JUPYTER_PATH"))))
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, SETTING: setting, "JUPYTER_PATH": templates, "PYTHONPATH": paths}
    sys.stdout.flush()
    os.execve(sys.executable, words, environment)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
