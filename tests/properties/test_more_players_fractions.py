"""Equilibria of three and more players as fractions, checked in plain fractions."""

import inspect
import re
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from strategic.equilibria import METHODS, solve
from strategic.equilibria.concepts.choice import choose
from strategic.equilibria.concepts.reasons import reasons
from strategic.equilibria.concepts.welfare import welfare
from strategic.errors import MethodError, StrategicError
from strategic.games import Game
from strategic.status import Status


def plain_payoffs(tables, profile, player, action=None):
    """Expected payoff in plain fractions, of an action or of the player's own mixture."""
    total = Fraction(0)
    for actions in product(*(range(len(side)) for side in profile)):
        if action is not None and actions[player] != action:
            continue
        weight = Fraction(1)
        for i, a in enumerate(actions):
            if i != player or action is None:
                weight *= profile[i][a]
        total += weight * tables[player][actions]
    return total


def refusal(ask):
    """Give the message with which something is refused; empty if it is not."""
    try:
        ask()
    except StrategicError as problem:
        return str(problem)
    return ""


def assert_exact(found):
    """Check fractions, payoffs and regrets of one game."""
    exact = found.exact()
    tables = found.games.fractions()
    for row, profile in enumerate(exact):
        for side, rounded in zip(profile, found.strategies, strict=True):
            assert sum(side) == 1
            np.testing.assert_allclose(side.astype(float), rounded[row], atol=1e-12)
        for player, side in enumerate(profile):
            earned = plain_payoffs(tables, profile, player)
            assert exact.payoffs[row, player] == earned
            for action, share in enumerate(side):
                gain = plain_payoffs(tables, profile, player, action) - earned
                assert gain <= 0
                assert gain == 0 or share == 0
        assert exact.regret[row] == 0


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 2), (3, 1, 3), (2, 1, 2, 2)])
def test_rational_equilibria_come_in_fractions(shape):
    payoffs = np.random.default_rng(list(shape)).integers(0, 5, (len(shape), 60, *shape))
    batch, checked, refused = solve(*payoffs.astype(float)), 0, 0
    for number in range(60):
        found = batch.of(number)
        said = refusal(found.fractions)
        if said:
            assert max((side > 0).sum(axis=1).max() for side in found.strategies) > 1
            refused += 1
            told = re.search(r"equilibrium (\d+).* between (\d+)/10.15 and (\d+)/10.15", said)
            if told is None:
                assert "no single solution near it" in said
                continue
            row, low, high = map(int, told.groups())
            shares = np.concatenate([side[row] for side in found.strategies]) * 1e15
            assert ((shares > low - 4) & (shares < high + 4)).any()
            continue
        assert_exact(found)
        checked += 1
    assert checked > 40
    assert refused < 20


@pytest.mark.parametrize("shape", [(2, 2, 2), (2, 1, 2, 2)])
def test_a_batch_has_the_fractions_of_its_games_and_marks_the_others(shape):
    payoffs = np.random.default_rng([5, *shape]).integers(0, 4, (len(shape), 4, 10, *shape))
    payoffs = payoffs.astype(float)
    payoffs[0, 1, 2] = np.nan
    batch = solve(*payoffs)
    exact, sides, known = batch.exact(), batch.fractions(), batch.has_fractions()
    earned, refused = batch.fraction_payoffs(), np.zeros((4, 10), dtype=bool)
    for place in np.ndindex(4, 10):
        found, mine = batch.of(*place), exact.of(*place)
        refused[place] = bool(refusal(found.exact))
        assert refused[place] == bool(refusal(found.fractions)) == bool(refusal(mine.fractions))
        rows = slice(*batch.starts[np.ravel_multi_index(place, (4, 10)) :][:2])
        assert known[rows].all() != refused[place]
        assert (found.has_fractions() == known[rows]).all()
        if not refused[place]:
            alone = found.exact()
            numbers = zip(alone.strategies, (side[rows] for side in sides), strict=True)
            assert all((one == other).all() for one, other in numbers)
            assert (alone.payoffs == earned[rows]).all()
            assert (alone.payoffs == mine.payoffs).all()
            assert (alone.regret == mine.regret).all()
    assert 0 < refused.sum() < 20
    expected = np.where(refused, Status.NO_FRACTIONS, batch.status)
    np.testing.assert_array_equal(exact.status, expected)
    np.testing.assert_array_equal(exact.has_fractions(), known)
    lost = [*exact.strategies, exact.payoffs, exact.regret[:, None]]
    for numbers in lost:
        assert (np.isnan(numbers.astype(float)) == ~known[:, None]).all()
    assert all(isinstance(x, Fraction) for numbers in lost for x in numbers[known].flat)


