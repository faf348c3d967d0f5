"""Rules that name one equilibrium, against definitions, closed forms and sampled members."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.concepts._entropy import entropy, largest_entropy
from strategic.equilibria.concepts._risk import _FIRST, _SECOND, _traced
from strategic.equilibria.concepts.choice import RULES, choose
from strategic.equilibria.concepts.potential import potential
from strategic.equilibria.concepts.pure import pure_mask
from strategic.equilibria.concepts.selection import coordination
from strategic.errors import MethodError
from strategic.games import Game
from strategic.status import Status

as_fraction = np.frompyfunc(Fraction, 1, 1)


def _games(rng, shape, count, *, high=4):
    return Game.from_payoffs(*rng.integers(0, high, (len(shape), count, *shape)).astype(float))


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3), (4, 2)])
def test_rules_over_all_equilibria_are_their_definitions_in_fractions(shape):
    games = _games(np.random.default_rng(sum(shape)), shape, 150)
    found = solve(games)
    exact = found.exact()
    chosen = {rule: choose(found, rule) for rule in ("only", "payoff-dominant", "best-welfare")}
    seen = set()
    for number in range(150):
        rows = range(found.starts[number], found.starts[number + 1])
        paid = [list(exact.payoffs[row]) for row in rows]
        dominant = [
            e
            for e, mine in enumerate(paid)
            if all(
                all(a >= b for a, b in zip(mine, theirs, strict=True)) and mine != theirs
                for f, theirs in enumerate(paid)
                if f != e
            )
        ]
        welfare = [sum(mine) for mine in paid]
        expected = {
            "only": [0] if len(paid) == 1 else [],
            "payoff-dominant": dominant,
            "best-welfare": [welfare.index(max(welfare))],
        }
        for rule, places in expected.items():
            status = Status(int(chosen[rule].status[number]))
            seen.add((rule, status))
            assert (status == Status.OK) == bool(places), (rule, number)
            if places:
                row = rows[places[0]]
                for side, listed in zip(chosen[rule].strategies, found.strategies, strict=True):
                    np.testing.assert_array_equal(side[number], listed[row])
                assert chosen[rule].regret[number] < 1e-9
            else:
                assert np.isnan(chosen[rule].payoffs[number]).all()
    assert len(seen) == 5  # best-welfare is always defined, the others are and are not


def test_the_payoff_dominant_equilibrium_beats_sampled_members_of_components():
    rng = np.random.default_rng(5)
    games = _games(rng, (3, 3), 400, high=3)
    found = solve(games)
    chosen, checked = choose(found, "payoff-dominant"), 0
    for component in found.components():
        if len(component.equilibria) == 1 or not chosen.is_defined[component.game]:
            continue
        one = games.of_batch(component.game)
        for subset in component.subsets:
            x = rng.dirichlet(np.ones(len(subset.rows)), 20) @ np.array(subset.rows)
            y = rng.dirichlet(np.ones(len(subset.columns)), 20) @ np.array(subset.columns)
            paid = np.stack([np.einsum("ki,ij,kj->k", x, table, y) for table in one.payoffs], 1)
            assert (paid <= chosen.payoffs[component.game] + 1e-9).all()
            checked += 1
    assert checked > 50


def _most_mixed(polytopes):
    first = np.concatenate([[0], np.cumsum([len(corners) for corners in polytopes])])
    corners = np.concatenate(polytopes)
    places = np.arange(len(corners))
    return largest_entropy(corners, places, first, np.arange(len(polytopes)))


def test_the_member_of_largest_entropy_does_not_depend_on_the_batch():
    """To the bit: alone, in a batch, in another order."""
    rng = np.random.default_rng(21)
    polytopes = []
    for _ in range(120):
        corners = rng.dirichlet(np.full(4, 0.4), rng.integers(1, 7))
        corners = np.where(corners < 0.1, 0.0, corners)
        polytopes.append(corners / corners.sum(axis=1, keepdims=True))
    members, gaps = _most_mixed(polytopes)
    for place, polytope in enumerate(polytopes):
        alone, gap = _most_mixed([polytope])
        np.testing.assert_array_equal(alone[0], members[place])
        assert gap[0] == gaps[place] <= 1e-11
    order = rng.permutation(len(polytopes))
    again, _ = _most_mixed([polytopes[k] for k in order])
    np.testing.assert_array_equal(again, members[order])


def test_the_member_of_largest_entropy_has_a_gap_and_beats_samples():
    rng = np.random.default_rng(6)
    polytopes = [
        rng.dirichlet(np.full(n, 0.4), rng.integers(1, 9)) * (rng.random(n) < 0.8) + 1e-300
        for n in (5,) * 200
    ]
    polytopes = [corners / corners.sum(axis=1, keepdims=True) for corners in polytopes]
    members, gap = _most_mixed(polytopes)
    assert gap.max() < 1e-11
    for corners, member, left in zip(polytopes, members, gap, strict=True):
        samples = rng.dirichlet(np.full(len(corners), 0.7), 300) @ corners
        assert entropy(samples).max() <= entropy(member) + left + 1e-12
        # A member: what separates it from the corners would show along some direction.
        directions = rng.standard_normal((200, 5))
        assert ((corners @ directions.T).max(axis=0) >= member @ directions.T - 1e-12).all()
    whole, _ = _most_mixed([np.eye(6)])
    np.testing.assert_allclose(whole, 1 / 6, atol=1e-9)


def test_no_corner_with_actions_of_its_own_is_left_out():
    """Corners that few others share actions with: the face found first may lack an action."""
    rng = np.random.default_rng(22)
    polytopes = []
    for _ in range(400):
        corners = (rng.random((rng.integers(2, 10), 6)) < 0.4).astype(float)
        corners[corners.sum(axis=1) == 0.0] = 1.0
        polytopes.append(corners / corners.sum(axis=1, keepdims=True))
    members, gap = _most_mixed(polytopes)
    assert gap.max() < 1e-11
    for corners, member, left in zip(polytopes, members, gap, strict=True):
        np.testing.assert_array_equal(member > 0.0, corners.any(axis=0))
        for step in (1e-6, 1e-3, 0.1):
            moved = member + step * (corners - member)
            assert entropy(moved).max() <= entropy(member) + left + 1e-12


def test_maximum_entropy_of_components_and_of_isolated_equilibria():
    # The row player is always indifferent, the column player only against the second row: all of
    # the first with column 1, and row 2 with all of the second. The two tie; the first is named.
    tied = choose(Game.from_payoffs([[1, 1], [1, 1]], [[1, 0], [0, 0]]), "maximum-entropy")
    np.testing.assert_allclose(tied.strategies[0], [0.5, 0.5], atol=1e-6)
    np.testing.assert_allclose(tied.strategies[1], [1, 0])
    rng = np.random.default_rng(7)
    games = _games(rng, (3, 3), 200, high=3)
    found = solve(games)
    chosen = choose(found, "maximum-entropy")
    assert chosen.is_defined.all()
    assert chosen.regret.max() < 1e-9
    assert chosen.gap.max() < 1e-10
    most = sum(entropy(side) for side in chosen.strategies)
    listed = sum(entropy(side) for side in found.strategies)
    assert (listed <= most[found.game] + 2e-9).all()
    for component in found.components():
        for subset in component.subsets:
            x = rng.dirichlet(np.ones(len(subset.rows)), 20) @ np.array(subset.rows)
            y = rng.dirichlet(np.ones(len(subset.columns)), 20) @ np.array(subset.columns)
            assert (entropy(x) + entropy(y)).max() <= most[component.game] + 2e-9


def test_risk_dominance_of_two_by_two_is_the_product_of_losses_wherever_the_equilibria_are():
    rng = np.random.default_rng(8)
    games = _games(rng, (2, 2), 12000, high=6)
    compared = coordination(games)
    chosen = choose(games, "risk-dominant")
    off = Game.from_payoffs(*(table[..., ::-1] for table in games.payoffs))
    mirrored = choose(off, "risk-dominant")
    there = compared.coordinates
    assert there.sum() > 100
    np.testing.assert_array_equal(chosen.is_defined[there], compared.risk[there] >= 0)
    assert (compared.risk[there] == -1).sum() > 10  # exact ties
    sure = there & chosen.is_defined
    np.testing.assert_array_equal(chosen.strategies[0][sure].argmax(axis=1), compared.risk[sure])
    np.testing.assert_array_equal(
        chosen.strategies[1][chosen.is_defined], mirrored.strategies[1][chosen.is_defined][:, ::-1]
    )
    alone = pure_mask(games, strict=True).sum(axis=(1, 2)) == 1
    assert chosen.is_defined[alone].all()
    assert (chosen.status[pure_mask(games, strict=True).sum(axis=(1, 2)) == 0] == 14).all()


@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_risk_dominance_of_team_hunts_is_the_closed_form(players):
    # Hunting pays 1 if everyone hunts; staying pays x. The prior of hunting is 1 - x, so hunting
    # dominates if and only if (1 - x)^(n - 1) > x.
    for x in (Fraction(k, 16) for k in range(1, 16)):
        tables = []
        for player in range(players):
            table = np.empty((2,) * players, dtype=object)
            for profile in product((0, 1), repeat=players):
                table[profile] = x if profile[player] else Fraction(not any(profile))
            tables.append(table)
        chosen = choose(Game.from_payoffs(*tables), "risk-dominant")
        hunts, stays = (1 - x) ** (players - 1), x
        if hunts == stays:
            assert chosen.status == Status.NO_CHOICE
        else:
            assert chosen.strategies[0].tolist() == [float(hunts > stays), float(hunts < stays)]


def test_the_traced_path_is_where_best_replies_lead_as_the_prior_fades():
    rng = np.random.default_rng(9)
    games = Game.from_payoffs(*rng.random((3, 800, 2, 2, 2)))
    strict = pure_mask(games, strict=True)
    chosen, walked = choose(games, "risk-dominant"), 0
    for number in np.flatnonzero((strict.sum(axis=(1, 2, 3)) == 2) & chosen.is_defined):
        tables = [table[number] for table in games.payoffs]
        one, other = np.argwhere(strict[number])
        if (one == other).any():
            continue
        end = _faded(tables, one, other)
        if end is not None:
            walked += 1
            named = [int(side[number].argmax()) for side in chosen.strategies]
            assert end == named, number
    assert walked > 30


@pytest.mark.parametrize("players", [2, 3, 4])
def test_paths_that_doubles_prove_are_those_in_fractions(players):
    rng = np.random.default_rng(players)
    size = players, 120, 2**players
    near = rng.integers(0, 3, size) + rng.integers(0, 2, size) * 2.0**-49
    for tables, least in ((rng.random(size), 0.85), (near, 0.2)):
        corners = tables.reshape(players, 120, *(2,) * players)
        for i in range(players):  # both corners are strict equilibria
            here = [slice(None)] * 2 + [0] * players
            for first in (0, 1):
                here[2:] = [first] * players
                there = list(here)
                there[2 + i] = 1 - first
                one, other = corners[i][tuple(here[1:])], corners[i][tuple(there[1:])]
                corners[i][tuple(here[1:])] = np.maximum(one, other) + 0.125
                corners[i][tuple(there[1:])] = np.minimum(one, other)
        moves = np.ones((players, 120), dtype=bool)
        won, sure = _traced(tables, moves)
        exact, always = _traced(as_fraction(tables), moves)
        assert always.all()
        assert (won == exact)[sure].all()
        assert sure.mean() > least
        assert {_FIRST, _SECOND} <= set(exact.tolist())


def _faded(tables, one, other):
    """Best replies in small steps of t; None if they cycle."""
    tables = [np.take(np.take(np.take(t, [one[0], other[0]], 0), [one[1], other[1]], 1),
                      [one[2], other[2]], 2) for t in tables]  # fmt: skip
    prior = []
    for i, table in enumerate(tables):
        own = np.moveaxis(table, i, 0)
        stay, leave = own[0, 0, 0] - own[1, 0, 0], own[1, 1, 1] - own[0, 1, 1]
        prior.append(np.array([stay, leave]) / (stay + leave))
    values = []
    for i, table in enumerate(tables):
        first, second = (prior[j] for j in range(3) if j != i)
        values.append(np.einsum("abc,b,c->a", np.moveaxis(table, i, 0), first, second))
    profile = [int(value.argmax()) for value in values]
    for t in np.linspace(0, 1, 801):
        for _ in range(9):
            replies = []
            for i, table in enumerate(tables):
                rest = tuple(profile[j] for j in range(3) if j != i)
                replies.append(
                    int((t * np.moveaxis(table, i, 0)[(slice(None), *rest)]
                         + (1 - t) * values[i]).argmax())
                )  # fmt: skip
            if replies == profile:
                break
            changed = next(i for i in range(3) if replies[i] != profile[i])
            profile[changed] = replies[changed]
        else:
            return None
    return [int((one, other)[a][i]) for i, a in enumerate(profile)]


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 2, 2), (2, 3, 2, 2)])
def test_potentials_are_found_and_refuted_exactly(shape):
    rng = np.random.default_rng(10)
    count, axes = 60, tuple(range(1, 1 + len(shape)))
    common = rng.integers(-9, 10, (count, *shape)).astype(float)
    tables = []
    for player in range(len(shape)):
        others = [1 if i == player else n for i, n in enumerate(shape)]
        tables.append(common + rng.integers(-9, 10, (count, *others)))
    found = potential(*tables)
    assert found.exists.all()
    for player, own in enumerate(tables):
        gains = np.diff(own, axis=1 + player)
        np.testing.assert_array_equal(np.diff(found.values, axis=1 + player), gains)
    chosen = choose(Game.from_payoffs(*tables), "potential")
    single = (common == common.max(axis=axes, keepdims=True)).sum(axis=axes) == 1
    np.testing.assert_array_equal(chosen.is_defined, single)
    assert chosen.regret[single].max() == 0
    # One unit in one place of one payoff breaks it, as does the last bit; thirds do not.
    broken = [table.copy() for table in tables]
    broken[0][(slice(None), *(n - 1 for n in shape))] += 1
    assert not potential(*broken).exists.any()
    thirds = [[Fraction(int(v), 3) for v in table.reshape(-1)] for table in tables]
    written = [np.array(t, dtype=object).reshape(count, *shape) for t in thirds]
    assert potential(*written).exists.all()
    assert not potential(*([broken[0] / 3] + [t / 3 for t in tables[1:]])).exists.any()


def test_no_rule_over_all_equilibria_trusts_a_list_that_is_not_proved():
    rng = np.random.default_rng(11)
    degenerate = solve(_games(rng, (2, 2, 2), 60, high=2))
    partial = degenerate.status == Status.FOUND_SOME
    assert partial.sum() > 20
    two = solve(_games(rng, (3, 3), 20), method="polytopes")
    pure = solve(_games(rng, (2, 2, 2), 20), method="pure")
    for name, rule in RULES.items():
        if rule.needs_all:
            assert not choose(degenerate, name).is_defined[partial].any()
            assert not choose(two, name).is_defined.any()
            assert not choose(pure, name).is_defined.any()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2), (3, 2, 2)])
def test_one_game_alone_is_as_in_the_batch_and_missing_payoffs_are_invalid(rule, shape):
    rng = np.random.default_rng(12)
    tables = rng.integers(0, 9, (len(shape), 4, 3, *shape)).astype(float)
    tables[0][1, 1].flat[0] = np.nan
    games = Game.from_payoffs(*tables)
    chosen = choose(games, rule)
    assert chosen.status.shape == (4, 3)
    assert chosen.status[1, 1] == Status.INVALID
    for place in np.ndindex(4, 3):
        if place == (1, 1):
            continue
        one = choose(games.of_batch(*place), rule)
        assert one.status == chosen.status[place]
        for side, mine in zip(chosen.strategies, one.strategies, strict=True):
            np.testing.assert_array_equal(side[place], mine)
        for support, side in zip(one.supports, one.strategies, strict=True):
            np.testing.assert_array_equal(support, np.nan_to_num(side) > 0)
        if one.is_defined:
            assert one.regret < 1e-9


def test_welfare_of_mirrored_mixed_equilibria_of_three_players_ties_to_the_first():
    # Symmetric games of three players: mirrored equilibria have the same sum, irrational or not.
    rng = np.random.default_rng(13)
    numbers = rng.random((300, 2, 3))
    chosen_by_first = 0
    tables = []
    for player in range(3):
        table = np.empty((300, 2, 2, 2))
        for profile in product((0, 1), repeat=3):
            others = sum(profile) - profile[player]
            table[(slice(None), *profile)] = numbers[:, profile[player], others]
        tables.append(table)
    found = solve(*tables)
    chosen = choose(found, "best-welfare")
    for number in np.flatnonzero(chosen.is_defined):
        one = found.of(number)
        sums = one.payoffs.sum(axis=1)
        first = int(np.flatnonzero(sums >= sums.max() - 1e-12)[0])
        chosen_by_first += int((sums >= sums.max() - 1e-12).sum() > 1)
        np.testing.assert_array_equal(chosen.strategies[0][number], one.strategies[0][first])
    assert chosen_by_first > 20


def test_an_unknown_rule_is_named_with_the_nearest():
    with pytest.raises(MethodError, match="best-welfare"):
        choose(Game.from_payoffs([[1, 0]], [[0, 1]]), "best welfare")


def test_risk_dominance_of_decimals_is_that_of_the_whole_numbers_they_stand_for():
    whole = np.random.default_rng(21).integers(0, 12, (3, 400, 2, 2, 2))
    decimals = choose(Game.from_payoffs(*(whole / 10), decimal=True), "risk-dominant")
    integers = choose(Game.from_payoffs(*whole.astype(float)), "risk-dominant")
    assert decimals.status.tolist() == integers.status.tolist()
    for one, other in zip(decimals.strategies, integers.strategies, strict=True):
        np.testing.assert_array_equal(one, other)
    assert decimals.is_defined.sum() > 100
