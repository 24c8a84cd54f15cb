"""Calibration: what a file may say, what is recovered,
and that a fit that was killed ends as one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

from sim.core.errors import InputError, ResultError, UsageError
from sim.evidence.calibration.abc_smc import calibrate
from sim.evidence.calibration.calibration_problem import Calibration, Prior, checked, read_calibration
from sim.evidence.calibration.calibration_run import fit_and_recover
from sim.evidence.calibration.fit_folder import begin_fit, leave_tables, tables_left
from sim.evidence.calibration.prior_bank import draws, fill, nearest, recover
from sim.evidence.validate import validate
from sim.runs.execute import silent
from sim.runs.jobs import job_of
from sim.runs.posterior import Posterior, read_posterior, weighted_quantiles
from sim.runs.store.folder_lock import folder_lock
from sim.runs.store.run_cache import RunCache
from sim.scenario.schema import Scenario
from tests.small import small

WORDS = {"source": "made up for a test"}


def world(people_per_day: float = 60.0) -> Scenario:
    """Two months in which guards count attempts, as Poland did; July is fitted, August is not."""
    return small(
        62,
        routes={"way": {"people_per_day": people_per_day}},
        recorded={
            "tries": {"series": "poland_attempts_monthly", "measure": "attempts", "party": "guards"},
            "through": {"series": "germany_entries", "measure": "entries"},
        },
    )


def content(**changes: Any) -> dict[str, Any]:
    """A calibration file as read."""
    return {
        "fit_until": START_OF_SEPTEMBER,
        "seed": 5,
        "population": 40,
        "free": {
            "arrivals": {"key": "routes.*.people_per_day*",
                "prior": {"dist": "lognormal", "median": 1.0, "log_sd": 0.7}, **WORDS},
            "again": {"key": "people.try_again",
                "prior": {"dist": "logitnormal", "median": 0.8, "logit_sd": 0.5}, **WORDS},
        },
        "series": {"tries": {"log_sd": 0.2, "floor": 20.0, **WORDS},
            "through": {"log_sd": 0.2, "floor": 20.0, **WORDS}},
        **changes,
    }  # fmt: skip


START_OF_SEPTEMBER = date(2021, 9, 1)


def calibration(**changes: Any) -> Calibration:
    return checked(content(**changes), world(), "test.toml")


def quick(**changes: Any) -> Calibration:
    """The same with a tenth of the people and half the population:
    for what is carried out many times over."""
    return checked(content(**{"population": 20, **changes}), world(6.0), "test.toml")


def test_priors_are_what_they_say() -> None:
    z = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    lognormal = [Prior("lognormal", 3.0, 0.4).value(x) for x in z]
    assert stats.kstest(np.log(lognormal), stats.norm(np.log(3.0), 0.4).cdf).pvalue > 0.99
    assert (
        stats.kstest([Prior("uniform", 2.0, 5.0).value(x) for x in z], stats.uniform(2.0, 3.0).cdf).pvalue
        > 0.99
    )
    shares = np.array([Prior("logitnormal", 0.3, 0.8).value(x) for x in z])
    assert stats.kstest(np.log(shares / (1 - shares)), stats.norm(np.log(3 / 7), 0.8).cdf).pvalue > 0.99


def test_what_is_a_claim_or_lies_ahead_is_not_fitted() -> None:
    found = calibration()
    fitted = [found.figures[i] for i in found.fitted]
    assert {f.binding for f in fitted} == {"tries", "through"}
    assert all(f.point.end <= START_OF_SEPTEMBER and f.point.grade != "D" for f in fitted)
    assert len(calibration(fit_until=date(2021, 8, 1)).fitted) == 1


def test_misses_are_counted_in_standard_deviations_of_the_error_model() -> None:
    found = calibration()
    aim = found.recorded
    assert found.distance(aim) == 0.0
    twice = (aim + 20.0) * np.exp(2 * 0.2) - 20.0
    assert found.distance(twice) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fit_until": "soon"}, "fit_until"),
        ({"population": 3}, "population"),
        ({"nonsense": 1}, "nonsense"),
        ({"free": {}}, "free"),
        ({"free": {"x": {"key": "people.nothing", "prior": {"dist": "uniform", "low": 0.0, "high": 1.0},
                         **WORDS}}}, "people.nothing"),
        ({"free": {"x": {"key": "people.try_again", "prior": {"dist": "uniform", "low": 0.5, "high": 3.0},
                         **WORDS}}}, "the prior reaches"),
        ({"free": {"x": {"key": "people.try_again", "prior": {"dist": "guess"}, **WORDS}}}, "prior"),
        ({"free": {"x": {"key": "people.try_again", "prior": {"dist": "uniform", "low": 0.5, "high": 0.6}}}},
         "source"),
        ({"series": {"nobody": {"log_sd": 0.1, **WORDS}}}, "nobody"),
        ({"series": {"tries": {"log_sd": -1.0, **WORDS}}}, "log_sd"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_why(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        calibration(**changes)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        calibration(seed=-1, population=0, nonsense=True)
    assert str(refused.value).count("\n") == 3


def test_a_bank_grows_and_runs_nothing_twice(tmp_path: Path) -> None:
    found = calibration()
    first = fill(found, 8, tmp_path)
    written = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    second = fill(found, 16, tmp_path)
    assert second.z[:8].tolist() == first.z.tolist() == draws(2, 8, 5).tolist()
    assert second.figures[:8].tolist() == first.figures.tolist()
    assert all((tmp_path / name).stat().st_mtime_ns == when for name, when in written.items())
    assert second.failed == 0


def test_a_part_that_was_never_written_to_its_end_is_not_read(tmp_path: Path) -> None:
    found = calibration()
    first = fill(found, 8, tmp_path)
    (tmp_path / ".half.parquet").write_bytes(b"PAR1")
    assert fill(found, 8, tmp_path).figures.tolist() == first.figures.tolist()


def test_truths_made_up_are_recovered(tmp_path: Path) -> None:
    """Ranks of 60 truths are uniform, and arrivals, which the counts tell of, are learned."""
    found = calibration()
    bank = fill(found, 1024, tmp_path)
    recovered = recover(found, bank, truths=60, share=0.06)
    assert (recovered.p_values > 0.001).all()
    assert (recovered.covered > 0.75).all()
    assert recovered.shrunk[0] < 0.5
    posterior = nearest(found, bank, share=0.06)
    assert posterior.weights.sum() == pytest.approx(1.0)
    assert 20 < posterior.effective <= 62


def test_a_fit_is_the_same_however_it_is_carried_out(tmp_path: Path) -> None:
    found = calibration()
    alone = calibrate(found, tmp_path / "a", budget=600)
    again = calibrate(found, tmp_path / "a", budget=600)
    apart = calibrate(found, tmp_path / "b", budget=600, workers=2)
    for other in (again, apart):
        assert other.posterior.values.tolist() == alone.posterior.values.tolist()
        assert other.posterior.weights.tolist() == alone.posterior.weights.tolist()
    assert alone.generations == apart.generations
    tolerances = [generation.tolerance for generation in alone.generations]
    assert tolerances == sorted(tolerances, reverse=True)
    assert len(tolerances) > 1


FITS = """
import sys
from datetime import date
from pathlib import Path
from sim.evidence.calibration.abc_smc import calibrate
from tests.evidence.test_calibrate import quick
calibrate(quick(), Path(sys.argv[1]), budget=300)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
def test_a_fit_that_was_killed_ends_as_one_that_was_not(tmp_path: Path) -> None:
    kills = 0
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", FITS, str(tmp_path / "k")], cwd=Path(__file__).parents[2]
        )
        before = (
            len(list((tmp_path / "k" / "runs").glob("*.parquet")))
            if (tmp_path / "k" / "runs").is_dir()
            else 0
        )
        end = time.monotonic() + 60.0
        while child.poll() is None and time.monotonic() < end:
            there = (
                list((tmp_path / "k" / "runs").glob("*.parquet"))
                if (tmp_path / "k" / "runs").is_dir()
                else []
            )
            if len(there) > before + 1:
                child.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.02)
        child.wait()
    assert kills >= 3
    found = quick()
    killed, whole = calibrate(found, tmp_path / "k", budget=300), calibrate(found, tmp_path / "w", budget=300)
    assert killed.posterior.values.tolist() == whole.posterior.values.tolist()
    assert killed.posterior.weights.tolist() == whole.posterior.weights.tolist()


