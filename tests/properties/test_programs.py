"""Programs of many games at once give what exact arithmetic gives one by one, to the bit."""

from fractions import Fraction
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from strategic.equilibria import solve
from strategic.equilibria._exact_program import best_mixture
from strategic.equilibria.concepts import _needed_actions, commitment, correlated
from strategic.equilibria.concepts._correlated_programs import best_devices
from strategic.equilibria.pivoting import _zero_sum_programs
from strategic.equilibria.programs import _pivoting
from strategic.equilibria.programs.mixtures import Programs, best_mixtures
from strategic.equilibria.programs.twofold import product_sum, quotient, rounded, weighted_sum
from strategic.equilibria.programs.vertices import only_vertices, upper_bounds
from strategic.equilibria.programs.written import as_written
from strategic.games.game import Game

ROOT = Path(__file__).parents[2]
RUNS = [
    ("correlated", {}),
    ("correlated", {"objective": "egalitarian"}),
    ("correlated", {"objective": 1}),
    ("coarse", {}),
    ("coarse", {"objective": "egalitarian"}),
    ("commitment", {}),
    ("commitment", {"pessimistic": True}),
    ("zero_sum", {}),
]
SHAPES = [(2, 2), (3, 3), (2, 4), (4, 3), (1, 3), (1, 1), (2, 2, 2), (3, 2, 2)]
as_fraction = np.frompyfunc(Fraction, 1, 1)


@pytest.fixture
def hard(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    return import_module("benchmarks.mixed_sizes").hard_games


def kinds(shape, count, rng, hard):
    """Games of all sorts: generic, tied, whole, decimal, fractions, mixed sizes."""
    size = (len(shape), count, *shape)
    yield Game(payoffs=tuple(rng.random(size)))
    yield Game(payoffs=tuple(rng.integers(0, 4, size).astype(float)))
    yield Game(payoffs=tuple(rng.integers(-50, 51, size) * 0.25))
    yield Game(payoffs=tuple(rng.integers(0, 40, size) / 10), decimal=True)
    yield Game.from_payoffs(*(as_fraction(t) / 3 for t in rng.integers(0, 5, size)))
    yield Game(payoffs=tuple(hard(shape, count, rng)))
    yield Game(payoffs=tuple(np.where(rng.random(size) < 0.3, 0.5, rng.random(size))))
    yield Game(payoffs=shifted(rng.random(size[1:]), len(shape)))


def shifted(table, players):
    """One table for all, each with its last action moved on: limits that imply each other."""
    return tuple(np.roll(table, player, axis=-1) for player in range(players))


def fitting(game, method):
    """Make a game one that the method takes; None where there is no such game."""
    if method == "zero_sum" and len(game.shape) == 2:
        if game.exact is not None:
            return Game.from_payoffs(game.exact[0], -game.exact[0])
        return Game(payoffs=(game.row, -game.row), decimal=game.decimal)
    return game if method in ("correlated", "coarse") or len(game.shape) == 2 else None


def answers(found, method):
    if method == "zero_sum":
        unique = found.unique_row, found.unique_column
        return [found.value, found.gap, found.row, found.column, found.status, *unique]
    if method == "commitment":
        pure = found.pure
        return [found.leader, found.reply, found.payoffs, found.status, pure.leader, pure.payoffs]
    return [found.probabilities, found.payoffs, found.value, found.gain, found.status]


def equal(one, other):
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)


def one_by_one(monkeypatch):
    for module in (correlated, commitment, _zero_sum_programs):
        monkeypatch.setattr(module, "LARGEST", 0)


@pytest.mark.parametrize(("method", "options"), RUNS)
def test_many_games_have_the_answers_of_exact_arithmetic(method, options, hard, monkeypatch):
    rng = np.random.default_rng(161)
    monkeypatch.setattr(_needed_actions, "FEW", 1)  # games without some actions alone too
    for shape in SHAPES:
        for game in kinds(shape, 8, rng, hard):
            asked = fitting(game, method)
            if asked is None:
                continue
            together = answers(solve(asked, method=method, **options), method)
            with monkeypatch.context() as alone:
                one_by_one(alone)
                equal(together, answers(solve(asked, method=method, **options), method))


