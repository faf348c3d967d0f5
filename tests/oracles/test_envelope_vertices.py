"""Vertices of best-reply polytopes, grown reply by reply, against all systems in fractions."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from strategic.equilibria.enumeration import _certified_vertices, _envelope
from strategic.equilibria.enumeration._certified_vertices import vertex_equilibria
from strategic.equilibria.enumeration._envelope import envelope_vertices
from strategic.equilibria.enumeration._supports import Supports
from strategic.status import Status


def solved(system):
    """Solve by elimination in fractions; None where there is not one solution."""
    lines = [[Fraction(entry) for entry in line] for line in system]
    for step in range(len(lines)):
        pivot = next((r for r in range(step, len(lines)) if lines[r][step]), None)
        if pivot is None:
            return None
        lines[step], lines[pivot] = lines[pivot], lines[step]
        lines[step] = [entry / lines[step][step] for entry in lines[step]]
        for r, line in enumerate(lines):
            if r != step and line[step]:
                lines[r] = [a - line[step] * b for a, b in zip(line, lines[step], strict=True)]
    return [line[-1] for line in lines]


def vertices_in_fractions(gains):
    """List the tight labels of all vertices of one game, and tell whether there are no ties."""
    e, d = gains.shape
    found, ties = set(), False
    for size in range(1, min(d, e) + 1):
        for used in combinations(range(d), size):
            for replies in combinations(range(e), size):
                system = [[1] * size + [0, 1]]
                system += [[*(-gains[j, i] for i in used), 1, 0] for j in replies]
                solution = solved(system)
                if solution is None:
                    continue
                *shares, v = solution
                slacks = [
                    v - sum(Fraction(gains[j, i]) * x for i, x in zip(used, shares, strict=True))
                    for j in range(e)
                ]
                if min(*shares, *slacks) < 0 or min(shares) < 0:
                    continue
                unused = [i for i in range(d) if i not in used]
                tight = [j for j in range(e) if slacks[j] == 0]
                ties |= min(shares) == 0 or len(tight) > size
                found.add(frozenset([*unused, *(d + j for j in tight)]))
    return found, not ties


def listed(vertices, game):
    """Unpack the labels of one game's vertices, and tell whether all are certain."""
    here = vertices.game == game
    labels = [
        frozenset(bit for bit in range(64) if int(code) >> bit & 1)
        for code in vertices.labels[here]
    ]
    return labels, bool(vertices.certain[here].all()) and not vertices.given_up[game]


SHAPES = [(1, 2), (2, 1), (2, 2), (3, 2), (2, 5), (3, 4), (4, 3), (4, 4), (3, 6)]


@pytest.mark.parametrize(("d", "e"), SHAPES)
def test_random_games_have_all_their_vertices_and_every_one_is_certain(d, e):
    gains = np.random.default_rng([d, e]).uniform(-1, 1, (12, e, d))
    vertices = envelope_vertices(gains, np.zeros(12))
    for game in range(12):
        labels, certain = listed(vertices, game)
        assert certain
        assert len(labels) == len(set(labels))
        assert (set(labels), True) == vertices_in_fractions(gains[game])


@pytest.mark.parametrize("power", [0, 20, 44, 50, 52])
@pytest.mark.parametrize(("d", "e"), [(2, 5), (3, 4), (4, 4)])
def test_a_list_is_certain_only_if_it_is_right_and_without_ties(d, e, power):
    rng = np.random.default_rng([d, e, power])
    gains = rng.integers(-4, 5, (25, e, d)) / 8
    if power:
        gains += rng.integers(-2, 3, gains.shape) * 2.0**-power
    vertices, sure = envelope_vertices(gains, np.zeros(25)), 0
    for game in range(25):
        labels, certain = listed(vertices, game)
        expected, simple = vertices_in_fractions(gains[game])
        if certain:
            assert simple
            assert set(labels) == expected
        sure += certain
    # Neither everything nor nothing is certain here, so that the test can tell.
    assert 0 < sure < 25 or power == 20


def test_what_is_in_doubt_decides_what_is_certain():
    gains = np.random.default_rng(3).uniform(-1, 1, (4, 5, 4))
    vertices = envelope_vertices(gains, np.array([0.0, 1e-9, 0.1, np.inf]))
    assert [listed(vertices, game)[1] for game in range(4)] == [True, True, False, False]


