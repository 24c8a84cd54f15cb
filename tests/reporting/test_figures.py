"""Every figure draws from every kind of result, says what it shows, and carries the people."""

from __future__ import annotations

import ast
import warnings
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import sim.reporting.figures
from sim.reporting.figures.fate_figure import persons_by_compartment
from sim.reporting.figures.recorded_figure import simulated
from sim.reporting.result_figures import APPLIES, FIGURES, Plots, describe, draw, illustrate, save_all
from sim.reporting.style.figure_files import save_figures
from sim.reporting.style.figure_page import lay_out
from sim.runs.recorded_counterparts import bound_series
from sim.runs.replicate import run
from sim.runs.result import Result
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.small import content, small

TIMED = ("flow", "people", "incidents", "compartments", "heatmap", "posts", "accounts", "recorded")
KINDS = ("many runs", "one run", "no log", "nobody", "long names", "reference")


@cache
def result(kind: str) -> Result:
    """A result of each kind that a figure may meet."""
    if kind == "one run":
        return run(small(5), seed=1)
    if kind == "no log":
        return run(small(50), seed=1, replications=2, log=False)
    if kind == "nobody":
        return run(small(5, routes={"way": {"people_per_day": 0.0}}, initial={}), seed=1, replications=2)
    if kind == "long names":
        return run(long_names(), seed=1, replications=2)
    if kind == "reference":
        return run(shortened("belarus-eu-2021", 70), seed=1, replications=2)
    return run(small(12), seed=1, replications=4)


def shortened(name: str, days: int) -> Scenario:
    """The first days of a shipped scenario: its sectors, levers and parties, for a fraction of its time."""
    scenario = load(name)
    end = scenario.scenario.start + timedelta(days=days)
    return load(name, sets=[f"scenario.end={end}"])


def long_names() -> Scenario:
    """A border whose every name is as long as a name may reasonably be."""
    words = "a name that somebody wrote out in full because it matters to them, with <angles> & $dollars$"
    tables = content(20)
    for table in ("countries", "sectors", "levers", "parties"):
        for entry in tables[table].values():
            entry["label"] = words
    tables["scenario"]["title"] = words
    return Scenario.model_validate(tables)


