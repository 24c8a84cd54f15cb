"""A TOML file that somebody wrote, read by its model: every fault in one report, with file, line, key, found,
allowed.

Which question this answers: what does this file say, and what is wrong with it? Files,
lines and words of faults are those of scenario files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.core.errors import Fault, InputError, ScenarioError, UsageError
from sim.scenario.files.changes import set_label
from sim.scenario.files.layers import Layer
from sim.scenario.files.partial_validation import without_refused
from sim.scenario.files.scenario_files import label_of, read, shown
from sim.scenario.files.schema_faults import MOST_FAULTS, Where, by_place, refused, value_at
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.load import frozen


class UserFile(BaseModel):
    """A file of the user's, or a table of one: strict about names and types, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Content = TypeVar("Content", bound=UserFile)


class Reading(Generic[Content]):
    """What a file says by its model, as much of it as makes sense, and every fault found so far.

    `of` says what the file is, in reports: a plan, a calibration.
    """

    def __init__(self, of: str, content: Content | None, where: Where, faults: list[Fault]) -> None:
        self.of, self.content, self.where, self.faults = of, content, where, faults

    def fault(
        self, path: KeyPath, problem: str, *, found: Any = "", allowed: str = "", nearest: str = ""
    ) -> None:
        """Note a fault at a key path of the file."""
        self.faults.append(self.where.fault(path, problem, found=found, allowed=allowed, nearest=nearest))

    def refused(
        self, path: KeyPath, error: InputError | UsageError, named: str = "", sets: KeyPath = ()
    ) -> None:
        """Note why something that the file names is refused.

        What is wrong with the name itself, or with one of the file's own changes (the array at `sets`), is
        a fault of this file, at this key; the rest are faults of the file that is named.
        """
        if not isinstance(error, InputError):
            self.fault(path, str(error))
            return
        for fault in error.faults:
            change = self._change(fault.file, sets)
            if change is not None:
                self.fault(
                    change, f"{fault.key}: {fault.problem}", found=fault.found, allowed=fault.allowed,
                    nearest=fault.nearest,
                )  # fmt: skip
            elif named and is_of_the_name(fault, named):
                self.fault(path, fault.problem, found=named, allowed=fault.allowed, nearest=fault.nearest)
            else:
                self.faults.append(fault)

    def _change(self, label: str, sets: KeyPath) -> KeyPath | None:
        """Which of the file's own changes a label such as `--set KEY=VALUE` names."""
        if not sets or not self.where.layers:
            return None
        changes = value_at(self.where.layers[-1].table, sets)
        found = enumerate(changes if isinstance(changes, (list, tuple)) else ())
        return next(((*sets, n) for n, text in found if set_label(str(text)) == label), None)

    def close(self) -> None:
        """Raise `InputError` with every fault, the first hundred in full; nothing if there is none."""
        once = list(by_place(list(dict.fromkeys(self.faults))))
        if len(once) > MOST_FAULTS:
            more = Fault(self.where.label, "more", f"and {len(once) - MOST_FAULTS:,} more faults")
            once = [*once[:MOST_FAULTS], more]
        if once:
            raise InputError(self.of, tuple(once))

    def whole(self) -> Content:
        """The content, if there is no fault. Raises `InputError` with every fault otherwise."""
        self.close()
        assert self.content is not None
        return self.content


def read_input(path: Path, of: str, model: type[Content]) -> Reading[Content]:
    """A file by its model. Raises `InputError` where it is no TOML;
    other faults are held until the reading is closed."""
    try:
        document = read(path)
    except ScenarioError as error:
        raise InputError(of, error.faults) from None
    layers = (Layer(document.label, document.tables, (), document),)
    return reading_of(document.tables, of, model, Where(document.label, layers, model))


def reading_of(tables: dict[str, Any], of: str, model: type[Content], where: Where) -> Reading[Content]:
    """The content of tables that were read already."""
    given = {key: frozen(value) for key, value in tables.items()}
    try:
        return Reading(of, model.model_validate(given, strict=True), where, [])
    except ValidationError as error:
        return Reading(of, without_refused(model, given, error), where, refused(error, given, where))


def is_of_the_name(fault: Fault, named: str) -> bool:
    """Whether a fault is of a file as a whole, or of its name: no file is there, or none that can be read."""
    # Reports name a file by either.
    labels = (shown(named), label_of(Path(named)))
    return fault.key in ("file", "scenario") and not fault.line and fault.file in labels


def beside(folder: Path, name: str) -> str:
    """A file beside the one that names it, else the name as it is: that of a shipped one, or a path."""
    try:
        return str(folder / name) if (folder / name).is_file() else name
    except (OSError, ValueError):
        return name
