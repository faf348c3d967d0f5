"""Workbooks cut and changed anywhere are read, or refused in one line."""

import numpy as np

from strategic.errors import StrategicError
from strategic.games import open_games, write
from strategic.games.families import random_games


def test_damage_is_told_in_one_line(tmp_path):
    path, rng = tmp_path / "games.xlsx", np.random.default_rng(0)
    write(random_games((2, 2, 2), 3, rng=0), path)
    whole, refused = path.read_bytes(), 0
    for _ in range(300):
        content = bytearray(whole)
        for place in rng.integers(0, len(whole), 2):
            content[place] = rng.integers(256)
        path.write_bytes(content)
        try:
            open_games(path)
        except StrategicError as problem:
            assert len(str(problem).splitlines()) == 1  # noqa: PT017 - others may be read
            refused += 1
    assert refused > 100
