"""Discrete claims on payoffs of mixed size against small oracles in plain fractions.

160 games go through every method here; `-m slow` takes 100,000 per method,
and ``python tests/oracles/test_exact_methods.py METHOD FIRST LAST`` any seeds. Nothing but the
shares of mixtures, which are doubles, has a tolerance (`SHARE`).
"""

import importlib.util
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.concepts.commitment import Commitment
from strategic.equilibria.concepts.dominance import undominated
from strategic.equilibria.pivoting.lemke_howson import LemkeHowson
from strategic.games import Game
from strategic.status import Status

SHARE = 1e-9
SHAPES = [(2, 2), (2, 3), (3, 2), (3, 3), (2, 2, 2)]

_home = Path(__file__).resolve().parents[2] / "benchmarks" / "_plain_fractions.py"
_spec = importlib.util.spec_from_file_location("_plain_fractions", _home)
plain_fractions = importlib.util.module_from_spec(_spec)
sys.modules["_plain_fractions"] = plain_fractions
_spec.loader.exec_module(plain_fractions)


def mixed_game(seed, shapes=SHAPES):
    """Draw a game of mixed sizes, ties, near ties, levels or long integers, by its seed."""
    rng = np.random.default_rng(seed)
    shape = shapes[seed % len(shapes)]
    kind = rng.integers(6)
    tables = []
    for _ in shape:
        small = rng.integers(-3, 4, shape).astype(float)
        sizes = 10.0 ** rng.integers(-9, 10, shape)
        table = {
            0: small,
            1: small * sizes,
            2: rng.integers(-9, 10, shape) * 10.0 ** rng.choice([-9, 0, 9], shape),
            3: 1e12 + small * 10.0 ** rng.integers(-3, 3, shape),
            4: np.where(rng.random(shape) < 0.6, small, small * sizes),
            5: small,
        }[kind]
        if rng.random() < 0.4:  # an action that is nearly, or exactly, another one
            axis = rng.integers(len(shape))
            table = np.moveaxis(table.copy(), axis, 0)
            table[-1] = table[0]
            if rng.random() < 0.5:
                place = (-1, *(rng.integers(n) for n in table.shape[1:]))
                table[place] = np.nextafter(table[place], rng.choice([-np.inf, np.inf]))
            table = np.moveaxis(table, 0, axis)
        tables.append(table)
    if kind == 5:  # integers and fractions that no double holds
        big, scale = int(rng.choice([0, 10**18])), int(rng.choice([1, 3]))
        make = np.frompyfunc(lambda v: Fraction(int(v) + big, scale), 1, 1)
        tables = [make(table) for table in tables]
    if len(shape) == 2 and shape[0] == shape[1] and rng.random() < 0.3:
        tables[1] = tables[0].T
    return Game.from_payoffs(*tables)


def has_solution(rows):
    """Say by Fourier-Motzkin whether a w has ``a @ w + b > 0`` (strict) or ``>= 0`` everywhere."""
    while rows and rows[0][0]:
        lower = [r for r in rows if r[0][-1] > 0]
        upper = [r for r in rows if r[0][-1] < 0]
        after = {(tuple(a[:-1]), b, s) for a, b, s in rows if a[-1] == 0}
        for (a, b, s), (c, d, t) in product(lower, upper):
            combined = tuple(x * -c[-1] + y * a[-1] for x, y in zip(a[:-1], c[:-1], strict=True))
            after.add((combined, b * -c[-1] + d * a[-1], s or t))
        rows = list(after)
    return all(b > 0 if s else b >= 0 for _, b, s in rows)


def is_dominated(gains, kind):
    """Is some mixture of the rows of gains positive everywhere (or nonnegative and not zero)?"""
    if not gains:
        return False
    last, rest = gains[-1], gains[:-1]
    columns = range(len(last))
    rows = [(tuple(g[j] - last[j] for g in rest), last[j], kind == "strict") for j in columns]
    if kind == "weak":
        rows.append((tuple(sum(g) - sum(last) for g in rest), sum(last), True))
    shares = np.eye(len(rest), dtype=int).tolist()
    rows += [(tuple(Fraction(entry) for entry in unit), Fraction(0), False) for unit in shares]
    rows.append((tuple(Fraction(-1) for _ in rest), Fraction(1), False))
    return has_solution(rows)


