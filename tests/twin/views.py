"""The arrays of a world, each by its name: what compiled code and plain Python both read and write.

One line an array of `tests.twin.memory.ARRAYS`; compiled, a view costs nothing.
"""

from __future__ import annotations

from typing import Any

from tests.twin import memory
from tests.twin.memory import view_of

params_view = view_of(memory.PARAMS)
event_view = view_of(memory.EVENT)
group_view = view_of(memory.GROUP)
call_view = view_of(memory.CALL)
crowd_view = view_of(memory.CROWD)
column_view = view_of(memory.COLUMN)
row_view = view_of(memory.ROW)
cell_view = view_of(memory.CELL)
said_view = view_of(memory.SAID)
law_view = view_of(memory.LAW)
floats_view = view_of(memory.FLOATS)
sector_view = view_of(memory.SECTOR)
country_view = view_of(memory.COUNTRY)
site_view = view_of(memory.SITE)
point_view = view_of(memory.POINT)
route_view = view_of(memory.ROUTE)
front_view = view_of(memory.FRONT)
lever_view = view_of(memory.LEVER)
move_view = view_of(memory.MOVE)
ints_view = view_of(memory.INTS)
builder_view = view_of(memory.BUILDER)
watch_view = view_of(memory.WATCH)
sees_view = view_of(memory.SEES)
line_view = view_of(memory.LINE)
shift_view = view_of(memory.SHIFT)
stock_view = view_of(memory.STOCK)
small_view = view_of(memory.SMALL)
words_view = view_of(memory.WORDS)
VIEWS = {
    params_view: memory.PARAMS,
    event_view: memory.EVENT,
    group_view: memory.GROUP,
    call_view: memory.CALL,
    crowd_view: memory.CROWD,
    column_view: memory.COLUMN,
    row_view: memory.ROW,
    cell_view: memory.CELL,
    said_view: memory.SAID,
    law_view: memory.LAW,
    floats_view: memory.FLOATS,
    sector_view: memory.SECTOR,
    country_view: memory.COUNTRY,
    site_view: memory.SITE,
    point_view: memory.POINT,
    route_view: memory.ROUTE,
    front_view: memory.FRONT,
    lever_view: memory.LEVER,
    move_view: memory.MOVE,
    ints_view: memory.INTS,
    builder_view: memory.BUILDER,
    watch_view: memory.WATCH,
    sees_view: memory.SEES,
    line_view: memory.LINE,
    shift_view: memory.SHIFT,
    stock_view: memory.STOCK,
    small_view: memory.SMALL,
    words_view: memory.WORDS,
}
"""The plain views and what each is a view of: compiled code puts its own in their place."""


def params(w: Any) -> Any:
    """The plain numbers of the scenario, as `section_field`."""
    return params_view(w.params_at, w.params_room)[0]


def heap(w: Any) -> Any:
    return event_view(w.heap_at, w.heap_room)


def groups(w: Any) -> Any:
    return group_view(w.groups_at, w.groups_room)


def calls(w: Any) -> Any:
    return call_view(w.calls_at, w.calls_room)


def crowds(w: Any) -> Any:
    return crowd_view(w.crowds_at, w.crowds_room)


def columns(w: Any) -> Any:
    return column_view(w.columns_at, w.columns_room)


def rows(w: Any) -> Any:
    return row_view(w.rows_at, w.rows_room)


def cells(w: Any) -> Any:
    return cell_view(w.cells_at, w.cells_room)


def said(w: Any) -> Any:
    return said_view(w.said_at, w.said_room)


def laws(w: Any) -> Any:
    return law_view(w.laws_at, w.laws_room)


def country_laws(w: Any) -> Any:
    return law_view(w.country_laws_at, w.country_laws_room)


def lend_travel(w: Any) -> Any:
    return law_view(w.lend_travel_at, w.lend_travel_room)


def stock_laws(w: Any) -> Any:
    return law_view(w.stock_laws_at, w.stock_laws_room)


def quantiles(w: Any) -> Any:
    return floats_view(w.quantiles_at, w.quantiles_room)


def party_sizes(w: Any) -> Any:
    return floats_view(w.party_sizes_at, w.party_sizes_room)


def sectors(w: Any) -> Any:
    return sector_view(w.sectors_at, w.sectors_room)


def countries(w: Any) -> Any:
    return country_view(w.countries_at, w.countries_room)


def sites(w: Any) -> Any:
    return site_view(w.sites_at, w.sites_room)


def points(w: Any) -> Any:
    return point_view(w.points_at, w.points_room)


def routes(w: Any) -> Any:
    return route_view(w.routes_at, w.routes_room)


def fronts(w: Any) -> Any:
    return front_view(w.fronts_at, w.fronts_room)


def levers(w: Any) -> Any:
    return lever_view(w.levers_at, w.levers_room)


def moves(w: Any) -> Any:
    return move_view(w.moves_at, w.moves_room)


def move_first(w: Any) -> Any:
    return ints_view(w.move_first_at, w.move_first_room)


def lever_first(w: Any) -> Any:
    return ints_view(w.lever_first_at, w.lever_first_room)


def lever_targets(w: Any) -> Any:
    return ints_view(w.lever_targets_at, w.lever_targets_room)


def base(w: Any) -> Any:
    return floats_view(w.base_at, w.base_room)


def value(w: Any) -> Any:
    return floats_view(w.value_at, w.value_room)


