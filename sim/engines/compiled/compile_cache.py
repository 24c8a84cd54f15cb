"""Where compiled code is kept on disk, so that it is compiled once:
a folder named by the content it was compiled from.

The same sources, Python, NumPy, Numba, llvmlite and processor have the same folder,
wherever the package lies: a second checkout or environment compiles nothing. Numba's own index goes by the
path and the time of a source file; so compiled functions are given, as their source file,
one in this folder whose time never changes.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import FunctionType

import numba
import numpy as np

import sim.rules
from sim.core.durable import whole_file
from sim.core.errors import ResultError

PLACE = "BORDERFLOW_CACHE"
"""The environment variable that names the folder of caches."""
# Packages whose code is compiled or decides what is made of it; an edit of any other compiles nothing anew.
SOURCES = ("core", "rules", "engines/translate", "engines/compiled", "model", "record", "scenario")
SOURCE_FILE = "compiled_loop.py"
ALWAYS = 946_684_800
"""The time of the source file, in seconds: part of Numba's key in some of its versions,
so it is the same for everybody."""


def named_folder() -> Path:
    """The folder of the user's choice (`BORDERFLOW_CACHE`), or the one of caches,
    and in it the one of this content."""
    root = os.environ.get(PLACE) or os.environ.get("XDG_CACHE_HOME") or _home() / ".cache"
    return Path(root) / "borderflow" / content_hash()


def _home() -> Path:
    """The user's folder. Users of containers and of build services may have none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")


_unwritable: list[Path] = []


def unwritable() -> Path | None:
    """The named folder, if it cannot be written."""
    return _unwritable[0] if _unwritable else None


@cache
def cache_folder(inside: str = "") -> Path | None:
    """Where compiled code is kept, or a folder in there; none where nothing at all can be written.

    Where the named folder cannot be written, a temporary one,
    which this process removes at its end and its worker processes share;
    it begins with what the named one holds.
    """
    if inside:
        whole = cache_folder()
        return whole / inside if whole is not None and _begin(whole / inside) else None
    named = named_folder()
    if _begin(named):
        return named
    # Two folders up from that of this content: the one that the user named.
    _unwritable.append(named.parents[1])
    try:
        # A new folder, never a fixed name in the shared temporary folder: what lies in it is unpickled and
        # run.
        root = tempfile.mkdtemp(prefix="borderflow-")
    except OSError:
        return None
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    # Worker processes inherit the variable, so that they share what this process compiles.
    os.environ[PLACE] = root
    folder = named_folder()
    # A folder that may be read only, such as one in an image of a container, saves compiling all the same.
    if named.is_dir():
        shutil.copytree(named, folder, dirs_exist_ok=True)
    return folder if _begin(folder) else None


def _begin(folder: Path) -> bool:
    """Whether the folder can be written; its source file is there then."""
    source = folder / SOURCE_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Tried, since the access rights of a folder do not tell of a file system that is mounted read-only.
        with tempfile.TemporaryFile(dir=folder):
            pass
        # Two processes may begin at once: neither may meet half of the file, and its time is set before it
        # has its name.
        if not source.is_file() or source.stat().st_mtime != ALWAYS:
            with whole_file(source) as beside:
                beside.write_text(
                    "# The compiled event loop of borderflow: its machine code lies beside this file.\n"
                )
                os.utime(beside, (ALWAYS, ALWAYS))
    except (OSError, ResultError):
        return False
    return True


def with_kept_source(function: FunctionType, folder: Path) -> FunctionType:
    """The same function, whose source file is the one of the folder."""
    code = function.__code__.replace(co_filename=str(folder / SOURCE_FILE))
    return FunctionType(code, function.__globals__, function.__name__, function.__defaults__)


@cache
def content_hash() -> str:
    """A hash of all that compiled code depends on: sources, versions, options,
    and the processor with its features."""
    from llvmlite import binding

    whole = hashlib.sha256()
    root = Path(sim.rules.__file__ or "").parent.parent
    for package in SOURCES:
        # Sorted: the order in which a file system lists its files differs between machines.
        for path in sorted((root / package).rglob("*.py")):
            whole.update(str(path.relative_to(root)).encode() + path.read_bytes())
    # Bytecode without asserts and machine code with checked indices are other code from the same source.
    options = (sys.flags.optimize, numba.config.BOUNDSCHECK)
    versions = (
        platform.python_implementation(),
        sys.version,
        np.__version__,
        numba.__version__,
        llvmlite_version(),
    )
    # LLVM compiles for the processor at hand; a folder shared by two kinds of machine must not mix their
    # code.
    features = binding.get_host_cpu_features().flatten()
    whole.update(
        repr((options, versions, platform.machine(), binding.get_host_cpu_name(), features)).encode()
    )
    return whole.hexdigest()[:16]


def llvmlite_version() -> str:
    """The version of the compiler that Numba uses."""
    import llvmlite

    return str(llvmlite.__version__)