@pytest.mark.parametrize(("method", "options"), RUNS)
def test_neither_batch_nor_order_nor_workers_matter(method, options, hard, monkeypatch):
    rng = np.random.default_rng(162)
    for shape in [(3, 3), (2, 3), (2, 2, 2)]:
        for game in kinds(shape, 25, rng, hard):
            asked = fitting(game, method)
            if asked is None or asked.exact is not None:
                continue
            whole = answers(solve(asked, method=method, workers=1, **options), method)
            order = rng.permutation(25)
            mixed = Game(payoffs=tuple(t[order] for t in asked.payoffs), decimal=asked.decimal)
            with monkeypatch.context() as small:
                small.setattr(correlated, "BLOCK", 7)
                small.setattr(correlated, "LEAST", 1)
                small.setattr(commitment, "PROGRAMS", 20)
                small.setattr(_pivoting, "CELLS", 1)
                cut = answers(solve(mixed, method=method, workers=2, **options), method)
            equal([part[order] for part in whole], cut)
            monkeypatch.setattr(correlated, "ALONE", -correlated.ALONE)  # in turns
            for number in (0, 24):
                alone = answers(solve(asked.of_batch(number), method=method, **options), method)
                for mine, theirs in zip(whole, alone, strict=True):
                    np.testing.assert_array_equal(mine[number], np.squeeze(theirs))


def test_hardly_a_game_is_left_to_the_loop(monkeypatch):
    counts = {"left": 0}

    def counted(original):
        def count(*args, **kwargs):
            counts["left"] += 1
            return original(*args, **kwargs)

        return count

    for module, name in (
        (correlated, "_program"),
        (commitment, "exact_commitment"),
        (_zero_sum_programs, "_only_optima_of_one"),
    ):
        monkeypatch.setattr(module, name, counted(getattr(module, name)))
    rng = np.random.default_rng(163)
    for shape in [(3, 3), (4, 4), (2, 2, 2)]:
        size = (len(shape), 500, *shape)
        for payoffs, most in ((rng.random(size), 2), (rng.integers(0, 4, size).astype(float), 0)):
            for method, options in RUNS:
                game = fitting(Game(payoffs=tuple(payoffs)), method)
                if game is not None:
                    counts["left"] = 0
                    answers(solve(game, method=method, **options), method)
                    assert counts["left"] <= most, (shape, method, options)


def test_limits_that_imply_each_other_leave_nothing_to_the_loop():
    rng = np.random.default_rng(167)
    for shape in [(3, 3), (4, 4)]:
        game = Game(payoffs=shifted(rng.random((200, *shape)), len(shape)))
        found, sure = best_devices(as_written(game, slice(None)), "egalitarian", coarse=False)
        assert sure.all()
        assert np.isfinite(found).all()


def test_correlated_play_needs_only_what_iterated_dominance_leaves(monkeypatch):
    nowhere = np.zeros(60, dtype=bool), np.zeros(60, dtype=int)
    monkeypatch.setattr(_needed_actions, "_best_at_one_profile", lambda *_, **__: nowhere)
    rng = np.random.default_rng(169)
    cut = 0
    for shape in [(3, 3), (4, 2), (2, 3, 2)]:
        tables = rng.integers(0, 10, (len(shape), 60, *shape)) + 0.1  # no whole numbers
        written = as_written(Game(payoffs=tuple(tables)), slice(None))
        needed = _needed_actions.needed_actions(written, "egalitarian", coarse=False)
        for number in range(60):
            left = undominated(tables[:, number])
            assert [np.flatnonzero(mask[:, number]).tolist() for mask in needed] == left
            cut += left != [list(range(actions)) for actions in shape]
        every = _needed_actions.needed_actions(written, "egalitarian", coarse=True)
        assert all(mask.all() for mask in every)  # coarse play may use what is dominated
    assert cut > 60


