"""2,000 games of mixed sizes and kinds against Gambit's exact enumeration (see the generator)."""

import gzip
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from strategic.equilibria import solve

TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def games():
    file = Path(__file__).with_name("enumeration_gambit.json.gz")
    return json.loads(gzip.decompress(file.read_bytes()))["games"]


def by_shape(games):
    batches = defaultdict(list)
    for game in games:
        batches[np.shape(game["row"])].append(game)
    return batches


def known(game):
    return sorted(
        tuple(tuple(Fraction(share) for share in mixture) for mixture in profile)
        for profile in game["equilibria"]
    )


def test_same_sets_as_gambit(games):
    assert len(games) == 2000
    for batch in by_shape(games).values():
        row, column = (np.array([game[side] for game in batch]) for side in ("row", "column"))
        found = solve(row, column)
        assert not found.regret[found.regret > 1e-6].size  # of payoffs up to 3e8
        for number, game in enumerate(batch):
            expected, mine = known(game), found.of(number)
            assert len(mine) == len(expected), game
            rows, columns = (np.array(side, dtype=float) for side in zip(*expected, strict=True))
            order = np.lexsort(np.round(np.hstack([mine.row, mine.column]), 9).T[::-1])
            other = np.lexsort(np.round(np.hstack([rows, columns]), 9).T[::-1])
            np.testing.assert_allclose(mine.row[order], rows[other], atol=TOLERANCE)
            np.testing.assert_allclose(mine.column[order], columns[other], atol=TOLERANCE)


def test_same_fractions_as_gambit(games):
    for game in games[::20]:
        row, column = solve(game["row"], game["column"]).fractions()
        mine = sorted((tuple(x), tuple(y)) for x, y in zip(row, column, strict=True))
        assert mine == known(game)
