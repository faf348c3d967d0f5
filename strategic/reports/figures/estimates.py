"""Estimates with their intervals, profiles, predicted beside observed, and posteriors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.estimation import Estimate, Estimates
from strategic.reports.figures.style import (
    FAINT,
    ORANGE,
    PALETTE,
    new_axes,
    new_panels,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strategic.estimation.posterior_draws import Posterior
    from strategic.estimation.profiles import Profile

_NUMBERS = ("count", "observed", "predicted", "lower", "upper")
"""Columns of predicted frequencies that name no row."""
_APART = 12.0
"""Numbers that differ in size by more than this stand on axes of their own."""
_ROW, _AXIS = 0.25, 0.55
"""Height of a number and of an axis, in inches."""
_DEEPEST = -6.0
_FEW, _NAMED = 6, 3
"""So few predictions are all named in the figure; of more, those farthest from the observed."""
_BINS = 48


@styled
def draw_estimates(found: Estimates, ax: Axes | None = None) -> Axes:
    """Draw every estimate as a dot with its 95% interval, in the order of the table.

    Numbers of very different size stand on axes of their own, one above the other.

    Parameters
    ----------
    found : Estimates
    ax : matplotlib.axes.Axes, optional
        Where to draw all of them; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> ax = draw_estimates(st.estimate(st.load("ochs")))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['rationality']
    """
    entries = [one for one in found.parameters if _ends(one)]
    panels = [entries] if ax is not None else _by_size(entries)
    if ax is not None or len(panels) == 1:
        made = [new_axes(ax, width=4.7, height=_AXIS + _ROW * max(len(entries), 2))]
    else:
        ratios = [_AXIS + _ROW * len(panel) for panel in panels]
        made = new_panels(len(panels), 1, width=4.7, height=sum(ratios), ratios=ratios)
    alike = len({one.name for one in entries}) == 1
    for panel, axes in zip(panels, made, strict=True):
        _draw_intervals(panel, axes, alike=alike)
    made[-1].set_xlabel(entries[0].name if alike and entries else "estimate")
    return made[0]


@styled
def draw_profile(profile: Profile, ax: Axes | None = None) -> Axes:
    """Draw a profile likelihood below its maximum, and the level of the 95% interval.

    Parameters
    ----------
    profile : Profile
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> draw_profile(st.estimate(st.load("ochs")).profile("rationality")).get_xlabel()
    'rationality'
    """
    from strategic.estimation.profiles import HALF

    ax = new_axes(ax, width=3.8, height=2.8)
    below = profile.heights - profile.maximum
    ax.plot(profile.values, below, color=PALETTE[0], linewidth=1.6)
    ax.axhline(-HALF, color=FAINT, linewidth=0.9, linestyle="--")
    ax.annotate("95%", (1.0, -HALF), xycoords=("axes fraction", "data"), color=FAINT,
                ha="right", va="bottom")  # fmt: skip
    for end in (profile.low, profile.high):
        if np.isfinite(end) and profile.values[0] <= end <= profile.values[-1]:
            ax.plot([end, end], [-HALF, _DEEPEST], color=ORANGE, linewidth=1.0)
    if np.isfinite(profile.peak):
        ax.plot(profile.peak, 0.0, "o", color=PALETTE[0])
    lowest = np.nanmin(below, initial=-HALF)
    ax.set_ylim(max(_DEEPEST, 1.08 * lowest), 0.3)
    ax.set_xlabel(profile.name)
    ax.set_ylabel("log likelihood below its maximum")
    return ax


@styled
def draw_predictions(rows: Sequence[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Draw observed against predicted frequencies, with the diagonal of a perfect fit.

    Parameters
    ----------
    rows : sequence of mappings
        With ``predicted`` and ``observed``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> draw_predictions(st.estimate(st.load("ochs")).predict()).get_xlabel()
    'predicted frequency'
    """
    ax = new_axes(ax, width=3.8, height=3.8)
    told = [row for row in rows if row["observed"] is not None and row["predicted"] is not None]
    pairs = np.array([(row["predicted"], row["observed"]) for row in told]).reshape(-1, 2)
    ax.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8)
    ax.plot(*pairs.T, "o", color=PALETTE[0], markersize=4, alpha=0.8)
    far = np.argsort(-np.abs(pairs[:, 0] - pairs[:, 1]), kind="stable")
    for place in far if len(far) <= _FEW else far[:_NAMED]:
        right = pairs[place, 0] > 0.6
        ax.annotate(
            _name_of(told[place]), pairs[place], xytext=(-6 if right else 6, 0),
            textcoords="offset points", ha="right" if right else "left", va="center",
            fontsize=7.5,
        )  # fmt: skip
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel("predicted frequency")
    ax.set_ylabel("observed frequency")
    return ax


