"""Everything that is there before anybody acts: the records of a world, made from its scenario.

What is here is the same in every replication; what depends on the seed is drawn by
`sim.model.day_order.start`.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.model.border import triggers
from sim.model.border.barriers import stand
from sim.model.journeys.initial_groups import stocks_of
from sim.model.journeys.journey import journey
from sim.model.state.control_values import ADD, SCALE, SET
from sim.model.state.entities import (
    Builder,
    Centre,
    ExposureClock,
    LeverState,
    Line,
    LineWatch,
    Midnights,
    Move,
    News,
    Post,
    Reserve,
    RouteFlow,
    Shifts,
    StagingSite,
    Watch,
)
from sim.model.state.world import World
from sim.rules.barriers_met import COIL, FENCE, WALL
from sim.scenario.levers.lever_kinds import CONTROLS
from sim.scenario.levers.lever_targets import PRESSURE, ControlTable
from sim.scenario.params import counts_rows
from sim.scenario.schema.policy import Trigger

OPS = {"set": SET, "add": ADD, "scale": SCALE}
BARRIERS = {"coil": COIL, "fence": FENCE, "wall": WALL}


def build(world: World) -> None:
    """Posts, lines, clocks, centres, sites, levers, and empty books."""
    world.journey = journey
    line_up_actors(world)
    open_books(world)
    read_scenario(world)
    read_levers(world)
    for place in range(len(world.sectors)):
        stand(world, place)
    world.stocks = stocks_of(world.scenario, world.params, world.sites)


def line_up_actors(world: World) -> None:
    """Everybody and everything that has a place."""
    params = world.params
    sectors, countries = range(len(params.sectors)), range(len(params.countries))
    world.sectors = [Post(index=s, country=params.country_of[s], strip=Line()) for s in sectors]
    world.reserves = [Reserve() for _ in countries]
    world.clocks = [ExposureClock() for _ in sectors]
    world.news = [News(believed=params.information.prior_success) for _ in sectors]
    world.line_watches = [LineWatch(key=s, sector=s) for s in sectors]
    world.centres = [Centre(key=Centre.key_of(c), index=c, removal_line=Line()) for c in countries]
    world.sites = [StagingSite(index=i, sector=s, line=Line()) for i, s in enumerate(params.sector_of_site)]
    world.flows = [RouteFlow(key=key) for key in params.route_keys]
    world.midnights, world.shifts = Midnights(), Shifts()
    world.interior, world.willing = Line(), Line(of_seats=True)


def open_books(world: World) -> None:
    """Tables of what will be counted and remembered, and what is kept from one day to the next."""
    params = world.params
    sectors, days = len(params.sectors), params.days + 1
    world.built_km = [[0.0, s.coil_km, s.fence_km, s.wall_km] for s in params.sectors]
    world.weights = [[0.0] * sectors for _ in params.distances]
    world.posture, world.posture_h = [0.0] * len(params.fronts), 0.0
    world.tries_by_day = [[0] * sectors for _ in range(days)]
    world.successes_by_day = [[0] * sectors for _ in range(days)]
    world.removed_by_day = [0] * days
    world.removed_today = world.days_heard = world.removal_days_heard = 0
    world.removals, world.overall = 0.0, params.information.prior_success
    world.winter = 1.0
    world.offers_home, world.seats_home, world.seats_of_day = False, 0.0, 0.0
    world.home_flight_row = world.stance_row = -1


def read_scenario(world: World) -> None:
    """What actors keep of the scenario: at the start, and where a world branches."""
    bog_factor = world.params.exposure.bog_factor
    for clock, sector in zip(world.clocks, world.params.sectors, strict=True):
        clock.ground = bog_factor if sector.terrain in ("bog", "river") else 1.0


def read_levers(world: World) -> None:
    """Levers, what they move and build, and who watches for them: at the start,
    and where a world branches."""
    table = ControlTable(world.scenario)
    world.levers = levers_of(world, table)
    _place_moves(world, table)
    _place_builders(world, table)
    _place_watches(world)


def levers_of(world: World, table: ControlTable) -> list[LeverState]:
    """Every lever in numbers."""
    found = []
    for i, (lever, times) in enumerate(zip(table.levers, table.times, strict=True)):
        sizes = [move for move in table.moves.get((PRESSURE, 0), ()) if move.lever == i]
        state = LeverState(
            index=i,
            key=world.params.lever_keys[i],
            is_on=lever.on,
            is_triggered=lever.trigger is not None,
            announced_h=times.announced_h,
            start_h=times.start_h,
            end_h=times.end_h,
            ramp_h=times.ramp_h,
            strength=times.strength,
            pressure=float(sum(move.size for move in sizes if not move.announced)),
            pressure_announced=float(sum(move.size for move in sizes if move.announced)),
            persons=lever.persons or 0,
            by_escort=lever.led_by == "escort",
        )
        found.append(state)
    return found


def _place_moves(world: World, table: ControlTable) -> None:
    world.places = places = max(len(row) for row in table.base)
    world.base = [row + [0.0] * (places - len(row)) for row in table.base]
    world.value = [list(row) for row in world.base]
    world.stale = [[0] * places for _ in CONTROLS]
    world.moves = [[] for _ in range(len(CONTROLS) * places)]
    world.moved_by = [[] for _ in world.levers]
    for (control, place), moves in table.moves.items():
        target = control * places + place
        for move in moves:
            lever = world.levers[move.lever]
            world.moved_by[lever.index].append(target)
            world.moves[target].append(
                Move(lever=lever, op=OPS[move.op], amount=move.size, announced=move.announced)
            )
    world.refreshed_h = 0.0
    world.mass_columns = [[s for i, s in table.columns if i == lever.index] for lever in world.levers]


def _place_builders(world: World, table: ControlTable) -> None:
    world.builders, world.building_order = [], []
    for lever, barrier, km_per_day, order in table.builders:
        length = sum(world.params.sectors[place].length_km for place in order)
        km = table.levers[lever].km
        world.builders.append(
            Builder(
                lever=world.levers[lever],
                barrier=BARRIERS[barrier],
                rate_km_per_day=km_per_day,
                stop_km=length if km is None else min(km, length),
            )
        )
        world.building_order.append(order)


def _place_watches(world: World) -> None:
    """From now on every row that a trigger's party knows of is counted by it."""
    parties = list(world.scenario.parties)
    watched = [
        (world.levers[i], spec.trigger)
        for i, spec in enumerate(world.scenario.levers.values())
        if spec.on and spec.trigger is not None
    ]
    world.watches = [_watch_of(i, *pair, parties) for i, pair in enumerate(watched)]
    world.watch_days = [[0.0] * (world.params.days + 1) for _ in world.watches]
    world.write = _counted(world) if world.watches else world.record.write


def _watch_of(index: int, lever: LeverState, trigger: Trigger, parties: list[str]) -> Watch:
    return Watch(
        lever=lever,
        index=index,
        party=parties.index(trigger.party),
        by_rows=counts_rows(trigger.measure),
        window_days=trigger.window_days,
        above=trigger.above,
        below=trigger.below,
        delay_days=trigger.delay_days,
        duration_days=trigger.duration_days,
    )


def _counted(world: World) -> Callable[..., int]:
    plain = world.record.write

    def write(  # noqa: PLR0917 - as Recorder.write
        time_h: float, kind: int, group: int, persons: int, sector: int, actor: int, value: float, cause: int,
        witness: int = 0,
    ) -> int:  # fmt: skip
        if witness:
            triggers.count(world, kind, persons, sector=sector, witness=witness)
        row: int = plain(time_h, kind, group, persons, sector, actor, value, cause, witness)
        return row

    return write