def lines(table, player, kept):
    """One list of payoffs per action left of a player, over the profiles left of the others."""
    cut = np.moveaxis(table[np.ix_(*kept)], player, 0)
    return cut.reshape(len(cut), -1).tolist()


def eliminated(game, kind, mixed):
    """Iterated elimination, all of a round together: (round, player, action)."""
    tables, kept, gone = game.fractions(), [list(range(n)) for n in game.shape], []
    for number in range(1, sum(game.shape)):
        found = []
        for player, table in enumerate(tables):
            own = lines(table, player, kept)
            for place, action in enumerate(kept[player]):
                gains = [
                    [a - b for a, b in zip(line, own[place], strict=True)]
                    for k, line in enumerate(own)
                    if k != place
                ]
                if (mixed and is_dominated(gains, kind)) or (
                    not mixed and any(is_dominated([g], kind) for g in gains)
                ):
                    found.append((number, player, action))
        if not found:
            break
        gone += found
        for _, player, action in found:
            kept[player].remove(action)
    return gone, kept


def check_dominance(game):
    for kind, mixed in product(("strict", "weak"), (True, False)):
        found = solve(game, method="dominance", weak=kind == "weak", mixed=mixed)
        gone, kept = eliminated(game, kind, mixed)
        assert [(e.round, e.player, e.action) for e in found.eliminations] == gone
        assert [side.tolist() for side in found.kept] == kept
        assert all(e.margin > 0 if kind == "strict" else e.margin >= 0 for e in found.eliminations)
        if not mixed:
            masks = undominated(game, kind=kind)
            assert [np.flatnonzero(mask).tolist() for mask in masks] == kept
        if kind == "strict":  # no equilibrium is struck
            for player, strategy in enumerate(solve(game, method="pure").strategies):
                assert set(strategy.argmax(axis=1)) <= set(kept[player])


def pure_cells(game, *, strict):
    tables, cells = game.fractions(), []
    for cell in product(*map(range, game.shape)):
        losses = [
            table[cell] - table[(*cell[:i], a, *cell[i + 1 :])]
            for i, table in enumerate(tables)
            for a in range(game.shape[i])
            if a != cell[i]
        ]
        if all(loss > 0 if strict else loss >= 0 for loss in losses):
            cells.append(cell)
    return cells


def check_pure(game):
    for strict in (False, True):
        found = solve(game, method="pure", strict=strict)
        listed = [
            tuple(int(side[e].argmax()) for side in found.strategies) for e in range(len(found))
        ]
        assert listed == pure_cells(game, strict=strict)
        assert (found.regret == 0).all()
        assert (found.status == Status.NO_EQUILIBRIUM) == (not listed)


class Listed:
    """The extreme equilibria of a game as the plain oracle has them."""

    def __init__(self, game):
        self.game = plain_fractions.ExactGame.of(game)
        self.pairs = self.game.equilibria
        self.tables = game.fractions()
        self.mixtures = [[np.array(v.strategy) for v in pair] for pair in self.pairs]
        self.payoffs = [[x @ table @ y for table in self.tables] for x, y in self.mixtures]

    def place(self, x, y):
        """Which equilibrium a profile in doubles stands for: same supports, nearest shares."""
        found = [
            (max(np.abs(a.astype(float) - s).max() for a, s in zip(exact, (x, y), strict=True)), e)
            for e, exact in enumerate(self.mixtures)
            if all(((a != 0) == (s > 0)).all() for a, s in zip(exact, (x, y), strict=True))
        ]
        assert found, "no equilibrium has these supports"
        apart, place = min(found)
        assert apart <= SHARE
        return place


def check_listing(method):
    def check(game):
        known = Listed(game)
        chosen = LemkeHowson(label=sum(game.shape) - 1) if method == "last_label" else method
        found = solve(game, method="all" if method == "components" else chosen)
        places = [known.place(x, y) for x, y in zip(found.row, found.column, strict=True)]
        assert len(set(places)) == len(places) > 0
        if method in ("all", "components"):
            assert places == list(range(len(known.pairs)))
            assert bool(found.degenerate) == any(
                x.support != y.replies or y.support != x.replies for x, y in known.pairs
            )
        ranges = max(float(max(t.flat) - min(t.flat)) for t in known.tables)
        assert (found.regret <= 1e-12 * ranges).all()
        if method == "components":
            groups = joined(known.pairs)
            assert sorted(list(c.equilibria) for c in found.components()) == groups
            index = known.game.indices
            for component in found.components():
                assert component.index == sum(index[known.pairs[e]] for e in component.equilibria)

    return check