@pytest.mark.parametrize("coarse", [False, True])
def test_the_least_payoff_is_largest_at_one_profile_where_it_is_the_largest(coarse, monkeypatch):
    """Also of common interests, where several profiles may be best: the first, if whole."""
    rng = np.random.default_rng(172)
    settled = 0
    for shape in [(3, 3), (2, 3, 2)]:
        tables = rng.integers(0, 4, (len(shape), 30, *shape)).astype(float)
        tables[1:, :10] = tables[:1, :10]
        for scale in (1.0, 0.3):
            game = Game(payoffs=tuple(scale * tables))
            needed = _needed_actions.needed_actions(
                as_written(game, slice(None)), "egalitarian", coarse=coarse
            )
            settled += np.prod([mask.sum(axis=0) == 1 for mask in needed], axis=0).sum()
            asked = {"method": "coarse" if coarse else "correlated", "objective": "egalitarian"}
            together = answers(solve(game, **asked), asked["method"])
            with monkeypatch.context() as alone:
                one_by_one(alone)
                equal(together, answers(solve(game, **asked), asked["method"]))
    assert settled > 30


def undominated(tables):
    left = [list(range(actions)) for actions in tables.shape[1:]]
    while True:
        before = [list(actions) for actions in left]
        for player, table in enumerate(tables):
            own = np.moveaxis(table, player, 0)
            others = np.ix_(*before[:player], *before[player + 1 :])
            kept = before[player]
            left[player] = [
                a for a in kept if not any((own[a][others] < own[b][others]).all() for b in kept)
            ]
        if left == before:
            return left


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("aim", ["welfare", "egalitarian", 1])
def test_values_of_correlated_play_are_those_of_highs(aim, coarse, monkeypatch):
    rng = np.random.default_rng(170)
    monkeypatch.setattr(_needed_actions, "FEW", 1)
    for shape in [(3, 3), (4, 4), (2, 3, 2)]:
        size = len(shape), 12, *shape
        scale = 10.0 ** rng.integers(-2, 3, (len(shape), 12) + (1,) * len(shape))
        for tables in (rng.random(size), rng.integers(0, 10, size), rng.random(size) * scale):
            game = Game(payoffs=tuple(tables.astype(float)))
            found = solve(game, method="coarse" if coarse else "correlated", objective=aim)
            for number in range(12):
                value = correlated_value_by_highs(tables[:, number], aim, coarse=coarse)
                assert found.value[number] == pytest.approx(value, rel=1e-6, abs=1e-9)


def correlated_value_by_highs(tables, aim, *, coarse):
    flat, limits = tables.reshape(len(tables), -1), []
    for player, table in enumerate(tables):
        own = np.moveaxis(table, player, 0)
        for other in range(len(own)):
            gains = np.moveaxis(own[other] - own, 0, player)
            told = np.indices(table.shape)[player].ravel()
            limits += [
                np.where(coarse | (told == action), gains.ravel(), 0.0)
                for action in range(1 if coarse else len(own))
            ]
    aims = {"welfare": flat.sum(axis=0)[None], "egalitarian": flat}.get(aim, flat[1:2])
    rows = np.concatenate([aims, limits])[:, :, None]
    return highs_value(Programs(rows, None, len(aims), np.array([False])), 0)


@pytest.mark.parametrize("shape", [(8, 8), (2, 2, 2, 2, 2)])
@pytest.mark.parametrize("coarse", [False, True])
def test_larger_games_are_solved_together_too(shape, coarse, monkeypatch):
    monkeypatch.setattr(correlated, "_program", None)  # nothing is left to it
    rng = np.random.default_rng(171)
    size, scale = (len(shape), 20, *shape), 10.0 ** rng.integers(-2, 3, (1, 20) + (1,) * len(shape))
    for tables in (rng.random(size) * scale, rng.integers(0, 4, size)):
        game = Game(payoffs=tuple(tables.astype(float)))
        found = solve(game, method="coarse" if coarse else "correlated")
        least = correlated.gain_from_disobeying(game, found.probabilities, coarse=coarse)
        assert (least <= 1e-14 * tables.max()).all()
        for number in range(0, 20, 6):
            value = correlated_value_by_highs(tables[:, number], "welfare", coarse=coarse)
            assert found.value[number] == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_sums_that_cancel_are_compared_as_they_are():
    """Payoffs of 1, tiny and -1 add up to tiny, which rounding loses on the way."""
    tiny = 2.0**-54
    tables = [1.0, -tiny / 2], [tiny, tiny], [-1.0, 0.0]
    game = Game(payoffs=tuple(np.array(table).reshape(1, 1, 2, 1) for table in tables))
    found = solve(game, method="correlated")
    assert found.probabilities.ravel().tolist() == [1.0, 0.0]
    assert found.value.tolist() == [tiny]


