"""Formulas of populations say the same as the numbers."""

import subprocess
import sys

import numpy as np
import pytest

from strategic.errors import GameError
from strategic.evolution import (
    PopulationGame,
    corner_conditions,
    equations,
    mixed_rest_points,
    rest_points,
    shortened,
)
from strategic.games import Game
from strategic.games.formula import parse

NAMES = ("a", "b", "c", "d", "e", "f")
CELLS = ("a - b", "c*d - 2*e", "a*(1 - f)", "b - c*f**2", "(a - e)/(1 + d)", "3", "c*(d - e) + 1/2")


def games():
    rng = np.random.default_rng(7)
    values = dict(zip(NAMES, rng.uniform(0.5, 3, len(NAMES)).round(2).tolist(), strict=True))
    for sizes in [(2, 2), (2, 2, 2), (3, 2)]:
        for _ in range(3):
            tables = [rng.choice(CELLS, sizes).tolist() for _ in sizes]
            yield PopulationGame.from_formulas(tables, values=values)
    yield PopulationGame.from_advantages(
        ["a*x**2 - b*y", "c*(1 - x)/(1 + y) - exp(d*y)"], shares=["x", "y"], values=values
    )
    yield PopulationGame.of(Game.from_payoffs(*rng.normal(size=(3, 2, 2, 2))))
    yield PopulationGame.one_population(rng.integers(-9, 10, (3, 3)) / 4)


def values_and_shares(game, shares, entries):
    """Parameters and shares by name; shares are named as in the equations."""
    values = {} if game.formulas is None else dict(game.formulas.values)
    return values | {e.share: shares[e.population][e.action] for e in entries}


def test_equations_are_the_replicator_dynamics():
    rng = np.random.default_rng(8)
    for game in games():
        entries = equations(game)
        assert len(entries) == sum(game.sizes) - len(game.sizes)
        for _ in range(3):
            shares = [rng.dirichlet(np.ones(n)) for n in game.sizes]
            payoffs = game.payoffs_at(shares)
            values = values_and_shares(game, shares, entries)
            for entry in entries:
                left, right = entry.text.split(" = ")
                assert left == f"{entry.share}'"
                own, earned = shares[entry.population], payoffs[entry.population]
                speed = own[entry.action] * (earned[entry.action] - own @ earned)
                found = parse(right, values).evaluate(values)
                assert float(found) == pytest.approx(speed, abs=1e-11)


def test_shortened_conditions_have_the_signs_of_the_eigenvalues():
    for game in games():
        if game.formulas is None:
            continue
        conditions = corner_conditions(game)
        for entry, short in zip(conditions, shortened(conditions), strict=True):
            left = short.text.removesuffix(" < 0")
            sign = float(parse(left, NAMES).evaluate(game.formulas.values))
            assert np.sign(round(sign, 12)) == np.sign(round(float(entry.value), 12))


def test_formulas_of_mixed_rest_points_are_rest_points():
    seen = 0
    for game in games():
        found = rest_points(game)
        rows = np.concatenate(found.shares, axis=1)
        entries = equations(game)
        names = {(e.population, e.action): e.share for e in entries}
        for point in mixed_rest_points(game):
            values = {} if game.formulas is None else game.formulas.values
            known = {
                name: float(parse(share.text, values).evaluate(values))
                for name, share in point.shares.items()
            }
            row = []
            for i, used in enumerate(point.support):
                own = [
                    known.get(names.get((i, a)), float(used == (a,))) for a in range(game.sizes[i])
                ]
                gap = [a for a in used if (i, a) not in names]
                for a in gap:
                    own[a] = 1.0 - sum(own) + own[a]
                row += own
            used = [a in s for i, s in enumerate(point.support) for a in range(game.sizes[i])]
            inside = all(share > 1e-9 for share, there in zip(row, used, strict=True) if there)
            same = (rows > 0) == np.array(used)
            near = np.abs(rows - row).max(axis=1)[same.all(axis=1)].min(initial=1.0) < 1e-9
            assert near == inside
            seen += inside
    assert seen > 3


def test_formulas_read_as_in_a_paper():
    game = PopulationGame.from_advantages(
        ["p*F + p*S - C1 - p*S*y", "2*G*x - 4*C_2"],
        shares=["x", "y"],
        values={"p": 0.5, "F": 1, "S": 2, "C1": 1, "G": 3, "C_2": 1},
    )
    first, second = equations(game)
    assert first.text == "x' = x*(1 - x)*(p*(F + S) - C1 - S*p*y)"
    assert second.latex == (r"\dot{y} = y \left(1 - y\right) \left(- 4 C_{2} + 2 G x\right)")
    texts = [entry.text for entry in shortened(corner_conditions(game))]
    assert texts[-2] == "p*(F + S) - C1 < 0"
    assert "2*C_2 - G < 0" in texts or "-G + 2*C_2 < 0" in texts


def test_a_function_has_no_formulas():
    game = PopulationGame.from_function(lambda shares: shares, actions=[["a", "b"], ["c", "d"]])
    with pytest.raises(GameError, match="formulas need payoffs in formulas"):
        equations(game)


def test_numbers_need_no_sympy():
    code = (
        "import sys; sys.modules['sympy'] = None\n"
        "from strategic.evolution import *\n"
        "game = PopulationGame.from_advantages(['b*y - c', 'd - e*x'], shares=['x', 'y'],"
        " values=dict(b=2, c=1, d=1, e=2))\n"
        "print(len(rest_points(game)), len(thresholds(game)), corner_conditions(game)[0].condition)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "5 12 c - b < 0\n"
