"""Every kind of fault is told with its key, what was found, what is allowed, and the line it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario.small import SMALL, faults_of, written

WALL = "[levers.wall]"
TRIGGER = (
    '\n[levers.more]\nkind = "reinforced_controls"\n[levers.more.trigger]\nparty = "guard"\nmeasure = '
    '"attempts"\n'
)
OWN_KIND = '\n[lever_kinds.own]\neffects = [{ control = "teams", op = "scale", size = 2.0 }]\n'
CROWDS = "".join(
    f'[initial.c{n}]\ncompartment = "stranded"\nplace = "hill"\npersons = 10_000_000\n' for n in range(11)
)

CASES: dict[str, tuple[str, str, str, str]] = {
    # what is wrong: (replace this, by this, key of the fault, words of the fault)
    "an unknown key": ("[routes.road]", "[routes.road]\npeple_per_day = 3", "routes.road.peple_per_day",
        "did you mean 'people_per_day'"),
    "an unknown table": ("[crossing_points.gate]", "[crossing_pionts.gate]", "crossing_pionts",
        "did you mean 'crossing_points'"),
    "a missing key": ("people_per_day = 20.0", "", "routes.road.people_per_day",
        "is missing; allowed: a number from 0 to 1e+06 persons/day"),
    "text for a number": ("people_per_day = 20.0", 'people_per_day = "20"', "routes.road.people_per_day",
        'wrong type; found "20"'),
    "a number for text": ('label = "North"', "label = 3", "countries.north.label",
        "wrong type; found 3; allowed: text"),
    "a boolean for a number": ("length_km = 30.0", "length_km = true", "sectors.hill.length_km",
        "wrong type; found true"),
    "a fraction for a whole number": ("capacity = 50", "capacity = 50.5", "sites.camp.capacity",
        "wrong type; found 50.5; allowed: a whole number"),
    "a table for a value": ("capacity = 50", "capacity = { a = 1 }", "sites.camp.capacity",
        "wrong type; found a table"),
    "a value for a table": ("[initial.here]", "[initial]\nx = 3\n[initial.here]", "initial.x",
        "wrong type; found 3; allowed: a table"),
    "a quoted date in words": ("start = 2021-01-10", 'start = "soon"', "levers.wall.start",
        "allowed: a date or a date-time"),
    "out of range": ("length_km = 30.0", "length_km = -1", "sectors.hill.length_km",
        "out of range; found -1; allowed: a number from 0.1 to 10000 km"),
    "not a number": ("length_km = 30.0", "length_km = nan", "sectors.hill.length_km",
        "is not a finite number; found nan"),
    "infinity": ("length_km = 30.0", "length_km = inf", "sectors.hill.length_km",
        "is not a finite number; found inf"),
    "a huge exponent": ("length_km = 30.0", "length_km = 1e999", "sectors.hill.length_km",
        "is not a finite number"),
    "a huge whole number": ("capacity = 50", "capacity = " + "9" * 4000, "sites.camp.capacity",
        "allowed: a whole number from 0 to"),
    "an unknown terrain": ('terrain = "river"', 'terrain = "rivr"', "sectors.lake.terrain",
        "did you mean 'river'"),
    "an unknown distribution": ("[routes.road]",
        '[people]\nwalk = { dist = "lognorml", median_h = 1.0 }\n[routes.road]', "people.walk.dist",
        "did you mean 'lognormal'"),
    "a distribution without its name": ("[routes.road]", "[people]\nwalk = { median_h = 1.0 }\n[routes.road]",
        "people.walk.dist", "is missing"),
    "a parameter out of range": ("[routes.road]",
        '[people]\nwalk = { dist = "fixed", h = -1.0 }\n[routes.road]', "people.walk.h",
        "out of range; found -1.0; allowed: a number from 0 to 1e+06 h"),
    "a parameter of another distribution": ("[routes.road]",
        '[people]\nwalk = { dist = "fixed", h = 1.0, mean_h = 2.0 }\n[routes.road]', "people.walk.mean_h",
        "unknown key of fixed; found 2.0; allowed: h"),
    "a parameter that two others have": ("[routes.road]",
        '[people]\nwalk = { dist = "lognormal", median_h = 1.0, mean_h = 4.0 }\n[routes.road]',
        "people.walk.mean_h", "unknown key of lognormal; found 4.0; allowed: median_h, log_sd"),
    "a shape out of its distribution's range": ("[routes.road]",
        '[people]\nwalk = { dist = "gamma", mean_h = 1.0, shape = 2000.0 }\n[routes.road]',
        "people.walk.shape", "allowed: a number from 0.05 to 1000"),
    "a shape out of another distribution's range": ("[routes.road]",
        '[people]\nwalk = { dist = "weibull", scale_h = 1.0, shape = 2000.0 }\n[routes.road]',
        "people.walk.shape", "allowed: a number from 0.1 to 100"),
    "bounds the wrong way round": ("[routes.road]",
        '[people]\nwalk = { dist = "uniform", low_h = 2.0, high_h = 1.0 }\n[routes.road]',
        "people.walk.low_h", "above the upper; found 2.0; allowed: at most 1 h"),
    "a name with capitals": ("[routes.road]", "[routes.Road]\npeople_per_day = 1\n[routes.road]",
        "routes.Road", "is not a name"),
    "too few months": ("[routes.road]", "[routes.road]\nseason = [1.0, 1.0]", "routes.road.season",
        "has too few entries; found 2 entries; allowed: from 12 to 12 entries"),
    "a month out of range": ("[routes.road]", "[people]\nwinter_months = [13]\n[routes.road]",
        "people.winter_months[0]", "out of range; found 13"),
    "a text too long": ('label = "North"', f'label = "{"x" * 300}"', "countries.north.label",
        "has too many characters; found 300"),
    "the name inside the file": ("[scenario]", 'name = "x"\n[scenario]', "name", "has no place here"),
    "an end before the start": ("end = 2021-02-01", "end = 2020-02-01", "scenario.end",
        "is not after the start; found 2020-02-01"),
    "more people than a run can hold": ("[routes.road]", CROWDS + "[routes.road]", "initial",
        "more people than a run can hold"),
    "a scenario of a century": ("end = 2021-02-01", "end = 2121-02-01", "scenario.end",
        "the scenario is too long"),
    "an unknown country": ('country = "north"\nlength_km = 30.0', 'country = "nroth"\nlength_km = 30.0',
        "sectors.hill.country", "did you mean 'north'"),
    "a country without a sector": ("[countries.north]", "[countries.south]\n[countries.north]",
        "countries.south", "has no sector"),
    "an unknown neighbour": ('neighbours = ["lake"]', 'neighbours = ["lak"]', "sectors.hill.neighbours[0]",
        "did you mean 'lake'"),
    "a sector its own neighbour": ('neighbours = ["lake"]', 'neighbours = ["hill"]',
        "sectors.hill.neighbours[0]", "not its own neighbour"),
    "a sector named as a country": ("[sectors.lake]",
        '[sectors.north]\ncountry = "north"\nlength_km = 1.0\n[sectors.lake]', "sectors.north",
        "has the name of a country"),
    "a distance left out": ("distance_km = { north = 100.0 }", "distance_km = { hill = 40.0 }",
        "routes.road.distance_km", "leaves out sectors; found lake"),
    "a column with a ramp": (WALL,
        ('[levers.led]\nkind = "mass_column"\nwhere = ["hill"]\nstart = 2021-01-10\npersons = 100\nramp_days '
        '= 3.0\n') + WALL, "levers.led.ramp_days", "it has no ramp"),
    "a column of half a size": (WALL,
        ('[levers.led]\nkind = "mass_column"\nwhere = ["hill"]\nstart = 2021-01-10\npersons = 100\nsizes = { '
        'column_now = 0.5 }\n') + WALL, "levers.led.sizes.column_now", "is an action"),
    "a wall that is taken down": (WALL,
        ('[levers.down]\nkind = "wall"\nwhere = ["hill"]\nstart = 2021-01-10\nsizes = { wall_km_per_day = '
        '-1.0 }\n') + WALL, "levers.down.sizes.wall_km_per_day", "what is built stays"),
    "a front of nowhere": ('where = ["north"]', 'where = ["nort"]', "fronts.all.where[0]",
        "unknown country or sector"),
    "a sector in two fronts": ("[routes.road]", '[fronts.two]\nwhere = ["hill"]\n[routes.road]',
        "fronts.two.where[0]", "sector hill lies in front all already"),
    "a site at no sector": ('[sites.camp]\nsector = "hill"', '[sites.camp]\nsector = "hil"',
        "sites.camp.sector", "did you mean 'hill'"),
    "a crossing point at no sector": ('[crossing_points.gate]\nsector = "hill"',
        '[crossing_points.gate]\nsector = "hil"', "crossing_points.gate.sector", "did you mean 'hill'"),
    "a distance to nowhere": ("{ north = 100.0 }", "{ nrth = 100.0 }", "routes.road.distance_km.nrth",
        "did you mean 'north'"),
    "a party of no country": ('side = "guard"', 'side = "guard"\ncountries = ["nort"]',
        "parties.guard.countries[0]", "unknown country"),
    "a stock at no route": ('place = "road"', 'place = "hill"', "initial.here.place",
        "unknown route; found hill; allowed: road"),
    "more people than the site holds": ('compartment = "waiting"\nplace = "road"\npersons = 10',
        'compartment = "in_site"\nplace = "camp"\npersons = 60', "initial.here.persons",
        "at most 50 persons"),
    "a record of no party": (WALL,
        '[recorded.a]\nseries = "frontex_all"\nmeasure = "attempts"\nparty = "gard"\n' + WALL,
        "recorded.a.party", "did you mean 'guard'"),
    "evidence for nothing": ('"sectors.*.length_km"', '"sectors.*.lenght_km"',
        'evidence."sectors.*.lenght_km"', "did you mean 'sectors.*.length_km'"),
    "evidence for no sector": ('"sectors.*.length_km"', '"sectors.hil.length_km"',
        'evidence."sectors.hil.length_km"', "did you mean 'sectors.hill.length_km'"),
    "measured by nobody": (', source = "a map" }', " }", 'evidence."sectors.*.length_km".source',
        "is missing, though the status is measured"),
    "shifts that overlap": ("length_km = 30.0",
        "length_km = 30.0\nshifts = [{ from_h = 0.0, to_h = 8.0 }, { from_h = 6.0, to_h = 24.0 }]",
        "sectors.hill.shifts[1]", "overlaps another shift"),
    "a shift over midnight": ("length_km = 30.0",
        "length_km = 30.0\nshifts = [{ from_h = 22.0, to_h = 6.0 }]", "sectors.hill.shifts[0]",
        "needs two shifts"),
    "a shift of no length": ("length_km = 30.0", "length_km = 30.0\nshifts = [{ from_h = 6.0, to_h = 6.0 }]",
        "sectors.hill.shifts[0]", "has no length"),
    "no shift": ("length_km = 30.0", "length_km = 30.0\nshifts = []", "sectors.hill.shifts", "has no shift"),
    "a wall longer than its sector": ("length_km = 30.0", "length_km = 30.0\nwall_km = 31.0",
        "sectors.hill.wall_km", "longer than its sector; found 31.0; allowed: at most 30 km"),
    "a coil longer than its sector": ("length_km = 30.0", "length_km = 30.0\ncoil_km = 31.0",
        "sectors.hill.coil_km", "longer than its sector"),
    "a fence longer than its sector": ("length_km = 30.0", "length_km = 30.0\nfence_km = 31.0",
        "sectors.hill.fence_km", "longer than its sector"),
    "shares above one in sum": (WALL, "[standoffs]\nguard_share = 0.5\n" + WALL, "standoffs.guard_share",
        "exceed one in sum; found 1.3"),
    "a memory below the delay": (WALL, "[information]\ndelay_days = 20\n" + WALL, "information.memory_days",
        "shorter than the delay"),
    "a median above the largest": (WALL, "[people]\ngathering_max = 20\n" + WALL, "people.gathering_median",
        "at most 20 persons"),
    "a column above the largest": (WALL, "[columns]\nmax_persons = 20\n" + WALL, "columns.size_median",
        "at most 20 persons"),
    "an unknown lever kind": ('kind = "wall"', 'kind = "wal"', "levers.wall.kind", "did you mean 'wall'"),
    "a lever at no place": ('where = ["lake", "hill"]', 'where = ["lake", "hil"]', "levers.wall.where[1]",
        "did you mean 'hill'"),
    "a lever at one place twice": ('where = ["lake", "hill"]', 'where = ["lake", "hill", "lake"]',
        "levers.wall.where[2]", "is named twice"),
    "a lever that names no place": ('where = ["lake", "hill"]', "where = []", "levers.wall.where",
        "names no place"),
    "a wall on a route": ('where = ["lake", "hill"]\nstart = 2021-01-10\nkm = 40.0',
        'where = ["road"]\nstart = 2021-01-10', "levers.wall.where", "hits no sector"),
    "a lever's barrier longer than its sectors": ("km = 40.0", "km = 60.0", "levers.wall.km",
        "at most 50 km"),
    "a length for a lever that builds nothing": ('kind = "wall"', 'kind = "sanctions"', "levers.wall.km",
        "builds nothing"),
    "persons for a lever without a column": ("km = 40.0", "persons = 40", "levers.wall.persons",
        "leads no column"),
    "a column without persons": (WALL,
        '[levers.c]\nkind = "mass_column"\nwhere = ["hill"]\nstart = 2021-01-02\n' + WALL, "levers.c.persons",
        "is missing"),
    "a column everywhere": (WALL,
        '[levers.c]\nkind = "mass_column"\npersons = 9\nstart = 2021-01-02\n' + WALL, "levers.c.where",
        "2 sectors"),
    "a size of another control": ("km = 40.0", "sizes = { teams = 2.0 }", "levers.wall.sizes.teams",
        "unknown control; found teams; allowed: wall_km_per_day"),
    "a size out of its control's range": (WALL,
        '[levers.z]\nkind = "buffer_zone"\nsizes = { aid_access = -1.0 }\nstart = 2021-01-02\n' + WALL,
        "levers.z.sizes.aid_access", "a factor of at least 0"),
    "a set size out of its control's range": (WALL,
        '[levers.z]\nkind = "buffer_zone"\nsizes = { reporting = 2.0 }\nstart = 2021-01-02\n' + WALL,
        "levers.z.sizes.reporting", "from 0 to 1 share"),
    "a lever that never acts": ("start = 2021-01-10", "", "levers.wall.start",
        "neither a start nor a trigger"),
    "a lever that ends before it starts": ("km = 40.0", "end = 2021-01-09", "levers.wall.end",
        "dates out of order"),
    "a lever announced after its start": ("km = 40.0", "announced = 2021-01-11", "levers.wall.start",
        "dates out of order: start and announced"),
    "a date-time with an offset": ("start = 2021-01-10", "start = 2021-01-10T10:00:00Z", "levers.wall.start",
        "has an offset"),
    "a trigger on no party": ("[evidence]", TRIGGER.replace('"guard"', '"gard"') + "above = 5\n[evidence]",
        "levers.more.trigger.party", "did you mean 'guard'"),
    "a trigger without a threshold": ("[evidence]", TRIGGER + "[evidence]", "levers.more.trigger.above",
        "is missing"),
    "a trigger with its thresholds crossed": ("[evidence]", TRIGGER + "above = 5\nbelow = 6\n[evidence]",
        "levers.more.trigger.below", "at most 5"),
    "a trigger and a date": ("start = 2021-01-10",
        'start = 2021-01-10\ntrigger = { party = "guard", measure = "attempts", above = 5 }',
        "levers.wall.start", "a triggered lever has no dates"),
    "a trigger that looks nowhere": ("[evidence]", TRIGGER + 'above = 5\nwhere = ["hil"]\n[evidence]',
        "levers.more.trigger.where[0]", "did you mean 'hill'"),
    "a lever kind with an unknown control": ("[evidence]", OWN_KIND.replace("teams", "temas") + "[evidence]",
        "lever_kinds.own.effects[0].control", "did you mean 'teams'"),
    "a lever kind named as a built-in one": ("[evidence]",
        OWN_KIND.replace("own", "diplomacy") + "[evidence]", "lever_kinds.diplomacy", "built-in lever kind"),
    "a lever kind that scales building": ("[evidence]",
        OWN_KIND.replace("teams", "wall_km_per_day") + "[evidence]", "lever_kinds.own.effects[0]",
        "can only be added"),
    "a lever kind that moves nothing": ("[evidence]", "[lever_kinds.own]\neffects = []\n[evidence]",
        "lever_kinds.own.effects", "has too few entries"),
    "a lever kind with an unknown operation": ("[evidence]", OWN_KIND.replace("scale", "scal") + "[evidence]",
        "lever_kinds.own.effects[0].op", "did you mean 'scale'"),
    "an unknown side": ('side = "guard"', 'side = "gard"', "parties.guard.side", "did you mean 'guard'"),
}  # fmt: skip


def test_the_small_scenario_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(written(tmp_path)) == ()


@pytest.mark.parametrize("what", CASES)
def test_a_fault_is_told_once_with_its_key_and_line(what: str, tmp_path: Path) -> None:
    old, new, key, words = CASES[what]
    assert SMALL.count(old) >= 1
    faults = faults_of(written(tmp_path, SMALL.replace(old, new, 1)))
    assert [fault.key for fault in faults] == [key], [str(fault) for fault in faults]
    assert words in str(faults[0])
    assert faults[0].file.endswith("small.toml")
    assert faults[0].line > 0


BROKEN_ROOTS = {
    "an unknown name": ('extends = "belarus-eu-2012"', "child.toml", "extends",
        "no shipped scenario has this name"),
    "a missing file": ('extends = "none.toml"', "none.toml", "file", "does not exist"),
    "a path that leads out": ('extends = "../small.toml"', "child.toml", "extends",
        "leads out of the folder"),
    "a wrong type": ("extends = 3", "child.toml", "extends", "wrong type"),
    "a circle": ('extends = "child.toml"', "child.toml", "extends", "extends itself in a circle"),
    "no TOML": ('extends = "bad.toml"', "bad.toml", "file", "is not valid TOML"),
}  # fmt: skip
PART = """
remove = ["levers.wall-pl"]
[scenario]
start = 2021-09-01
end = 2021-08-01
[people]
claim_wish = 2.0
walk = { log_sd = 0.3 }
[sectors.kuznica]
teams = -4
country = "poland"
neighbours = ["szudzialowo"]
shifts = [{ from_h = 6.0, to_h = 6.0 }]
[levers.wall]
kind = "walll"
where = ["kuznica"]
start = 2021-07-05
colour = 3
[overrides.b.sectors.kuznica]
teams = "x"
"""


@pytest.mark.parametrize("what", BROKEN_ROOTS)
def test_what_a_file_extends_wrongly_hides_no_other_fault_of_it(what: str, tmp_path: Path) -> None:
    """And nothing is told that the missing file could make right: names, required keys, what is removed."""
    first, file, key, words = BROKEN_ROOTS[what]
    written(tmp_path, "a a = 1", "bad.toml")
    faults = faults_of(written(tmp_path, first + PART, "child.toml"))
    (broken,) = [fault for fault in faults if words in fault.problem and fault.key == key]
    assert broken.file.endswith(file)
    assert sorted(fault.key for fault in faults if fault is not broken) == [
        "levers.wall.colour",
        "overrides.b.sectors.kuznica.teams",
        "people.claim_wish",
        "scenario.end",
        "sectors.kuznica.shifts[0]",
        "sectors.kuznica.teams",
    ]


def test_no_key_is_offered_that_a_file_may_not_hold(tmp_path: Path) -> None:
    text = SMALL + '[recorded.a]\nseries = "frontex_all"\nmeasure = "attempts"\nzzz = 1\n[zzz]\n'
    top, inner = sorted(faults_of(written(tmp_path, text)), key=lambda fault: len(fault.key))
    assert top.allowed.startswith("scenario, mechanisms, ")
    assert inner.allowed.endswith("label, unit, counts, country")


def test_all_faults_of_a_file_come_in_one_report(tmp_path: Path) -> None:
    text = SMALL.replace("length_km = 30.0", "length_km = -1").replace('kind = "wall"', 'kind = "wal"')
    text = text.replace('place = "road"', 'place = "raod"').replace(
        "[fronts.all]", "[fronts.all]\nposure = 1.0"
    )
    keys = {fault.key for fault in faults_of(written(tmp_path, text))}
    assert keys == {"sectors.hill.length_km", "levers.wall.kind", "initial.here.place", "fronts.all.posure"}


def test_the_line_is_that_of_the_key(tmp_path: Path) -> None:
    text = SMALL.replace("length_km = 20.0", "length_km = 0")
    line = text.splitlines().index("length_km = 0") + 1
    assert faults_of(written(tmp_path, text))[0].line == line


def test_a_fault_of_an_inherited_value_names_the_file_it_stands_in(tmp_path: Path) -> None:
    parent = written(tmp_path, SMALL.replace("length_km = 20.0", "length_km = 0"), "parent.toml")
    child = written(tmp_path, 'extends = "parent.toml"\n[sectors.hill]\nteams = -1\n', "child.toml")
    faults = {fault.key: fault for fault in faults_of(child)}
    assert faults["sectors.lake.length_km"].file.endswith(parent.name)
    assert faults["sectors.hill.teams"].file.endswith(child.name)
    assert faults["sectors.hill.teams"].line == 3


def test_faults_past_a_hundred_are_counted(tmp_path: Path) -> None:
    text = (
        SMALL + "\n" + "\n".join(f"[levers.l{i}]\nkind = 'nothing'\nstart = 2021-01-02" for i in range(140))
    )
    faults = faults_of(written(tmp_path, text))
    assert len(faults) == 101
    assert "and 40 more faults" in str(faults[-1])


def test_a_file_whose_name_is_no_name_is_refused(tmp_path: Path) -> None:
    assert "its name cannot name a scenario" in str(faults_of(written(tmp_path, name="My Border.toml"))[0])
