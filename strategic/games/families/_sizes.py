"""What every family of games takes: sizes, a number of games, a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from strategic.errors import GameError
from strategic.whole_numbers import check_whole

Seed: TypeAlias = "np.random.Generator | int"  # a text: numpy.random takes a while to load


def checked_whole(value: int, name: str, *, least: int = 1) -> int:
    """Check that a size is a whole number of at least ``least``."""
    if isinstance(value, bool | np.bool_) or int(value) != value or value < least:
        raise GameError(f"must be a whole number of at least {least}", where=name, value=value)
    return int(value)


def generator_of(rng: Seed) -> np.random.Generator:
    """Make a generator of a seed; one that is there already is taken as it is."""
    check_whole(rng=rng)
    return np.random.default_rng(rng)


def batch_of(count: int | None) -> tuple[int, ...]:
    """Give the batch shape of so many games; None asks for a single game."""
    return () if count is None else (checked_whole(count, "count", least=0),)


def checked_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """Check the numbers of actions, one per player, each at least one."""
    if not len(shape):
        rule = "must name the number of actions of every player"
        raise GameError(rule, where="shape", value=shape)
    return tuple(checked_whole(n, f"shape[{i}]") for i, n in enumerate(shape))
