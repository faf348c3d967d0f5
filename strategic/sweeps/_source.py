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
class Places:
    """Where the values of a stored axis lie on a larger one.

    Parameters
    ----------
    at : int array of shape (n,)
        Positions on the larger axis, ascending.
    own : int array of shape (n,)
        The positions of the same values on the stored one.
    """

    at: Array
    own: Array

    def within(self, part: slice) -> tuple[Array, Array]:
        """Give both for a part of the larger axis, the first counted from its start."""
        low, high = np.searchsorted(self.at, (part.start, part.stop))
        return self.at[low:high] - part.start, self.own[low:high]


@dataclass(frozen=True, eq=False)
class Source:
    """A store whose values another one takes over.

    Parameters
    ----------
    path : Path
        Of the store.
    places : sequence of Places
        Along each axis: where the values of this store lie on the other one's.
    names : sequence of str
        Measures that this store has, and ``status``.
    rare : sequence of str
        Those of them whose chunks may be absent.
    """

    path: Path
    places: Sequence[Places]
    names: Sequence[str]
    rare: Sequence[str] = ()

    @cached_property
    def _arrays(self) -> Arrays:
        return measured_arrays(self.path, self.names, mode="r")

    def touches(self, region: Region) -> bool:
        """Whether the axes of the store have something of a region of the other one."""
        pairs = zip(self.places, region, strict=True)
        return all(len(places.within(part)[0]) for places, part in pairs)

    def read(self, region: Region, into: Mapping[str, Array]) -> Array:
        """Put what the store holds into arrays of a region of the other one, by their names.

        Blocks that are missing or damaged hold nothing, and neither do points that a merger left
        without a value.

        Returns
        -------
        boolean array of the region's shape
            The points that the store holds.
        """
        there = np.zeros([part.stop - part.start for part in region], dtype=bool)
        if not self.touches(region):
            return there
        pairs = zip(self.places, region, strict=True)
        at, own = zip(*(places.within(part) for places, part in pairs), strict=True)
        chunks = next(iter(self._arrays.values())).chunks
        blocks = [places // size for places, size in zip(own, chunks, strict=True)]
        for position in itertools.product(*map(np.unique, blocks)):
            held = stored_block(self.path, self._arrays, self.rare, position)
            if held is None:
                continue
            chosen = [np.flatnonzero(along == n) for along, n in zip(blocks, position, strict=True)]
            here = np.ix_(*(places[c] for places, c in zip(at, chosen, strict=True)))
            steps = zip(own, chosen, position, chunks, strict=True)
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
    length = len(next(iter(stored.values())))
    codes = codes_of({name: (stored[name], wanted[name]) for name in stored})
    # Of rows that come several times, the first is the first, the second the second.
    parts = codes[:length], codes[length:]
    most = max(length, len(codes) - length) + 1
    stored_rows, asked = (part * most + turns(part) for part in parts)
    order = np.argsort(stored_rows)
    known = stored_rows[order]
    at = np.searchsorted(known, asked).clip(max=length - 1)
    return np.where(known[at] == asked, order[at], -1).astype(np.int64)


def codes_of(columns: Mapping[str, Sequence[Array]]) -> Array:
    """Give a number to each row of columns in pieces: the same one to rows equal to the bit."""
    codes = np.zeros(0, dtype=np.int64)
    for pieces in columns.values():
        numbers = np.unique(_bits(pieces), return_inverse=True)[1]
        # Rows of all columns so far, numbered anew so that the numbers stay small.
        joint = numbers if not codes.size else codes * (numbers.max(initial=0) + 1) + numbers
        codes = np.unique(joint, return_inverse=True)[1]
    return codes


def turns(codes: Array) -> Array:
    """Count how often each number has come before."""
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    starts = np.searchsorted(sorted_codes, sorted_codes)
    counted = np.empty(len(codes), dtype=np.int64)
    counted[order] = np.arange(len(codes)) - starts
    return counted


def _bits(pieces: Sequence[Array]) -> Array:
    """Join pieces of a column to what tells values apart: bits (0 is not -0), or texts."""
    if {piece.dtype.kind for piece in pieces} <= set("biuf"):
        joined = np.concatenate(pieces)
        return joined.astype(float).view(np.int64) if joined.dtype.kind == "f" else joined
    return np.concatenate([piece.astype(str) for piece in pieces])
