"""A file that somebody wrote is read by its model: strict types, every fault with its line in one report."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.scenario.inputs.calibration_file import CalibrationFile
from sim.scenario.inputs.input_file import UserFile, read_input
from sim.scenario.inputs.plan_file import PlanFile
from sim.scenario.inputs.study_file import StudyFile

PLAN = 'scenario = "one-post"\n'
FREE = '[free.a]\nkey = "people.try_again"\nsource = "a"\n'
SERIES = '[series.b]\nlog_sd = 0.3\nsource = "b"\n'


def faults(folder: Path, text: str, model: type[UserFile] = PlanFile) -> str:
    (folder / "file.toml").write_text(text)
    with pytest.raises(InputError) as refused:
        read_input(folder / "file.toml", "file", model).whole()
    assert refused.value.exit_code == 2
    return str(refused.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("seed = 1.5", "2: seed: wrong type; found 1.5; allowed: a whole number from 0 to 2**64 - 1"),
        ("seed = -5", "2: seed: out of range; found -5"),
        ('replications = "10"', '2: replications: wrong type; found "10"'),
        ("replications = 1000000000000", "2: replications: out of range"),
        ('by_sector = "no"', '2: by_sector: wrong type; found "no"; allowed: true or false'),
        ("by_sector = 0", "2: by_sector: wrong type; found 0"),
        ("smaples = 8", "2: smaples: unknown key; found 8; did you mean 'samples'?"),
        ("outcomes = [{}]", "2: outcomes[0]: wrong type"),
        ("posterior = 2021-01-01", "2: posterior: wrong type; found 2021-01-01; allowed: text"),
        ("levers = [1]", "2: levers: wrong type; found [1]; allowed: a table"),
        ("levers.x = 3", "2: levers.x: wrong type; found 3; allowed: a list of values, or { low ="),
        ("levers.x = []", "2: levers.x: has too few entries"),
        ("levers.x = [[1]]", "2: levers.x[0]: wrong type"),
        ("levers.x = { low = 0, high = inf }", "2: levers.x.high: is not a finite number"),
        ('levers.x = { low = "a", high = 1 }', '2: levers.x.low: wrong type; found "a"; allowed: a number'),
        ("levers.x = { low = 0, high = 1, values = 2.9 }", "2: levers.x.values: wrong type; found 2.9"),
        ("levers.x = { low = 0, high = 1, values = 1000000000000 }", "2: levers.x.values: out of range"),
        ("levers.x = { low = 0 }", "2: levers.x.high: is missing; allowed: a number"),
    ],
)
def test_a_value_of_another_type_is_a_fault_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    assert words in faults(tmp_path, PLAN + line + "\n")


def test_all_faults_come_in_one_report_in_the_order_of_their_lines(tmp_path: Path) -> None:
    said = faults(tmp_path, "seed = 1.5\nby_sector = 1\ncolour = 3\nlevers.x = {}\n")
    assert said.startswith("6 faults in the file")
    assert re.findall(r"file\.toml:(\d+): ", said) == ["1", "2", "3", "4", "4"]
    assert "file.toml: scenario: is missing" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FREE + 'prior = { dist = ["lognormal"], median = 1.0 }\n' + SERIES, "5: free.a.prior.dist: unknown "
                                                                             "distribution"),
        (FREE + "prior = 5\n" + SERIES, '5: free.a.prior: wrong type; found 5; allowed: { dist = '
                                        '"lognormal", median'),
        (FREE + 'prior = { dist = "lognormal", median = 1, log_sd = 400.0 }\n' + SERIES,
         "5: free.a.prior.log_sd: out of range"),
        ("fit_until = 2021-11-01T00:00:00\n", "2: fit_until: wrong type; found 2021-11-01T00:00:00; allowed: "
                                              "a date such as 2030-01-01"),
        ("tolerance = 0\n", "2: tolerance: out of range; found 0; allowed: a number above 0"),
        ("shares = [1]\n", "2: shares: wrong type; found [1]; allowed: a table"),
        ("evidence = { a = [] }\n", "2: evidence.a: has too few entries"),
        (SERIES.replace("0.3", '"a"'), '3: series.b.log_sd: wrong type; found "a"'),
    ],
)  # fmt: skip
def test_a_calibration_says_what_it_allows(tmp_path: Path, text: str, words: str) -> None:
    assert words in faults(tmp_path, PLAN + text, CalibrationFile)


@pytest.mark.parametrize("name", ["../../../escaped", "a/b", "..", "", "A b"])
def test_a_table_of_a_study_that_would_name_another_folder_is_refused(tmp_path: Path, name: str) -> None:
    text = f'calibration = "x"\n[tables."{name}"]\nsets = ["a=1"]\n'
    assert "is not a name" in faults(tmp_path, text, StudyFile)


def test_a_byte_order_mark_is_not_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbf" + PLAN.encode())
    assert read_input(tmp_path / "plan.toml", "plan", PlanFile).whole().scenario == "one-post"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are a POSIX matter")
def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    for name in ("pipe.toml", "zero.toml", "."):
        with pytest.raises(InputError, match="is not a file"):
            read_input(tmp_path / name, "plan", PlanFile)