def test_vertices_close_together_are_certain_too(monkeypatch):
    rng = np.random.default_rng(11)
    gains = rng.uniform(-1, 0.9, (3, 6, 5))
    gains[:, 1] = gains[:, 0] + 1e-8 * rng.random((3, 5))  # edges as short as that
    vertices = envelope_vertices(gains, np.zeros(3))
    assert vertices.certain.all()
    for game in range(3):
        assert (set(listed(vertices, game)[0]), True) == vertices_in_fractions(gains[game])
    monkeypatch.setattr(_envelope._Growing, "_certain_by_edges", lambda *_: np.zeros(1, dtype=bool))
    assert not envelope_vertices(gains, np.zeros(3)).certain.all()


def test_no_game_depends_on_its_neighbours():
    rng = np.random.default_rng(6)
    plain = rng.uniform(-1, 1, (40, 9, 9))
    # Ties without rounding, and ties with it, in which doubles lead to what is no polytope.
    ties = np.clip(rng.integers(-4, 5, (40, 9, 9)) / 8, -1, 1)
    rounded = ties * (rng.random((40, 1, 9)) * 0.5 + 0.4)
    rounded -= rounded[:, :1] * 0.3
    gains = np.stack([plain, ties, rounded], axis=1).reshape(120, 9, 9)
    together = envelope_vertices(gains, np.full(120, 1e-15))
    assert together.given_up.any()
    assert not together.given_up[::3].any()
    for game in [*range(12), *np.flatnonzero(together.given_up)]:
        alone = envelope_vertices(gains[game : game + 1], np.full(1, 1e-15))
        here = together.game == game
        assert together.given_up[game] == alone.given_up[0]
        for name in ("labels", "certain"):
            one, other = getattr(together, name)[here], getattr(alone, name)
            assert sorted(one.tolist()) == sorted(other.tolist()), name


def test_what_one_way_leaves_open_the_other_takes_up(monkeypatch):
    row, column = np.random.default_rng(4).random((2, 6, 9, 8))
    whole, status = vertex_equilibria(row, column, np.zeros(6, dtype=bool))
    matched = _certified_vertices.matched_supports

    def some_left(*games):
        found = matched(*games)
        found.left[[1, 4]] = True
        lost = [
            tuple(part[~found.left[number]] for part in (number, rows, columns))
            for number, rows, columns in found.parts
        ]
        return Supports(lost, found.left)

    monkeypatch.setattr(_certified_vertices, "matched_supports", some_left)
    again, other = vertex_equilibria(row, column, np.zeros(6, dtype=bool))
    assert (status == Status.COMPLETE).all()
    assert np.array_equal(status, other)
    assert np.array_equal(whole.count, again.count)
    assert np.array_equal(whole.sorted().table, again.sorted().table)


def test_a_list_is_certain_only_if_no_entries_in_doubt_change_it():
    rng = np.random.default_rng(12)
    gains = rng.uniform(-0.9, 0.9, (20, 4, 3))
    gains[:, 1] = gains[:, 0] + 1e-6 * rng.standard_normal((20, 3))
    changed, kept = 0, 0
    for doubt in (1e-6, 1e-7, 1e-8, 1e-9):
        vertices = envelope_vertices(gains, np.full(20, doubt))
        moved = [gains + doubt * rng.choice([-1.0, 1.0], gains.shape) for _ in range(4)]
        for game in range(20):
            labels, certain = listed(vertices, game)
            others = [vertices_in_fractions(table[game]) for table in moved]
            same = all(other == (set(labels), True) for other in others)
            assert same or not certain
            changed, kept = changed + (not same), kept + certain
    assert changed > 10
    assert kept > 10


def test_room_is_made_as_it_is_needed_and_not_without_end(monkeypatch):
    gains = np.random.default_rng(9).uniform(-1, 1, (5, 6, 5))
    plenty = envelope_vertices(gains, np.zeros(5))
    most = 10**6
    monkeypatch.setattr(_envelope, "walked_vertices", lambda shape: 2 if shape == (5, 6) else most)
    tight = envelope_vertices(gains, np.zeros(5))
    for name in ("game", "labels", "certain", "given_up"):
        assert np.array_equal(getattr(plenty, name), getattr(tight, name)), name
    most = 20
    assert np.bincount(plenty.game).min() > most
    assert envelope_vertices(gains, np.zeros(5)).given_up.any()