def test_an_exact_list_that_lacks_equilibria_is_shown_stored_and_judged():
    found = solve(*np.floor(np.random.default_rng(1).random((3, 50, 2, 2, 2)) * 4))
    exact, known = found.exact(), found.has_fractions()
    assert "no_fractions 3), regret at most 0" in repr(exact)
    assert "(nan, nan)" in repr(exact.of(0))
    shares = exact.to_arrow()["player_0_0"].to_pylist()
    assert [share is not None for share in shares] == known.tolist()
    for rule in ("only", "payoff-dominant", "best-welfare", "maximum-entropy"):
        named, expected = choose(exact, rule), choose(found, rule).status.copy()
        expected[found.game[~known]] = Status.NO_FRACTIONS
        np.testing.assert_array_equal(named.status, expected)
    for ask in (exact.of(0).exact, lambda: welfare(exact.of(0)), lambda: reasons(exact.of(0))):
        assert "equilibrium 3: is not known as fractions" in refusal(ask)


def test_a_batch_has_the_components_of_its_games_and_marks_the_others():
    batch = solve(*np.floor(np.random.default_rng(2).random((3, 40, 2, 2, 2)) * 4))
    parts, listed = batch.components(), []
    for game in range(40):
        found = batch.of(game)
        assert parts.known[game] != bool(refusal(found.components))
        if parts.known[game]:
            for one in found.components():
                places = tuple(int(batch.starts[game]) + e for e in one.equilibria)
                listed.append(replace(one, game=game, equilibria=places))
    assert 0 < parts.known.sum() < 40
    assert list(parts) == listed
    assert parts.component[[e for one in parts for e in one.equilibria]].tolist() == list(
        range(len(parts))
    )
    assert (parts.component[~parts.known[batch.game]] == -1).all()


def test_one_or_two_who_mix_are_fractions_whatever_the_payoffs():
    payoffs = np.random.default_rng(3).standard_normal((3, 40, 2, 2, 2))
    batch = solve(*payoffs)
    mixers = sum((side > 0).sum(axis=1) - 1 for side in batch.strategies)
    seen = 0
    for number in range(40):
        found = batch.of(number)
        if (mixers[batch.game == number] <= 2).all():
            assert_exact(found)
            seen += (mixers[batch.game == number] == 2).any()
        else:
            with pytest.raises(MethodError, match="no fractions"):
                found.fractions()
    assert seen > 5


def test_fractions_of_decimals_are_those_of_the_numbers_written():
    payoffs = np.round(np.random.default_rng(4).uniform(0, 1, (3, 30, 2, 2, 1)), 1)
    for number in range(30):
        assert_exact(solve(Game(payoffs=tuple(payoffs[:, number]), decimal=True)))


@pytest.mark.parametrize("name", METHODS)
def test_every_method_answers_for_three_players_or_says_why_not(name):
    rng = np.random.default_rng(1)
    games = {
        "random": rng.standard_normal((3, 2, 2, 2)),
        "tied": rng.integers(0, 2, (3, 2, 3, 2)).astype(float),
        "batch": rng.integers(0, 3, (3, 4, 2, 2, 2)).astype(float),
    }
    for payoffs in games.values():
        said = refusal(lambda payoffs=payoffs: solve(*payoffs, method=name))
        assert "\n" not in said
        if said:
            continue
        found = solve(*payoffs, method=name)
        public = [m for m in dir(found) if not m.startswith("_")]
        for member in [*public, "__repr__", "_repr_html_", "_repr_latex_"]:
            assert "\n" not in refusal(lambda found=found, member=member: used(found, member)), (
                member
            )


def used(found, member):
    """Read a member, and call it if it asks for nothing."""
    value = getattr(found, member)
    if callable(value):
        needed = inspect.signature(value).parameters.values()
        if all(p.default is not p.empty or p.kind is p.VAR_POSITIONAL for p in needed):
            value(*((0,) if member == "of" else ()))