def drawn(name: str, kind: str) -> Any:
    """A figure, laid out, with every warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = draw(name, result(kind))
        FigureCanvasAgg(figure).draw()
    return figure


def figures() -> list[tuple[str, str]]:
    return [(name, kind) for kind in KINDS for name in FIGURES if name != "recorded" or kind == "reference"]


@pytest.mark.parametrize(("name", "kind"), figures())
def test_a_figure_draws_and_carries_the_people_and_the_levers(name: str, kind: str) -> None:
    figure = drawn(name, kind)
    marks = {artist.get_gid() for artist in figure.findobj() if artist.get_gid()}
    assert "human-strip" in marks
    assert ("lever-strip" in marks) == (name in TIMED)
    words = " ".join(text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "get_text")))
    assert "assumed values" in words
    assert "seed 1" in words
    runs = result(kind).replications
    assert ("1 run," if runs == 1 else f"{runs} runs,") in words


@pytest.mark.parametrize(("name", "kind"), figures())
def test_no_text_leaves_the_page(name: str, kind: str) -> None:
    figure = drawn(name, kind)
    page = figure.bbox
    renderer = figure.canvas.get_renderer()
    for text in [
        t for ax in figure.axes for t in (ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label)
    ] + figure.texts:
        if text.get_text():
            box = text.get_window_extent(renderer)
            assert box.x0 >= page.x0 - 1, text.get_text()
            assert box.x1 <= page.x1 + 1, text.get_text()
            assert page.y0 - 1 <= box.y0, text.get_text()
            assert box.y1 <= page.y1 + 1, text.get_text()


@pytest.mark.parametrize("name", [n for n in TIMED if n not in ("heatmap", "recorded")])
def test_every_panel_over_time_names_its_unit(name: str) -> None:
    for ax in drawn(name, "many runs").axes:
        if (
            ax.get_gid() is None
            and ax.lines
            and ax.get_xlabel() == ""
            and ax.axison
            and ax._left_title.get_text() != "whole run"
        ):
            assert ax.get_ylabel() or ax._left_title.get_text(), name


def test_widths_of_fates_are_the_people() -> None:
    many = result("many runs")
    ends = np.sum(list(persons_by_compartment(many).values()), axis=0)
    assert list(ends) == list(many.fates.groupby("replication")["persons"].sum())


def test_the_record_is_set_beside_an_account_and_not_beside_what_happened() -> None:
    reference = result("reference")
    bound = {b.series.name: b for b in bound_series(reference.scenario)}["poland_attempts_monthly"]
    months = simulated(reference, bound)
    accounts = reference.accounts
    said = accounts[(accounts["party"] == "poland_guard") & (accounts["measure"] == "attempts")]
    july = said[said["date"] < str(date(2021, 8, 1))].groupby("replication", observed=True)["value"].sum()
    assert list(months[:, 0]) == list(july)
    happened = reference.daily
    tried = happened[(happened["measure"] == "attempts") & (happened["country"] == "poland")]["value"].sum()
    assert months.sum() < tried


def test_figures_are_saved_as_png_and_svg_and_twice_the_same(tmp_path: Path) -> None:
    many = result("many runs")
    first, second = save_all(many, tmp_path / "a"), save_all(many, tmp_path / "b")
    wanted = [name for name in FIGURES if name not in APPLIES or APPLIES[name](many)]
    assert [p.name for p in first] == [f"{name}.{kind}" for name in wanted for kind in ("png", "svg")]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))


def test_figures_are_offered_by_name() -> None:
    plots = Plots(result("one run"))
    assert set(dir(plots)) == set(FIGURES)
    assert plots.people().axes
    assert "people" in repr(plots)
    with pytest.raises(AttributeError, match="there are: flow"):
        plots.nonsense  # noqa: B018
    assert illustrate(result("one run")).plot.flow().axes


def test_figures_hold_control_characters_by_number_and_their_svg_is_one(tmp_path: Path) -> None:
    evil = "a" + "".join(map(chr, (0x1B, 0x07, 0x00, 0x7F, 0x202E))) + "b"
    tables = content(4)
    for table in ("countries", "sectors", "levers", "parties"):
        for entry in tables[table].values():
            entry["label"] = evil
    tables["scenario"]["title"] = evil
    made = run(Scenario.model_validate(tables), seed=1, replications=2, engine="simpy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = save_figures(
            {name: partial(describe, name, made) for name in ("incidents", "heatmap")}, tmp_path
        )
    for path in (path for path in written if path.suffix == ".svg"):
        text = "".join(ElementTree.parse(path).getroot().itertext())
        assert "a[U+001B][U+0007][U+0000][U+007F][U+202E]b" in text


def test_no_figure_touches_the_page() -> None:
    """Figures describe panels; axes, legends, headings and where they stand are the page's alone."""
    sources = sorted(Path(sim.reporting.figures.__path__[0]).glob("*_figure*.py"))
    touched = {"add_axes", "add_subplot", "subplots", "add_gridspec", "get_position", "set_position",
        "legend", "figure", "get_figure", "suptitle", "supxlabel", "tight_layout"}  # fmt: skip
    layout = ("sim.reporting.style.figure_page", "sim.reporting.style.picture", "matplotlib.figure",
        "matplotlib.pyplot")  # fmt: skip
    assert len(sources) > 10
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in layout, f"{source.name}:{node.lineno} imports {node.module}"
            if isinstance(node, ast.Import):
                assert not {name.name for name in node.names} & {*layout}, f"{source.name}:{node.lineno}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in touched, f"{source.name}:{node.lineno} uses .{node.attr}"


def test_a_figure_is_data_that_may_be_drawn_twice() -> None:
    described = describe("people", result("many runs"))
    assert [panel.caption for panel in described.panels] == [
        "Stranded between the lines", "Harmed, by cause", "Died, by cause",
        "Claims and summary returns, since the start",
    ]  # fmt: skip
    first, second = lay_out(described), lay_out(described)
    assert first is not second and len(first.axes) == len(second.axes)


def test_a_panel_with_nothing_to_show_says_so_and_one_with_something_does_not() -> None:
    nothing = {panel.caption: panel.nothing for panel in describe("people", result("nobody")).panels}
    assert nothing["Died, by cause"] == "nobody died in any run"
    assert not describe("people", result("many runs")).panels[0].nothing


def test_the_command_in_the_footing_is_one_that_works() -> None:
    from sim.reporting.style.figure_headings import footing_words

    assert "(borderflow show riverland lists" in footing_words(load("riverland"))
    own = small(2)
    assert f"(borderflow show {own.name}.toml lists" in footing_words(own)
