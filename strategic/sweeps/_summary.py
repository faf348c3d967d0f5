"""A sweep in a few numbers per measure, however large the grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.blocks import block_slices
from strategic.markup import Table, Tabled
from strategic.sweeps._layout import meanings, numbers
from strategic.sweeps._stored import UNFINISHED

if TYPE_CHECKING:
    import xarray

_POINTS = 1_000_000
_NOT_FINITE = ("undefined", "infinite")


class Summary(Tabled, dict[str, dict[str, Any]]):
    """What a sweep found, by measure; a table in notebooks and papers.

    Notes
    -----
    For a label measure ``counts`` by label; for a number ``smallest``, ``largest``, ``mean`` of the
    finite values (NaN if there are none) and the counts ``undefined`` and ``infinite``. The
    attribute ``unfinished`` says how many blocks the store of the sweep still lacks.

    Examples
    --------
    >>> found = Summary(kind={"counts": {"cooperation": 3, "capture": 1}})
    >>> print(found.to_markdown())
    | measure | what was found | points |
    |---|---|---|
    | kind | cooperation | 3 (75%) |
    |  | capture | 1 (25%) |
    """

    def __init__(
        self, found: Mapping[str, dict[str, Any]] | None = None, /, **more: dict[str, Any]
    ) -> None:
        super().__init__(found or {}, **more)

    unfinished: str = ""
    """How many blocks a store still lacks; their points count as undefined."""

    def rows(self, measure: str) -> list[tuple[str, str]]:
        """Put what was found of one measure into words: what, and at how many points."""
        found = self[measure]
        if "counts" in found:
            total = sum(found["counts"].values())
            return [(word, f"{n:,} ({n / total:.0%})") for word, n in found["counts"].items()]
        line = "{smallest:.6g} to {largest:.6g}, mean {mean:.6g}".format(**found)
        if np.isnan(found["mean"]):
            line = "no finite value"
        return [(line, ", ".join(f"{found[k]:,} {k}" for k in _NOT_FINITE if found[k]))]

    def table(self) -> Table:
        """Lay the summary out as a table of texts."""
        rows = [
            ("" if row else name, *cells)
            for name in self
            for row, cells in enumerate(self.rows(name))
        ]
        if self.unfinished:
            rows.append(("(unfinished)", f"{self.unfinished} are missing", ""))
        return Table(["measure", "what was found", "points"], rows)


def summarise(dataset: xarray.Dataset) -> Summary:
    """Count the labels and give the range of the numbers of every measure, piece by piece.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep`.

    Returns
    -------
    Summary
        A mapping from measures to what was found, with ``.to_markdown()`` and ``.to_latex()``.

    Examples
    --------
    >>> import strategic as st
    >>> result = st.sweep(st.load("ai-mier"), {"relation.alignment": "0:1:3"}, "surplus")
    >>> summarise(result)["surplus"]["undefined"]
    0
    """
    found = Summary({str(name): _summary(variable) for name, variable in dataset.data_vars.items()})
    found.unfinished = str(dataset.attrs.get(UNFINISHED, ""))
    return found


def _summary(variable: xarray.DataArray) -> dict[str, Any]:
    known = meanings(variable)
    if known:
        counts: Counter[int] = Counter()
        for piece in _pieces(variable):
            labels, how_many = np.unique(piece.values, return_counts=True)
            counts.update(dict(zip(labels.tolist(), how_many.tolist(), strict=True)))
        return {"counts": {word: counts[n] for n, word in known.items() if counts[n]}}
    smallest, largest, total = np.inf, -np.inf, 0.0
    finite = undefined = infinite = 0
    for piece in _pieces(variable):
        values = numbers(piece)
        good = values[np.isfinite(values)]
        finite += good.size
        undefined += int(np.isnan(values).sum())
        infinite += int(np.isinf(values).sum())
        if good.size:
            smallest, largest = min(smallest, good.min()), max(largest, good.max())
            total += float(good.sum())
    return {
        "smallest": float(smallest) if finite else np.nan,
        "largest": float(largest) if finite else np.nan,
        "mean": total / finite if finite else np.nan,
        "undefined": undefined,
        "infinite": infinite,
    }


def _pieces(variable: xarray.DataArray) -> Iterator[xarray.DataArray]:
    """Read a variable in slabs of about a million points."""
    if variable.size <= _POINTS:
        yield variable
    elif step := len(variable) * _POINTS // variable.size:
        for part in block_slices(len(variable), step):
            yield variable[part]
    else:  # one position of the leading axis is still too much
        for position in range(len(variable)):
            yield from _pieces(variable[position])
