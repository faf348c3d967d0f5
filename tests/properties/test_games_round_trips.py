"""Whatever game is written comes back, in every format."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from strategic.games import Game, from_pandas, from_xarray, read_games, write
from strategic.games._numbers import (
    as_fractions,
    doubles_hold_decimals,
    format_number,
    parse_number,
    shortest_decimals,
)
from strategic.games.io._json import format_json, parse_json
from strategic.games.io._typed import parse_typed
from strategic.games.io.nfg import format_nfg, parse_nfg

doubles = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.one_of(
    st.integers(-99, 99),
    doubles,
    st.fractions(max_denominator=10**6),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(Fraction),
    st.integers(-(10**40), 10**40),
)
names = st.text(max_size=8).filter(lambda name: not name.endswith("\\"))


@st.composite
def games(draw, entries=numbers, players=None):
    count = draw(st.integers(1, 4)) if players is None else players
    shape = tuple(draw(st.integers(1, 3)) for _ in range(count))
    tables = [np.empty(shape, dtype=object) for _ in shape]
    for table in tables:
        for profile in np.ndindex(*shape):
            table[profile] = draw(entries)
    return Game.from_payoffs(
        *tables,
        title=draw(names),
        comment=draw(names),
        players=tuple(draw(names) for _ in shape),
        actions=tuple(tuple(draw(names) for _ in range(n)) for n in shape),
    )


@st.composite
def batches(draw, entries=doubles):
    rows, columns, count = (draw(st.integers(1, most)) for most in (3, 3, 9))
    cells = draw(st.lists(entries, min_size=(n := 2 * count * rows * columns), max_size=n))
    table = np.array(cells, dtype=object).reshape(2, count, rows, columns)
    return Game.from_payoffs(table[0], table[1])


def same_numbers(game, again):
    assert all(np.array_equal(a, b) for a, b in zip(game.payoffs, again.payoffs, strict=True))
    if game.exact is not None:
        assert [e.tolist() for e in game.fractions()] == [e.tolist() for e in again.fractions()]


def same_names(game, again):
    for field in ("title", "comment", "players", "actions"):
        assert getattr(game, field) == getattr(again, field)


@given(games(), st.booleans())
def test_gambit_files(game, outcomes):
    again = parse_nfg(format_nfg(game, outcomes=outcomes))
    same_numbers(game, again)
    same_names(game, again)


@given(games())
def test_json_games(game):
    again = parse_json(format_json(game))
    same_numbers(game, again)
    same_names(game, again)


@given(games(players=2))
def test_typed_games(game):
    row, column = (";".join(",".join(line) for line in table) for table in game.texts())
    same_numbers(game, parse_typed(f"{row} / {column}"))


@settings(max_examples=25)
@given(batches(numbers))
def test_csv(tmp_path_factory, games):
    path = tmp_path_factory.mktemp("csv") / "games.csv"
    write(games, path)
    same_numbers(games, read_games(path))


@settings(max_examples=25)
@given(batches())
def test_npz_and_parquet(tmp_path_factory, games):
    for suffix in (".npz", ".parquet"):
        path = tmp_path_factory.mktemp("tables") / f"games{suffix}"
        write(games, path)
        again = read_games(path)
        same_numbers(games, again)
        assert not again.rounded.any()


@settings(max_examples=25)
@given(batches(numbers))
def test_csv_means_the_numbers_it_writes(tmp_path_factory, games):
    path = tmp_path_factory.mktemp("csv") / "games.csv"
    write(games, path)
    lines = path.read_text().split()[1:]
    exact = [[Fraction(text) for text in line.split(",")] for line in lines]
    row, column = (table.reshape(len(lines), -1) for table in read_games(path).fractions())
    assert np.concatenate([row, column], axis=1).tolist() == exact


@settings(max_examples=25)
@given(batches(numbers))
def test_pandas(games):
    same_numbers(games, from_pandas(games.to_pandas()))


@given(games(entries=doubles))
def test_xarray(game):
    again = from_xarray(game.to_xarray())
    same_numbers(game, again)
    same_names(game, again)


@given(st.fractions())
def test_every_fraction_is_written_as_it_is(number):
    assert parse_number(format_number(number)) == number


@given(doubles)
def test_what_doubles_hold(number):
    array = np.array([number])
    assert float(shortest_decimals(array)[0]) == number
    if doubles_hold_decimals(array)[0]:
        assert shortest_decimals(array)[0] == as_fractions(array)[0]
