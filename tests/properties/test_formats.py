"""Every format of games to every other: what comes back is what the formats say they keep."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.cli.game_sources import Asked, read_source
from strategic.errors import StrategicError
from strategic.games import Game, GameTable, open_games, write
from strategic.games.io.formats import EXACT, FORMATS, NAMES, TITLE

READ = [ending for ending, found in FORMATS.items() if found.read]
MANY = [ending for ending in READ if FORMATS[ending].many]
LONG = [ending for ending, found in FORMATS.items() if found.long]
LETTERS = [*"a \t\n\r\\\"',;:=+-@#{}[]/|<>&$_%~^()0123."]
LETTERS += ["é", "e\u0301", "ß", "—", "\u202e", "\x00", "\x07", "\x1b", "\ufeff", "\U0001f9ea"]
LETTERS += ["", "", "nan", "null", "NFG"]


def some_name(rng):
    """A name of odd letters; one that ends in a backslash cannot stand in Gambit's quotes."""
    name = "".join(rng.choice(LETTERS, rng.integers(0, 6)))
    return name + "x" if name.endswith("\\") else name


def some_number(rng, kind):
    if kind == "doubles":
        return float(rng.normal() * 10.0 ** rng.integers(-300, 300))
    if kind == "decimals":
        return Fraction(int(rng.integers(-9999, 9999)), 10 ** int(rng.integers(0, 8)))
    if kind == "whole":
        return int(rng.integers(-3, 4))
    return Fraction(
        int(rng.integers(-99, 99)) * 10 ** int(rng.integers(0, 25)), int(rng.integers(1, 99))
    )


def some_game(rng, *, count=None, kinds=("doubles", "decimals", "fractions", "whole")):
    """A game of two to four players, or a batch of ``count`` games."""
    shape = tuple(int(n) for n in rng.integers(1, 4, rng.integers(2, 5)))
    batch = () if count is None else (count,)
    kind = rng.choice(kinds)
    tables = []
    for _ in shape:
        table = np.empty((*batch, *shape), dtype=object)
        for place in np.ndindex(*table.shape):
            table[place] = some_number(rng, kind)
        tables.append(table)
    named = rng.random() < 0.8
    return Game.from_payoffs(
        *tables,
        title=some_name(rng),
        comment=some_name(rng),
        players=tuple(some_name(rng) for _ in shape) if named else (),
        actions=tuple(tuple(some_name(rng) for _ in range(n)) for n in shape) if named else (),
    )


def read(path):
    """Read what the command line reads: a game, or the blocks of a table."""
    found = read_source(str(path), Asked())
    return list(found.parts()) if isinstance(found, GameTable) else found


def as_batch(game):
    return game.fractions() if game.batch_shape else tuple(t[None] for t in game.fractions())


def check(game, again, kept, *, long=False):
    """Compare what was written with what was read through formats that keep so much."""
    further = {}
    if not isinstance(again, Game):
        (block,) = again
        again = block.games
        further = {} if block.extra is None else block.extra.slice(0, 1).to_pylist()[0]
    pairs = zip(game.payoffs, again.payoffs, strict=True)
    for mine, theirs in pairs:
        assert np.array_equal(mine.reshape(-1), theirs.reshape(-1)), (mine, theirs)
    if EXACT in kept and game.exact is not None:
        for mine, theirs in zip(as_batch(game), as_batch(again), strict=True):
            assert mine.tolist() == theirs.tolist()
    if NAMES in kept and not long:
        assert again.players == game.players
        assert again.actions == game.actions
    if TITLE in kept and not long and not game.batch_shape:
        for name in ("title", "comment"):  # of lines of JSON each has its own
            assert (getattr(again, name) or further.get(name, "")) == getattr(game, name)


@pytest.mark.parametrize("first", READ)
def test_one_game_goes_from_every_format_to_every_other(first, tmp_path):
    rng = np.random.default_rng(READ.index(first))
    for number, second in enumerate(READ):
        game = some_game(rng)
        one, other = tmp_path / f"a{number}{first}", tmp_path / f"b{number}{second}"
        write(game, one)
        between = read(one)
        check(game, between, FORMATS[first].keeps)
        write(between, other)
        check(game, read(other), FORMATS[first].keeps & FORMATS[second].keeps)


@pytest.mark.parametrize("first", MANY)
def test_a_batch_goes_from_every_format_to_every_other(first, tmp_path):
    rng = np.random.default_rng(100 + MANY.index(first))
    for number, second in enumerate(MANY):
        game = some_game(rng, count=int(rng.integers(6, 9)))  # one more than players is ambiguous
        one, other = tmp_path / f"a{number}{first}", tmp_path / f"b{number}{second}"
        written = write(game, one)
        assert written.games == len(game.payoffs[0])
        between = read(one)
        check(game, between, FORMATS[first].keeps)
        write(between, other)
        check(game, read(other), FORMATS[first].keeps & FORMATS[second].keeps)


