"""The maintainers' map: layers and packages, a group's stages, a day's causal order, each as a picture with
its text; made from the source alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.scenario.describe.schema_reference import markdown
from tools.decided_page import decided_page
from tools.model_source import END, ROOT, Function, Model, Step, layers
from tools.svg_drawing import CHOICE, FILL, Box, Drawing

MADE = "*Made by `python -m tools reference --write`; do not edit by hand.*"
PLACES: dict[str, tuple[float, int]] = {
    "AWAIT_REMOVAL": (4, 0),
    "WAIT_IN_TRANSIT": (0, 1),
    "SET_OUT": (1, 1),
    "ATTEMPT": (2, 1),
    "CROSS_ZONE": (3, 1),
    "STAY_IN_PROCEDURE": (4, 1),
    "MARCH_IN_COLUMN": (1, 2),
    "HELD_BACK": (0, 2),
    "MEET_IN_STANDOFF": (2, 2),
    "go_back": (3, 2),
    "FACE_DECISION": (4, 2),
    "WAIT_FOR_HOME": (0, 3),
    "decide": (1, 3),
    "WAIT_IN_SITE": (2, 0),
    "WAIT_IN_STRIP": (2.5, 3),
    "LIVE_UNSEEN": (4, 3),
}
"""Where a stage, or a choice that several stages share, stands in the picture: column and row. What leads
where is read from the source; a stage without a place is an error."""
RETURNING = "sim.model.border.after_attempt"
RANK_OF_EXTENSIONS = "actors that a scenario brings"


def map_files() -> dict[Path, str]:
    """The map and its pictures, and the page of questions beside it."""
    model, docs = Model(), ROOT / "docs"
    return {
        docs / "maintainers" / "map.md": map_page(model),
        docs / "maintainers" / "decided.md": decided_page(MADE),
        docs / "pictures" / "map-layers.svg": layers_picture(),
        docs / "pictures" / "map-stages.svg": stages_picture(model),
        docs / "pictures" / "map-day.svg": day_picture(model),
    }


def map_page(model: Model) -> str:
    """The page: each picture, and the same as text."""
    return "\n".join([
        f"# Map\n\n{MADE}\n\nThree pictures read from the source: what the packages are, what a group can do "
        "next, and what happens in which order. Which file answers a question of the field is on "
        "[where is it decided](decided.md).\n",
        _layers_section(),
        _stages_section(model),
        _day_section(model),
    ])  # fmt: skip


# layers


def _layers_section() -> str:
    rows = [
        (f"`{package.name}`", package.about) for layer in layers() for package in (layer, *layer.all_below())
    ]
    return (
        "## Layers and packages\n\nAn import points only downward; the order is that of the import-linter "
        "contract in `pyproject.toml`, the words those of each package's `__init__`.\n\n"
        "![Thirteen layers from sim.cli at the top to sim.core at the bottom, each with its packages; the "
        f"table below says the same](../pictures/map-layers.svg)\n\n{markdown(('package', 'what'), rows)}\n"
    )


def layers_picture() -> str:
    """One band a layer, the top layer first, with its packages."""
    found = layers()
    drawing = Drawing("Layers and packages of borderflow, top to bottom", 860, 76 * len(found) + 40)
    drawing.text(20, 24, "an import points only downward", size=13, quiet=True)
    for n, layer in enumerate(found):
        middle = 72 + 76 * n
        drawing.box(Box(430, middle, 820, 68))
        drawing.text(34, middle - 8, layer.name, size=15, bold=True, mono=True)
        drawing.lines(230, middle - 14, _plain(layer.about), most=88, size=12)
        below = "   ".join(package.name.removeprefix(f"{layer.name}.") for package in layer.below)
        if below:
            drawing.text(230, middle + 24, below, size=12, quiet=True, mono=True)
    return drawing.svg()


# stages


def _stages_section(model: Model) -> str:
    rows = [
        (
            f"`{process.name}`", f"`{process.path}`", _listed(map(_words, model.reasons(process))),
            _listed(_stage_words(name) for name in model.following(process) if name != END),
            _listed(map(_words, model.fates(process))) or _nobody_left(model, process),
        )
        for process in model.stages().values()
    ]  # fmt: skip
    columns = ("stage", "file", "who or what may end its wait early", "may follow", "ends as")
    return (
        "## A group's stages\n\nA stage is a process; it returns the stage that follows, or nothing. Two "
        "choices are shared by several stages, dashed in the picture: `go_back` (is the way back free?) and "
        "`decide` (again, or home?), both in `sim/model/border/after_attempt.py`. Wherever people are "
        "exposed, try, or face force, all of a group may die; its journey ends there.\n\n"
        "![The stages of a group with an arrow to each stage that may follow; the table below says the "
        f"same](../pictures/map-stages.svg)\n\n{markdown(columns, rows)}\n\n{_beginnings(model)}\n"
    )


def _beginnings(model: Model) -> str:
    begun = [f"at `{stage.lower()}` by `{by.name}` (`{by.path}`)" for by, stage in model.beginnings()]
    return (
        f"A journey begins {', '.join(begun)}; people who are there on the first day begin where "
        "`PLACES` of `sim/model/journeys/initial_groups.py` puts them.\n"
    )


def _nobody_left(model: Model, process: Function) -> str:
    return "nobody is left" if END in model.following(process) else ""


def stages_picture(model: Model) -> str:
    """Every stage in its place, with an arrow to each that may follow."""
    drawing = Drawing("What may follow each stage of a group's journey", 1040, 640)
    boxes = {
        name: Box(110 + 205 * x, 60 + 160 * y, 116 if name.islower() else 146, 72)
        for name, (x, y) in PLACES.items()
    }
    arrows = {name: _next(model, process) for name, process in _drawn(model).items()}
    for name, following in arrows.items():
        for other in following:
            others = [box for each, box in boxes.items() if each not in (name, other)]
            # Two stages that lead to one another have two arrows, which would lie over each other.
            drawing.arrow(boxes[name], boxes[other], others, aside=name in arrows[other])
    for name, process in _drawn(model).items():
        # Boxes after arrows, which they cover at both ends.
        _draw_stage(drawing, boxes[name], name, model.fates(process))
    return drawing.svg()


def _drawn(model: Model) -> dict[str, Function]:
    """The stages, and the choices that several share."""
    choices = {name: model.function(RETURNING, name) for name in ("go_back", "decide")}
    return model.stages() | {name: choice for name, choice in choices.items() if choice is not None}


def _next(model: Model, process: Function) -> tuple[str, ...]:
    return tuple(name for name in model.following(process, through=False) if name != END)


def _draw_stage(drawing: Drawing, box: Box, name: str, fates: Sequence[str]) -> None:
    is_choice = name.islower()
    drawing.box(box, fill=CHOICE if is_choice else FILL, dashed=is_choice, round_by=24 if is_choice else 6)
    ends = [_words(fate) for fate in fates]
    first = box.y + 5 - 8 * len(ends)
    drawing.text(box.x, first, _stage_words(name), bold=True, middle=True)
    for n, fate in enumerate(ends, 1):
        drawing.text(box.x, first + 16 * n, f"\u2192 {fate}", size=12, quiet=True, middle=True)


# a day


def _day_section(model: Model) -> str:
    return (
        "## A day's causal order\n\n![What a midnight does, line by line, and the order of ranks at an "
        "instant; the lists below say the same](../pictures/map-day.svg)\n\n"
        f"A midnight, in this order (`midnights_go_by`):\n\n{_steps(_midnight(model))}\n"
        f"A lever that is announced, begins or ends (`turn_lever`):\n\n{_steps(_lever(model))}\n"
        "At one instant events are served by rank, then by the entity's key, then by its own count "
        f"(`sim/core/event_order.py`), never by the order of creation:\n\n{_ranks(model)}\n"
    )


def _midnight(model: Model) -> list[Step]:
    return _steps_of(model, "sim.model.day_order", "midnights_go_by")


def _lever(model: Model) -> list[Step]:
    return [
        step for step in _steps_of(model, "sim.model.calendar", "turn_lever") if step.name != "world.write"
    ]


def _steps_of(model: Model, module: str, name: str) -> list[Step]:
    function = model.function(module, name)
    assert function is not None, f"{module}.{name} is gone; the map needs its new name"
    return list(model.steps(function))


def _steps(steps: Sequence[Step]) -> str:
    return "".join(
        f"{'    ' * step.depth}- `{step.name}`: {_lowered(step.about)} (`{step.path}`)\n" for step in steps
    )


def _ranks(model: Model) -> str:
    rows = [
        (str(n), name.lower().replace("_", " "), f"`{who}`" if who else "", _lowered(about), f"`{path}`")
        for n, (name, holders) in enumerate(model.ranks(), 1)
        for who, path, about in holders or (("", "sim/model/extensions/extended.py", RANK_OF_EXTENSIONS),)
    ]
    return markdown(("order", "rank", "who or what", "what it is", "file"), rows)


def day_picture(model: Model) -> str:
    """Two columns: what a midnight does, and who is served first at an instant."""
    midnight = [step for step in _midnight(model) if not step.name.startswith("world.")]
    ranks = model.ranks()
    drawing = Drawing("What a midnight does, and the order of events at an instant", 980, 620)
    drawing.text(20, 30, "At midnight", size=16, bold=True)
    y = 58.0
    for step in midnight:
        x = 24 + 22 * step.depth
        drawing.text(x, y, step.name, size=13, bold=True, mono=True)
        y += (
            18
            + 17 * drawing.lines(x, y + 17, _plain(step.about), most=78 - 3 * step.depth, size=12, quiet=True)
            + 6
        )
    drawing.text(600, 30, "At any instant, in this order", size=16, bold=True)
    down = 58.0
    for n, (name, holders) in enumerate(ranks, 1):
        drawing.text(600, down, f"{n}  {name.lower().replace('_', ' ')}", size=13, bold=True)
        what = "; ".join(_lowered(about) for _, _, about in holders) or RANK_OF_EXTENSIONS
        down += 18 + 17 * drawing.lines(620, down + 17, what, most=56, size=12, quiet=True) + 6
    # Known only now: the texts come from docstrings, of any length.
    drawing.height = int(max(y, down)) + 10
    return drawing.svg()


# words


def _words(name: str) -> str:
    return name.lower().replace("_", " ")


def _stage_words(name: str) -> str:
    return {"go_back": "go back?", "decide": "try again?"}.get(name, _words(name))


def _listed(words: Iterator[str]) -> str:
    return ", ".join(words)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _plain(sentence: str) -> str:
    return sentence.replace("`", "")
