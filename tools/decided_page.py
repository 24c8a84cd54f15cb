"""Where is it decided: twenty questions of a domain reader, each with the function that answers it.

The answers are written by hand, from the code. A test holds each to it: the function is there, every name
that an answer quotes stands in the file (or the two files) that it names, and the places are at most two.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.describe.schema_reference import markdown

BORDER, JOURNEYS = "sim/model/border", "sim/model/journeys"


class Question(NamedTuple):
    """A question, its answer in a sentence or two, and where it is decided: path and function."""

    question: str
    answer: str
    path: str
    function: str
    also: tuple[str, str] | None = None
    """A second place, where the answer needs it."""

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Path and function of every place that the answer needs."""
        return ((self.path, self.function), *((self.also,) if self.also else ()))


QUESTIONS = (
    Question(
        "Who arrives, and how many?",
        "People a day on a route are its base rate times the season and the control `arrivals_factor`, "
        "raised or lowered by the `mean_posture` of the transit state, the week's surge (`log_surge`), "
        "and what people have heard of success and of `removals`. The rate is set at midnight and where a "
        "lever turns.",
        f"{JOURNEYS}/arrivals.py",
        "people_per_day",
    ),
    Question(
        "How do people choose a sector?",
        "A multinomial logit: the logarithm of the sector's length, plus `access`, `perceived` success, "
        "`wish` and the country's `constant`, less the `barrier` and the logarithm of the distance.",
        "sim/rules/sector_choice.py",
        "sector_weight",
    ),
    Question(
        "What do people hear of how others fared, and when?",
        "At midnight the counts of a day set out; after `delay_days` they arrive, fade with "
        "`memory_days`, and a sector's share is shrunk toward its country's and that toward "
        "`prior_success`.",
        f"{BORDER}/word_of_mouth.py",
        "news_arrive",
    ),
    Question(
        "When is a group seen at the line?",
        "When the first of two finds it: a patrol, by the teams that are free as the try begins "
        "(`patrol_hazard`), by day or night, by the group's size and guidance; or a sensor, where "
        "`sensor_coverage` is above 0.",
        f"{JOURNEYS}/crossing.py",
        "detection_hours",
    ),
    Question(
        "Does a group get through before the teams come?",
        "A race: the crossing's hours against the arrival of teams that were called when it was seen. A "
        "group may withdraw when seen (`withdraws_when_seen`); a call that nobody answers within its "
        "`patience_h` is dropped.",
        f"{JOURNEYS}/crossing.py",
        "race",
    ),
    Question(
        "Who is sent to a call?",
        "The post's own free teams, then its neighbours' of the same country beyond `keep_teams`, then "
        "the country's mobile reserve: all that the call needs at once, or none.",
        f"{BORDER}/dispatch.py",
        "send",
    ),
    Question(
        "Which call is answered first?",
        "By `priority`, then by how long it has waited, then by its key; one that does not fit may be "
        "overtaken until it has waited `overtake_h`.",
        f"{BORDER}/guard_posts.py",
        "goes_before",
    ),
    Question(
        "What does a wall change?",
        "Where a group meets it, the crossing takes `wall_factor` times as long, people may be hurt "
        "(`wall_injury`) and it may be cut. The share of the line behind it also makes the sector less "
        "chosen.",
        f"{JOURNEYS}/crossing.py",
        "attempt",
        (f"{BORDER}/word_of_mouth.py", "weigh_sectors"),
    ),
    Question(
        "What makes a stand-off escalate?",
        "The rate of a step up grows with numbers on a thin line (`press`); the escort's with "
        "`aggression`; the guards' falls with `restraint`, which also quickens the way down (`calm`). "
        "Without teams the guards take no step.",
        "sim/rules/escalation_rates.py",
        "step_rates",
    ),
    Question(
        "What happens to people when a stand-off ends?",
        "They disperse and go back, a part (`breach_share`) breaks through, or, at the top of the ladder, "
        "people and guards are hurt (`injure`) and it ends.",
        f"{JOURNEYS}/standoff_ends.py",
        "end",
    ),
    Question(
        "When does a column form, and who leads it?",
        "At a rate that grows with the people at the line and the control `column_rate`, and with people "
        "in the interior who would choose this sector (`share_of_choice`). Escorts or the people lead it, "
        "in proportion to their part of the rate (`lead_here`).",
        f"{JOURNEYS}/escorts.py",
        "watch_line",
    ),
    Question(
        "When are people stranded between the lines?",
        "After a failed try or a summary return, where an escort blocks the way back (`block_return`) and "
        "no open staging site of the sector has room.",
        f"{BORDER}/after_attempt.py",
        "go_back",
    ),
    Question(
        "When does a group give up and go home?",
        "After a failed try, with what `chance_to_try_again` leaves: the chance falls with `attempts`, "
        "with a lower health `reserve`, and while there are flights home (`offers_home`). Who has made no "
        "attempt does not give up.",
        f"{BORDER}/after_attempt.py",
        "decide",
    ),
    Question(
        "When is the claim of people who were stopped heard?",
        "At the post, if the group wishes to claim (`wishes_claim`), with the probability of the control "
        "`claims_heard`; else it is returned summarily (`summary_return`) or detained. Care comes first: "
        "who needs it is admitted.",
        f"{JOURNEYS}/reception.py",
        "face_decision",
    ),
    Question(
        "Who is recognised, and who is refused?",
        "Drawn person by person with the country's share `recognised`; nobody whose claim was not heard "
        "(`claim_heard`) is recognised.",
        f"{JOURNEYS}/reception.py",
        "decision",
    ),
    Question(
        "Who gets a seat on a removal flight?",
        "Whoever has waited longest, group by group, while the seats last; a group flies together. Seats "
        "are `removal_seats_per_week` over the days between flights.",
        f"{JOURNEYS}/reception.py",
        "fly_removals",
    ),
    Question(
        "How is a person harmed by cold?",
        "A group's next harm falls when its sector's clock of exposure has moved by its `threshold` over "
        "its rate (`event_rate`: persons, situation, worn reserve); then one person is harmed or dies. "
        "Winter, night, ground and aid set the clock's pace (`turn_clocks`).",
        f"{BORDER}/harms.py",
        "aim",
    ),
    Question(
        "What does a sanction do, and when?",
        "It is answered with `answer_probability`, after a delay (`answer_delay`). From then on its "
        "pressure moves the target of the posture at every front (`posture_target`), which the posture "
        "nears with `relaxation_days`.",
        f"{BORDER}/transit_state.py",
        "move_front",
    ),
    Question(
        "What is a control worth while several levers move it?",
        "The latest `set` in force, or the base; plus every `add`; held in its range; times every "
        "`scale`; held once more. Each counts by its ramp times its strength (`degree`).",
        "sim/model/state/control_values.py",
        "value_at",
    ),
    Question(
        "What does a party know, and what does it say?",
        "Each party sees with a chance of its own, scaled by the sector's `reporting` where it depends on "
        "reporters; of what it knows it `admits` a share, and of that it `misattributes` a share to "
        "another side.",
        "sim/model/state/witnessing.py",
        "witness_mask",
    ),
)  # fmt: skip


def decided_page(made: str) -> str:
    """The page: every question with its answer and its place."""
    head = (
        f"# Where is it decided?\n\n{made}\n\nTwenty questions of a reader who knows borders and not this "
        "code. Each is answered by the function in the last column; read it top to bottom. Numbers come "
        "from the scenario: a name in the answer is a key on [the reference "
        "page](../reference/scenario.md), a [control](../reference/scenario.md#controls), or a name in "
        "that file. [The map](map.md) shows where these files stand.\n"
    )
    rows = [
        (each.question, each.answer, "; ".join(f"`{path}`, `{name}`" for path, name in each.places))
        for each in QUESTIONS
    ]
    return f"{head}\n{markdown(('question', 'answer', 'where'), rows)}\n"
