"""A scenario to begin with: a commented file that passes `borderflow check` and runs at once."""

from __future__ import annotations

from pathlib import Path

from sim.core.durable import write_new
from sim.core.errors import UsageError
from sim.scenario.files.scenario_files import SUFFIX
from sim.scenario.load import NAME

STARTER = """\
# {name}: a scenario for borderflow.
#
# A key is a path: `teams` under [sectors.hill] is sectors.hill.teams; `--set sectors.hill.teams=6` changes
# it.
# What is not written here has the default of the reference page (docs/reference/scenario.md).
# An editor that knows JSON Schema can check it by scenario.schema.json, which stands beside the shipped
# scenarios; docs/reference/files.md says how to name it in the first line.
#     borderflow check {file}
#     borderflow show {file}
#     borderflow run {file}
# To change an existing scenario instead, start with `extends = "riverland"` and say only what differs.

[scenario]
title = "{name}"
about = "What is this border about, and whose account of it is this?"
start = 2030-09-01
end = 2030-10-01       # the first day that is not simulated
utc_offset_h = 0.0     # hours; one fixed offset, no summer time

# Destination states. Each needs at least one sector.
[countries.north]
label = "North"
reserve_teams = 2      # teams of the mobile reserve
summary_return = 0.5   # share of apprehended groups without a heard claim that are returned summarily
claims_heard = 0.3     # share of claims lodged that are heard

# Stretches of the line, each with the post that guards it.
[sectors.hill]
country = "north"
length_km = 30.0
terrain = "forest"     # land, forest, bog or river
neighbours = ["lake"]  # posts that lend teams
teams = 6              # patrol teams of the post
# Shifts may not overlap; a night shift is two: to 24 and from 0. share: of the teams on duty.
shifts = [
    {{ from_h = 0.0, to_h = 6.0, share = 0.4 }},
    {{ from_h = 6.0, to_h = 22.0, share = 0.3 }},
    {{ from_h = 22.0, to_h = 24.0, share = 0.4 }},
]

[sectors.lake]
country = "north"
length_km = 20.0
terrain = "river"
neighbours = ["hill"]
teams = 4

# Parts of the line toward which the transit state has one posture:
# 0 cooperative, 1/3 indifferent, 2/3 facilitating, 1 coercive.
[fronts.north]
where = ["north"]
posture = 0.4

[transit_state]
label = "the transit state"

# Ways into the transit state.
[routes.road]
label = "by road"
people_per_day = 20.0
distance_km = {{ north = 150.0 }}

# Who gives an account, and what it sees (shares).
[parties.guard]
label = "the border guard"
side = "guard"
sees_detected = 1.0
sees_incidents = 0.9

[parties.press]
label = "aid groups and press"
side = "aid_and_press"
sees_detected = 0.1
sees_harm = 0.5
sees_deaths = 0.8
needs_reporting = true

# Levers: who does what, where, from when. Kinds and their sizes are on the reference page.
[levers.soldiers]
kind = "reinforced_controls"
label = "soldiers join the patrols"
actor = "North"
where = ["hill"]       # sectors, countries, fronts, routes, sites; "*" for all
announced = 2030-09-08
start = 2030-09-10
end = 2030-09-24       # without it, until the end
ramp_days = 3.0        # from the start to the full effect
sizes = {{ teams = 1.5 }}
status = "assumed"     # measured, estimated or assumed
source = "invented"

# A lever that acts when a party's own count crosses a threshold.
[levers.wire]
kind = "coiled_wire"
label = "wire is laid when attempts rise"
actor = "North"
where = ["lake", "hill"]  # a barrier is built in this order
km = 30.0                 # length at which building stops
status = "assumed"
source = "invented"
[levers.wire.trigger]
party = "guard"
measure = "attempts"
window_days = 7
above = 150.0
below = 50.0
delay_days = 2.0

# Who is there at the start.
[initial.waiting]
compartment = "waiting"
place = "road"
persons = 100

# What each value rests on; * matches all names of a step. What is not said here counts as assumed.
[evidence]
"sectors.*.length_km" = {{ status = "assumed", source = "invented" }}

# Blocks that are applied when asked for: borderflow run {file} --override strict
[overrides.strict.sectors.hill]
restraint = 0.1
"""


def write_starter(path: Path) -> None:
    """Write the starter to a new file; a file that exists is left as it is."""
    if path.suffix != SUFFIX or not NAME.fullmatch(path.stem):
        raise UsageError(
            f"{path}: a scenario's file is named in small letters, digits, - and _, and ends in {SUFFIX}"
        )
    if not path.parent.is_dir():
        raise UsageError(f"{path}: {path.parent} is no folder; make it first")
    try:
        write_new(path, STARTER.format(name=path.stem, file=path.name))
    except FileExistsError:
        raise UsageError(f"{path}: exists already; nothing was written") from None
