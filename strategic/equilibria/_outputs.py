"""Arrays of the caller into which the counts and statuses of a batch are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.sizes import most_equilibria
from strategic.errors import MethodError
from strategic.games.game import Game

_STATUS = np.dtype(np.int8)
_MOST_WHOLE = 1 << 63  # a count is at most this less one


@dataclass(frozen=True, eq=False)
class Outputs:
    """Where counts and statuses go: arrays of the shape of the batch, or None for one's own.

    Examples
    --------
    >>> games = Game.from_payoffs(*np.zeros((2, 5, 2, 2)))
    >>> Outputs.of(np.empty(5, np.int8), games).flat[0].shape
    (5,)
    """

    count: Array | None = None
    status: Array | None = None

    @classmethod
    def of(cls, out: object, games: Game) -> Outputs:
        """Check what was given as ``out``.

        Raises
        ------
        MethodError
            When an array cannot take what it is for.
        """
        given = tuple(out) if isinstance(out, tuple | list) else (out, None)
        if len(given) != len(_NAMES):
            rule = "must be an array for the counts, or two, for the counts and the statuses"
            raise MethodError(rule, where="out", value=f"{len(given)} entries")
        count, status = map(_checked, given, [games, games], _NAMES)
        if count is not None and status is not None and np.shares_memory(count, status):
            raise MethodError("counts and statuses must not share memory", where="out")
        return cls(count, status)

    @property
    def given(self) -> dict[str, Array]:
        """What there is, by name."""
        return {name: getattr(self, name) for name in _NAMES if getattr(self, name) is not None}

    @property
    def flat(self) -> tuple[Array | None, Array | None]:
        """The same with one axis."""
        return _flat(self.count), _flat(self.status)

    def take(self, found: Any) -> Any:
        """Write the counts and statuses of a solution here, and let it have them from here."""
        for name, target in self.given.items():
            target[...] = getattr(found, name)
        return replace(found, **self.given)


_NAMES = "count", "status"


def _flat(array: Array | None) -> Array | None:
    return None if array is None else array.reshape(-1)


def _checked(array: object, games: Game, name: str) -> Array | None:
    """Let an array through that can take the counts or statuses of these games."""
    if array is None:
        return None
    where = f"out ({name})"
    if not isinstance(array, np.ndarray):
        raise MethodError("must be an array of numpy", where=where, value=type(array).__name__)
    if array.shape != games.batch_shape:
        rule = f"must have the shape of the batch, {games.batch_shape}"
        raise MethodError(rule, where=where, value=array.shape)
    _check_kind(array.dtype, games.shape, name, where)
    if not array.flags.writeable:
        raise MethodError("must be writeable", where=where, remedy="give a copy of it")
    flat = array.reshape(-1)
    if array.size and not np.may_share_memory(flat, array):
        remedy = "make it with numpy.empty, or give a part along its first axis"
        raise MethodError("must be contiguous, or have one axis", where=where, remedy=remedy)
    if any(np.shares_memory(flat, table) for table in games.payoffs):
        raise MethodError("must not share memory with the payoffs", where=where)
    return array


def _check_kind(kind: np.dtype[Any], shape: tuple[int, ...], name: str, where: str) -> None:
    """Raise unless every count that games of this shape may have, or every status, fits."""
    if name == "status":
        if kind != _STATUS:
            raise MethodError("must be int8", where=where, value=str(kind))
        return
    most = min(most_equilibria(shape), _MOST_WHOLE - 1)
    # Unsigned numbers of 64 bits are none that numpy counts with.
    if kind.kind not in "iu" or not np.can_cast(kind, np.int64) or np.iinfo(kind).max < most:
        small = np.min_scalar_type(-most)  # signed
        rule = f"must be whole numbers that hold {most:,}, the most such a game may have"
        raise MethodError(rule, where=where, value=str(kind), remedy=f"{small} will do")
