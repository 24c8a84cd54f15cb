"""A group's way: each stage reads top to bottom as what the people do, and names the stage that follows.

wait_in_transit -> set_out -> attempt -> cross_zone -> face_decision -> stay_in_procedure -> await_removal
      ^  |             |         |           +-> live_unseen
      |  +- march_in_column      +-> wait_in_strip / wait_in_site
      +------------------- back on the transit side; or wait_for_home

| stage | what may follow |
|---|---|
| wait_in_transit | set_out, march_in_column; flown home |
| set_out | attempt, held_back, stay_in_procedure, wait_in_transit |
| held_back | wait_in_transit, wait_for_home |
| wait_for_home | flown home, or home by their own means |
| attempt | cross_zone, meet_in_standoff, stay_in_procedure, or back; nobody is left |
| cross_zone | face_decision, live_unseen |
| wait_in_strip | attempt, wait_in_site, march_in_column, wait_in_transit, wait_for_home |
| wait_in_site | attempt, march_in_column, wait_in_transit; flown home |
| march_in_column | meet_in_standoff, attempt |
| meet_in_standoff | cross_zone, or back |
| face_decision | stay_in_procedure, or back; nobody is left |
| stay_in_procedure | await_removal; recognised, or left the procedure |
| await_removal | returned, removed, or left the procedure |
| live_unseen | face_decision; onward to another state |

Back is one of wait_in_strip, wait_in_site, wait_in_transit and wait_for_home: see
`sim.model.border.after_attempt.go_back`.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.model.border.harms import end_journey
from sim.model.journeys.before_the_line import (
    held_back,
    march_in_column,
    set_out,
    wait_for_home,
    wait_in_strip,
    wait_in_transit,
)
from sim.model.journeys.crossing import attempt, cross_zone
from sim.model.journeys.reception import await_removal, face_decision, live_unseen, stay_in_procedure
from sim.model.journeys.staging_sites import wait_in_site
from sim.model.journeys.standoffs import meet_in_standoff
from sim.model.state.entities import Group, Stage
from sim.model.state.world import Day, Staying, World

STAGES: dict[Stage, Callable[[World, Group], Staying]] = {
    Stage.WAIT_IN_TRANSIT: wait_in_transit,
    Stage.SET_OUT: set_out,
    Stage.HELD_BACK: held_back,
    Stage.WAIT_FOR_HOME: wait_for_home,
    Stage.ATTEMPT: attempt,
    Stage.CROSS_ZONE: cross_zone,
    Stage.WAIT_IN_STRIP: wait_in_strip,
    Stage.WAIT_IN_SITE: wait_in_site,
    Stage.MARCH_IN_COLUMN: march_in_column,
    Stage.MEET_IN_STANDOFF: meet_in_standoff,
    Stage.FACE_DECISION: face_decision,
    Stage.STAY_IN_PROCEDURE: stay_in_procedure,
    Stage.AWAIT_REMOVAL: await_removal,
    Stage.LIVE_UNSEEN: live_unseen,
}


def journey(world: World, g: Group, stage: Stage) -> Day:
    """One group's way: a stage at a time, until a fate, or until nobody is left."""
    following: Stage | None = stage
    while following is not None and g.persons > 0:
        following = yield from STAGES[following](world, g)
    end_journey(world, g)
