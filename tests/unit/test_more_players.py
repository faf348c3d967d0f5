"""Games of three and more players whose equilibria are known."""

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.messages import message
from strategic.equilibria.sizes import MOST_SUPPORTS, count_supports
from strategic.errors import MethodError
from strategic.status import Status


def test_the_game_of_mckelvey_and_mclennan_has_nine_equilibria():
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 0, 0, 0], payoffs[:, 1, 1, 0] = (9, 8, 12), (9, 8, 2)
    payoffs[:, 1, 0, 1], payoffs[:, 0, 1, 1] = (3, 4, 6), (3, 4, 6)
    found = solve(*payoffs)
    assert found.status in (Status.COMPLETE, Status.COMPLETE_EXACT)
    assert len(found) == 9
    totally_mixed = np.logical_and.reduce([(side > 0).all(axis=1) for side in found.strategies])
    assert totally_mixed.sum() == 2
    assert found.index.sum() == 1


def test_cyclic_matching_pennies_has_one_equilibrium():
    first, second, third = np.indices((2, 2, 2))
    found = solve(first == second, second == third, third != first)
    assert found.status in (Status.COMPLETE, Status.COMPLETE_EXACT)
    assert [side.tolist() for side in found.strategies] == [[[0.5, 0.5]]] * 3
    assert found.index.tolist() == [1]


@pytest.mark.parametrize("players", [3, 4, 5])
def test_volunteers_who_all_mix(players):
    cost = 0.3
    acts = np.indices((2,) * players)
    served = acts.any(axis=0)
    found = solve(*(served - cost * own for own in acts))
    assert found.status in (Status.COMPLETE, Status.COMPLETE_EXACT)
    # Any set of the players serves with the same probability, everybody else never.
    assert len(found) == 2**players - 1
    all_mix = next(e for e in found if all(side.min() > 0 for side in e))
    np.testing.assert_allclose([side[0] for side in all_mix], cost ** (1 / (players - 1)))


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 2), (2, 2, 2, 2)])
def test_a_game_without_stakes_lists_every_profile(shape):
    found = solve(*np.zeros((len(shape), *shape)))
    assert found.status == Status.FOUND_SOME
    assert found.degenerate
    assert len(found) == np.prod(shape)
    assert np.isnan(found.index).all()
    assert "payoffs are tied" in message(found)
    assert found.document()["components"] == []


def test_a_double_root_is_degenerate():
    # The first is indifferent where z = y, the third where x = y, and the second where
    # (x - 1/2) (z - 1/2) = 0: all three at (y - 1/2)**2 = 0.
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[0, 1] = [[0, 1], [-1, 0]]
    payoffs[1, :, 1] = [[1, -1], [-1, 1]]
    payoffs[2, :, :, 1] = [[0, -1], [1, 0]]
    for tables in (payoffs, np.concatenate([payoffs, np.full((3, 1, 2, 2), -9.0)], axis=1)):
        found = solve(*tables)
        assert found.status == Status.FOUND_SOME
        mixed = next(e for e in range(len(found)) if found.column[e].min() > 0)
        assert [side[mixed][:2].tolist() for side in found.strategies] == [[0.5, 0.5]] * 3
        assert np.isnan(found.index[mixed])


def test_curves_that_cross_are_told_as_ties():
    # The first and third leave y and z at 1/2, and the second x to itself.
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[0, 1], payoffs[2, :, :, 1] = [[-1, 1], [-1, 1]], [[-1, 1], [-1, 1]]
    payoffs[1, :, 1] = [[1, -1], [-1, 1]]
    found = solve(*payoffs)
    assert found.status == Status.FOUND_SOME
    assert found.regret.max() == 0
    assert "payoffs are tied" in message(found)


def test_duplicate_actions_are_told_as_ties():
    payoffs = np.random.default_rng(1).standard_normal((3, 2, 2, 2))
    doubled = [np.concatenate([own, own[1:]], axis=0) for own in payoffs]
    once, twice = solve(*payoffs), solve(*doubled)
    assert once.status == Status.COMPLETE
    if (once.row[:, 1] > 0).any():
        assert twice.status in (Status.FOUND_SOME, Status.NOT_FINISHED)
    else:
        assert len(once) == len(twice)


def test_components_of_complete_lists_are_their_equilibria():
    found = solve(*np.random.default_rng(2).standard_normal((3, 4, 2, 2, 2)))
    components = found.components()
    assert [c.equilibria for c in components] == [(e,) for e in range(len(found))]
    assert [c.game for c in components] == found.game.tolist()
    assert [c.index for c in components] == found.index.tolist()
    with pytest.raises(MethodError, match=r"where the list is complete.*found_some"):
        solve(*np.zeros((3, 2, 2, 2))).components()


def test_games_with_too_many_supports_are_refused():
    shape = (6, 6, 3)
    assert count_supports(shape) > MOST_SUPPORTS
    with pytest.raises(MethodError, match=r"at most 7,000 .*6x6x3: 27,783.* use method 'pure'"):
        solve(*np.zeros((3, *shape)))
