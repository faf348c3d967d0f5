"""Basins: where starts lead, over the plane of two populations' starting shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.reports.figures._legend import PAPER, add_legend
from strategic.reports.figures.evolution._paths import UNSETTLED
from strategic.reports.figures.style import ON_PAPER, new_axes, styled
from strategic.reports.looks import UNDEFINED_LOOK, Look, looks_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def draw_basins(shares: Array, ends: Array, across: str, up: str, *, title: str = "") -> Axes:
    """Draw where starts on a square grid lead.

    Parameters
    ----------
    shares : array (n,)
        Starting shares, the same along both axes, evenly spaced.
    ends : array of str (n, n)
        Where the start ``(shares[i], shares[j])`` leads.
    across, up : str
        What the axes are.
    title : str
        What is held fixed.

    Examples
    --------
    >>> import numpy as np
    >>> ends = np.array([["a", "b"], ["b", "b"]], dtype=object)
    >>> draw_basins(np.array([0.25, 0.75]), ends, "x", "y").get_xlabel()
    'start of x'
    """
    from matplotlib.colors import ListedColormap

    words, codes = np.unique(ends.astype(str), return_inverse=True)
    codes = codes.reshape(ends.shape)
    looks = _looks([str(word) for word in words])
    ax = new_axes(width=4.6, height=4.9)
    half = (shares[1] - shares[0]) / 2
    edges = np.clip(np.concatenate([shares - half, shares[-1:] + half]), 0, 1)
    colours = ListedColormap([look.colour for look in looks.values()])
    ax.pcolormesh(
        edges,
        edges,
        codes.T,
        cmap=colours,
        vmin=-0.5,
        vmax=len(words) - 0.5,
        rasterized=True,
    )
    for number, look in enumerate(looks.values()):
        inside = codes == number
        if look.hatch and min(shares.size, 2) == 2:
            ax.contourf(shares, shares, inside.T.astype(float), levels=[0.5, 1], colors="none",
                        hatches=[look.hatch])  # fmt: skip
        if inside.mean() > 0.06:
            i, j = _inmost(inside)
            ax.annotate(str(words[number]), (shares[i], shares[j]), ha="center", va="center",
                        fontsize=8, color=ON_PAPER, bbox=PAPER, annotation_clip=False)  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=f"start of {across}", ylabel=f"start of {up}")
    ax.set_aspect("equal")
    if title:
        ax.set_title(title, fontsize=9, loc="left")
    add_legend(ax, looks, 1 if max(map(len, looks)) > 24 else 2)
    return ax


def _looks(words: list[str]) -> dict[str, Look]:
    """Alternate plain and hatched areas, so that neighbours differ in grey too."""
    plain = looks_of(dict(enumerate(words)), {})
    hatches = ("", "//", "..", "xx", "\\\\", "++", "oo", "--")
    return {
        word: UNDEFINED_LOOK if word == UNSETTLED else Look(plain[k].colour, hatches[k % 8])
        for k, word in enumerate(words)
    }


def _inmost(inside: Array) -> tuple[int, int]:
    """Find the cell of a region that is farthest from its border."""
    from scipy.ndimage import distance_transform_edt

    away = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    place = np.unravel_index(int(np.argmax(away)), away.shape)
    return int(place[0]), int(place[1])
