"""What is said of a list of pure equilibria is true, and no more than is known."""

import numpy as np

from strategic.equilibria import solve
from strategic.equilibria.messages import message
from strategic.equilibria.methods import METHODS
from strategic.games import Game
from strategic.status import Status

ONLY = "It is the only equilibrium, mixed ones included"
EVERY = "Every equilibrium in pure strategies was found"
NONE = "There is no equilibrium in pure strategies; there is one in mixed"
STRICT = "Every strict equilibrium was found"


def test_pure_lists_are_called_what_they_are():
    rng = np.random.default_rng(0)
    said = set()
    for _ in range(400):
        shape = tuple(rng.integers(1, 4, size=2))
        game = Game.from_payoffs(*rng.integers(0, 4, size=(2, *shape)))
        for strict in (False, True):
            found = solve(game, method="pure", strict=strict)
            says, every = message(found), solve(game)
            pure = [sides for sides in every if all(side.max() == 1.0 for side in sides)]
            kind = next(k for k in (ONLY, EVERY, NONE, STRICT) if says.startswith(k))
            said.add(kind)
            assert (kind == STRICT) == (len(found) < len(pure))
            if kind == ONLY:
                assert len(every) == 1
            if kind == NONE:
                assert not pure
                assert len(every)
            assert found.status in (Status.FOUND_SOME, Status.NO_EQUILIBRIUM)
    assert said == {ONLY, EVERY, NONE, STRICT}


def test_other_methods_are_said_to_know_what_their_status_says():
    game = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    for method in METHODS:
        if method not in ("pure", "zero_sum", "symmetric"):
            found = solve(game, method=method)
            assert message(found) == Status(int(found.status)).message


def test_three_players():
    table = np.arange(8).reshape(2, 2, 2)
    game = Game.from_payoffs(*(np.moveaxis(table, 0, axis) for axis in range(3)))
    assert message(solve(game, method="pure")).startswith(ONLY)
