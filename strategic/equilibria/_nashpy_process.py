"""Run nashpy's support enumeration on one game: payoffs come as JSON, profiles leave as JSON.

A process of its own, so that it can be stopped:
``python -m strategic.equilibria._nashpy_process PARENT``, which ends with its parent.
"""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np

from strategic.workers import end_with


def profiles(row: list[list[float]], column: list[list[float]]) -> list[list[list[float]]]:
    """Enumerate supports with nashpy.

    Examples
    --------
    >>> profiles([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    [[[0.0, 1.0], [0.0, 1.0]]]
    """
    import nashpy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nashpy warns of degenerate games; so does our result
        game = nashpy.Game(np.array(row), np.array(column))
        return [[x.tolist(), y.tolist()] for x, y in game.support_enumeration()]


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    json.dump(profiles(**json.load(sys.stdin)), sys.stdout)
