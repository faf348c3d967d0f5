"""Dominance, perfection and evolutionary stability of whole batches, against single games."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from strategic.equilibria import solve
from strategic.equilibria.concepts import _exact_profiles
from strategic.equilibria.concepts.dominance import Dominance, undominated
from strategic.equilibria.concepts.reasons import deviations
from strategic.equilibria.concepts.refinement import (
    admissible,
    evolutionarily_stable,
    evolutionarily_stable_set,
)
from strategic.equilibria.concepts.selection import best_by_welfare, pareto_rank
from strategic.equilibria.concepts.welfare import welfare
from strategic.equilibria.concepts.welfare_in_bulk import deviation_gains, welfares
from strategic.games import Game
from strategic.status import Status


def _batches():
    rng = np.random.default_rng(40)
    near = rng.integers(0, 3, (2, 40, 3, 3)) + rng.integers(-1, 2, (2, 40, 3, 3)) * 2.0**-48
    sized = rng.integers(0, 4, (2, 40, 3, 3)) * 2.0 ** rng.integers(-70, 70, (2, 40, 3, 3))
    return {
        "random": Game.from_payoffs(*rng.random((2, 60, 4, 4))),
        "0..3": Game.from_payoffs(*rng.integers(0, 4, (2, 80, 4, 3))),
        "0..40, 5x3": Game.from_payoffs(*rng.integers(0, 41, (2, 60, 5, 3))),
        "decimals": Game.from_payoffs(*(rng.integers(0, 9, (2, 60, 3, 4)) / 10), decimal=True),
        "three players": Game.from_payoffs(*rng.integers(0, 6, (3, 40, 3, 2, 3))),
        "nearly tied": Game.from_payoffs(*near),
        "of mixed sizes": Game.from_payoffs(*sized),
    }


BATCHES = _batches()


def _rows(eliminations):
    return [(e.round, e.player, e.action, e.dominator.tolist(), e.margin) for e in eliminations]


@pytest.mark.parametrize("weak", [False, True])
@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_reduced_game_by_game(name, weak):
    games, method = BATCHES[name], Dominance(weak=weak)
    found = method.solve(games)
    for game in range(0, len(games.payoffs[0]), 3):
        alone, together = method.solve(games.of_batch(game)), found.of(game)
        assert _rows(alone.eliminations) == _rows(together.eliminations)
        for one, other in zip(alone.kept, together.kept, strict=True):
            assert one.tolist() == other.tolist()
    solved = [found.of(game).solved for game in range(len(games.payoffs[0]))]
    assert found.solved.tolist() == solved


@pytest.mark.parametrize("weak", [False, True])
@pytest.mark.parametrize("name", ["random", "0..3", "0..40, 5x3", "decimals", "three players"])
def test_what_goes_is_dominated_and_what_stays_is_not(name, weak):
    """One linear program in doubles per action and round; by mixtures alone some go."""
    games, mixtures = BATCHES[name], 0
    found = Dominance(weak=weak).solve(games)
    for game in range(0, len(games.payoffs[0]), 2):
        reduction = found.of(game)
        tables = [table[game] for table in games.payoffs]
        kept = [np.arange(n) for n in games.shape]
        last = max((e.round for e in reduction.eliminations), default=0)
        for number in range(1, last + 2):
            gone = [e for e in reduction.eliminations if e.round == number]
            for player, table in enumerate(tables):
                own = np.moveaxis(table[np.ix_(*kept)], player, 0).reshape(len(kept[player]), -1)
                mine = {e.action: e for e in gone if e.player == player}
                for place, action in enumerate(kept[player].tolist()):
                    assert _is_dominated(own, place, weak) == (action in mine)
                    if action in mine:
                        weights = mine[action].dominator[kept[player]]
                        gained = weights @ own - own[place]
                        assert abs(gained.min() - mine[action].margin) < 1e-9
                        assert gained.max() > 0 or not weak
                        mixtures += (weights > 0).sum() > 1
            kept = [
                np.array([a for a in actions if a not in {e.action for e in gone if e.player == p}])
                for p, actions in enumerate(kept)
            ]
        assert [k.tolist() for k in kept] == [k.tolist() for k in reduction.kept]
    assert mixtures >= 3


def _is_dominated(own, place, weak):
    gains = np.delete(own - own[place], place, axis=0)
    if not len(gains):
        return False
    if weak:
        found = linprog(
            -gains.sum(axis=1),
            A_ub=-gains.T,
            b_ub=np.zeros(gains.shape[1]),
            A_eq=np.ones((1, len(gains))),
            b_eq=[1],
        )
        return found.status == 0 and -found.fun > 1e-9
    found = linprog(
        np.append(np.zeros(len(gains)), -1),
        A_ub=np.hstack([-gains.T, np.ones((gains.shape[1], 1))]),
        b_ub=np.zeros(gains.shape[1]),
        A_eq=np.append(np.ones(len(gains)), 0)[None],
        b_eq=[1],
        bounds=[(0, None)] * len(gains) + [(None, None)],
    )
    return -found.fun > 1e-9


def test_without_mixtures_what_is_left_is_undominated():
    for name in ("0..3", "decimals", "three players"):
        for kind in ("strict", "weak"):
            found = Dominance(weak=kind == "weak", mixed=False).solve(BATCHES[name])
            for mask, left in zip(undominated(BATCHES[name], kind=kind), found.left, strict=True):
                assert (mask == left).all()


def test_rounds_batches_of_any_shape_and_missing_payoffs():
    rng = np.random.default_rng(3)
    tables = rng.integers(0, 9, (2, 3, 4, 3, 3)).astype(float)
    tables[0, 1, 2, 0, 0] = np.nan
    found = Dominance(rounds=1).solve(Game.from_payoffs(*tables))
    assert found.status.shape == (3, 4)
    assert found.status[1, 2] == Status.INVALID
    assert (np.delete(found.status.reshape(-1), 6) == Status.OK).all()
    assert found.round.max() == 1
    one = Dominance(rounds=1).solve(Game.from_payoffs(*tables[:, 2, 1]))
    assert _rows(found.of(2, 1).eliminations) == _rows(one.eliminations)


@pytest.mark.parametrize("name", ["random", "0..3", "decimals"])
def test_perfect_equilibria_use_no_dominated_mixture(name):
    found = solve(BATCHES[name], workers=1)
    marks = admissible(found)
    for e, game in enumerate(found.game.tolist()):
        tables = found.games.row[game], found.games.column[game].T
        dominated = False
        for table, side in zip(tables, (found.row[e], found.column[e]), strict=True):
            played = side @ table
            dominated |= _is_dominated(np.vstack([table, played]), len(table), weak=True)
        assert marks[e] == (not dominated)
    assert name == "random" or not marks.all()


@pytest.mark.parametrize("name", [name for name in BATCHES if name != "three players"])
def test_welfare_of_a_batch_is_that_of_single_games(name):
    found = solve(BATCHES[name], workers=1)
    facts = welfares(found)
    improved = 0
    for game in range(0, len(found.count), 2):
        alone = welfare(found.of(game))
        rows = slice(found.starts[game], found.starts[game + 1])
        assert facts.best[game] == float(alone.best)
        for mask, listed in (
            (facts.best_profiles, alone.best_profiles),
            (facts.efficient, alone.efficient),
        ):
            assert list(map(tuple, np.argwhere(mask[game]).tolist())) == list(listed)
        assert facts.sums[rows].tolist() == [float(sum_) for sum_ in alone.sums]
        for e, outcome in enumerate(facts.improved[rows].tolist()):
            assert tuple(outcome) == alone.improved.get(e, (-1, -1))
            improved += outcome[0] >= 0
        if alone.prices is None:
            assert np.isnan(facts.prices[game]).all()
        else:
            assert tuple(facts.prices[game].tolist()) == alone.prices
    assert improved > 3


@pytest.mark.parametrize("name", BATCHES)
def test_gains_from_deviating_in_a_batch_are_those_of_single_games(name):
    gains, replies = deviation_gains(BATCHES[name])
    for game in range(0, gains.shape[1], 5):
        listed = {
            (d.player, *d.profile): (float(d.gain), d.action)
            for d in deviations(BATCHES[name].of_batch(game))
        }
        found = {
            (player, *profile): (gain, int(replies[(player, game, *profile)]))
            for player in range(len(gains))
            for profile, gain in np.ndenumerate(gains[player, game])
            if gain
        }
        assert found == listed


def test_evolutionary_stability_of_a_batch_is_that_of_plain_fractions():
    rng = np.random.default_rng(8)
    stable = 0
    for size, high in ((2, 3), (3, 3), (3, 10**6), (4, 3)):
        rows = rng.integers(0, high, (60, size, size)).astype(float)
        rows[::2] = np.round(rows[::2] + rows[::2].swapaxes(1, 2))
        found = solve(rows, rows.swapaxes(1, 2), workers=1)
        marks = evolutionarily_stable_set(found)
        for e, game in enumerate(found.game.tolist()):
            x, y = (side[e] for side in found.strategies)
            alike = ((x > 0) == (y > 0)).all()
            exact = alike and _is_stable(rows[game], x)
            assert marks[e] == exact
            if alike:
                assert evolutionarily_stable(rows[game], x) == exact
        stable += marks.sum()
    assert stable > 100


def _is_stable(payoffs, x):
    """Haigh's condition by Keller's criterion, in Fractions, one set of best replies at a time."""
    table = [[Fraction(value) for value in row] for row in payoffs.tolist()]
    support = np.flatnonzero(x > 0).tolist()
    mixture = _solved(table, support)
    if mixture is None:
        return False
    earned = [sum(a * b for a, b in zip(row, mixture, strict=True)) for row in table]
    if any(earned[i] != max(earned) for i in support):
        return False
    best = [i for i, value in enumerate(earned) if value == max(earned)]
    anchor = support[0]
    order = support[1:] + [i for i in best if i not in support]
    entry = {
        (i, j): table[anchor][j] + table[i][anchor] - table[anchor][anchor] - table[i][j]
        for i in order
        for j in order
    }
    form = [[entry[i, j] + entry[j, i] for j in order] for i in order]
    inside = len(support) - 1
    if any(_determinant([row[:k] for row in form[:k]]) <= 0 for k in range(1, inside + 1)):
        return False
    for size in range(1, len(order) - inside + 1):
        for chosen in combinations(range(inside, len(order)), size):
            part = [*range(inside), *chosen]
            block = [[form[i][j] for j in part] for i in part]
            if not _keller(block, inside):
                return False
    return True


def _keller(block, inside):
    """Of the Schur complement over the entries of any sign, whose minors are quotients of these."""
    if _determinant(block) > 0:
        return True
    last = len(block) - 1
    minors = []
    for k in range(inside, last + 1):
        rows = [[row[j] for j in range(last + 1) if j != k] for row in block[:last]]
        minors.append((-1) ** (last + k) * _determinant(rows))
    return not all(minor > 0 for minor in minors)


def _solved(table, support):
    """Shares that make the support indifferent; None unless all are positive and unique."""
    first, *rest = support
    lines = [[table[first][j] - table[i][j] for j in support] for i in rest]
    shares = [
        (-1) ** k * _determinant([[row[j] for j in range(len(support)) if j != k] for row in lines])
        for k in range(len(support))
    ]
    total = sum(shares)
    if not total or any(share / total <= 0 for share in shares):
        return None
    mixture = [Fraction(0)] * len(table)
    for place, share in zip(support, shares, strict=True):
        mixture[place] = share / total
    return mixture


def _determinant(matrix):
    if not matrix:
        return Fraction(1)
    return sum(
        (-1) ** k * matrix[0][k] * _determinant([row[:k] + row[k + 1 :] for row in matrix[1:]])
        for k in range(len(matrix))
    )


def test_symmetric_equilibria_of_mixed_sizes_are_ranked_by_exact_payoffs():
    rng = np.random.default_rng(3)
    table = rng.integers(0, 4, (80, 3, 3)) * 2.0 ** rng.integers(-60, 60, (80, 3, 3))
    games = Game.from_payoffs(table, table.swapaxes(1, 2))
    found = solve(games, method="symmetric", workers=1)
    ranks = pareto_rank(found)
    for number in range(80):
        exact = solve(games.of_batch(number)).exact()
        alike = (exact.strategies[0] == exact.strategies[1]).all(axis=1)
        earned = exact.payoffs[alike][:, 0]  # both players earn the same
        plain = [1 + sum(other > mine for other in set(earned)) for mine in earned]
        assert ranks[found.starts[number] : found.starts[number + 1]].tolist() == plain


def test_lists_of_any_method_are_compared_without_a_loop(monkeypatch):
    rng = np.random.default_rng(4)
    games = Game.from_payoffs(*rng.integers(0, 4, (2, 60, 3, 3)))
    listed, every = solve(games, method="polytopes"), solve(games, workers=1)
    assert (listed.row == every.row).all()
    monkeypatch.setattr(_exact_profiles, "_vertices_near", None)
    assert pareto_rank(listed).tolist() == pareto_rank(every).tolist()
    assert best_by_welfare(listed).tolist() == best_by_welfare(every).tolist()