def test_a_fit_out_of_time_keeps_what_it_has(tmp_path: Path) -> None:
    found = calibration()
    with pytest.raises(UsageError, match="give the same command again"):
        calibrate(found, tmp_path, budget=600, minutes=1e-9)


# posteriors


def sets_of(posterior: Posterior, runs: int) -> list[float]:
    return [float(posterior.values[posterior.row(r), 0]) for r in range(runs)]


def test_replications_cover_a_posterior_by_its_weights(tmp_path: Path) -> None:
    weights = np.array([0.1, 0.2, 0.7])
    posterior = Posterior(("people.try_again",), np.array([[0.1], [0.2], [0.3]]), weights, {"scenario": "x"})
    drawn = sets_of(posterior, 1000)
    shares = [drawn.count(x) / 1000 for x in (0.1, 0.2, 0.3)]
    assert np.abs(np.array(shares) - weights).max() < 0.01
    assert posterior.sets(0) == posterior.sets(0) == (f"people.try_again={drawn[0]!r}",)
    posterior.write(tmp_path / "p.parquet")
    read = read_posterior(tmp_path / "p.parquet")
    assert read.digest == posterior.digest
    assert read.about == {"scenario": "x"}


def test_a_file_that_is_no_posterior_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no table")
    with pytest.raises(UsageError, match="is no posterior"):
        read_posterior(tmp_path / "x")
    Posterior(("a",), np.array([[np.nan]]), np.array([1.0]), {}).write(tmp_path / "nan")
    with pytest.raises(UsageError, match="finite"):
        read_posterior(tmp_path / "nan")
    for name, table, words in (
        ("text", {"a": ["1.5"], "weight": ["1"]}, "holds no numbers"),
        ("bare", {"a": [1.5]}, "needs one column called weight"),
        ("long", {"a": np.zeros(1_000_001), "weight": np.ones(1_000_001)}, "1,000,001 rows"),
    ):
        pq.write_table(pa.table(table), tmp_path / name)
        with pytest.raises(UsageError, match=words):
            read_posterior(tmp_path / name)
    Posterior(("a",), np.array([[1.5]]), np.array([1.0]), {"tolerance": 10**400}).write(tmp_path / "huge")
    Posterior(("a",), np.array([[1.5]]), np.array([1.0]), {"labels": {"a": [[]]}}).write(tmp_path / "nested")
    for name in ("huge", "nested"):
        with pytest.raises(UsageError, match="what it says of itself"):
            read_posterior(tmp_path / name)
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError, match=r"is not a file|does not exist"):
            read_posterior(path)


