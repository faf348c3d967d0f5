"""Files of other programs: .gam by our reader against QuantEcon's, the rest through Gambit's."""

import io
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pygambit
import pytest
from quantecon.game_theory import game_converters

from strategic.catalogue import load
from strategic.cli.app import main
from strategic.errors import FileError
from strategic.games import from_gambit, read_game
from strategic.games.io.gam import looks_gam, parse_gam
from strategic.games.io.nfg import format_nfg
from strategic.games.io.other_formats import OTHER_FORMATS, parse_other

CATALOGUE = Path(pygambit.__file__).parent / "catalog_data"
GAM_FILES = Path(game_converters.__file__).parent / "tests" / "game_files"
EFG = OTHER_FORMATS[".efg"]
AGG = """#AGG
2
2
0
2 2
0 1
0 1
2 0 1
2 1 0
0 35.5 -3.75
0 -10.5 95.125
"""


def random_gam(rng):
    shape = tuple(rng.integers(1, 4, size=rng.integers(1, 5)).tolist())
    payoffs = rng.integers(-9, 9, size=(len(shape), int(np.prod(shape)))) / 4
    rows = "\n".join(" ".join(map(str, row)) for row in payoffs.tolist())
    return f"{len(shape)}\n{' '.join(map(str, shape))}\n\n{rows}\n"


def test_gam_files_of_quantecon_and_random_ones():
    rng = np.random.default_rng(0)
    texts = [path.read_text() for path in GAM_FILES.glob("*.gam")]
    assert len(texts) >= 3
    for text in [*texts, *(random_gam(rng) for _ in range(60))]:
        game, theirs = parse_gam(text), game_converters.from_gam_string(text)
        assert looks_gam(text)
        tables = theirs.payoff_arrays
        for player, table in enumerate(game.payoffs):
            # theirs has the player's own axis first, then those after her, then those before
            own = np.moveaxis(
                tables[player], range(len(tables)), np.roll(range(len(tables)), -player)
            )
            np.testing.assert_array_equal(table, own)
        if len(game.shape) > 1 and game.payoffs[0].size < 100:
            written = format_nfg(game).encode("ascii")
            again = from_gambit(pygambit.read_nfg(io.BytesIO(written)))
            assert [t.tolist() for t in again.payoffs] == [t.tolist() for t in game.payoffs]


def test_gam_numbers_are_taken_as_written_and_comments_left_out():
    game = parse_gam("# made by a generator\n2\n1 2\n// player 1\n0.1 1/3\n2e-3 -4\n")
    assert game.fractions()[0].tolist() == [[Fraction(1, 10), Fraction(1, 3)]]
    assert game.fractions()[1].tolist() == [[Fraction(1, 500), Fraction(-4)]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("two\n2 2\n", "line 1: expected the number of players"),
        ("2\n2 0\n1 2", "line 2: expected the actions of player 2"),
        ("2\n2", "must hold the number of actions of each of 2 players"),
        ("2\n2 2\n1 2 3", r"must hold 8 payoffs \(2 x 2 profiles, 2 players\) \(got 3\)"),
        ("2\n1 1\n1 2 3", r"must hold 2 payoffs .* \(got 3\)"),
        ("2\n1 1\n1\nx", "line 4: must be a number"),
        ("999999999\n1", "players: must be at most 32"),
        ("1\n999999999\n1", "must hold 999999999 payoffs"),
        ("# nothing\n", "expected the number of players"),
        ("40 " + "1 " * 80, "players: must be at most 32"),
    ],
)
def test_a_broken_gam_file_is_told_where(text, says, tmp_path):
    path = tmp_path / "broken.gam"
    path.write_text(text)
    with pytest.raises(Exception, match=says) as caught:
        read_game(path)
    assert str(path) in str(caught.value)


def types(count):
    """Chance draws a type; both players see it, and the second not what the first does."""
    lines = ['EFG 2 R "types" { "A" "B" }', '""']
    lines += [
        f'c "" 1 "" {{ {" ".join(f"{chr(34)}{i}{chr(34)} 1/{count}" for i in range(count))} }} 0'
    ]
    outcome = 0
    for i in range(count):
        lines.append(f'p "" 1 {i + 1} "" {{ "l" "r" }} 0')
        for a in range(2):
            lines.append(f'p "" 2 {i + 1} "" {{ "l" "r" }} 0')
            for b in range(2):
                outcome += 1
                lines.append(f't "" {outcome} "" {{ {i + (a == b)} {i - (a != b)} }}')
    return "\n".join(lines) + "\n"