def joined(pairs):
    """Equilibria connected by shared strategies."""
    groups = [{e} for e in range(len(pairs))]
    for e, f in product(range(len(pairs)), repeat=2):
        if pairs[e][0] is pairs[f][0] or pairs[e][1] is pairs[f][1]:
            one = next(g for g in groups if e in g)
            other = next(g for g in groups if f in g)
            if one is not other:
                groups.remove(other)
                one |= other
    return sorted(sorted(group) for group in groups)


def is_admissible(table, support):
    own = table.tolist()
    gains = [
        [len(support) * a - sum(own[i][j] for i in support) for j, a in enumerate(line)]
        for line in own
    ]
    return not is_dominated(gains, "weak")


def is_stable(table, x):
    """Evolutionary stability with at most three best replies, case by case."""
    earned = table @ x
    best = [a for a in range(len(x)) if earned[a] == earned.max()]
    inside = [a for a in best if x[a]]
    if any(x[a] and a not in best for a in range(len(x))):
        return False
    others = [*inside[1:], *(a for a in best if not x[a])]
    k = inside[0]

    def form(a, b):
        z, w = (np.array([Fraction((i == c) - (i == k)) for i in range(len(x))]) for c in (a, b))
        return -(z @ table @ w + w @ table @ z)

    if not others:
        return True
    if len(others) == 1:
        return form(others[0], others[0]) > 0
    a, b = others
    positive, det = form(a, a) > 0, form(a, a) * form(b, b) - form(a, b) ** 2
    if len(inside) > 1:
        return positive and det > 0
    return positive and form(b, b) > 0 and (form(a, b) >= 0 or det > 0)


def check_selection(game):
    found = solve(game, method="selection")
    if len(game.shape) > 2:
        cells, tables = pure_cells(game, strict=False), game.fractions()
        played = [(side > 0).sum(axis=1) for side in found.equilibria.strategies]
        pure = (np.array(played) == 1).all(axis=0)
        payoffs = [[table[cell] for table in tables] for cell in cells]
        strict = pure_cells(game, strict=True)
        assert found.marks["strict"][pure].tolist() == [cell in strict for cell in cells]
        assert found.marks["quasi_strict"][pure].tolist() == [cell in strict for cell in cells]
        fine = [
            all(
                is_admissible(np.moveaxis(t, i, 0).reshape(game.shape[i], -1), [cell[i]])
                for i, t in enumerate(tables)
            )
            for cell in cells
        ]
        assert found.marks["admissible"][pure].tolist() == fine
        if not pure.all():
            return
    else:
        known = Listed(game)
        payoffs, (row, column) = known.payoffs, known.tables
        marks = {
            "strict": [len(x.replies) == len(y.replies) == 1 for x, y in known.pairs],
            "quasi_strict": [
                x.support == y.replies and y.support == x.replies for x, y in known.pairs
            ],
            "perfect": [
                is_admissible(row, sorted(x.support)) and is_admissible(column.T, sorted(y.support))
                for x, y in known.pairs
            ],
        }
        if game.shape[0] == game.shape[1] and (row == column.T).all():
            marks["evolutionarily_stable"] = [
                (x == y).all() and is_stable(row, x) for x, y in known.mixtures
            ]
        for name, mark in marks.items():
            assert found.marks[name].tolist() == mark, name
        assert ("evolutionarily_stable" in found.marks) == ("evolutionarily_stable" in marks)
        if game.shape == (2, 2):
            check_coordination(found.coordination, row, column)
    assert found.pareto_rank.tolist() == pareto(payoffs)
    for name, score in (("welfare", sum), ("equality", min)):
        scores = [score(p) for p in payoffs]
        first = [scores.index(max(scores)) == e for e in range(len(scores))]
        assert found.marks[f"best_by_{name}"].tolist() == first, name


def pareto(payoffs):
    ranks, left, rank = [0] * len(payoffs), set(range(len(payoffs))), 0
    while left:
        rank += 1
        top = {
            e
            for e in left
            if not any(
                all(a >= b for a, b in zip(payoffs[f], payoffs[e], strict=True))
                and payoffs[f] != payoffs[e]
                for f in left
            )
        }
        for e in top:
            ranks[e] = rank
        left -= top
    return ranks