def low(w: Any) -> Any:
    return floats_view(w.low_at, w.low_room)


def high(w: Any) -> Any:
    return floats_view(w.high_at, w.high_room)


def stale(w: Any) -> Any:
    return ints_view(w.stale_at, w.stale_room)


def order(w: Any) -> Any:
    return ints_view(w.order_at, w.order_room)


def builders(w: Any) -> Any:
    return builder_view(w.builders_at, w.builders_room)


def builder_order(w: Any) -> Any:
    return ints_view(w.builder_order_at, w.builder_order_room)


def built(w: Any) -> Any:
    return floats_view(w.built_at, w.built_room)


def mass_columns(w: Any) -> Any:
    return ints_view(w.mass_columns_at, w.mass_columns_room)


def watches(w: Any) -> Any:
    return watch_view(w.watches_at, w.watches_room)


def watch_kinds(w: Any) -> Any:
    return ints_view(w.watch_kinds_at, w.watch_kinds_room)


def watch_where(w: Any) -> Any:
    return ints_view(w.watch_where_at, w.watch_where_room)


def watch_days(w: Any) -> Any:
    return floats_view(w.watch_days_at, w.watch_days_room)


def sees(w: Any) -> Any:
    return sees_view(w.sees_at, w.sees_room)


def sees_first(w: Any) -> Any:
    return ints_view(w.sees_first_at, w.sees_first_room)


def admits(w: Any) -> Any:
    return floats_view(w.admits_at, w.admits_room)


def misattributes(w: Any) -> Any:
    return floats_view(w.misattributes_at, w.misattributes_room)


def lines(w: Any) -> Any:
    return line_view(w.lines_at, w.lines_room)


def shifts(w: Any) -> Any:
    return shift_view(w.shifts_at, w.shifts_room)


def shift_first(w: Any) -> Any:
    return ints_view(w.shift_first_at, w.shift_first_room)


def turn_hours(w: Any) -> Any:
    return floats_view(w.turn_hours_at, w.turn_hours_room)


def turn_first(w: Any) -> Any:
    return ints_view(w.turn_first_at, w.turn_first_room)


def turn_posts(w: Any) -> Any:
    return ints_view(w.turn_posts_at, w.turn_posts_room)


def neighbours(w: Any) -> Any:
    return ints_view(w.neighbours_at, w.neighbours_room)


def neighbour_first(w: Any) -> Any:
    return ints_view(w.neighbour_first_at, w.neighbour_first_room)


def lent_by(w: Any) -> Any:
    return ints_view(w.lent_by_at, w.lent_by_room)


def lent_first(w: Any) -> Any:
    return ints_view(w.lent_first_at, w.lent_first_room)


def part_lender(w: Any) -> Any:
    return ints_view(w.part_lender_at, w.part_lender_room)


def part_teams(w: Any) -> Any:
    return ints_view(w.part_teams_at, w.part_teams_room)


def months(w: Any) -> Any:
    return ints_view(w.months_at, w.months_room)


def month_factors(w: Any) -> Any:
    return floats_view(w.month_factors_at, w.month_factors_room)


def winters(w: Any) -> Any:
    return ints_view(w.winters_at, w.winters_room)


def seasons(w: Any) -> Any:
    return floats_view(w.seasons_at, w.seasons_room)


def distances(w: Any) -> Any:
    return floats_view(w.distances_at, w.distances_room)


def weights(w: Any) -> Any:
    return floats_view(w.weights_at, w.weights_room)


def stance_points(w: Any) -> Any:
    return floats_view(w.stance_points_at, w.stance_points_room)


def stance_values(w: Any) -> Any:
    return floats_view(w.stance_values_at, w.stance_values_room)


def stance_controls(w: Any) -> Any:
    return ints_view(w.stance_controls_at, w.stance_controls_room)


def news_tries(w: Any) -> Any:
    return ints_view(w.news_tries_at, w.news_tries_room)


def news_successes(w: Any) -> Any:
    return ints_view(w.news_successes_at, w.news_successes_room)


def news_removed(w: Any) -> Any:
    return ints_view(w.news_removed_at, w.news_removed_room)


def by_country(w: Any) -> Any:
    return floats_view(w.by_country_at, w.by_country_room)


def stocks_at_start(w: Any) -> Any:
    return stock_view(w.stocks_at_start_at, w.stocks_at_start_room)


def stock(w: Any) -> Any:
    return ints_view(w.stock_at, w.stock_room)


def stocks(w: Any) -> Any:
    return ints_view(w.stocks_at, w.stocks_room)


def person_hours(w: Any) -> Any:
    return floats_view(w.person_hours_at, w.person_hours_room)


def team_hours(w: Any) -> Any:
    return floats_view(w.team_hours_at, w.team_hours_room)


def cell_at(w: Any) -> Any:
    return small_view(w.cell_at_at, w.cell_at_room)


def said_at(w: Any) -> Any:
    return small_view(w.said_at_at, w.said_at_room)


def moves_to(w: Any) -> Any:
    return ints_view(w.moves_to_at, w.moves_to_room)


def placed(w: Any) -> Any:
    return ints_view(w.placed_at, w.placed_room)


def scratch(w: Any) -> Any:
    return ints_view(w.scratch_at, w.scratch_room)


def scratch_keys(w: Any) -> Any:
    return words_view(w.scratch_keys_at, w.scratch_keys_room)
