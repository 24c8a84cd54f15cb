"""The animation as a GIF: the map and the numbers of every frame, drawn by Pillow.
The same scenes give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.durable import whole_file
from sim.reporting.animation.marks import CROWDED, middle
from sim.reporting.style.palette import BLACK, BLUE, GREY, INK, ORANGE, PALE, PURPLE, VERMILION

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 900, 640
MAP_AT = (10.0, 60.0)
TEXT_X, TEXT_Y, LINE = 400, 64, 19
# All that is drawn with, and no more: edges of letters are rounded to these.
COLOURS = (
    "#FFFFFF",
    BLACK,
    INK,
    GREY,
    PALE,
    ORANGE,
    BLUE,
    PURPLE,
    VERMILION,
    "#F3C766",
    "#999999",
    "#BBBBBB",
)
# The last frame stays before the loop begins again, so that its totals can be read.
FRAME_MS, LAST_MS = 140, 2500
# As many as there is room for above the legend; the rest is counted.
LEVERS_SHOWN = 7
LEGEND = (
    "Thick line: barrier. Orange: people at the line or stranded, area by number. Right of it: walking "
    "(ring), in a column",
    "(blue ring), held by escorts (triangle). Squares: teams out. Diamond: stand-off, with its level.",
)


def write_gif(content: dict[str, Any], path: Path) -> Path:
    """Write the scenes of an animation as a GIF, whole or not at all."""
    frames = [_paletted(_draw(content, scene)) for scene in content["scenes"]]
    times = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    with whole_file(path) as beside:
        frames[0].save(
            beside,
            format="GIF",
            save_all=True,
            append_images=frames[1:],
            duration=times,
            loop=0,
            optimize=False,
            disposal=1,
        )
    return path


def _paletted(image: Image) -> Image:
    """A picture of the colours named above, so that every frame shares one palette."""
    from PIL.Image import Dither

    # No dithering: it would change pixels from frame to frame where nothing has happened.
    return image.quantize(palette=_palette(), dither=Dither.NONE)


@lru_cache
def _palette() -> Image:
    from PIL import Image, ImageColor

    palette = Image.new("P", (1, 1))
    triples = [channel for colour in COLOURS for channel in ImageColor.getrgb(colour)[:3]]
    # A palette of Pillow has 256 colours of three bytes.
    palette.putpalette(triples + [0] * (768 - len(triples)))
    return palette


@lru_cache
def _font(points: int, bold: bool = False) -> Any:
    from matplotlib.font_manager import FontProperties, findfont
    from PIL.ImageFont import truetype

    # The font that matplotlib brings: one of the system differs from machine to machine, and so would the
    # bytes.
    return truetype(
        findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")), points
    )


def _draw(content: dict[str, Any], scene: dict[str, Any]) -> Image:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    pen.text((14, 10), content["title"], INK, _font(17, bold=True))
    pen.text((14, 34), content["note"], INK, _font(12))
    _draw_map(pen, content["places"], scene)
    for y, (words, number, heavy) in enumerate(_lines(scene)):
        at = TEXT_Y + LINE * y
        pen.text((TEXT_X, at), _cut(words, 62 if not number else 46), INK, _font(13, bold=heavy))
        pen.text((WIDTH - 20, at), number, INK, _font(13, bold=heavy), anchor="ra")
    for n, words in enumerate((*LEGEND, content["footing"])):
        pen.text((14, HEIGHT - 54 + 16 * n), _cut(words, 140), INK, _font(11))
    return image


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _lines(scene: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """What stands beside the map: when, what guards did beside what it did to people, who is where,
    levers."""
    yield f"{scene['when']}   day {scene['day']}", "", True
    for heading, human in (
        ("What guards did, and who came, so far", False),
        ("What it did to people, so far (each time counts)", True),
    ):
        yield heading, "", True
        yield from ((words, f"{n:,}", False) for words, n, of_people in scene["counts"] if of_people == human)
    yield "People elsewhere now", "", True
    yield from ((words, f"{n:,}", False) for words, n in scene["elsewhere"])
    yield "Levers in force", "", True
    levers = scene["levers"]
    yield from ((words, "", False) for words in levers[:LEVERS_SHOWN] or ["none"])
    if len(levers) > LEVERS_SHOWN:
        yield f"and {len(levers) - LEVERS_SHOWN} more", "", False


def _draw_map(pen: ImageDraw, places: list[dict[str, Any]], scene: dict[str, Any]) -> None:
    for place in places:
        line = [_at(x, y) for x, y in place["points"]]
        # The rest of a barrier that is longer than its sector would only widen the line.
        share = min(1.0, scene["sectors"][place["name"]]["km"] / place["km"])
        pen.line(line, GREY if not share else INK, round(1.5 + 6.0 * share))
    for kind, x, y, size in scene["marks"]:
        MARKS[kind](pen, *_at(x, y), size)
    for n, place in enumerate(places, 1):
        x, y = _at(*middle(place))
        words = str(n) if len(places) > CROWDED else f"{n} {place['label']}"
        pen.text((x - 32, y), _cut(words, 22), INK, _font(10 if len(places) > CROWDED else 12), anchor="rm")


def _at(x: float, y: float) -> tuple[float, float]:
    """A point of the map on the picture."""
    return MAP_AT[0] + 0.92 * x, MAP_AT[1] + 0.9 * y


def _ring(colour: str, width: int, fill: str | None = None) -> Any:
    def draw(pen: ImageDraw, x: float, y: float, r: float) -> None:
        pen.ellipse((x - r, y - r, x + r, y + r), fill, colour, width)

    return draw


def _triangle(pen: ImageDraw, x: float, y: float, r: float) -> None:
    pen.polygon([(x, y - r), (x + r, y + r), (x - r, y + r)], None, PURPLE, 2)


def _square(pen: ImageDraw, x: float, y: float, side: float) -> None:
    pen.rectangle((x, y, x + side, y + side), BLUE)


def _diamond(pen: ImageDraw, x: float, y: float, level: float) -> None:
    pen.polygon([(x, y - 13), (x + 13, y), (x, y + 13), (x - 13, y)], "white", VERMILION, 3)
    pen.text((x, y), f"{level:g}", INK, _font(13, bold=True), anchor="mm")


MARKS: dict[str, Any] = {
    "people": _ring(INK, 1, "#F3C766"),
    "walking": _ring(GREY, 2),
    "column": _ring(BLUE, 3),
    "held": _triangle,
    "team": _square,
    "standoff": _diamond,
}
"""How each kind of mark is drawn."""
