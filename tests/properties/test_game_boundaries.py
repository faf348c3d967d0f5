"""Boundaries of measures of games against plain fractions: every change, no other, at any scan."""

from fractions import Fraction
from itertools import combinations, product
from math import sqrt

import numpy as np
import pytest

import strategic as st


def text_of(tables):
    """A model file of payoffs a + b t, one table of pairs per player."""

    def cells(entry, depth):
        if depth == 0:
            return f'"{entry[0]} + {entry[1]} * t"'
        return "[" + ", ".join(cells(part, depth - 1) for part in entry) + "]"

    shape = tables[0].shape[:-1]
    actions = str([[f"a{k}" for k in range(n)] for n in shape]).replace("'", '"')
    players = str([f"p{i}" for i in range(len(shape))]).replace("'", '"')
    payoffs = ", ".join(cells(table.tolist(), len(shape)) for table in tables)
    return (
        f'title = "t"\nkind = "game"\nplayers = {players}\nactions = {actions}\n'
        f"payoffs = [{payoffs}]\n[parameters.t]\nvalue = 0.5\nbounds = [-2, 2]\n"
    )


def at(tables, t):
    """The payoffs at a fraction: nested dictionaries by profile, in fractions."""
    return [
        {p: Fraction(int(e[p][0])) + Fraction(int(e[p][1])) * t for p in np.ndindex(e.shape[:-1])}
        for e in tables
    ]


def solved(rows):
    """Solve a square system in fractions by elimination; None where it is singular."""
    rows = [list(row) for row in rows]
    for k in range(len(rows)):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for r in range(len(rows)):
            if r != k and rows[r][k]:
                rows[r] = [a - rows[r][k] * b for a, b in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]


def mixture(payoff, mine, theirs, actions):
    """What the other must play on ``theirs`` for ``mine`` to be all best replies; None if not."""
    system = [[payoff(i, j) for j in theirs] + [-1, 0] for i in mine]
    found = solved([*system, [1] * len(theirs) + [0, 1]])
    if found is None or min(found[:-1]) <= 0:
        return None
    worth = [sum(payoff(i, j) * p for j, p in zip(theirs, found[:-1], strict=True))
             for i in range(actions)]  # fmt: skip
    if any(worth[i] >= found[-1] for i in range(actions) if i not in mine):
        return None
    return found[-1]


def two_player_supports(tables, t):
    """Supports and payoffs of all equilibria of a game without ties, by trying all supports."""
    a, b = at(tables, t)
    m, n = tables[0].shape[:2]
    found = {}
    for size in range(1, min(m, n) + 1):
        for mine, theirs in product(combinations(range(m), size), combinations(range(n), size)):
            v = mixture(lambda i, j: a[i, j], mine, theirs, m)
            w = v is not None and mixture(lambda j, i: b[i, j], theirs, mine, n)
            if v is not None and w not in (None, False):
                found[mine, theirs] = (v, w)
    return found


def three_binary(tables, t):
    """Number of equilibria of a 2x2x2 game without ties: pure, two mixing, all three mixing."""
    u = at(tables, t)

    def gain(i, others):
        profile = list(others)
        return u[i][(*profile[:i], 1, *profile[i:])] - u[i][(*profile[:i], 0, *profile[i:])]

    count = 0
    for profile in np.ndindex(2, 2, 2):
        count += all(
            (gain(i, [*profile[:i], *profile[i + 1 :]]) > 0) == bool(profile[i]) for i in range(3)
        )
    for i, pure in product(range(3), (0, 1)):
        j, k = (n for n in range(3) if n != i)

        def line(of, other, i=i, pure=pure):
            ends = []
            for x in (0, 1):
                profile = {i: pure, other: x}
                ends.append(gain(of, [profile[n] for n in range(3) if n != of]))
            return ends[0] / (ends[0] - ends[1]) if ends[0] * ends[1] < 0 else None

        x_k, x_j = line(j, k), line(k, j)
        if x_j is None or x_k is None:
            continue
        worth = sum(
            gain(i, (a, b)) * (x_j if a else 1 - x_j) * (x_k if b else 1 - x_k)
            for a, b in product((0, 1), (0, 1))
        )
        count += (worth > 0) == bool(pure)
    return count + completely_mixed([[[float(gain(i, (a, b))) for b in (0, 1)] for a in (0, 1)]
                                     for i in range(3)])  # fmt: skip


