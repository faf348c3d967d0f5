"""What a store already holds at the points of a larger sweep."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from strategic.arrays import Array
from strategic.status import Status
from strategic.sweeps._chunks import Arrays, measured_arrays, stored_block
from strategic.sweeps._evaluate import STATUS
from strategic.sweeps._tiling import Region


@dataclass(frozen=True, eq=False)
class Source:
    """A store whose values another one takes over.

    Parameters
    ----------
    path : Path
        Of the store.
    places : sequence of int array
        Along each axis of the other store: where this one has the same value, -1 where it has not.
    names : sequence of str
        Measures that this store has, and ``status``.
    rare : sequence of str
        Those of them whose chunks may be absent.
    """

    path: Path
    places: Sequence[Array]
    names: Sequence[str]
    rare: Sequence[str] = ()

    @cached_property
    def _arrays(self) -> Arrays:
        return measured_arrays(self.path, self.names, mode="r")

    def read(self, region: Region, into: Mapping[str, Array]) -> Array:
        """Put what the store holds into arrays of a region of the other one, by their names.

        Blocks that are missing or damaged hold nothing, and neither do points that a merger left
        without a value.

        Returns
        -------
        boolean array of the region's shape
            The points that the store holds.
        """
        at = [places[part] for places, part in zip(self.places, region, strict=True)]
        there = np.zeros([len(places) for places in at], dtype=bool)
        if not all((places >= 0).any() for places in at):
            return there
        chunks = next(iter(self._arrays.values())).chunks
        blocks = [
            np.where(places < 0, -1, places // n) for places, n in zip(at, chunks, strict=True)
        ]
        for position in itertools.product(*(np.unique(along[along >= 0]) for along in blocks)):
            held = stored_block(self.path, self._arrays, self.rare, position)
            if held is None:
                continue
            chosen = [np.flatnonzero(along == n) for along, n in zip(blocks, position, strict=True)]
            here = np.ix_(*chosen)
            steps = zip(at, chosen, position, chunks, strict=True)
            inside = np.ix_(*(places[c] - n * size for places, c, n, size in steps))
            for name in into.keys() & held.keys():
                into[name][here] = held[name][inside]
            known = held[STATUS][inside] != Status.MISSING if STATUS in held else True
            there[here] = known
        return there


def places_of(wanted: Mapping[str, Array], stored: Mapping[str, Array]) -> Array:
    """Find rows of columns among others, to the bit; -1 for those that are not there.

    Parameters
    ----------
    wanted, stored : mapping of str to array
        The same columns: of one length in each.

    Examples
    --------
    >>> places_of({"a": np.array([0.0, 0.5, 1.0])}, {"a": np.array([1.0, 0.0])})
    array([ 1, -1,  0])
    """
    codes, length = np.zeros(0, dtype=np.int64), 0
    for name, column in stored.items():
        both = _bits(column, wanted[name])
        numbers = np.unique(both, return_inverse=True)[1]
        length = len(column)
        # Rows of all columns so far, numbered anew so that the numbers stay small.
        joint = numbers if not codes.size else codes * (numbers.max(initial=0) + 1) + numbers
        codes = np.unique(joint, return_inverse=True)[1]
    # Of rows that come several times, the first is the first, the second the second.
    parts = codes[:length], codes[length:]
    turns = max(length, len(codes) - length) + 1
    stored_rows, asked = (part * turns + _turns(part) for part in parts)
    order = np.argsort(stored_rows)
    known = stored_rows[order]
    at = np.searchsorted(known, asked).clip(max=length - 1)
    return np.where(known[at] == asked, order[at], -1).astype(np.int64)


def _turns(codes: Array) -> Array:
    """Count how often each number has come before."""
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    starts = np.searchsorted(sorted_codes, sorted_codes)
    turns = np.empty(len(codes), dtype=np.int64)
    turns[order] = np.arange(len(codes)) - starts
    return turns


def _bits(first: Array, second: Array) -> Array:
    """Join two columns to what tells values apart: bits of numbers (0 is not -0), or texts."""
    kinds = {first.dtype.kind, second.dtype.kind}
    if kinds <= set("biuf"):
        joined = np.concatenate([first, second])
        return joined.astype(float).view(np.int64) if joined.dtype.kind == "f" else joined
    return np.concatenate([first.astype(str), second.astype(str)])
