"""Survival: the probability of no incident so far, and that trust on the ladder has held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.families.relationship.reporting.figures._look import REGIMES_LOOK
from strategic.reports.figures.style import FAINT, INK, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def draw_survival(
    incident_risk: float,
    ax: Axes | None = None,
    *,
    ladder: Sequence[float] | None = None,
    periods: int = 60,
) -> Axes:
    """Draw ``(1-h)^t`` over the periods with its half-life, and the survival on the trust ladder.

    Parameters
    ----------
    incident_risk : float
        h, the probability of an incident per period.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    ladder : sequence of float, optional
        Chance that cooperation on the trust ladder has lasted, period by period from 0.
    periods : int
        How far to look.

    Examples
    --------
    >>> print(round(draw_survival(0.5).lines[0].get_ydata()[1], 3))
    0.5
    """
    ax = new_axes(ax, width=4.6, height=3.2)
    time = np.arange(periods + 1)
    ax.step(
        time, (1 - incident_risk) ** time, where="post", color=INK, linewidth=2,
        label="no incident yet",
    )  # fmt: skip
    if ladder is not None:
        ax.step(
            range(len(ladder)), ladder, where="post", color=REGIMES_LOOK["C"].colour,
            linewidth=2, linestyle="--", label="cooperation on the trust ladder",
        )  # fmt: skip
    if 0 < incident_risk < 1:
        _mark_half_life(ax, incident_risk, periods)
    ax.set(xlim=(0, periods), ylim=(0, 1.03))
    ax.set_xlabel("periods")
    ax.set_ylabel("probability that it has lasted")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8)
    return ax


def _mark_half_life(ax: Axes, incident_risk: float, periods: int) -> None:
    half = np.log(2) / -np.log1p(-incident_risk)
    if half > periods:
        return
    ax.plot([half, half], [0, 0.5], color=FAINT, linestyle=":", linewidth=1.2)
    right = half < 0.7 * periods
    ax.annotate(
        f"half-life {half:.1f}", (half, 0.5), xytext=(6 if right else -6, 6),
        textcoords="offset points", ha="left" if right else "right", fontsize=8,
    )  # fmt: skip


def nothing_ends(incident_risk: float, ladder: Sequence[float]) -> str:
    """Say why there is no survival to draw; the empty text where something ends in time."""
    if incident_risk > 0 or min(ladder) != max(ladder):
        return ""
    held = "holds for ever" if ladder[0] > 0 else "never begins"
    return (
        f"How long cooperation lasts is not drawn: there are no incidents, and on the trust ladder "
        f"cooperation {held}."
    )
