"""Pickles that keep the layout of arrays, and what only one script knows."""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

_MOST_GAPS = 8
"""A view of a larger array keeps its gaps up to so many times its size; wider ones are closed."""


Pickled = tuple[bytes, tuple[Any, ...]]
"""A pickle, and the memory of its arrays, which is not copied into it."""


def pickled(value: Any) -> Pickled:
    """Pickle a value; functions of a script go by their content, where that is possible.

    Raises
    ------
    pickle.PicklingError, AttributeError, TypeError
        When it cannot be.
    """
    try:
        written = _written(_Pickler, value)
        if b"__main__" not in written[0]:
            return written
    except (pickle.PicklingError, AttributeError, TypeError):
        written = None
    try:
        import cloudpickle  # comes with Dask
    except ModuleNotFoundError:
        return written or _written(_Pickler, value)

    class Further(_KeepsLayout, cloudpickle.Pickler):  # type: ignore[misc]
        pass

    return _written(Further, value)


def _written(kind: Any, value: Any) -> Pickled:
    stream, buffers = io.BytesIO(), list[pickle.PickleBuffer]()
    kind(stream, protocol=5, buffer_callback=buffers.append).dump(value)
    return stream.getvalue(), tuple(buffers)


def opened(written: Pickled) -> Any:
    """Give the value again; its arrays are its own, to be written to like any other."""
    content, buffers = written
    return pickle.loads(content, buffers=map(bytearray, buffers))  # noqa: S301 - who sends work may do anything


def carried(written: Pickled, protocol: int) -> Pickled:
    """Give a pickle to be part of another one, without a copy where its protocol allows that."""
    content, buffers = written
    held = pickle.PickleBuffer if protocol >= 5 else bytes
    return content, tuple(map(held, buffers))


class _KeepsLayout:
    """Keeps the strides of arrays: the last bit of a sum depends on the order in memory.

    Plain pickles lay out anew whatever is not contiguous.
    """

    def reducer_override(self, value: Any) -> Any:
        if type(value) is np.ndarray and not value.flags.forc and value.dtype != object:
            steps = np.array(value.strides)
            reach = int((steps * (np.array(value.shape) - 1)).sum()) + value.itemsize
            if (steps >= 0).all() and reach <= _MOST_GAPS * value.nbytes:
                count = reach // value.itemsize
                held = as_strided(value, (count,), (value.itemsize,)).copy()
                return _laid_out, (held, value.shape, value.strides)
        further = getattr(super(), "reducer_override", None)
        return NotImplemented if further is None else further(value)


class _Pickler(_KeepsLayout, pickle.Pickler):
    pass


def _laid_out(held: np.ndarray, shape: tuple[int, ...], strides: tuple[int, ...]) -> np.ndarray:
    return as_strided(held, shape, strides)
