"""The figures of 2x2x2 games: curves where a player is indifferent, regions, and equilibria."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import strategic as st
from strategic.errors import GameError
from strategic.games import Game
from strategic.reports.figures import draw_best_reply_region, draw_cube, save_figure
from strategic.reports.figures._gains import gain_of
from strategic.reports.figures.style import in_style

ODD = ("<b>Ann</b> $x^2$", "左派\u202e\x07", "a name that does not end " * 20)


def drawn(seed, size):
    tables = np.random.default_rng(seed).integers(-size, size + 1, (3, 2, 2, 2))
    return Game.from_payoffs(*tables)


def plain_gain(game, player, x, y):
    """What the first action gains, from the payoffs in fractions."""
    table, total = game.payoffs[player].tolist(), Fraction(0)
    weights = [(Fraction(p), 1 - Fraction(p)) for p in (x, y)]
    for profile in product(range(2), repeat=3):
        others = [a for i, a in enumerate(profile) if i != player]
        weight = weights[0][others[0]] * weights[1][others[1]]
        payoff = Fraction(table[profile[0]][profile[1]][profile[2]])
        total += (1 - 2 * profile[player]) * weight * payoff
    return total


GAMES = [(seed, size) for size in (1, 3, 99) for seed in range(25)]


def test_gains_have_the_sign_of_plain_arithmetic():
    for seed, size in GAMES:
        game = drawn(seed, size)
        for player in range(3):
            gain = gain_of(game, player)
            for x, y in product((0, 0.25, 0.5, 1), repeat=2):
                told = float(gain.at(np.array(x), np.array(y)))
                assert np.sign(told) == np.sign(float(plain_gain(game, player, x, y)))


def test_curves_are_where_the_player_is_indifferent_and_nowhere_else():
    """On every curve the gain is zero; where a line crosses from gain to loss, a curve passes."""
    lines = np.linspace(0.0131, 0.9873, 8)  # none is a point of a curve
    for seed, size in GAMES:
        game = drawn(seed, size)
        for player in range(3):
            gain = gain_of(game, player)
            curves = gain.curves()
            for curve in curves:
                assert ((curve >= 0) & (curve <= 1)).all()
                for x, y in curve[:: max(1, len(curve) // 7)]:
                    assert abs(float(plain_gain(game, player, x, y))) < 1e-9 * size
            for x in lines:
                ends = [float(gain.at(np.array(x), np.array(y))) for y in (0, 1)]
                met = sum(((curve[:-1, 0] - x) * (curve[1:, 0] - x) < 0).sum() for curve in curves)
                # Linear along the line: zero once if the signs of the ends differ, else never.
                assert met == (np.sign(ends[0]) != np.sign(ends[1]))


def test_figures_of_any_game_are_drawn_with_all_equilibria(tmp_path):
    for seed, size in GAMES[::5]:
        game = drawn(seed, size)
        found = st.solve(game)
        cube = in_style(lambda game=game: draw_cube(game))
        told = ", ".join(text.get_text().strip() for text in cube.texts)
        assert min(map(int, told.replace(", ...", "").split(", "))) == 0
        for player in range(3):
            ax = in_style(lambda game=game, p=player: draw_best_reply_region(game, p))
            dots = np.concatenate(
                [part.get_offsets() for part in ax.collections if len(part.get_offsets())]
            )
            others = [i for i in range(3) if i != player]
            for e in range(len(found)):
                place = [found.strategies[i][e, 0] for i in others]
                assert np.abs(dots - place).max(axis=1).min() < 1e-5
    save_figure(cube, tmp_path / "cube.png")
    assert (tmp_path / "cube.png").stat().st_size > 10_000


@pytest.mark.parametrize("tables", [np.zeros((3, 2, 2, 2)), np.full((3, 2, 2, 2), 1.7e308)])
def test_ties_everywhere_are_drawn(tables, tmp_path):
    game = Game.from_payoffs(*tables, players=ODD, actions=(("in", "out"),) * 3)
    ax = in_style(lambda: draw_best_reply_region(game, 1))
    assert "in and out\nearn the same" in [text.get_text() for text in ax.texts]
    save_figure(ax, tmp_path / "square.svg")
    save_figure(in_style(lambda: draw_cube(game)), tmp_path / "cube.svg")
    assert "<b>" not in (tmp_path / "cube.svg").read_text(encoding="utf8")


def test_other_sizes_are_refused():
    with pytest.raises(GameError, match="single 2x2x2 game"):
        draw_cube(Game.from_payoffs([[1, 0]], [[0, 1]]))
    with pytest.raises(GameError, match="single 2x2x2 game"):
        draw_best_reply_region(Game.from_payoffs(*np.zeros((3, 5, 2, 2, 2))), 0)