def programs(rng, *, whole):
    aims, limits, variables = rng.integers(1, 4), rng.integers(0, 6), rng.integers(1, 7)
    size = (aims + limits, variables, 30)
    rows = rng.integers(-3, 4, size).astype(float) if whole else rng.standard_normal(size)
    rows[rng.random(size) < 0.3] = 0.0
    return Programs(rows, None, int(aims), np.full(30, whole))


def exactly(one, number):
    aims, limits = np.split(one.rows[:, :, number], [one.aims])
    return best_mixture(aims, limits)


@pytest.mark.parametrize("whole", [True, False])
def test_programs_have_the_vertex_of_exact_pivoting_and_the_value_of_highs(whole):
    rng = np.random.default_rng(164 + whole)
    proved = solvable = 0
    for _ in range(12):
        one = programs(rng, whole=whole)
        found = best_mixtures(one, bounded=True)
        shares, sure = found.shares()
        for number in range(30):
            best = exactly(one, number)
            if best is None:
                assert not found.proved[number]
                assert found.infeasible[number] or not whole
                continue
            solvable += 1
            proved += found.proved[number]
            assert not found.infeasible[number]
            bound = found.upper[number]
            assert np.isposinf(bound) or Fraction(bound) >= best.value
            if sure[number]:
                assert shares[:, number].tolist() == [float(share) for share in best.mixture]
            if number % 6 == 0:
                assert float(best.value) == pytest.approx(highs_value(one, number), abs=1e-9)
        if whole:
            assert found.whole.all()
            assert (found.proved == ~found.infeasible).all()
    assert proved > (0.99 if whole else 0.7) * solvable  # zeros make ties


@pytest.mark.parametrize(("most", "solved"), [(9, 0.99), (100, 0.8), (1000, 0.1)])
def test_long_whole_numbers_are_pivoted_as_exact_arithmetic_does(most, solved):
    """Entries are known within a bound on their errors; what outgrows it is given up."""
    rng = np.random.default_rng(most)
    rows = rng.integers(-most, most + 1, (7, 6, 60)).astype(float)
    rows[rng.random(rows.shape) < 0.2] = 0.0
    one = Programs(rows, None, 3, np.ones(60, dtype=bool))
    found = best_mixtures(one)
    assert found.whole.mean() > solved
    shares, _ = found.shares()
    for number in np.flatnonzero(found.whole):
        best = exactly(one, number)
        assert (best is None) == found.infeasible[number]
        if best is not None:
            assert shares[:, number].tolist() == [float(share) for share in best.mixture]
            weights = found.weights[:, number]
            assert weights.tolist() == [float(w * Fraction(weights.sum())) for w in best.weights]
            assert found.first[number] == (rows[:3, :, number] @ found.high[:, number]).argmin()


def highs_value(one, number):
    rows, variables = one.rows[:, :, number], one.rows.shape[1]
    least = np.zeros(len(rows))
    least[: one.aims] = 1.0
    upper = np.column_stack([np.where(least[:, None] > 0, -rows, rows), least])
    total = np.append(np.ones(variables), 0.0)[None]
    free = [(0, None)] * variables + [(None, None)]
    aim = np.append(np.zeros(variables), -1.0)
    return -linprog(aim, upper, np.zeros(len(rows)), total, [1.0], bounds=free).fun


