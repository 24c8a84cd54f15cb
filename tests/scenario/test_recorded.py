"""What a run is compared with: series that are there, counted in a country,
by a party and in days that are here."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.observations.recorded_series import names, series
from sim.record.accounts import KINDS_OF
from sim.runs.recorded_counterparts import IN_DAILY
from sim.scenario.checks.recorded_figures import REPORTED, series_of
from sim.scenario.load import check, digest, load, resolved, restored, run_digest, varied
from tests.scenario.small import SMALL, faults_of, written

OWN = '\n[recorded.mine]\nseries = "mine.csv"\nmeasure = "attempts"\nparty = "guard"\n'
FIGURES = "start,end,value\n2021-01-01,2021-01-11,60\n2021-01-11,2021-02-01,90\n"
POLISH = (
    SMALL.replace("north", "poland")
    .replace("start = 2021-01-01\nend = 2021-02-01", "start = 2021-09-01\nend = 2021-12-01")
    .replace("start = 2021-01-10", "start = 2021-09-10")
)
SHIPPED = OWN.replace("mine.csv", "poland_attempts_monthly")


def own(folder: Path, binding: str = OWN, figures: str = FIGURES, text: str = SMALL) -> Path:
    (folder / "mine.csv").write_text(figures)
    return written(folder, text + binding)


def test_figures_of_a_file_travel_with_the_scenario(tmp_path: Path) -> None:
    scenario = load(own(tmp_path))
    (tmp_path / "mine.csv").unlink()
    again = restored(resolved(scenario))
    assert again == scenario
    assert [f.value for f in varied(again, ["sectors.*.teams=3"]).recorded["mine"].figures] == [60.0, 90.0]


def test_what_is_not_said_of_a_file_of_ones_own_follows_from_the_comparison(tmp_path: Path) -> None:
    found = series_of("mine", load(own(tmp_path)).recorded["mine"])
    assert (found.label, found.unit, found.country, found.cumulative) == (
        "mine",
        "person-attempts",
        "",
        False,
    )
    said = OWN + (
        'label = "A ministry"\nunit = "tries"\ncounts = "tries seen"\ncountry = "north"\ncumulative = true\n'
    )
    found = series_of("mine", load(own(tmp_path, said)).recorded["mine"])
    assert (found.label, found.unit, found.counts, found.country) == (
        "A ministry",
        "tries",
        "tries seen",
        "north",
    )
    assert found.cumulative


def test_recorded_figures_are_no_part_of_what_makes_two_runs_the_same(tmp_path: Path) -> None:
    before = load(own(tmp_path))
    after = load(own(tmp_path, figures=FIGURES.replace("90", "91")))
    assert run_digest(before) == run_digest(after) != run_digest(varied(before, ["sectors.hill.teams=5"]))
    assert digest(before) != digest(after)


def test_a_file_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    own(tmp_path / "parts")
    heir = written(tmp_path, 'extends = "parts/small.toml"\n', "heir.toml")
    assert len(load(heir).recorded["mine"].figures) == 2
    (tmp_path / "here.csv").write_text("start,end,value\n2021-01-01,2021-01-11,7\n")
    (figure,) = load(heir, sets=['recorded.mine.series="here.csv"']).recorded["mine"].figures
    assert figure.value == 7.0


def test_an_override_block_may_name_another_file(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("start,end,value\n2021-01-01,2021-01-11,many\n")
    path = own(tmp_path, OWN + '[overrides.other.recorded.mine]\nseries = "other.csv"\n')
    assert load(path).recorded["mine"].series == "mine.csv"
    with pytest.raises(Exception, match=r"other\.csv:2: value"):
        check(path)


@pytest.mark.parametrize(
    ("series_name", "words"),
    [
        ("min.csv", "the file does not exist; found min.csv"),
        ("min.csv", "did you mean 'mine.csv'?"),
        ("mine", "did you mean 'mine.csv'?"),
        ("poland_attempts_montly", "did you mean 'poland_attempts_monthly'?"),
        ("other", "allowed: one of poland_attempts_monthly"),
        ("other", 'a file of your own such as series = "my-count.csv" (columns start,end,value'),
        ("../mine.csv", "leads out of the folder of the file"),
        ("/etc/hosts", "is not a relative path with forward slashes"),
        ("~/mine.csv", "is not a relative path with forward slashes"),
        ("sub/../../mine.csv", "leads out of the folder of the file"),
        ("https://mine.org/mine.csv", "is not a relative path with forward slashes"),
        ("x" * 300 + ".csv", "cannot be read"),
    ],
)  # fmt: skip
def test_a_series_that_is_not_there_is_a_fault_with_its_remedy(
    tmp_path: Path, series_name: str, words: str
) -> None:
    faults = [str(f) for f in faults_of(own(tmp_path, OWN.replace("mine.csv", series_name)))]
    assert len(faults) == 1
    assert words in faults[0]


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.csv").write_text(FIGURES)
    (tmp_path / "inside" / "mine.csv").symlink_to(tmp_path / "secret.csv")
    (fault,) = faults_of(written(tmp_path / "inside", SMALL + OWN))
    assert "leads out of the folder" in fault.problem


def test_faults_of_the_file_and_of_the_scenario_come_in_one_report(tmp_path: Path) -> None:
    path = own(tmp_path, OWN + "colour = 3\n", FIGURES.replace("60", "many"))
    assert sorted((f.file.rpartition("/")[2], f.key) for f in faults_of(path)) == [
        ("mine.csv", "value"),
        ("small.toml", "recorded.mine.colour"),
    ]


def test_figures_are_not_written_into_a_scenario(tmp_path: Path) -> None:
    path = own(tmp_path, OWN + "figures = [{ start = 2021-01-01, end = 2021-01-11, value = 1.0 }]\n")
    (fault,) = faults_of(path)
    assert (fault.key, fault.problem) == ("recorded.mine.figures", "has no place in a scenario file")


SENSELESS: dict[str, tuple[str, str, str]] = {
    "another country's": (SHIPPED, "recorded.mine.series", "counts poland, which the scenario does not have"),
    "a file of another country": (OWN + 'country = "nrth"\n', "recorded.mine.country",
        "did you mean 'north'?"),
    "a party's unknown measure": (OWN.replace("attempts", "registered"), "recorded.mine.measure",
        "is in no party's account"),
    "incidents of nobody": (OWN.replace("attempts", "incidents").replace('party = "guard"\n', ""),
        "recorded.mine.party", "is compared with what a party reports"),
    "an unknown party": (OWN.replace("guard", "gard"), "recorded.mine.party", "did you mean 'guard'?"),
    "an unknown place": (OWN + 'where = ["hil"]\n', "recorded.mine.where[0]", "did you mean 'hill'?"),
}  # fmt: skip


@pytest.mark.parametrize(("binding", "key", "words"), SENSELESS.values(), ids=SENSELESS)
def test_a_senseless_comparison_is_a_fault(tmp_path: Path, binding: str, key: str, words: str) -> None:
    faults = faults_of(own(tmp_path, binding))
    assert any(fault.key == key and words in str(fault) for fault in faults), [str(f) for f in faults]


WRONG_HERE: dict[str, tuple[str, str, str]] = {
    "a label": (SHIPPED + 'label = "mine"\n', "recorded.mine.label", "has its place with a file of your own"),
    "a running total": (SHIPPED + "cumulative = true\n", "recorded.mine.cumulative", "is no running total"),
    "another measure": (SHIPPED.replace('"attempts"', '"deaths"'), "recorded.mine.measure",
        "counts something else; found deaths; allowed: attempts"),
    "a stock": (SHIPPED.replace("poland_attempts_monthly", "bruzgi_people"), "recorded.mine.measure",
        "allowed: none: the model counts nothing"),
    "a party of elsewhere": (SHIPPED.replace('"guard"',
        '"other"') + '[parties.other]\nside = "guard"\ncountries = ["south"]\n', "recorded.mine.party",
        "does not count in poland"),
    "a place of elsewhere": (SHIPPED + 'where = ["far"]\n', "recorded.mine.where", "lies outside poland"),
}  # fmt: skip


@pytest.mark.parametrize(("binding", "key", "words"), WRONG_HERE.values(), ids=WRONG_HERE)
def test_what_is_said_of_a_known_series_agrees_with_it(
    tmp_path: Path, binding: str, key: str, words: str
) -> None:
    south = '\n[countries.south]\n[sectors.far]\ncountry = "south"\nlength_km = 9.0\n'
    border = POLISH.replace("poland = 100.0", "poland = 100.0, far = 100.0") + south
    assert faults_of(written(tmp_path, border + SHIPPED)) == ()
    faults = faults_of(written(tmp_path, border + binding))
    assert [fault.key for fault in faults] == [key]
    assert words in str(faults[0])


def test_figures_outside_the_run_are_a_fault(tmp_path: Path) -> None:
    later = own(tmp_path, figures=FIGURES.replace("2021-", "2022-"))
    (fault,) = faults_of(later)
    assert fault.key == "recorded.mine.series"
    assert fault.found == "2022-01-01 up to 2022-02-01"
    assert faults_of(own(tmp_path, figures=FIGURES + "2022-01-01,2022-02-01,5\n")) == ()


def test_a_shorter_run_asked_for_later_leaves_comparisons_out_without_a_fault(tmp_path: Path) -> None:
    path = own(tmp_path)
    shorter = load(path, sets=["scenario.end=2021-01-05", "levers.wall.start=2021-01-02"])
    assert shorter.days == 4
    assert restored(resolved(shorter)) == shorter
    heir = 'extends = "small.toml"\n[scenario]\nend = 2021-01-05\n[levers.wall]\nstart = 2021-01-02\n'
    assert load(written(tmp_path, heir, "heir.toml")).days == 4
    (fault,) = faults_of(written(tmp_path, heir + OWN, "again.toml"))
    assert "no figure of it lies whole in the days of the run" in fault.problem


def test_every_measure_that_passes_is_one_that_a_run_holds() -> None:
    assert set(REPORTED) == set(KINDS_OF) - {"harms"}
    assert set(IN_DAILY) - {"stock_in_site"} == {
        "attempts",
        "entries",
        "registered",
        "onward",
        "deaths",
        "returns",
    }
    assert all(set(series(name).measures) <= {*REPORTED, *IN_DAILY} for name in names())
    assert series("incidents").measures == ("incidents",)


def test_a_front_that_names_itself_is_told_as_its_own_fault(tmp_path: Path) -> None:
    circle = POLISH.replace('[fronts.all]\nwhere = ["poland"]', '[fronts.all]\nwhere = ["all"]')
    (fault,) = faults_of(written(tmp_path, circle + SHIPPED + 'where = ["all"]\n'))
    assert fault.key == "fronts.all.where[0]"
