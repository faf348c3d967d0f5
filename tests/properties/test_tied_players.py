"""Tied games of three and more players: what is settled in bulk against one support at a time."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.enumeration._equilibrium_blocks import profile_lines
from strategic.equilibria.enumeration.players import _exact
from strategic.equilibria.enumeration.players._exact import exact_equilibria, exact_findings
from strategic.equilibria.enumeration.players._exact_supports import solve_support
from strategic.equilibria.enumeration.players._short_ties import is_settled
from strategic.games import Game
from strategic.status import Status

SHAPES = {
    (2, 2, 2): 150,
    (3, 2, 2): 60,
    (2, 2, 2, 2): 15,
    (3, 3, 2): 20,
    (3, 1, 3): 50,
    (2, 1, 2, 2): 60,
}
_THIRDS = np.frompyfunc(lambda n: Fraction(int(n), 3), 1, 1)


def tied(shape, kind):
    rng = np.random.default_rng([len(kind), *shape])
    size = (len(shape), SHAPES[shape], *shape)
    whole = rng.integers(0, 4, size)
    if kind == "integers":
        return Game.from_payoffs(*whole.astype(float))
    if kind == "decimals":
        return Game(payoffs=tuple(np.round(whole * 0.1, 1)), decimal=True)
    if kind == "thirds":
        return Game.from_payoffs(*_THIRDS(whole))
    noise = rng.choice([0.0, 0.0, 0.0, 2.0**-40], size)
    return Game.from_payoffs(*(rng.integers(0, 3, size) + noise))


def rows_of(block, shape):
    lines = profile_lines(block.table, shape)
    game = np.repeat(np.arange(len(block.count)), block.count)
    return game, np.concatenate(lines.strategies).T, lines.index


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["integers", "decimals", "thirds", "nearly"])
def test_bulk_agrees_with_one_support_at_a_time(shape, kind):
    games = tied(shape, kind)
    (bulk, status), (single, alone) = (
        exact_equilibria(games),
        exact_equilibria(games, doubles=False),
    )
    game, profiles, index = rows_of(bulk, shape)
    other_game, other_profiles, other_index = rows_of(single, shape)
    proved = (Status.COMPLETE_EXACT, Status.FOUND_SOME)
    compared = 0
    for number in range(len(status)):
        if status[number] not in proved or alone[number] not in proved:
            continue
        assert status[number] == alone[number], number
        mine, theirs = game == number, other_game == number
        np.testing.assert_allclose(profiles[mine], other_profiles[theirs], atol=1e-9)
        np.testing.assert_array_equal(index[mine], other_index[theirs])
        compared += 1
    assert compared > 0.9 * len(status)


@pytest.mark.parametrize("shape", SHAPES)
def test_exact_numbers_are_settled_in_doubles_where_margins_allow(shape):
    rng = np.random.default_rng([9, *shape])
    size = (len(shape), 40, *shape)
    numbers = np.frompyfunc(lambda p, q: Fraction(int(p), int(q)), 2, 1)(
        rng.integers(-999, 1000, size), rng.integers(1, 100, size)
    )
    games = Game.from_payoffs(*numbers)
    assert games.exact is not None
    found = solve(games)
    assert (found.status == Status.COMPLETE).mean() > 0.9
    for number, findings in enumerate(exact_findings(games)):
        if found.status[number] == Status.COMPLETE:
            assert findings.status == Status.COMPLETE_EXACT
            assert len(findings.profiles) == found.count[number]


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 2), (2, 2, 2, 2)])
def test_long_payoffs_are_settled_as_short_ones(shape, monkeypatch):
    whole = np.random.default_rng(7).integers(0, 4, (len(shape), SHAPES[shape], *shape))
    short, alone = solve(*whole.astype(float)), []

    def counted(found, search, pattern, gains):
        alone.append(is_settled(pattern))
        return solve_support(found, search, pattern, gains)

    monkeypatch.setattr(_exact, "solve_support", counted)
    long = solve(*(whole * 3.0**30 - 5.0), workers=1)
    assert long.count.tolist() == short.count.tolist()
    assert long.status.tolist() == short.status.tolist()
    for one, other in zip(long.strategies, short.strategies, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-13)
    # What is left are pairs who are both indifferent whatever the other does.
    assert sum(alone) < 10


def test_payoffs_that_are_equal_as_doubles_are_told_apart():
    rng = np.random.default_rng(10)
    size = (3, 60, 2, 2, 2)
    whole = rng.integers(0, 4, size)
    raised = np.frompyfunc(lambda n: int(n) + 10**18, 1, 1)(whole)
    plain, far = solve(*whole.astype(float)), solve(*raised)
    np.testing.assert_array_equal(plain.count, far.count)
    np.testing.assert_array_equal(plain.degenerate, far.degenerate)
    for mine, theirs in zip(plain.strategies, far.strategies, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)


def test_a_root_on_a_face_that_is_no_fraction_is_refused():
    # Two players mix irrationally at a root in which the first leaves an action unused.
    payoffs = np.random.default_rng([99, 3, 2, 2]).integers(0, 4, (3, 3000, 3, 2, 2))
    for number in (40, 159):
        found = solve(*payoffs[:, number].astype(float))
        assert found.status == Status.FOUND_SOME
        assert found.regret.max() < 1e-12


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 2)])
def test_few_tied_games_are_not_finished(shape):
    payoffs = np.random.default_rng([11, *shape]).integers(0, 4, (len(shape), 400, *shape))
    found = solve(*payoffs.astype(float))
    assert (found.status == Status.NOT_FINISHED).sum() <= 2
    assert found.regret.max() < 1e-12
    pure = solve(*payoffs.astype(float), method="pure")
    assert (found.count >= pure.count).all()