def check_coordination(found, a, b):
    losses = [(a[i, i] - a[1 - i, i], b[i, i] - b[i, 1 - i]) for i in (0, 1)]
    there = all(loss > 0 for pair in losses for loss in pair)
    assert bool(found.coordinates) == there
    products = [one * other for one, other in losses]
    risk = -1 if not there or products[0] == products[1] else int(products[1] > products[0])
    assert int(found.risk) == risk
    ranks = pareto([[a[i, i], b[i, i]] for i in (0, 1)])
    assert int(found.payoff) == (-1 if not there or ranks[0] == ranks[1] else ranks.index(1))


def check_pure_commitment(game):
    leads, follows = game.fractions()
    for pessimistic in (False, True):
        found = Commitment(pessimistic=pessimistic).solve(game).pure
        replies = []
        for mine, theirs in zip(leads.tolist(), follows.tolist(), strict=True):
            best = [j for j, v in enumerate(theirs) if v == max(theirs)]
            replies.append((min if pessimistic else max)(best, key=mine.__getitem__))
        earned = [line[j] for line, j in zip(leads.tolist(), replies, strict=True)]
        assert found.replies.tolist() == replies
        assert int(found.leader) == earned.index(max(earned))


CHECKS = {
    "dominance": (check_dominance, SHAPES),
    "pure": (check_pure, SHAPES),
    "selection": (check_selection, SHAPES),
    "pure_commitment": (check_pure_commitment, SHAPES[:-1]),
    **{
        name: (check_listing(name), SHAPES[:-1])
        for name in (
            "all",
            "components",
            "polytopes",
            "one",
            "lemke_howson",
            "last_label",
            "lemke_howson_all",
        )
    },
}


def run(name, seeds):
    check, shapes = CHECKS[name]
    for seed in seeds:
        try:
            check(mixed_game(seed, shapes))
        except Exception as problem:
            problem.add_note(f"{name}, seed {seed}")
            raise


@pytest.mark.parametrize("name", CHECKS)
def test_claims_on_payoffs_of_mixed_size_are_those_of_plain_fractions(name):
    run(name, range(160))


@pytest.mark.parametrize("method", ["lemke_howson", "lemke_howson_all", "one"])
def test_shares_of_ill_conditioned_games_have_nine_digits(method):
    """Certain signs are not digits: where sizes are mixed, a share may lose all but a few."""
    rng = np.random.default_rng(31)
    cycle = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    mixed = 0
    for sizes in np.repeat(np.arange(0, 9), 16):
        row, column = (
            cycle * rng.uniform(1, 2, (3, 3)) * 10.0 ** rng.integers(-sizes, sizes + 1, (3, 3))
            for _ in range(2)
        )
        game = Game.from_payoffs(row, column.T)
        known, found = Listed(game), solve(game, method=method)
        for x, y in zip(found.row, found.column, strict=True):
            pair = known.mixtures[known.place(x, y)]
            mixed += (x > 0).sum() > 1
            for exact, shares in zip(pair, (x, y), strict=True):
                np.testing.assert_allclose(shares, exact.astype(float), rtol=1e-9)
    assert mixed > 100


def test_paths_spoilt_by_ties_are_noticed_long_before_the_cap():
    game = mixed_game(93707, SHAPES[:-1])  # doubles went round until the cap, and nothing was found
    end = LemkeHowson().solve(game)
    assert int(end.count) == 1
    for seed in range(300):
        game = mixed_game(seed, SHAPES[:-1])
        for label in range(sum(game.shape)):
            assert int(LemkeHowson(label=label, max_pivots=2000).solve(game).count) == 1, seed


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_claims_on_a_hundred_thousand_games(name):
    run(name, range(1000, 101_000))


if __name__ == "__main__":
    name, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    wrong = 0
    for seed in range(first, last):
        try:
            run(name, [seed])
        except Exception as problem:  # noqa: BLE001 - counted and shown
            wrong += 1
            sys.stdout.write(f"{name} {seed} {type(problem).__name__} {str(problem)[:200]}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{name}: seeds {first} to {last}, {wrong} differences\n")