def test_a_wrong_basis_is_never_proved():
    """The certificate does not trust what pivoting says, only what it can check."""
    rng = np.random.default_rng(166)
    rejected = 0
    for _ in range(20):
        rows = rng.standard_normal((5, 4, 40))
        matrix = np.concatenate([rows[:2] - rows[:2].min() + 1.0, -rows[2:]])
        tables = _pivoting.first_tables(matrix, 2)
        ends = _pivoting.pivoted([tables], (5, 4, 40), whole=False, most_steps=50)
        other = rows.copy()
        other[:, :, rng.random(40) < 0.7] += 0.2 * rng.standard_normal((5, 4, 1))
        one = Programs(other, None, 2, np.zeros(40, dtype=bool))
        vertices = only_vertices((other, 0.0 * other), 2, ends)
        bounds = upper_bounds(other, 2, ends, np.ones((5, 40)))
        for number in range(40):
            best = exactly(one, number)
            if best is None:
                assert not vertices.proved[number]
                continue
            assert Fraction(bounds[number]) >= best.value
            error = vertices.error[:, number] * (1 + 1e-9) + 1e-40
            off = [
                abs(Fraction(high) + Fraction(low) - share) <= Fraction(bound)
                for high, low, share, bound in zip(
                    vertices.high[:, number],
                    vertices.low[:, number],
                    best.mixture,
                    error,
                    strict=True,
                )
            ]
            assert all(off) or not vertices.proved[number]
            rejected += not vertices.proved[number]
    assert rejected > 50


def test_twofold_sums_are_within_their_bounds_and_round_as_fractions_do():
    rng = np.random.default_rng(167)
    for terms in (1, 2, 5, 12):
        a, b = rng.standard_normal((2, terms, 200)) * 10.0 ** rng.integers(-9, 9, (2, terms, 200))
        a[:, :40], b[:, :40] = rng.integers(-9, 9, (2, terms, 40))
        a[:, 40:60] = -a[:, 40:60][::-1] if terms > 1 else a[:, 40:60]  # cancellation
        low = b * 2.0**-54 * rng.uniform(-1, 1, b.shape)
        low[:, :40] = 0.0
        divisor = rng.choice([1.0, 4.0, 3.0, 1000.0, 7.3], 200)
        exact = [
            sum(Fraction(x) * (Fraction(y) + Fraction(z)) for x, y, z in zip(*column, strict=True))
            for column in zip(a.T, b.T, low.T, strict=True)
        ]
        for high, less, error in (
            weighted_sum(a, (b, low)),
            product_sum((a, np.zeros_like(a)), (b, low)),
        ):
            shared = quotient((high, less), divisor, error)
            near, sure = rounded(*shared)
            assert sure.mean() > 0.9
            for number, total in enumerate(exact):
                off = abs(Fraction(high[number]) + Fraction(less[number]) - total)
                assert off <= Fraction(error[number])
                if sure[number]:
                    assert near[number] == float(total / Fraction(divisor[number]))
            assert (error[:40] == 0.0).all()


def test_payoffs_over_their_unit_are_the_payoffs_as_written(hard):
    rng = np.random.default_rng(168)
    for shape in [(2, 3), (2, 2, 2)]:
        for game in kinds(shape, 25, rng, hard):
            for one in (game, Game(payoffs=game.payoffs, decimal=True)):
                found = as_written(one, slice(None))
                tables = [np.moveaxis(table, 0, -1) for table in one.fractions()]
                for number in np.flatnonzero(found.held):
                    numbers = as_fraction(found.payoffs[..., number]) / Fraction(found.unit[number])
                    assert (numbers == np.stack([t[..., number] for t in tables])).all()
                    if found.whole[number]:
                        assert (found.payoffs[..., number] % 1 == 0).all()
    large = as_written(
        Game.from_payoffs([[[3 * 2.0**60, 0.0]]], [[[2.0**61, 2.0**62]]]), slice(None)
    )
    assert large.whole.all()
    assert (large.payoffs.max(), large.unit.tolist()) == (4.0, [2.0**-60])
    for sizes, others in (([1.7e308, 1e-300], [0.0, 1.0]), ([2.0**830, 2.0**-300], [0.0, 0.0])):
        far = as_written(Game.from_payoffs([[sizes]], [[others]]), slice(None))
        assert far.held.tolist() == [False]