def completely_mixed(g):
    """Count roots of all three indifference equations inside the cube, by eliminating two."""

    def parts(i):
        (a, b), (c, d) = g[i]
        return a, c - a, b - a, a + d - b - c  # constant, first other, second other, both

    a, b, c = parts(0), parts(1), parts(2)

    # q determines r by player 0, and r determines p by player 1.
    def rest(q):
        r = -(a[0] + a[1] * q) / (a[2] + a[3] * q)
        p = -(b[0] + b[2] * r) / (b[1] + b[3] * r)
        return p, r

    def poly(q):
        top, bottom = a[0] + a[1] * q, a[2] + a[3] * q
        p_top, p_bottom = b[0] * bottom - b[2] * top, b[1] * bottom - b[3] * top
        return (c[0] + c[2] * q) * p_bottom - (c[1] + c[3] * q) * p_top

    low, mid, high = poly(0.0), poly(0.5), poly(1.0)
    two, one, zero = 2 * (low + high - 2 * mid), 4 * mid - 3 * low - high, low
    square = one * one - 4 * two * zero
    if square < 0:
        return 0
    count = 0
    for sign in (1, -1):
        q = (-one + sign * sqrt(square)) / (2 * two) if abs(two) > 1e-13 else -zero / one
        if abs(two) <= 1e-13 and sign < 0:
            break
        if 0 < q < 1:
            p, r = rest(q)
            count += 0 < p < 1 and 0 < r < 1
    return count


def is_tied(tables):
    """Whether two actions are equally good throughout: then equilibria are never isolated."""
    t = Fraction(1, 9973)
    for i, table in enumerate(at(tables, t)):
        seen = set()
        for profile, value in table.items():
            key = (*profile[:i], None, *profile[i + 1 :], value)
            if key in seen:
                return True
            seen.add(key)
    return False


def side_in(found, t):
    """What a boundary says of a value that is no change."""
    side = found["start"].item()
    for place, after in zip(found["at"].values, found["after"].values, strict=True):
        if place < t:
            side = after
    return side


def changes(found):
    return list(zip(found["at"].values, found["before"].values, found["after"].values,
                    found["exactly"].values, strict=True))  # fmt: skip


def label(supports):
    words = ("+".join(f"a{k}" for k in side) for side in supports)
    return "_|_".join(words)


@pytest.mark.parametrize(
    ("shape", "trials"),
    [
        ((2, 2), 6),
        ((3, 3), 4),
        ((2, 3), 3),
        pytest.param((2, 2), 60, marks=pytest.mark.slow),
        pytest.param((3, 3), 20, marks=pytest.mark.slow),
    ],
)
def test_supports_and_counts_change_where_they_do(shape, trials):
    rng = np.random.default_rng(sum(shape))
    grid = [Fraction(int(k), 9973) * 4 - 2 for k in rng.permutation(9972)[:60] + 1]
    seen = 0
    for _ in range(trials):
        tables = rng.integers(-9, 10, (2, *shape, 2))
        if is_tied(tables):
            continue
        model = st.load(text_of(tables))
        counts = st.boundary(model, "t", "equilibrium_count", scan=2)
        again = st.boundary(model, "t", "equilibrium_count", scan=300)
        assert repr(changes(counts)) == repr(changes(again))
        assert counts.attrs["events"] == "fractions"
        supports = st.boundary(model, "t", "support", scan=2)
        best = st.boundary(model, "t", "support@best-welfare", scan=2)
        seen += len(counts["at"]) + len(best["at"])
        close = []
        for place, before, after, _ in changes(counts):
            if -2 < place < 2:  # the change is there: a trillionth of the range beside it
                close += [
                    Fraction(place) - Fraction(1, 10**10),
                    Fraction(place) + Fraction(1, 10**10),
                ]
                for t, side in zip(close[-2:], (before, after), strict=True):
                    assert len(two_player_supports(tables, t)) == side
        for t in [*grid, *close]:
            expected = two_player_supports(tables, t)
            assert side_in(counts, float(t)) == len(expected)
            only = label(next(iter(expected))) if len(expected) == 1 else "undefined"
            assert side_in(supports, float(t)) == only
            ranked = sorted(expected, key=lambda s: sum(expected[s]))
            worth = [sum(expected[s]) for s in ranked]
            if len(worth) == 1 or worth[-1] > worth[-2]:
                assert side_in(best, float(t)) == label(ranked[-1])
    assert seen > 2 * trials


