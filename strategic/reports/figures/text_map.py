"""A map of labels over two parameters for the terminal and for papers: one letter per point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.games.matrix import number_text
from strategic.reports.figures import _swept
from strategic.reports.figures._phase import model_place
from strategic.reports.words import spoken
from strategic.sweeps import meanings

if TYPE_CHECKING:
    import xarray


def text_map(dataset: xarray.Dataset) -> list[str]:
    r"""Write a swept label as a map of letters, the first parameter across, the second upwards.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep`, with a label over two dimensions.

    Returns
    -------
    list of str
        Lines of fixed width; a star is the point nearest to the model where that lies on the map.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.sanction": "0:.8:9", "relation.payment": "0:.2:3"}
    >>> print("\n".join(text_map(st.sweep(st.load("confrontation"), over, "relationship_type"))))
    0.2  X X X R R R E E E
         X X X R R R E E E
      0  X * X R R R E E E
         0             0.8
    up: Payment for the service
    across: Sanction on resistance
    R restriction, X confrontation, E withdrawal, * the model
    """
    variable = _swept.chosen(dataset, None)
    words = meanings(variable)
    looks = _swept.looks(variable, str(dataset.attrs.get("family", "")))
    values = variable.values
    present = [number for number in words if (values == number).any()]
    letters = {n: looks[n].letter or str(k) for k, n in enumerate(present, start=1)}
    grid = np.array([[letters[number] for number in column] for column in values.tolist()])
    across, up = (variable[dim] for dim in variable.dims)
    if (star := model_place(dataset, variable.dims)) is not None:
        i, j = (
            int(np.abs(axis.values - at).argmin())
            for axis, at in zip((across, up), star, strict=True)
        )
        grid[i, j] = "*"
    ends = [
        [number_text(float(f"{axis.values[place]:.4g}")) for place in (0, -1)]
        for axis in (across, up)
    ]
    width = max(map(len, ends[1]))
    names = [""] * grid.shape[1]
    names[0], names[-1] = ends[1]
    rows = [f"{name:>{width}}  {' '.join(row)}" for name, row in zip(names, grid.T, strict=True)]
    left, right = ends[0]
    gap = 2 * len(grid) - 1 - len(left)
    said = [str(axis.attrs.get("long_name") or axis.name) for axis in (up, across)]
    legend = [f"{letters[n]} {spoken(words[n])}" for n in present]
    return [
        *rows[::-1],
        f"{'':{width}}  {left}{right:>{gap}}",
        f"up: {said[0]}",
        f"across: {said[1]}",
        ", ".join([*legend, "* the model"] if star is not None else legend),
    ]
