"""Level and unit of payoffs change no verdict of any method; exact texts solve like integers."""

import numpy as np
import pytest

from strategic.equilibria import METHODS, regret, solve
from strategic.equilibria.concepts.selection import coordination
from strategic.games import Game
from strategic.status import Status

SIZES = [(2, 2), (2, 3), (3, 3)]
LEVELS = [1e6, -(2.0**40), 1e15]
POWERS = [-900, -40, 1, 40, 900]
FACTORS = [3.0, 7e9]


def drawn(method, count):
    """Games of small integers, with ties, that the method takes."""
    rng = np.random.default_rng(len(method))
    for number in range(count):
        shape = SIZES[number % len(SIZES)]
        if method == "symmetric":
            shape = shape[:1] * 2
        if METHODS[method].takes.startswith("any") and number % 4 == 3:
            shape = (2, 2, 2)
        tables = rng.integers(-6, 7, (len(shape), *shape)).astype(float)
        if method == "zero_sum":
            tables[1] = -tables[0]
        if method == "symmetric" or (method == "selection" and number % 2 and len(set(shape)) == 1):
            tables[1] = tables[0].T
        yield tables


def profile(found):
    """What a list of equilibria claims, and its shares."""
    supports = [[np.flatnonzero(s).tolist() for s in side] for side in found.strategies]
    index = found.index[~np.isnan(found.index)].tolist()
    status = Status(int(found.status))
    if status == Status.COMPLETE_EXACT:  # says by which arithmetic, not what is so
        status = Status.COMPLETE
    return (status, supports, index), np.concatenate([side.ravel() for side in found.strategies])


def verdict(method, found):
    """Give the discrete claims of a solution, and numbers that level and unit do not touch."""
    if hasattr(found, "eliminations"):
        claims = [(e.round, e.player, e.action) for e in found.eliminations]
        return claims, np.concatenate([[0.0], *(e.dominator for e in found.eliminations)])
    if hasattr(found, "probabilities"):
        return (int(found.status), bool(found.gain > 0)), found.probabilities.ravel()
    if hasattr(found, "pure"):
        pure = int(found.pure.leader), int(found.pure.follower)
        return (int(found.status), int(found.reply), pure), found.leader
    if hasattr(found, "marks"):
        marks = {name: mask.tolist() for name, mask in found.marks.items()}
        risk = None if found.coordination is None else int(found.coordination.risk)
        claims, shares = profile(found.equilibria)
        return (claims, marks, found.pareto_rank.tolist(), risk), shares
    if hasattr(found, "limit"):
        return int(found.status), np.concatenate([[0.0], *found.limit])
    if hasattr(found, "residual"):
        return int(found.status), np.concatenate(found.strategies)
    if method == "zero_sum":  # which of several optimal strategies is shown is no claim
        unique = bool(found.unique_row), bool(found.unique_column)
        sides = zip(unique, (found.row[0], found.column[0]), strict=True)
        shares = [side if only else 0.0 * side for only, side in sides]
        return (int(found.status), unique), np.concatenate(shares)
    return profile(found)


def assert_alike(method, found, other, *, tol):
    (claims, numbers), (theirs, others) = verdict(method, found), verdict(method, other)
    assert claims == theirs
    np.testing.assert_allclose(numbers, others, rtol=0, atol=tol)