@pytest.mark.parametrize("trials", [4, pytest.param(16, marks=pytest.mark.slow)])
def test_three_players_change_where_they_do(trials):
    rng = np.random.default_rng(222)
    grid = [Fraction(int(k), 9973) * 4 - 2 for k in rng.permutation(9972)[:80] + 1]
    seen = 0
    for _ in range(trials):
        tables = rng.integers(-9, 10, (3, 2, 2, 2, 2))
        if is_tied(tables):
            continue
        model = st.load(text_of(tables))
        found = st.boundary(model, "t", "equilibrium_count", scan=2)
        again = st.boundary(model, "t", "equilibrium_count", scan=100)
        assert repr(changes(found)) == repr(changes(again))
        seen += len(found["at"])
        beside = [Fraction(p) + s * Fraction(1, 10**6) for p in found["at"].values for s in (1, -1)]
        for t in [*grid, *(t for t in beside if -2 < t < 2)]:
            assert side_in(found, float(t)) == three_binary(tables, t), t
    assert seen > 2 * trials


def test_two_changes_next_to_each_other_are_two():
    """A scan would have to be lucky: the window is a billionth of the range wide."""
    window = "0.3000000040000"
    text = f"""
title = "window"
kind = "game"
players = ["a", "b"]
actions = [["x", "y"], ["x", "y"]]
payoffs = [[["t - 0.3", 0], [0, "{window} - t"]], [["t - 0.3", 0], [0, "{window} - t"]]]
[parameters.t]
value = 0.0
bounds = [-2, 2]
"""
    model = st.load(text)
    found = st.boundary(model, "t", "pure_count", scan=2)
    np.testing.assert_array_equal(found["at"], [0.3, float(window)])
    np.testing.assert_array_equal(found["after"], [2, 1])
    # Who gets nothing either way is indifferent: at both ends, and only there, a continuum.
    degenerate = st.boundary(model, "t", "degenerate", scan=2)
    np.testing.assert_array_equal(degenerate["at"], [0.3, float(window)])
    assert list(degenerate["exactly"].values) == ["yes", "yes"]
    assert list(degenerate["after"].values) == ["no", "no"]


def test_isolated_points_are_found():
    """A potential game at one value only; a tie without a change on either side."""
    text = """
title = "points"
kind = "game"
players = ["a", "b"]
actions = [["x", "y"], ["x", "y"]]
payoffs = [[["t + 0.1", 0], [0, 2]], [["(t - 1/3)**2", 0], [0, 1]]]
[parameters.t]
value = 0.5
bounds = [0, 3]
"""
    model = st.load(text)
    touched = st.boundary(model, "t", "strict_count", scan=2)
    np.testing.assert_allclose(touched["at"], [1 / 3])
    assert [v.item() for v in (touched["before"], touched["exactly"], touched["after"])] == [
        2,
        1,
        2,
    ]
    # Gains around the only square are t + 0.1 + 2 and 2 t + 1.
    once = st.load(text.replace("(t - 1/3)**2", "2 * t"))
    potential = st.boundary(once, "t", "potential", over=(0, 3), scan=2)
    found = [potential[n].item() for n in ("at", "before", "exactly", "after")]
    assert found == [1.1, "no", "yes", "no"]


