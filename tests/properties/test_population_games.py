"""Payoffs of populations: by tables, by formulas, by functions, and their derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from strategic.errors import GameError, StrategicError
from strategic.evolution import PopulationGame
from strategic.games import Game


def random_shares(rng, sizes, *points):
    return [rng.dirichlet(np.ones(size), points) for size in sizes]


def expected(tables, shares):
    """Payoffs by enumeration of profiles, one game and one point."""
    found = [np.zeros(size) for size in tables[0].shape]
    for player, table in enumerate(tables):
        for profile in np.ndindex(*table.shape):
            others = [
                s[a] for j, (s, a) in enumerate(zip(shares, profile, strict=True)) if j != player
            ]
            found[player][profile[player]] += table[profile] * np.prod(others)
    return found


@pytest.mark.parametrize("sizes", [(2,), (2, 3), (2, 2, 2), (3, 2, 4), (2, 2, 2, 2)])
def test_payoffs_of_a_batch_are_averages_over_profiles(sizes):
    rng = np.random.default_rng(1)
    tables = tuple(rng.normal(size=(3, 2, *sizes)) for _ in sizes)
    game = PopulationGame.of(Game(tables))
    shares = random_shares(rng, sizes, 3, 2, 5)
    found = game.payoffs_at(shares)
    for point in np.ndindex(3, 2, 5):
        truth = expected([t[point[:2]] for t in tables], [s[point] for s in shares])
        for mine, theirs in zip(found, truth, strict=True):
            np.testing.assert_allclose(mine[point], theirs, atol=1e-14)
    part = game.at((slice(None), 1))
    for mine, theirs in zip(part.payoffs_at([s[:, 1] for s in shares]), found, strict=True):
        np.testing.assert_array_equal(mine, theirs[:, 1])


def test_formulas_agree_with_the_table_they_stand_for():
    rng = np.random.default_rng(2)
    texts = [rng.choice(["a", "b - a", "0", "1", "max(a, b)"], size=(2, 3, 2)) for _ in range(3)]
    values = {"a": rng.normal(size=4), "b": rng.normal(size=4)}
    game = PopulationGame.from_formulas([t.tolist() for t in texts], values=values)
    assert game.game is not None
    shares = random_shares(rng, (2, 3, 2), 4, 6)
    named = {
        name: shares[population][..., action]
        for name, (population, action) in game.formulas.shares.items()
    }
    spread = {name: value[:, None] for name, value in values.items()} | named
    for player, found in enumerate(game.payoffs_at(shares)):
        for action, formula in enumerate(game.formulas.payoffs[player]):
            np.testing.assert_allclose(formula.evaluate(spread), found[..., action], atol=1e-13)


def tangent(shares, rng):
    moves = [rng.normal(size=s.shape) for s in shares]
    return [m - m.mean(axis=-1, keepdims=True) for m in moves]


def games_of_every_kind(rng):
    yield PopulationGame.of(Game(tuple(rng.normal(size=(3, 2, 3, 2)) for _ in range(3))))
    yield PopulationGame.one_population(rng.normal(size=(3, 4, 4)))
    yield PopulationGame.from_advantages(
        [
            "b * y ** 2 - exp(-c * x) / (1 + y)",
            "max(x, c * y) - sqrt(b * b + x)",
            "z * log(1 + x) - 2 ** y + min(z, 9)",
        ],
        shares=["x", "y", "z"],
        values={"b": rng.normal(size=3), "c": rng.uniform(1, 2, size=3)},
    )
    yield PopulationGame.from_formulas(
        [[["b", "x_1 * x_2"], ["y", 0], [1, "b * y"]], [["x_1", 2], [0, "b"], [1, 1]]],
        values={"b": rng.normal(size=3)},
        shares={"x_1": (0, 0), "x_2": (0, 2), "y": (1, 1)},
    )
    yield PopulationGame.from_function(
        lambda s: (np.sin(s[0] + s[1]), s[0] * s[1][..., ::-1] ** 2), actions=["ab", "cd"]
    )


def test_derivatives_agree_with_differences():
    rng = np.random.default_rng(3)
    for game in games_of_every_kind(rng):
        shares = random_shares(rng, game.sizes, 3, 7)
        moves, step = tangent(shares, rng), 1e-6
        up = game.payoffs_at([s + step * m for s, m in zip(shares, moves, strict=True)])
        down = game.payoffs_at([s - step * m for s, m in zip(shares, moves, strict=True)])
        for row, high, low in zip(game.jacobians_at(shares), up, down, strict=True):
            found = sum(
                np.einsum("...ab,...b->...a", block, m) for block, m in zip(row, moves, strict=True)
            )
            np.testing.assert_allclose(found, (high - low) / (2 * step), atol=1e-7)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PopulationGame.one_population([[1, 2]]), "needs a square matrix"),
        (
            lambda: PopulationGame.one_population(Game.from_payoffs([[1, 2]], [[1, 2]])),
            "needs a symmetric game",
        ),
        (lambda: PopulationGame.from_advantages(["x"], shares=["x", "y"]), "needs 1 different"),
        (
            lambda: PopulationGame.from_advantages(["q"], shares=["x"]),
            "advantages[0]: no such parameter 'q'",
        ),
        (
            lambda: PopulationGame.from_advantages(["x"], shares=["x"], values={"x": 1}),
            "shares: x: is a parameter too",
        ),
        (
            lambda: PopulationGame.from_formulas([[[1, 2], [3]], [[1, 2], [3, 4]]]),
            "payoffs[0][1][1]: has no such cell",
        ),
        (
            lambda: PopulationGame.one_population([[1]]).payoffs_at([[0.5, 0.5]]),
            "needs one array per population",
        ),
    ],
)
def test_what_does_not_fit_is_said(make, words):
    with pytest.raises(StrategicError) as problem:
        make()
    assert words in str(problem.value)
    assert issubclass(GameError, StrategicError)
