"""Outcomes of markets under a rule of selection, drawn, and their bounds without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation._market_cells import cut, drawn, strata
from strategic.estimation._market_chances import Games
from strategic.estimation._market_mixtures import Bounds, list_equilibria, look_everywhere
from strategic.estimation._markets import entry_gains

SELECTION = "selection"
"""The free number of a rule of selection."""
_PLAYER = "payoff."


def selection_of(name: str, players: Sequence[str]) -> Array | None:
    """Read a rule of selection: with which weight every player's payoff adds to the score.

    Parameters
    ----------
    name : str
        ``welfare``, ``payoff.PLAYER`` or ``equal``.
    players : sequence of str

    Returns
    -------
    array (players,), or None where all equilibria are alike

    Raises
    ------
    MethodError
        When there is no such rule.

    Examples
    --------
    >>> selection_of("payoff.big", ["big", "small"]).tolist()
    [1.0, 0.0]
    """
    known = ["welfare", *(_PLAYER + player for player in players), "equal"]
    if name not in known:
        remedy = nearest(name, known) or f"one of {', '.join(known)}"
        raise MethodError("no such rule", where=SELECTION, value=name, remedy=remedy)
    if name == "equal":
        return None
    return np.array([float(name in {"welfare", _PLAYER + player}) for player in players])


def games_of(payoffs: Sequence[Array], name: str, odds: Array, players: Sequence[str]) -> Games:
    """Turn payoffs and a rule of selection into what chances are computed from.

    Parameters
    ----------
    payoffs : one array (B, 2, ..., 2) per player
    name : str
        As of `selection_of`.
    odds : array (B,)
        Log odds of selection per unit of score.
    players : sequence of str
    """
    weights = selection_of(name, players)
    gains = entry_gains(payoffs)
    if weights is None:
        return Games(gains, None, np.zeros(len(players)), odds)
    scores = sum(w * table for w, table in zip(weights, payoffs, strict=True))
    return Games(gains, np.reshape(scores, (len(odds), -1)).T, weights, odds)


def drawn_outcomes(
    payoffs: Sequence[Array],
    *,
    players: Sequence[str],
    selection: str = "welfare",
    value: float = 0.0,
    mixed: bool = False,
    rng: np.random.Generator,
) -> Array:
    """Draw what is played in R markets.

    Parameters
    ----------
    payoffs : one array (R, 2, ..., 2) per player
        Before shocks.
    players : sequence of str
    selection, value : str, float
        Rule of selection, and log odds per unit of its score.
    mixed : bool
        Whether mixed equilibria count beside pure ones.
    rng : Generator

    Returns
    -------
    array of bool (R, players)
        Who takes the first action.
    """
    rows, count = len(payoffs[0]), len(players)
    games = games_of(payoffs, selection, np.full(rows, value), players)
    found = list_equilibria(games, np.arange(rows), rng.standard_normal((count, rows)), mixed=mixed)
    order = np.argsort(found.group, kind="stable")
    reached = np.cumsum(found.chance[order])  # market by market, each adds 1
    chosen = order[np.searchsorted(reached, np.arange(rows) + rng.random(rows) * (1 - 1e-9))]
    return rng.random((rows, count)) < found.first[:, chosen].T


def outcome_bounds(
    payoffs: Sequence[Array], *, mixed: bool = False, draws: int = 1024, seed: int = 0
) -> Bounds:
    """Bound the chances of outcomes where nothing is known about selection.

    Parameters
    ----------
    payoffs : one array (..., 2, ..., 2) per player
        Before shocks.
    mixed : bool
        Whether mixed equilibria count beside pure ones.
    draws, seed : int
        Of the shocks of each market. With two players 9, with three 125 draws are enough for
        bounds that are exact where only pure equilibria are played.

    Returns
    -------
    Bounds
        Arrays (..., 2^players) and (...); ``chance`` has all equilibria alike.

    References
    ----------
    Ciliberto, F. and Tamer, E. (2009). Market structure and multiple equilibria in airline markets.
    Econometrica 77, 1791-1828.
    """
    players = len(payoffs)
    batch = payoffs[0].shape[: payoffs[0].ndim - players]
    gains = entry_gains([table.reshape(-1, *(2,) * players) for table in payoffs])
    markets = gains.shape[2]
    games = Games(gains, None, np.zeros(players), np.zeros(markets))
    design = strata(players, gains.shape[1] + 1, markets=markets, draws=draws, seed=seed)
    if design is None:
        cells = cut(gains, np.zeros(markets, dtype=int), whole=True)
        design = drawn(cells, draws=draws, seed=seed)
    found = look_everywhere(games, design, mixed=mixed)
    return replace(
        found,
        lower=found.lower.reshape(*batch, -1),
        upper=found.upper.reshape(*batch, -1),
        chance=found.chance.reshape(*batch, -1),
        several=found.several.reshape(batch),
    )
