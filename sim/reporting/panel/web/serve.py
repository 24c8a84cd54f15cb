"""Voila on a notebook of one cell: the panel as a web page, for a class without notebooks."""

from __future__ import annotations

import json
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from sim.core.errors import UsageError
from sim.reporting.panel.web.gate import TOKEN, Gate
from sim.scenario.files.scenario_files import find, shipped

HERE = Path(__file__).parent
PAGE = HERE / "page.ipynb"
SETTING = "BORDERFLOW_PANEL"
SERVER = "sim.reporting.panel.web.server"
# No other port is tried, since the printed address must be the panel's; no page may choose a template.
OPTIONS = (
    "--Voila.ip=127.0.0.1", "--Voila.port_retries=0", "--template=panel",
    "--VoilaConfiguration.allow_template_override=NO",
    "--MappingKernelManager.cull_idle_timeout=3600", "--MappingKernelManager.cull_interval=60",
    "--MappingKernelManager.cull_connected=True", "--MappingKernelManager.buffer_offline_messages=False",
)  # fmt: skip
"""An hour without a message ends a kernel, also one whose page was forgotten in a tab;
nothing is kept for pages that are gone."""
NEEDED = ("voila", "anywidget", "ipykernel")


def serve(scenario: str, *, port: int, browser: bool, replications: int, seed: int) -> NoReturn:
    """Become the server of the panel, until it is stopped with Ctrl-C.
    Raises `UsageError` where the extra is missing."""
    # Looked for and not imported: the server imports them itself, in the process that replaces this one.
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(f"a panel needs {', '.join(missing)}: pip install 'borderflow[notebook]'")
    gate = Gate(_free(port) if port else free_port())
    print(f"The panel: {gate.address}  (Ctrl-C stops it)", flush=True)
    words = [sys.executable, "-m", SERVER, str(PAGE), f"--port={gate.port}", *OPTIONS]
    words += [] if browser else ["--no-browser"]
    path = find(scenario)
    # The kernel starts in another folder, where a relative path would name another file.
    name = path.stem if path in shipped().values() else str(path.resolve())
    setting = json.dumps({"scenario": name, "replications": replications, "seed": seed})
    # Jupyter looks for templates along this path; ours stands first, and what a user has set is kept.
    templates = os.pathsep.join(filter(None, (str(HERE), os.environ.get("JUPYTER_PATH"))))
    # The kernel is a process of its own, and must import the same sim, from a checkout as well.
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {
        **os.environ,
        SETTING: setting,
        # By the environment: every user of the machine can read the arguments of a process.
        TOKEN: gate.token,
        "JUPYTER_PATH": templates,
        "PYTHONPATH": paths,
    }
    # Replacing the process throws away what a buffer still holds.
    sys.stdout.flush()
    # Replaced and not started beside: Ctrl-C and the exit code are then the server's own.
    os.execve(sys.executable, words, environment)


def _free(port: int) -> int:
    """The port, if nobody listens on it: an address that was printed must be that of the panel."""
    with socket.socket() as tried:
        # Without it a port that a panel has just left counts as taken for a minute or more.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(
                f"--port: {port} cannot be used: {error.strerror}; allowed: a free port, or 0"
            ) from None
    return port


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        # Port 0 asks the system for one that is free.
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