@pytest.mark.parametrize("method", METHODS)
def test_a_common_level_changes_no_verdict(method):
    for tables in drawn(method, 12):
        plain = solve(*tables, method=method)
        for level in LEVELS:
            # Each player has a level; where payoffs of players are compared they share one.
            alike = method in ("selection", "symmetric")
            levels = [level if alike else level * (1 - 2 * i) for i in range(3)]
            raised = [t + c for t, c in zip(tables, levels, strict=False)]
            assert_alike(method, plain, solve(*raised, method=method), tol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_changes_no_verdict_and_a_power_of_two_no_bit(method):
    for tables in drawn(method, 12):
        plain = solve(*tables, method=method)
        for factor in [*(2.0**power for power in POWERS), *FACTORS]:
            options = {"rationality": 1.0 / factor} if method == "logit" else {}
            scaled = solve(*(tables * factor), method=method, **options)
            exact = factor not in FACTORS and not method.startswith("logit")
            assert_alike(method, plain, scaled, tol=0.0 if exact else 1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_numbers_written_as_texts_solve_like_the_integers_they_are_parts_of(method):
    for tables in drawn(method, 8):
        whole = solve(*(tables if method != "logit" else tables / 10.0), method=method)
        tenths = tables / 10.0
        decimals = tuple(np.frompyfunc(str, 1, 1)(t) for t in tenths)
        thirds = tuple(np.frompyfunc(lambda v: f"{int(v)}/30", 1, 1)(t) for t in tables)
        for doubles, texts in ((tenths, decimals), (tables / 30.0, thirds)):
            if method == "logit" and texts is thirds:
                continue  # its unit is part of the question
            game = Game(payoffs=tuple(doubles), exact=texts)
            assert_alike(method, whole, solve(game, method=method), tol=1e-9)


def test_integers_that_doubles_cannot_tell_apart_are_told_apart():
    big = 10**18
    row = [[big, big + 1], [big + 1, big]]
    game = Game.from_payoffs(row, row)
    assert len(solve(game, method="pure")) == 2
    assert len(solve(game, method="pure", strict=True)) == 2
    weak = Game.from_payoffs([[big, big + 1], [big, big]], [[0, 0], [0, 0]])
    assert [e.action for e in solve(weak, method="dominance", weak=True).eliminations] == [1]
    strict = Game.from_payoffs([[big + 1, big + 1], [big, big]], [[0, 0], [0, 0]])
    assert [e.margin for e in solve(strict, method="dominance").eliminations] == [1.0]
    hunt = Game.from_payoffs([[big + 3, big], [big, big + 1]], [[big + 1, big], [big, big + 2]])
    assert int(coordination(hunt).risk) == 0
    assert solve(hunt, method="selection").marks["strict"].tolist() == [True, True, False]


@pytest.mark.parametrize("method", ["all", "one", "polytopes", "lemke_howson", "zero_sum"])
def test_regret_at_a_common_level_is_as_small_as_without(method):
    rng = np.random.default_rng(5)
    for shape in [(2, 2), (3, 3), (4, 4)]:
        row, column = rng.integers(-50, 51, (2, 20, *shape)) + 1e15
        if method == "zero_sum":
            column = -row
        found = solve(row, column, method=method)
        assert found.regret.max() < 1e-13 * 100
        assert (found.payoffs != 0).all()


def test_regret_of_any_profile_is_computed_from_differences():
    row, column = [[0.0, 4.0], [3.0, 1.0]], [[2.0, 0.0], [0.0, 7.0]]
    profile = [[[0.3, 0.7]], [[0.6, 0.4]]]
    plain = regret(Game.from_payoffs(row, column), profile)
    raised = regret(Game.from_payoffs(np.add(row, 1e15), np.add(column, -1e15)), profile)
    np.testing.assert_allclose(raised, plain, rtol=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_payoffs_near_the_largest_double_give_numbers_or_a_status(method):
    rng = np.random.default_rng(6)
    for number in range(12):
        shape = SIZES[number % len(SIZES)]
        if method == "symmetric":
            shape = shape[:1] * 2
        small = rng.integers(-3, 4, (2, *shape)).astype(float)
        tables = [small / 3.0 * 1.79e308, 1e308 + small * 1e300, small * 2.0**-1074][number // 4]
        if method == "zero_sum":
            tables[1] = -tables[0]
        if method == "symmetric":
            tables[1] = tables[0].T
        found = solve(*tables, method=method)
        numbers = verdict(method, found)[1]
        assert Status(int(found.status)).failed or np.isfinite(numbers).all()
        if hasattr(found, "regret") and not Status(int(found.status)).failed:
            assert np.isfinite(found.regret).all()
            assert np.isfinite(getattr(found, "payoffs", 0.0)).all()
        assert all(isinstance(line, str) for line in found.lines())


@pytest.mark.parametrize("method", ["all", "polytopes", "lemke_howson", "selection"])
def test_shares_below_the_smallest_double_keep_their_support(method):
    # The column player mixes so rarely that her share is 1e-400 or so.
    tiny, large = 2.0**-700, 2.0**700
    row, column = [[0.0, large], [tiny, 0.0]], [[1.0, 0.0], [0.0, 1.0]]
    found = solve(row, column, method=method)
    found = getattr(found, "equilibria", found)
    mixed = (found.row > 0).all(axis=1) & (found.column > 0).all(axis=1)
    assert mixed.sum() == 1
    assert found.column[mixed].min() == 2.0**-1074
    padded = np.zeros((3, 2))
    padded[:2], padded[2] = row, -1.0
    wide = solve(padded, np.vstack([column, [0.0, 0.0]]), method=method)
    wide = getattr(wide, "equilibria", wide)
    assert ((wide.row > 0).sum(axis=1) == (wide.column > 0).sum(axis=1)).all()
