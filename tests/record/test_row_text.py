"""Words for rows: every kind has a sentence, with plain words, a place, and whose doing it was."""

from __future__ import annotations

import re
import string

import pytest

from sim.record.events import Actor, Compartment, Kind
from sim.record.row_text import ASSUMED, PHRASES, WHERE, Labels, Told, duration, sentence

LABELS = Labels(
    sectors={"kuznica": "Kuznica"}, countries={"poland": "Poland"}, levers=("the wall",),
    routes=("overland",),
    fronts=("the Polish line",), transit="Belarus", escorts="Belarusian guards",
)  # fmt: skip
EMOTIVE = (
    "attack", "aggress", "assault", "barbar", "brutal", "chaos", "crush", "cruel", "desperat", "evil",
    "flood", "heroic",
    "horde", "horrif", "illegal", "invad", "invasion", "massacre", r"mob\b", "onslaught", "poor", "provocat",
    "savage",
    "slaughter", "storm", "suffer", "surge", "swarm", "terror", "tragic", "victim", "wave", "weapon of",
    "pushback",
    "push-back", "hybrid", "alien", "infiltrat", "intruder", "unfortunate", "sadly", "innocent",
)  # fmt: skip


def told(kind: int, **changes: object) -> str:
    fields: dict[str, object] = {
        "persons": 41,
        "sector": "kuznica",
        "country": "poland",
        "group": 1,
        **changes,
    }
    return sentence(Told(kind, **fields), LABELS)  # type: ignore[arg-type]


def test_every_kind_has_words() -> None:
    assert set(PHRASES) == set(Kind)


def test_every_compartment_has_words() -> None:
    assert set(WHERE) == set(Compartment)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("actor", list(Actor))
def test_every_sentence_is_whole_whoever_acts(kind: Kind, actor: Actor) -> None:
    for sector, country in (("kuznica", "poland"), ("", "")):
        for persons in (0, 1, 41):
            text = told(kind, actor=actor, sector=sector, country=country, persons=persons)
            assert text[0] == text[0].upper()
            assert not re.search(r"[{}]|  | ,|\bat *$|\bat [,.:]", text), text


def test_no_sentence_uses_emotive_words() -> None:
    texts = [told(kind, actor=actor).lower() for kind in Kind for actor in Actor]
    texts += [text.lower() for text in WHERE.values()]
    assert not [(text, word) for text in texts for word in EMOTIVE if re.search(rf"\b{word}", text)]


def test_phrases_use_only_known_fields() -> None:
    for kind, phrase in PHRASES.items():
        assert all(
            name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(phrase)
        ), kind


def test_a_part_of_the_transit_states_forces_is_said_to_be_assumed() -> None:
    shown = told(Kind.JOINED_COLUMN, actor=Actor.ESCORT)
    assert shown == f"41 people were led to the line at Kuznica in a column (Belarusian guards, {ASSUMED})"
    assert ASSUMED not in told(Kind.JOINED_COLUMN, actor=Actor.PEOPLE)
    for kind in (Kind.STRANDED, Kind.HELD_BACK, Kind.ATTEMPT, Kind.BREACHED, Kind.DIVERSION):
        assert ASSUMED in told(kind, actor=Actor.ESCORT), kind


def test_the_step_of_a_stand_off_is_told_alike_for_every_side() -> None:
    sides = {Actor.PEOPLE: "the people", Actor.ESCORT: "Belarusian guards", Actor.GUARD: "the guards"}
    texts = {told(Kind.REACHED_LEVEL_4, actor=actor).replace(side, "SIDE") for actor, side in sides.items()}
    assert len(texts) == 1


def test_values_are_told_as_what_they_mean() -> None:
    assert told(Kind.APPREHENDED, value=3, actor=Actor.GUARD).endswith(
        "behind the line at Kuznica, on attempt 3"
    )
    assert (
        told(Kind.CALL_SERVED, value=0.5) == "The call for 41 people at Kuznica was answered after 30 minutes"
    )
    assert told(Kind.CALL_SERVED, value=0.0).endswith("was answered at once")
    assert told(Kind.CALLED, value=5) == "Guards called for 5 teams to meet 41 people at Kuznica"
    assert told(Kind.LEVER_BEGAN, value=0) == "In force from now: the wall"
    assert told(Kind.ARRIVED, value=0) == "41 people arrived in Belarus by the route overland"
    assert told(Kind.STANCE_CHANGED, value=0.95).endswith(
        "(front: the Polish line) is now 0.95 (coercive), " + ASSUMED
    )
    assert told(Kind.STANDOFF_ENDED, value=1.0).endswith("ended: a part broke through the line")
    assert told(Kind.BREACHED, value=3).endswith("past the wall")
    assert "stranded between the lines" in told(Kind.WAS_PRESENT, value=float(Compartment.STRANDED))


def test_one_person_is_told_in_the_singular() -> None:
    assert told(Kind.PREVENTED, persons=1, value=1).startswith("1 person was stopped")


def test_durations_have_a_fitting_unit() -> None:
    assert [duration(h) for h in (0.001, 1 / 60, 1.0, 47.0, 49.0)] == [
        "less than a minute", "1 minute", "1 hour", "47 hours", "2 days"
    ]  # fmt: skip
