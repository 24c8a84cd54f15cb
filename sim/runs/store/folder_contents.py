"""What of a folder belongs to the result of a run: whether a run may go there,
and what replacing one removes.

A name alone does not make a file ours: only where a manifest says that a result is there are
files of these names its own.
"""

from __future__ import annotations

from pathlib import Path

from sim.core.durable import clear_under_way, remove_folder
from sim.core.errors import ResultError
from sim.runs.manifest import MANIFEST, OTHER_KINDS, Manifest, other_kind, read_manifest
from sim.runs.run_tables import TABLES
from sim.runs.store.folder_lock import holds_something, refuse_file

FIGURES = (
    "flow",
    "people",
    "incidents",
    "compartments",
    "heatmap",
    "posts",
    "fates",
    "accounts",
    "recorded",
    "map",
)
"""The figures that `run` and `plot` leave; a test compares them with those there are."""
FILES = (
    "summary.json", "summary.csv", "precision.json", "report.html", *(f"{name}.parquet" for name in TABLES),
    *(f"figures/{name}.{kind}" for name in FIGURES for kind in ("png", "svg")), "animation/player.html",
    "animation/player.gif",
)  # fmt: skip
FOLDERS = ("figures", "animation")


def check_free(folder: Path, *, overwrite: bool) -> Manifest | None:
    """The manifest of the result that is in a folder, None where a new one may go there.

    Raises `ResultError` for a folder that holds something else;
    with `overwrite` only where that would be in the way.
    """
    refuse_file(folder)
    if not folder.exists() or not holds_something(folder):
        return None
    if (folder / MANIFEST).exists():
        return read_manifest(folder)
    # Refused even with --overwrite: the option replaces a run, and no result of another kind.
    if kind := other_kind(folder):
        raise ResultError(f"{folder} holds {kind}, not a run: choose another folder with --out")
    if not overwrite:
        raise ResultError(
            f"{folder} is not empty and holds no result of borderflow: choose another with --out"
        )
    # Files of these names without a manifest are somebody else's, and the run would write over them.
    for name in (*FILES, "parts"):
        if (folder / name).exists():
            raise ResultError(
                f"{folder} holds {name}, but no result that it belongs to: move it elsewhere, or choose "
                f"another "
                "folder with --out"
            )
    return None


def check_no_result(folder: Path) -> None:
    """Whether a command that keeps runs by their key may write to a folder. Raises `ResultError` where it
    holds a result of another kind."""
    for name, kind in {MANIFEST: "the result of a run", **OTHER_KINDS}.items():
        if (folder / name).exists():
            raise ResultError(f"{folder} holds {kind}: choose another folder with --out")


def clear(folder: Path) -> None:
    """Remove the result of a run, and nothing that is not part of it; the manifest last,
    so that what is left is known as a left-over."""
    if not (folder / MANIFEST).exists():
        return
    for path in (folder, *(folder / name for name in FOLDERS)):
        # First what a killed removal has left, so that the folders can be empty at the end.
        clear_under_way(path)
    # Under another name first: a kill in the middle leaves no folder of half the parts.
    remove_folder(folder / "parts")
    for name in (*FILES, MANIFEST):
        if (folder / name).is_file():
            (folder / name).unlink()
    for path in (folder / name for name in FOLDERS):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