@pytest.mark.parametrize("ending", READ)
def test_half_a_pair_of_surrogates_is_kept_or_told(ending, tmp_path):
    name = "a\ud800"
    game = Game.from_payoffs([[1, 2]], [[3, 4]], title=name, players=(name, "b"))
    path = tmp_path / f"game{ending}"
    for long in (False, True) if FORMATS[ending].long else (False,):
        try:
            write(game, path, long=long)
            again = read(path)
        except StrategicError as problem:
            assert len(str(problem).splitlines()) == 1  # noqa: PT017 - it may be kept too
            continue
        again = again if isinstance(again, Game) else again[0].games
        assert again.row.tolist()[-1] in ([1, 2], [[1, 2]])


@pytest.mark.parametrize("ending", LONG)
def test_long_tables_come_back(ending, tmp_path):
    rng = np.random.default_rng(200 + LONG.index(ending))
    for number in range(25):
        game = some_game(rng, count=int(rng.integers(1, 4)))
        path = tmp_path / f"{number}{ending}"
        written = write(game, path, long=True)
        again = read(path)
        check(game, again, FORMATS[ending].keeps, long=True)
        again = again[0].games
        if not any(lost.startswith("names") for lost in written.lost):
            assert again.actions == game.actions
            usual = Game.from_payoffs(*game.payoffs).players
            assert again.players in (game.players, usual, ("row", "column"))


@pytest.mark.parametrize("ending", MANY)
def test_gaps_stay_gaps(ending, tmp_path):
    rng = np.random.default_rng(300)
    for number in range(5):
        tables = rng.normal(size=(2, 4, 2, 3))
        tables[0, 1, 0, rng.integers(3)] = np.nan
        tables[1, 3, rng.integers(2)] = np.nan
        path = tmp_path / f"{number}{ending}"
        written = write(Game.from_payoffs(*tables), path)
        assert written.missing == 2
        again = read(path)[0].games
        for mine, theirs in zip(tables, again.payoffs, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("ending", [e for e in MANY if "further columns" in FORMATS[e].keeps])
@pytest.mark.parametrize("long", [False, True])
def test_further_columns_are_carried_through(ending, long, tmp_path):
    if long and not FORMATS[ending].long:
        return
    header = "id,year,share,row_0_0,row_0_1,column_0_0,column_0_1\n"
    rows = ['"a, ""b""",1990,0.5,1,2,3,4', "=1+1,1991,,1/3,2,3,0.1", "c,1992,2.5,1,2,3,5"]
    (tmp_path / "in.csv").write_text(header + "\n".join(rows) + "\n")
    path = tmp_path / f"out{ending}"
    write(open_games(tmp_path / "in.csv").parts(), path, long=long)
    (block,) = open_games(path).parts()
    assert block.games.column[1, 0, 1] == 0.1
    if EXACT in FORMATS[ending].keeps:
        assert block.games.fractions()[0][1, 0, 0] == Fraction(1, 3)
    assert block.extra.column("id").to_pylist() == ['a, "b"', "=1+1", "c"]
    assert [float(y) for y in block.extra.column("year").to_pylist()] == [1990, 1991, 1992]
    assert block.extra.column("share").to_pylist()[1] in (None, "")


@pytest.mark.parametrize("ending", READ)
def test_a_game_of_one_player_is_kept_or_refused(ending, tmp_path):
    path = tmp_path / f"game{ending}"
    try:
        write(Game.from_payoffs([1.0, 2.5, 3.0]), path)
    except StrategicError as problem:
        assert "two or more players" in str(problem)  # noqa: PT017 - others keep it
        assert not path.exists()
        return
    again = read(path)
    again = again if isinstance(again, Game) else again[0].games
    assert again.payoffs[0].reshape(-1).tolist() == [1.0, 2.5, 3.0]


def test_no_games_make_no_file(tmp_path):
    for ending in FORMATS:
        with pytest.raises(StrategicError, match="at least one"):
            write([], tmp_path / f"none{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".parquet", ".feather", ".nc", ".npy", ".npz"])
@pytest.mark.parametrize("long", [False, True])
def test_rounding_is_told_wherever_it_happens(ending, long, tmp_path):
    if long and not FORMATS[ending].long:
        return
    games = Game.from_payoffs([[[0.1, 2]]], [[[3, 4]]], decimal=True)
    written = write(games, tmp_path / f"games{ending}", long=long)
    (block,) = open_games(tmp_path / f"games{ending}").parts()
    kept = block.games.fractions()[0].item(0) == Fraction(1, 10)
    assert kept == (written.rounded == 0)
