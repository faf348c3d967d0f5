"""Fingerprints: what a strategy earns against a probe that errs in both directions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import GameError
from strategic.repeated.strategies.automata import Automaton, law_of, outcome_chances, product
from strategic.repeated.strategies.memory import payoffs_of
from strategic.repeated.strategies.named import AXELROD_PAYOFFS, strategy
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    import xarray


def fingerprint(
    row: str | Automaton,
    probe: str | Automaton = "TFT",
    payoffs: ArrayLike = AXELROD_PAYOFFS,
    /,
    *,
    points: int = 21,
    discount: float = 1.0,
    horizon: int | None = None,
) -> xarray.Dataset:
    """Compute the fingerprint of a strategy: its payoff against a probe that errs both ways.

    Parameters
    ----------
    row : str or Automaton
        The strategy.
    probe : str or Automaton, default "TFT"
        Whom it meets. With probability x the probe cooperates whatever happened, with probability
        y it defects.
    payoffs : array_like, shape (4,), default (3, 0, 5, 1)
        R, S, T and P.
    points : int, default 21
        Values of x and of y, evenly spaced from 0 to 1.
    discount : float, default 1
        1 gives the long-run average; below 1 discounted averages.
    horizon : int, optional
        Length of a match; for ever by default.

    Returns
    -------
    xarray.Dataset
        ``payoff`` over ``x`` and ``y``, exactly; `strategic.reports.figures.phase_diagram` draws
        it. On the border the long run may depend on how play begins, and jump.

    Raises
    ------
    GameError
        When an argument is out of range.

    Notes
    -----
    In a state where the probe cooperates with probability c it now does so with
    ``x + (1 - x - y) c``. Beyond x + y = 1 that is the probe which does the opposite, as in
    Ashlock's definition: the same formula goes on, which needs no case of its own.

    References
    ----------
    Ashlock, D. and Kim, E.-Y. (2008). Fingerprinting: visualization and automatic analysis of
    prisoner's dilemma strategies. IEEE Transactions on Evolutionary Computation 12, 647-659.

    Examples
    --------
    >>> found = fingerprint("AllD", points=3)
    >>> found["payoff"].sel(x=1.0, y=0.0).item(), found["payoff"].sel(x=0.0, y=1.0).item()
    (5.0, 1.0)
    """
    check_whole(points=points, horizon=horizon)
    import xarray

    if points < 2:
        raise GameError("must be at least 2", where="points", value=points)
    if not 0.0 <= discount <= 1.0:
        raise GameError("must lie between 0 and 1", where="discount", value=discount)
    if horizon is not None and horizon < 1:
        raise GameError("needs at least one period", where="horizon", value=horizon)
    mine, other = (strategy(one) if isinstance(one, str) else one for one in (row, probe))
    shares = np.linspace(0.0, 1.0, points)
    x, y = (grid.ravel() for grid in np.meshgrid(shares, shares, indexing="ij"))
    pair = product(mine, other)
    own, theirs = np.moveaxis(pair.cooperation[..., None], 1, 0)
    # Convex weights, not x + (1 - x - y) c: a probability does not round beyond 0 or 1.
    erring = x * (1.0 - theirs) + (1.0 - y) * theirs
    erred = replace(pair, cooperation=np.stack(np.broadcast_arrays(own, erring), axis=1))
    chances = outcome_chances(erred, np.zeros(x.size))
    law = law_of(pair, chances, discount=np.full(x.size, float(discount)), horizon=horizon)
    earned = payoffs_of(law.T, payoffs)[0].reshape(points, points)
    meaning = f"Average payoff of {mine.name} against {other.name} that errs"
    coordinates = {
        "x": ("x", shares, {"long_name": "probability that the probe cooperates unasked"}),
        "y": ("y", shares, {"long_name": "probability that the probe defects unasked"}),
    }
    table = {"payoff": (("x", "y"), earned, {"long_name": meaning})}
    return xarray.Dataset(table, coordinates, {"strategy": mine.name, "probe": other.name})