@styled
def draw_posterior(posterior: Posterior, name: str, ax: Axes | None = None) -> Axes:
    """Draw the posterior density of one number, its 95% interval, and the prior as a line.

    Parameters
    ----------
    posterior : Posterior
    name : str
        One of its names.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.estimate(st.load("ochs")).posterior({"rationality": "gamma(2, 1)"}, draws=500)
    >>> draw_posterior(found, "rationality").get_xlabel()
    'rationality'
    """
    from strategic.estimation.priors import read_prior

    ax = new_axes(ax, width=3.8, height=2.6)
    k = posterior.names.index(name)
    draws = posterior.draws[:, k]
    low, high, left, right = posterior.quantiles([0.025, 0.975, 0.0005, 0.9995])[:, k]
    if right <= left:  # all weight on one value
        left, right = left - 0.5, right + 0.5
    density, edges = np.histogram(
        draws, _BINS, (left, right), weights=posterior.weights, density=True
    )
    ax.stairs(density, edges, color=PALETTE[0], linewidth=1.3)
    inside = np.clip(edges, low, high)
    ax.bar(inside[:-1], density, np.diff(inside), align="edge", color=PALETTE[0], alpha=0.25)
    grid = np.linspace(left, right, 201)
    prior = np.exp(read_prior(name, posterior.priors[name]).log_density(grid))
    ax.plot(grid, prior, color=FAINT, linewidth=1.0, label="prior")
    ax.axvline(float(posterior.mean[k]), color=PALETTE[0], linewidth=0.9, linestyle=":")
    ax.set_ylim(0, 1.12 * max(float(density.max()), 1e-300))
    ax.set_xlabel(name)
    ax.set_ylabel("density")
    ax.legend(loc="upper right")
    return ax


def _draw_intervals(entries: Sequence[Estimate], ax: Axes, *, alike: bool) -> None:
    for place, one in enumerate(reversed(entries)):
        ax.plot(_ends(one), [place, place], color=PALETTE[0], linewidth=1.6)
        if np.isfinite(one.estimate) and one.status != "interval":
            fill = PALETTE[0] if one.status == "ok" else "white"
            ax.plot(one.estimate, place, "o", color=PALETTE[0], markerfacecolor=fill)
    labels = [one.group if alike and one.group else
              f"{one.name} ({one.group})" if one.group else one.name
              for one in reversed(entries)]  # fmt: skip
    ax.set_yticks(range(len(labels)), [shortened(label, 32) for label in labels])
    ax.set_ylim(-0.6, len(entries) - 0.4)
    left, right = ax.get_xlim()
    if left <= 0 <= right:
        ax.axvline(0, color=FAINT, linewidth=0.8)


def _ends(one: Estimate) -> list[float]:
    """Give the ends of the line of an estimate; where one is not finite, it ends at the dot."""
    known = [v for v in (one.low, one.estimate, one.high) if np.isfinite(v)]
    return [min(known), max(known)] if known else []


def _by_size(entries: Sequence[Estimate]) -> list[list[Estimate]]:
    """Divide numbers into panels of similar size; the order within each stays."""
    sizes = {id(one): max(map(abs, _ends(one))) or 1.0 for one in entries}
    panels: list[list[Estimate]] = []
    for one in sorted(entries, key=lambda entry: -sizes[id(entry)]):
        if panels and sizes[id(panels[-1][0])] <= _APART * sizes[id(one)]:
            panels[-1].append(one)
        else:
            panels.append([one])
    order = {id(one): place for place, one in enumerate(entries)}
    for panel in panels:
        panel.sort(key=lambda one: order[id(one)])
    return sorted(panels, key=lambda panel: order[id(panel[0])]) or [[]]


def _name_of(row: Mapping[str, Any]) -> str:
    words = [str(value) for name, value in row.items()
             if name not in _NUMBERS]  # fmt: skip
    return shortened(" ".join(words), 26)
