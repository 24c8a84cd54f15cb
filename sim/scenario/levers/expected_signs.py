"""Which way each lever kind is expected to move each measure, and who says so.

`+` up, `-` down, `0` not at all, `?` contested or open: reported, and neither passed nor failed.
"by construction" means that the rules of the model leave no other way while the rest stays equal;
it is not evidence about the world.
"""

from __future__ import annotations

from typing import NamedTuple

MEASURES = (
    "arrived", "attempts", "stopped", "entered_unseen", "summary_returns", "held_back", "flown_home",
    "removed",
    "returned_voluntarily", "columns", "incidents_1", "incidents_2", "stranded", "person_days_stranded",
    "claims_lodged", "claims_heard", "harmed", "harmed_barrier", "died",
)  # fmt: skip


class Expected(NamedTuple):
    """A sign and its source."""

    sign: str
    source: str


RECORDED = "recorded sequence of the founding case (docs/sequences.md)"
CONTESTED = Expected("?", "contested")
BUILT = "by construction"
EXPECTED: dict[tuple[str, str], Expected] = {
    ("state_of_emergency", "summary_returns"): Expected("+", BUILT),
    ("wall", "harmed_barrier"): Expected("+", BUILT),
    ("wall", "entered_unseen"): Expected("-", "Feigenberg 2020: migration falls behind a fence"),
    ("razor_fence", "harmed_barrier"): Expected("+", BUILT),
    ("coiled_wire", "harmed_barrier"): Expected("+", BUILT),
    ("electronic_barrier", "entered_unseen"): Expected("-", BUILT),
    ("electronic_barrier", "stopped"): Expected("+", BUILT),
    ("deportations", "removed"): Expected("+", BUILT),
    ("voluntary_return_grant", "returned_voluntarily"): Expected("+", BUILT),
    ("summary_returns", "summary_returns"): Expected("+", BUILT),
    ("summary_returns", "claims_heard"): Expected("-", BUILT),
    ("summary_returns", "attempts"): Expected("+", "Espenshade 1990: people sent back try again"),
    ("reinforced_controls", "entered_unseen"): Expected("-", "Koopman 1946: search effort finds more"),
    ("sanctions", "attempts"): Expected(
        "+",
        "the destination states' account of the founding case: pressure was answered by facilitation; "
        "the transit state denies a role",
    ),
    ("sanctions", "held_back"): Expected("-", "the same account"),
    ("flight_restrictions", "arrived"): Expected("-", BUILT),
    ("flight_restrictions", "attempts"): Expected(
        "-", "recorded sequence of the founding case (docs/sequences.md)"
    ),
    ("repatriation_flights", "flown_home"): Expected("+", BUILT),
    ("diplomacy", "columns"): Expected("-", RECORDED),
    ("diplomacy", "stranded"): Expected("-", BUILT),
    ("stance", "columns"): Expected("+", BUILT),
    ("stance", "stranded"): Expected("+", BUILT),
    ("humanitarian_access", "harmed"): Expected("-", BUILT),
    ("buffer_zone", "harmed"): Expected("+", BUILT),
    ("crossing_point_closure", "attempts"): Expected("+", BUILT),
    ("crossing_point_opening", "attempts"): Expected("-", BUILT),
    ("rules_of_engagement", "incidents_2"): Expected(
        "-", "a ministry's account of the founding case: patience avoided escalation"
    ),
    ("mass_column", "columns"): Expected("+", BUILT),
    ("mass_column", "incidents_1"): Expected("+", BUILT),
    ("staging_site", "person_days_stranded"): Expected("-", BUILT),
}


def expected(kind: str, measure: str) -> Expected:
    """The expected sign of a kind on a measure; contested where nobody's theory settles it."""
    return EXPECTED.get((kind, measure), CONTESTED)
