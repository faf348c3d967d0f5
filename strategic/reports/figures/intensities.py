"""An outcome along the intensities of mechanisms: one band per mechanism."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from strategic.reports.figures._legend import PAPER, add_legend
from strategic.reports.figures.style import INK, new_axes, styled
from strategic.reports.looks import Look, looks_of
from strategic.reports.words import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMED = 0.16
"""Share of the width that a piece needs to carry its word."""


@styled
def draw_intensities(
    bands: Mapping[str, Sequence[tuple[float, str]]],
    looks: Mapping[str, Look] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what an outcome becomes as each mechanism gains intensity, from 0 to 1.

    Parameters
    ----------
    bands : mapping of str to sequence of (float, str)
        For each mechanism the intensities from which words hold, the first from 0 on.
    looks : mapping of str to Look, optional
        How the words look; colours of the palette by default.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> ax = draw_intensities({"forum": [(0.0, "good"), (0.3, "bad"), (0.6, "good")]})
    >>> len(ax.patches)
    3
    """
    ax = new_axes(ax, width=5.6, height=1.0 + 0.34 * len(bands))
    words = list(dict.fromkeys(word for pieces in bands.values() for _, word in pieces))
    shown = dict(zip(words, looks_of(dict(enumerate(words)), looks or {}).values(), strict=True))
    for level, pieces in enumerate(reversed(list(bands.values()))):
        ends = [*(start for start, _ in pieces[1:]), 1.0]
        for (start, word), end in zip(pieces, ends, strict=True):
            ax.barh(level, end - start, left=start, height=0.62, color=shown[word].colour,
                    hatch=shown[word].hatch, edgecolor=INK, linewidth=0.8)  # fmt: skip
            if end - start >= _NAMED:
                middle = (start + end) / 2
                ax.text(middle, level, spoken(word), ha="center", va="center", fontsize=8,
                        bbox=PAPER)  # fmt: skip
            if start:
                ax.annotate(f"{start:.2g}", (start, level + 0.32), ha="center", va="bottom",
                            fontsize=7)  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(-0.5, len(bands) - 0.3), xlabel="intensity")
    ax.set_yticks(range(len(bands)), list(bands)[::-1])
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    add_legend(ax, {spoken(word): look for word, look in shown.items()}, 4)
    return ax