def test_rock_is_lost_whatever_the_scan():
    model = st.load("rock-paper-scissors")
    for scan in (2, 3, 10, 257):
        found = st.boundary(model, "bonus", "support@maximum-entropy", scan=scan)
        assert found["at"].item() == -1.5
        counts = st.boundary(model, "bonus", "equilibrium_count", scan=scan)
        np.testing.assert_array_equal(counts["at"], [-1.5, -1.0])


def test_a_grid_finds_what_each_of_its_points_does():
    model = st.load("hawk-dove")
    together = st.boundary(
        model, "harm", "support@maximum-entropy", over=(0, 8), grid=["value=1:5:9"], scan=2
    )
    np.testing.assert_allclose(together["at"].values[:, -1], np.linspace(1, 5, 9))
    for k, value in enumerate(np.linspace(1, 5, 9)):
        alone = st.boundary(
            model.change({"value": value}), "harm", "support@maximum-entropy", over=(0, 8), scan=2
        )
        count = int(together["count"][k])
        np.testing.assert_allclose(together["at"].values[k, :count], alone["at"])
        assert list(together["after"].values[k, :count]) == list(alone["after"].values)


def test_functions_without_formulas_are_followed_piece_by_piece():
    """Equilibria of a coordination game with payoffs that are no polynomials in the parameter."""

    def turning(x):
        return ([[np.sin(5 * x), 0.0 * x], [0.0 * x, np.exp(x) - 2]],) * 2

    model = st.modelling.Model(st.family(turning, {"x": (0.5, 0.0, 3.0)}))
    found = st.boundary(model, "x", "pure_count", scan=2)
    expected = sorted([np.log(2), *(k * np.pi / 5 for k in range(5))])
    inside = [x for x in found["at"].values if x > 0]
    np.testing.assert_allclose(inside, expected[1:], atol=1e-8)
    assert found.attrs["events"] == "pieces"


def test_the_smallest_flip_needs_no_luck_either():
    """Rock-paper-scissors is degenerate at -1 and -1.5 only: no scan meets these values."""
    model = st.load("rock-paper-scissors").change({"bonus": -0.37})
    found = st.boundary(model, measure="degenerate")
    assert found["needed"].item() == -1.0
    assert found["after"].item() == "yes"
    rock = st.boundary(model, measure="support@maximum-entropy", scan=2)
    assert rock["needed"].item() == -1.5
    assert st.boundary(model, measure="potential")["relative"].item() == np.inf


def test_the_most_mixed_member_of_a_component_is_compared_with_other_equilibria():
    """A column player who is indifferent mixes to ln 2; the other component overtakes inside."""
    rows = [["1/3", "2/3 + t", "2/3 + 2 * t"], [0, 1, "2/3 + t"], ["2 * t", "2/3", "1/3"]]
    columns = [["2/3", 0, "2/3"], ["2/3", "2/3 + t", "1 + 2 * t"], ["2/3 + 2*t", "1 + 2*t", "-t"]]
    text = (
        f'title = "t"\nkind = "game"\nplayers = ["p0", "p1"]\nactions = {[["a", "b", "c"]] * 2}\n'
        f"payoffs = [{rows}, {columns}]\n[parameters.t]\nvalue = 0.5\nbounds = [-2, 2]\n"
    )
    found = st.boundary(st.load(text), "t", "support@maximum-entropy", over=(0.1667, 0.3), scan=2)
    [where] = found["at"].values
    # Rows mix 1/3 and 2/3; columns play b with q.
    q = (2 * where - 1 / 3) / (3 * where - 1 / 3)
    other = -sum(p * np.log(p) for p in (1 / 3, 2 / 3, q, 1 - q))
    assert abs(other - np.log(2)) < 1e-9
    assert list(found["before"].values) == ["a_|_a+c"]
    assert list(found["after"].values) == ["a+c_|_a+b"]
