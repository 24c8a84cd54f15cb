"""What students predict, and what they never are asked to:
a question about a measure of people cannot be made."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.errors import UsageError
from sim.record.measures import DESCRIBED, Described

ONE_MINUTE_H = 1.0 / 60.0
NEVER = "human"
"""The family of measures about people, their harm and death: shown and spoken about afterwards,
never predicted."""


@dataclass(frozen=True, slots=True)
class Question:
    """A measure to predict, in words; asked where the base has more than `least` of it. Raises `UsageError`
    for a measure of people."""

    measure: str
    words: str
    least: float = 0.0

    def __post_init__(self) -> None:
        # Where a question is made, so that no later list can hold one by mistake.
        if DESCRIBED[self.measure].family == NEVER:
            raise UsageError(f"{self.measure} is a measure of people: nobody is asked to guess at it")

    @property
    def described(self) -> Described:
        """Label and unit of the measure."""
        return DESCRIBED[self.measure]


QUESTIONS = (
    Question("attempts", "How often do people try to cross? (Each person and each try counts once.)"),
    Question("prevented", "How many of these tries do guards prevent at the line?"),
    Question("entered_unseen", "How many people enter unseen?"),
    Question("summary_returns", "How often are people returned without a procedure?"),
    Question("calls", "How often does a post call for patrol teams?"),
    Question("mean_call_wait_h", "How long does such a call wait until teams are sent?", ONE_MINUTE_H),
    Question("standoffs", "How many stand-offs between people and guards are there?"),
    Question("incidents_2", "In how many of them are objects thrown, or is the fence torn?"),
)
"""Asked in this order, where the scenario has any of it."""
PEOPLE = ("stranded", "person_days_stranded", "claims_lodged", "claims_heard", "harmed", "died")
"""What is read from the same runs afterwards, and spoken about."""
REFLECTIONS = (
    "One run lies. Lay your single run of the base beside your neighbour's, and both beside the mean of "
    "twenty. What would each of you have believed after one run?",
    "Which of your predictions went the wrong way? Say by which steps the change could have led there: who "
    "learns what, who waits, who is busy.",
    "Look at the table of people. What did the change do to them? Is it what the people who asked for such a "
    "measure would say of it?",
    "Two parties report different numbers of the same days. What could each see, what would each rather not "
    "say? Is anybody lying?",
    "Find one value in the report that is marked as assumed and that your result may hang on. How could it "
    "be known? Who would have to be asked?",
    "What would you want to know before anybody decides something with such a model? What does it not "
    "contain at all?",
)