def random_tree(rng):
    """A tree of perfect information with chance moves, of two or three players."""
    players, lines, sets, outcomes = int(rng.integers(2, 4)), [], [0] * 4, 0

    def grow(depth):
        nonlocal outcomes
        if depth == 0 or rng.random() < 0.25:
            outcomes += 1
            paid = ", ".join(map(str, rng.integers(-5, 6, size=players).tolist()))
            lines.append(f't "" {outcomes} "" {{ {paid} }}')
            return
        mover, moves = int(rng.integers(0, players + 1)), int(rng.integers(1, 4))
        sets[mover] += 1
        chance = f" 1/{moves}" if mover == 0 else ""
        listed = " ".join(f'"{move}"{chance}' for move in range(moves))
        head = 'c ""' if mover == 0 else f'p "" {mover}'
        lines.append(f'{head} {sets[mover]} "" {{ {listed} }} 0')
        for _ in range(moves):
            grow(depth - 1)

    grow(3)
    names = " ".join(f'"P{i}"' for i in range(players))
    return "\n".join([f'EFG 2 R "tree" {{ {names} }}', '""', *lines]) + "\n"


def test_trees_become_the_normal_form_that_gambit_makes():
    rng = np.random.default_rng(1)
    texts = [path.read_text() for path in CATALOGUE.rglob("*.efg")]
    assert len(texts) > 30
    for text in [*texts, types(3), *(random_tree(rng) for _ in range(150))]:
        theirs = pygambit.read_efg(io.BytesIO(text.encode()))
        if len(theirs.contingencies) > 2000:
            continue
        ours, expected = parse_other(text, EFG), from_gambit(theirs)
        assert ours.shape == tuple(len(player.strategies) for player in theirs.players)
        assert [t.tolist() for t in ours.fractions()] == [t.tolist() for t in expected.fractions()]


def test_strategies_are_counted_before_they_are_made():
    from strategic.games.io.other_formats import _reduced_strategies

    rng = np.random.default_rng(2)
    for _ in range(300):
        theirs = pygambit.read_efg(io.BytesIO(random_tree(rng).encode()))
        for player in theirs.players:
            count = _reduced_strategies(player)
            assert count == len(player.strategies) or count > 5000
    with pytest.raises(FileError, match=r"more than 30,000 profiles.*2e\+60 x 2e\+60.*lcp_solve"):
        parse_other(types(200), EFG)


def test_other_letters_pass_through_gambit():
    game = parse_other(types(2).replace('"A"', '"Ä é"').replace('"types"', '"Typen (Ü)"'), EFG)
    assert (game.title, game.players) == ("Typen (Ü)", ("Ä é", "B"))


def test_files_show_what_they_are_whatever_they_are_called(tmp_path):
    for name, text in (("a.txt", types(2)), ("b", types(1)), ("c.dat", "2\n1 2\n1 2\n3 4\n")):
        path = tmp_path / name
        path.write_text(text)
        assert read_game(path).shape == read_game(text).shape == load(path).game().shape


@pytest.mark.parametrize("suffix", list(OTHER_FORMATS))
@pytest.mark.parametrize("command", ["solve", "report"])
def test_what_is_not_read_is_named_for_what_it_is(command, suffix, tmp_path, capsys):
    path = tmp_path / f"game{suffix}"
    path.write_text("anything")
    with pytest.MonkeyPatch.context() as patch:
        if suffix == ".efg":
            patch.setitem(sys.modules, "pygambit", None)
        assert main([command, str(path)]) == 2
    said = capsys.readouterr().err
    assert f"is {OTHER_FORMATS[suffix].what}" in said
    assert "save it as .nfg" in said
    assert "TOML" not in said


def test_action_graphs_are_known_by_their_text(tmp_path, capsys):
    path = tmp_path / "symmetric.txt"
    path.write_text(AGG)
    assert main(["solve", str(path)]) == 2
    assert "is an action-graph game" in capsys.readouterr().err
    by_hand = from_gambit(pygambit.read_agg(io.BytesIO(AGG.encode())))  # as the message advises
    assert by_hand.row.tolist() == [[-3.75, 35.5], [-10.5, 95.125]]


def test_damaged_trees_are_one_line():
    rng = np.random.default_rng(3)
    texts = [path.read_text() for path in CATALOGUE.rglob("*.efg")]
    said = []
    for number in range(400):
        good = texts[number % len(texts)]
        cut = int(rng.integers(0, len(good)))
        try:
            parse_other(
                good[:cut] + "?" * (number % 2) + good[cut + int(rng.integers(1, 9)) :], EFG
            )
        except FileError as problem:
            said.append(str(problem))
    assert len(said) > 150
    assert not any("\n" in line for line in said)
