"""Make each mistake in a copy of the sources, alone, and ask the witness tests.

    python -m tests.mistakes [--only WORDS] [--without FILES] [--jobs N] [--write
    docs/maintainers/mistakes.md]

Prints a line per mistake: which test has noticed it, or NOTHING. Ends with 1 where any is caught by nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mistakes.lists import LISTS
from tests.mistakes.mistake import NOTHING, ROOT, Mistake
from tests.mistakes.page import page
from tests.mistakes.witnesses import WITHOUT, stages

TIMEOUT_S = 3600
FOUND = re.compile(r"^FAILED (\S.*?)(?: - (.*))?$", re.MULTILINE)


def caught_by(part: str, mistake: Mistake, without: str = "") -> str:
    """The test that notices a mistake, or NOTHING. Raises `RuntimeError` where tests cannot be run at all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for tree in ("sim", "scenarios", "tests"):
            shutil.copytree(ROOT / tree, folder / tree, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        mistake.put_into(folder)
        for stage in stages(part):
            files = [file for file in stage if not (without and file.startswith(without))]
            if files and (test := _ask(folder, files)):
                return test
    return NOTHING


def _ask(folder: Path, files: list[str]) -> str:
    """The first test of some files that fails in a folder, and "" if none does."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rf", "-p", "no:cacheprovider"]
    command += ["-p", "tests.mistakes.simpy_only", "--hypothesis-seed=0", "-k", WITHOUT, *files]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "500", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False,
            timeout=TIMEOUT_S
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "a hang"
    if done.returncode == 0:
        return ""
    if (found := FOUND.search(done.stdout)) is None:
        raise RuntimeError(f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
    test, reason = found.groups()
    return f"{test} (a hang)" if reason and "a hang" in reason else test


def chosen(words: str) -> list[tuple[str, Mistake]]:
    """The mistakes of a list of that name, or those whose file or meaning holds the words;
    all without words."""
    every = [(part, mistake) for part, mistakes in LISTS.items() for mistake in mistakes]
    if words in LISTS:
        return [(part, mistake) for part, mistake in every if part == words]
    return [(part, mistake) for part, mistake in every if words in f"{mistake.file} {mistake.meaning}"]


def main() -> None:
    """Try the mistakes, and say what has caught each."""
    parser = argparse.ArgumentParser(prog="python -m tests.mistakes")
    parser.add_argument(
        "--only", default="", help="a list (guards, people, days), or words of a file or meaning"
    )
    parser.add_argument(
        "--without", default="", help="leave out tests whose path begins so, e.g. tests/model/acts"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path, help="a page for the docs; needs all mistakes and all tests")
    options = parser.parse_args()
    if options.write and (options.only or options.without):
        parser.error("--write needs all mistakes and all tests")
    mistakes = chosen(options.only)
    found: list[tuple[str, Mistake, str]] = []
    with ThreadPoolExecutor(options.jobs) as pool:
        verdicts = pool.map(lambda entry: caught_by(*entry, options.without), mistakes)
        for (part, mistake), test in zip(mistakes, verdicts, strict=True):
            print(f"{mistake.file}: {mistake.meaning}: {test}", flush=True)
            found.append((part, mistake, test))
    missed = sum(test == NOTHING for *_, test in found)
    print(f"{len(found) - missed} of {len(found)} caught")
    if options.write:
        options.write.write_text(page(found), encoding="utf-8")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
