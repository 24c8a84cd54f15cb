"""Results never change unnoticed: a changed log needs a raised model version."""

from __future__ import annotations

import json

import pytest

from sim.model.simulate import simulate
from sim.model.version import MODEL_VERSION
from sim.scenario.load import load, shipped
from tests.engines.compiled.equal import differences_from
from tests.model.log_digests import FILE, SEED, digest_of, log_digest

KNOWN = json.loads(FILE.read_text(encoding="utf-8"))
QUICK = ("kuznica-16-november", "night-3-november", "one-post", "riverland")
WORDS = (
    "the log of '{name}' has changed: raise MODEL_VERSION (sim/model/version.py), say in CHANGELOG.md what "
    "changed, "
    "and run python -m tests.model.log_digests; if the scenario file alone changed, only the last"
)


def test_the_digests_are_of_this_model_version_and_of_every_shipped_scenario() -> None:
    assert KNOWN["model_version"] == MODEL_VERSION
    assert set(KNOWN["logs"]) == set(shipped())


def check(name: str) -> None:
    assert log_digest(name) == KNOWN["logs"][name], WORDS.format(name=name)


@pytest.mark.parametrize("name", QUICK)
def test_the_log_of_a_short_scenario_is_what_it_was(name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(KNOWN["logs"]) - set(QUICK)))
def test_the_log_of_a_long_scenario_is_what_it_was_and_the_same_compiled(name: str) -> None:
    """A year in SimPy takes half a minute: it is played once,
    for its digest and for the compiled engine to be compared with."""
    scenario = load(name)
    plain = simulate(scenario, seed=SEED)
    assert digest_of(plain) == KNOWN["logs"][name], WORDS.format(name=name)
    assert differences_from(plain, scenario, SEED) == []
