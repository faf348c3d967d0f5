"""Sizes a family of games is asked for, checked in one place."""

from __future__ import annotations

from collections.abc import Sequence

from strategic.errors import GameError


def checked_whole(value: int, name: str, *, least: int = 1) -> int:
    """Give a whole number of at least ``least``, or say what it must be.

    Raises
    ------
    GameError
        When it is none.

    Examples
    --------
    >>> checked_whole(3, "actions")
    3
    """
    if isinstance(value, bool) or int(value) != value or value < least:
        raise GameError(f"must be a whole number of at least {least}", where=name, value=value)
    return int(value)


def batch_of(count: int | None) -> tuple[int, ...]:
    """Give the batch shape of so many games; None asks for a single game.

    Examples
    --------
    >>> batch_of(None), batch_of(5)
    ((), (5,))
    """
    return () if count is None else (checked_whole(count, "count", least=0),)


def checked_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """Give the numbers of actions, one a player, each at least one."""
    if not len(shape):
        raise GameError(
            "must name the number of actions of every player", where="shape", value=shape
        )
    return tuple(checked_whole(n, f"shape[{i}]") for i, n in enumerate(shape))