def test_weighted_quantiles_of_equal_weights_are_the_usual_ones() -> None:
    values = np.arange(101.0)
    assert weighted_quantiles(values, np.full(101, 1 / 101), [0.5])[0] == pytest.approx(50.0)


def test_a_file_names_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("seed = 1\n")
    with pytest.raises(InputError, match="scenario: is missing"):
        read_calibration(tmp_path / "c.toml")
    with pytest.raises(InputError, match="does not exist"):
        read_calibration(tmp_path / "none.toml")


# the folder of a fit


def test_a_fit_is_promised_last_and_a_table_that_was_changed_is_noticed(tmp_path: Path) -> None:
    found, fit = calibration(), tmp_path
    tables = {"posterior.parquet": b"sets", "generations.csv": b"number", "figures.csv": b"recorded"}
    begin_fit(found, fit)
    with pytest.raises(ResultError, match="has not ended: give the same calibrate command again"):
        validate(found, fit, silent, runs=50)
    leave_tables(found, fit, tables)
    assert tables_left(found, fit) == set(tables)
    for name, content in tables.items():
        for broken in (content + b" ", None):
            (fit / name).unlink() if broken is None else (fit / name).write_bytes(broken)
            with pytest.raises(ResultError, match=f"{name} is damaged.*same calibrate command"):
                validate(found, fit, silent, runs=50)
        (fit / name).write_bytes(content)
    (fit / "fit.json").write_text("{")
    with pytest.raises(ResultError, match=r"fit\.json is damaged"):
        validate(found, fit, silent, runs=50)


def test_a_folder_of_another_fit_and_a_second_calibration_are_refused(tmp_path: Path) -> None:
    found = calibration()
    with folder_lock(tmp_path / "f", "calibration"):
        begin_fit(found, tmp_path / "f")
        with pytest.raises(ResultError, match="being written by another calibration"):
            fit_and_recover(found, tmp_path / "f", bank=64, truths=0, budget=300)
    with pytest.raises(ResultError, match="differs in the calibration"):
        fit_and_recover(calibration(seed=6), tmp_path / "f", bank=64, truths=0, budget=300)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError, match="holds no fit"):
        fit_and_recover(found, tmp_path / "mine", bank=64, truths=0, budget=300)
    (tmp_path / "mine" / "runs").mkdir()
    with pytest.raises(ResultError, match="holds no fit"):
        begin_fit(found, tmp_path / "mine")
    with pytest.raises(UsageError, match="workers"):
        fit_and_recover(found, tmp_path / "none" / "f", workers=0)
    assert not (tmp_path / "none").exists()


def test_a_damaged_part_is_named_and_one_that_tells_too_little_is_run_again(tmp_path: Path) -> None:
    found = calibration()
    first = fill(found, 8, tmp_path)
    part = next(tmp_path.glob("*.parquet"))
    raw = part.read_bytes()
    part.write_bytes(raw[:500] + bytes(byte ^ 1 for byte in raw[500:520]) + raw[520:])
    with pytest.raises(ResultError, match=r"is damaged: .*remove it"):
        fill(found, 8, tmp_path)
    part.unlink()
    jobs = [
        job_of(i, found.scenario, seed=found.seed, replication=i, sets=found.sets_at(z))
        for i, z in enumerate(draws(2, 8, 5))
    ]
    RunCache(tmp_path).rows_of(jobs)
    assert fill(found, 8, tmp_path).figures.tolist() == first.figures.tolist()
