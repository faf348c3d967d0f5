"""Estimates of many drawn samples around the truth they were drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.estimation import Recovery
from strategic.reports.figures.style import FAINT, PALETTE, new_axes, shortened, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FARTHEST = 5.0


@styled
def draw_recovery(found: Recovery, ax: Axes | None = None) -> Axes:
    """Draw every sample's estimate less the truth, in units of the spread of the estimates.

    Parameters
    ----------
    found : Recovery
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ochs")
    >>> found = st.estimation.recover(model, truth={"rationality": 2.0}, samples=10, size=128)
    >>> [label.get_text() for label in draw_recovery(found).get_yticklabels()]
    ['rationality']
    """
    names = list(found.names)
    ax = new_axes(ax, width=4.7, height=0.8 + 0.4 * max(len(names), 1))
    jitter = np.random.default_rng(0).uniform(-0.22, 0.22, len(found.estimates))
    for place, k in enumerate(reversed(range(len(names)))):
        apart = found.estimates[:, k] - found.truth[k]
        known = np.isfinite(apart)
        spread = float(apart[known].std()) if known.sum() > 1 else 0.0
        scaled = apart[known] / (spread or 1.0)
        inside = np.clip(scaled, -_FARTHEST, _FARTHEST)
        ax.plot(inside, place + jitter[known], "o", color=PALETTE[0], markersize=2.5, alpha=0.35)
        if known.any():
            ax.plot(np.quantile(inside, [0.025, 0.975]), [place, place], color=PALETTE[0])
            ax.plot(inside.mean(), place, "|", color=PALETTE[3], markersize=14)
    ax.axvline(0.0, color=FAINT, linewidth=0.8)
    ax.set_yticks(range(len(names)), [shortened(name, 32) for name in reversed(names)])
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.set_xlabel("estimate less truth, in standard deviations of the estimates")
    return ax
