"""Beliefs as probabilities and as log-odds."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array


def log_odds(belief: Array) -> Array:
    """Turn a probability into log-odds."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(belief) - np.log1p(-belief))


def logistic(odds: Array) -> Array:
    """Turn log-odds into a probability, whatever their size."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-odds)))
