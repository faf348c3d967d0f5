"""Equilibria of three and more players compared in bulk, against plain fractions game by game."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria._exact import exact_payoffs_and_regret
from strategic.equilibria._near_fractions import near_fractions
from strategic.equilibria._whole_games import whole_games
from strategic.equilibria.concepts import _exact_profiles
from strategic.equilibria.concepts._dominating import dominating_mixture, dominating_mixtures
from strategic.equilibria.concepts._players_payoffs import (
    payoffs_of_fractions,
    players_payoffs,
    ranked,
)
from strategic.equilibria.concepts.choice import choose
from strategic.equilibria.concepts.selection import (
    best_by_equality,
    best_by_welfare,
    pareto_rank,
)
from strategic.equilibria.enumeration.players import exact_profiles
from strategic.equilibria.enumeration.players._exact import exact_findings
from strategic.equilibria.enumeration.players.exact_profiles import _exact_profile
from strategic.games import Game
from strategic.status import Status

SURE = Fraction(1, 2**60)


def _batch(kind, shape, count):
    rng = np.random.default_rng(hash_of(kind, shape))
    draw = {
        "0..3": lambda: rng.integers(0, 4, (count, *shape)).astype(float),
        "decimals": lambda: rng.integers(0, 9, (count, *shape)) / 10,
        "doubles": lambda: np.round(rng.integers(0, 9, (count, *shape)) / 10, 1),
        "large": lambda: rng.integers(0, 4, (count, *shape)) * 1e14,
        "near": lambda: (
            rng.integers(0, 3, (count, *shape)) + rng.integers(-1, 2, (count, *shape)) * 2.0**-40
        ),
    }[kind]
    return Game.from_payoffs(*(draw() for _ in shape), decimal=kind == "decimals")


def hash_of(*names):
    return sum(ord(letter) * 7**place for place, letter in enumerate(str(names))) % 2**32


def _oracle(games, number, found):
    """Payoffs in fractions and their errors, by a sum over all profiles; None where it is open."""
    tables = [table[number] for table in games.fractions()]
    listed = [profile for profile, _ in exact_findings(games.of_batch([number]))[0].profiles]
    payoffs, errors = [], []
    for row in range(found.starts[number], found.starts[number + 1]):
        sides = [side[row].tolist() for side in found.strategies]
        near = [
            profile
            for profile in listed
            if all(
                abs(float(share) - double) < 1e-6
                for mixture, side in zip(profile, sides, strict=True)
                for share, double in zip(mixture, side, strict=True)
            )
        ]
        if len(near) != 1:
            return None
        replies = [_replies(table, player, near[0]) for player, table in enumerate(tables)]
        payoffs.append(
            [
                sum(share * reply for share, reply in zip(mine, all_of_them, strict=True))
                for mine, all_of_them in zip(near[0], replies, strict=True)
            ]
        )
        tied = all(
            len({reply for share, reply in zip(mine, earned, strict=True) if share}) == 1
            for mine, earned in zip(near[0], replies, strict=True)
        )
        largest = max(abs(payoff) for table in tables for payoff in table.flat)
        errors.append(Fraction(0) if tied else largest * len(tables) * SURE)
    return payoffs, errors


def _replies(table, player, profile):
    earned = [Fraction(0)] * table.shape[player]
    for actions in product(*map(range, table.shape)):
        weight = Fraction(1)
        for other, action in enumerate(actions):
            if other != player:
                weight *= profile[other][action]
        earned[actions[player]] += weight * table[actions]
    return earned


def _levels(scores, errors):
    """Number scores from below, those that may be equal by one number."""
    order = sorted(range(len(scores)), key=lambda one: scores[one])
    levels = dict.fromkeys(order[:1], 0)
    for low, high in pairwise(order):
        more = scores[high] - scores[low] > errors[high] + errors[low]
        levels[high] = levels[low] + more
    return [levels[one] for one in range(len(scores))]


@pytest.mark.parametrize(
    ("kind", "shape", "count"),
    [
        ("0..3", (2, 2, 2), 60),
        ("0..3", (2, 3, 2), 20),
        ("0..3", (3, 3, 3), 3),
        ("0..3", (2, 2, 2, 2), 3),
        ("decimals", (2, 2, 2), 40),
        ("doubles", (2, 2, 2), 40),
        ("large", (2, 2, 2), 30),
        ("near", (2, 2, 2), 40),
    ],
)
def test_equilibria_are_ranked_as_in_plain_fractions(kind, shape, count):
    games = _batch(kind, shape, count)
    found = solve(games, method="all")
    ranks, welfare, equality = pareto_rank(found), best_by_welfare(found), best_by_equality(found)
    dominant, checked = choose(found, "payoff-dominant"), 0
    for number in range(count):
        rows = slice(found.starts[number], found.starts[number + 1])
        known = _oracle(games, number, found)
        if known is None or found.count[number] == 0:
            continue
        payoffs, errors = known
        columns = [_levels(list(column), errors) for column in zip(*payoffs, strict=True)]
        scores = list(zip(*columns, strict=True))
        assert ranks[rows].tolist() == _peeled(scores)
        totals = _levels([sum(row) for row in payoffs], errors)
        assert welfare[number] - rows.start == totals.index(max(totals))
        least = _levels([min(row) for row in payoffs], errors)
        assert equality[number] - rows.start == least.index(max(least))
        if found.status[number] in (Status.COMPLETE, Status.COMPLETE_EXACT):
            ideal = tuple(max(column) for column in columns)
            assert dominant.is_defined[number] == (scores.count(ideal) == 1)
        checked += 1
    assert checked > count // 2


def _peeled(scores):
    """Take the undominated away, again and again."""
    ranks, left, rank = [0] * len(scores), set(range(len(scores))), 0
    while left:
        rank += 1
        gone = {
            one
            for one in left
            if not any(
                scores[other] != scores[one]
                and all(a >= b for a, b in zip(scores[other], scores[one], strict=True))
                for other in left
            )
        }
        for one in gone:
            ranks[one] = rank
        left -= gone
    return ranks


@pytest.mark.parametrize("kind", ["0..3", "doubles", "large"])
def test_no_game_of_three_players_is_compared_alone(kind, monkeypatch):
    games = _batch(kind, (2, 2, 2), 400)
    found = solve(games, method="all")
    asked = []

    def count(_, left):
        asked.extend(left.tolist())
        return {}

    monkeypatch.setattr(_exact_profiles, "_exact_payoffs_of_many", count)
    pareto_rank(found)
    best_by_welfare(found)
    assert len(asked) <= 2


def test_payoffs_in_irrational_equilibria_are_right_to_eighty_bits():
    games = _batch("0..3", (2, 2, 2), 300)
    found = solve(games, method="all")
    earned, seen = players_payoffs(games, found.strategies, found.game), 0
    assert earned.known.mean() > 0.999
    for row in np.flatnonzero(earned.known & (earned.errors != 0))[:12]:
        number = int(found.game[row])
        known = _oracle(games, number, found)
        assert known is not None
        payoffs, errors = known
        place = row - found.starts[number]
        assert errors[place] > 0
        for player, payoff in enumerate(payoffs[place]):
            below = int(earned.denominators[row])
            assert abs(Fraction(int(earned.numerators[row, player]), below) - payoff) < 2**-80
        seen += 1
    assert seen == 12


def test_exact_payoffs_are_those_of_plain_fractions():
    for kind in ("0..3", "decimals", "doubles", "near"):
        games = _batch(kind, (2, 2, 2), 60)
        [part] = list(whole_games(games))
        found = solve(games, method="all")
        earned, seen = players_payoffs(games, found.strategies, found.game), 0
        for number in range(60):
            known = _oracle(games, number, found)
            for place, row in enumerate(range(found.starts[number], found.starts[number + 1])):
                if known is None or not earned.known[row] or earned.errors[row] != 0:
                    continue
                below = int(earned.denominators[row]) * int(part.unit[number])
                mine = [Fraction(int(n), below) for n in earned.numerators[row]]
                error = known[1][place]
                assert all(abs(a - b) <= error for a, b in zip(mine, known[0][place], strict=True))
                seen += 1
        assert seen > 100


def test_near_fractions_finds_what_was_rounded_and_nothing_else():
    rng = np.random.default_rng(3)
    totals = rng.integers(2, 1 << 22, 4000)
    weights = np.stack([rng.integers(0, totals), totals])
    weights[1] -= weights[0]
    doubles = weights / totals
    doubles += rng.integers(-1, 2, doubles.shape) * 2.0**-53 * (doubles > 0.1) * (doubles < 0.9)
    found, sums, fine = near_fractions(doubles)
    assert fine.all()
    assert (found * totals == weights * sums).all()
    # The golden section is as far from fractions of small denominators as can be.
    golden = np.array([[(5**0.5 - 1) / 2], [(3 - 5**0.5) / 2]])
    _, sums, fine = near_fractions(golden)
    assert not fine[0] or sums[0] > 1 << 20


def test_scores_of_long_whole_numbers_are_ranked_as_fractions():
    rng = np.random.default_rng(8)
    games = Game.from_payoffs(*(rng.integers(0, 3, (50, 2, 2, 2)) * 3.0**29 for _ in range(3)))
    found = solve(games, method="all")
    earned = players_payoffs(games, found.strategies, found.game)
    rows = np.flatnonzero(earned.known)
    scores = ranked(earned.of_some(rows), found.game[rows], lambda payoffs: payoffs[:, :1])
    for number in range(50):
        own = np.flatnonzero(found.game[rows] == number)
        below = earned.denominators[rows[own]]
        exact = [
            Fraction(int(n), int(d))
            for n, d in zip(earned.numerators[rows[own], 0], below, strict=True)
        ]
        errors = [Fraction(int(e)) * SURE for e in earned.errors[rows[own]]]
        levels = _levels(exact, errors)
        assert np.unique(scores[own, 0], return_inverse=True)[1].tolist() == levels


@pytest.mark.parametrize("kind", ["strict", "weak"])
def test_long_gains_are_settled_by_their_signs_as_one_by_one(kind):
    rng, dominated = np.random.default_rng(5), 0
    for actions, profiles in ((1, 4), (2, 4), (3, 4), (3, 2), (4, 3)):
        gains = rng.integers(-2, 4, (actions, profiles, 60)) * np.int64(3602879701896397)
        gains[0, :, ::2] = 0
        if actions == 2:
            gains[1, :, 1::4] = -gains[0, :, 1::4]
        unit = rng.integers(1, 9, 60)
        which, weights, margins, gave_up = dominating_mixtures(gains, unit, kind)
        assert not gave_up.size
        for lane in range(60):
            exact = np.array(
                [[Fraction(int(g), int(unit[lane])) for g in row] for row in gains[..., lane]]
            )
            alone = dominating_mixture(exact, kind=kind)
            assert (alone is not None) == (lane in which)
            if alone is not None:
                place = which.tolist().index(lane)
                assert weights[place].tolist() == alone[0].tolist()
                assert margins[place] == alone[1]
                dominated += 1
    assert dominated > 30


@pytest.mark.parametrize("kind", ["0..3", "decimals", "large"])
def test_fractions_of_a_batch_are_those_of_single_equilibria(kind, monkeypatch):
    games = _batch(kind, (2, 2, 2), 120)
    found, alone = solve(games, method="all"), []

    def counted(*given):
        alone.append(given[2])
        return _exact_profile(*given)

    monkeypatch.setattr(exact_profiles, "_exact_profile", counted)
    mixers = sum((side > 0.0).sum(axis=1) > 1 for side in found.strategies)
    rows = np.flatnonzero(mixers < 3)
    sides = [side[rows] for side in found.strategies]
    exact = exact_profiles.exact_profiles(games, sides, found.game[rows]).strategies
    assert not alone
    for row in np.flatnonzero(mixers[rows] > 0)[:40]:
        one = _exact_profile(games, int(found.game[rows[row]]), row, [side[row] for side in sides])
        assert [tuple(side[row]) for side in exact] == [tuple(mixture) for mixture in one]
    payoffs, regret = payoffs_of_fractions(games, exact, found.game[rows])
    plain = exact_payoffs_and_regret(games, exact, found.game[rows])
    assert (payoffs == plain[0]).all()
    assert (regret == plain[1]).all()
    assert not regret.any()
