"""Evolutionary dynamics: how shares move, given what every action earns. One registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.evolution.populations import PopulationGame, Shares
from strategic.games import Game

Velocity = Callable[[Array, Array, float], Array]
"""From shares and payoffs of one population, ``(n, points)``, and the noise to change per time."""


@dataclass(frozen=True)
class Dynamic:
    """How members of populations revise what they do.

    Attributes
    ----------
    name, title, meaning : str
        As users write it, as headings show it, and in one sentence.
    velocity : callable
        From shares, payoffs (up to a common term) and noise to the change of shares.
    imitative : bool
        Actions spread by imitation only: what nobody plays stays unplayed. Such dynamics are
        integrated in log-odds, and noise disturbs their payoffs.
    takes_noise : bool
        Whether noise belongs to the choice itself.
    kinked : bool
        The velocity has kinks, at which an estimate of the error is rough.
    exact_pieces : bool
        Paths are made of straight pieces, followed exactly from kink to kink.
    reference : str
        Source.

    Examples
    --------
    >>> [name for name, dynamic in DYNAMICS.items() if dynamic.takes_noise]
    ['logit']
    """

    name: str
    title: str
    meaning: str
    velocity: Velocity
    imitative: bool = False
    takes_noise: bool = False
    kinked: bool = False
    exact_pieces: bool = False
    reference: str = ""


def replicator(shares: Array, payoffs: Array, noise: float = 0.0) -> Array:
    """``x_a (u_a - mean u)``."""
    del noise
    return np.asarray(shares * (payoffs - summed(shares * payoffs)))


def logit(shares: Array, payoffs: Array, noise: float) -> Array:
    """``exp(u_a / noise) / sum exp(u_b / noise) - x_a``, without overflow."""
    ahead = payoffs - payoffs.max(axis=0)
    weights = np.exp(ahead / noise)
    return np.asarray(weights / summed(weights) - shares)


def best_response(shares: Array, payoffs: Array, noise: float = 0.0) -> Array:
    """``b_a - x_a``, where b shares the choice equally among the best actions."""
    del noise
    best = (payoffs == payoffs.max(axis=0)).astype(float)
    return np.asarray(best / summed(best) - shares)


def smith(shares: Array, payoffs: Array, noise: float = 0.0) -> Array:
    """``sum_b x_b [u_a - u_b]+ - x_a sum_b [u_b - u_a]+``: members compare two actions."""
    del noise
    ahead = np.maximum(payoffs[:, None] - payoffs[None], 0.0)  # of a over b
    joined = summed((ahead * shares[None]).swapaxes(0, 1))
    left = shares * summed(ahead)
    return np.asarray(joined - left)


def brown_nash(shares: Array, payoffs: Array, noise: float = 0.0) -> Array:
    """``[u_a - mean u]+ - x_a sum_b [u_b - mean u]+``."""
    del noise
    excess = np.maximum(payoffs - summed(shares * payoffs), 0.0)
    return np.asarray(excess - shares * summed(excess))


def summed(values: Array) -> Array:
    """Sum along the first axis one by one: the order never depends on the number of points."""
    total = values[0]
    for value in values[1:]:
        total = total + value
    return np.asarray(total)


DYNAMICS: dict[str, Dynamic] = {
    dynamic.name: dynamic
    for dynamic in (
        Dynamic(
            "replicator",
            "Replicator dynamics",
            "An action's share grows at the rate of its payoff above the population's average; "
            "noise is white noise in every payoff.",
            replicator,
            imitative=True,
            reference="TaylorJonker1978",
        ),
        Dynamic(
            "logit",
            "Logit dynamics",
            "Members now and then choose anew, better actions more often; noise is the payoff "
            "difference that changes the odds e-fold.",
            logit,
            takes_noise=True,
            reference="FudenbergLevine1998",
        ),
        Dynamic(
            "best-response",
            "Best-response dynamics",
            "Members now and then switch to a best reply to what all do now.",
            best_response,
            exact_pieces=True,
            reference="GilboaMatsui1991",
        ),
        Dynamic(
            "smith",
            "Smith dynamics",
            "Members compare their action with another one, and switch at a rate that grows with "
            "the payoff difference.",
            smith,
            kinked=True,
            reference="Smith1984",
        ),
        Dynamic(
            "bnn",
            "Brown-von Neumann-Nash dynamics",
            "Members switch to actions that earn more than the population's average, at a rate "
            "that grows with the excess.",
            brown_nash,
            kinked=True,
            reference="BrownVonNeumann1950",
        ),
    )
}
"""Every dynamic by name; choices of the command line and the documentation read this."""


def dynamic_named(name: str, noise: float | None) -> tuple[Dynamic, float]:
    """Find a dynamic, and check the noise that goes with it.

    Raises
    ------
    MethodError
        When there is no such dynamic or the noise does not fit.
    """
    if name not in DYNAMICS:
        remedy = nearest(name, DYNAMICS) or f"one of {', '.join(DYNAMICS)}"
        raise MethodError("no such dynamics", where="dynamics", value=name, remedy=remedy)
    dynamic = DYNAMICS[name]
    if noise is not None and not 0.0 <= noise < np.inf:
        raise MethodError("must be finite and at least 0", where="noise", value=noise)
    if dynamic.takes_noise and not noise:
        remedy = "give noise, such as 0.1 of the payoffs' size; without noise use best-response"
        rule = f"the {dynamic.name} dynamics need noise above 0"
        raise MethodError(rule, where="noise", value=noise, remedy=remedy)
    if noise and not dynamic.takes_noise and not dynamic.imitative:
        remedy = "leave it out, or use logit or replicator"
        rule = f"the {dynamic.name} dynamics take no noise"
        raise MethodError(rule, where="noise", value=noise, remedy=remedy)
    return dynamic, float(noise or 0.0)


def velocities(
    game: Game | PopulationGame,
    shares: Sequence[ArrayLike],
    /,
    *,
    dynamics: str = "replicator",
    noise: float | None = None,
) -> Shares:
    """Compute how fast all shares change.

    Parameters
    ----------
    game : Game or PopulationGame
        One game or a batch; every player of a `Game` is a population.
    shares : sequence of array_like, each ``(*batch, ..., n_i)``
        Shares of each population's actions.
    dynamics : str
        A name of `DYNAMICS`.
    noise : float, optional
        Of the logit choice, in units of payoffs.

    Returns
    -------
    tuple of ndarray, each ``(*batch, ..., n_i)``
        Change of the shares per unit of time; it sums to zero.

    Examples
    --------
    >>> hawk_dove = PopulationGame.one_population([[-0.5, 2.0], [0.0, 1.0]])
    >>> velocities(hawk_dove, [[0.5, 0.5]])
    (array([ 0.0625, -0.0625]),)
    """
    dynamic, strength = dynamic_named(dynamics, noise)
    found = PopulationGame.of(game).payoffs_at(shares)
    moved = []
    for share, payoff in zip(shares, found, strict=True):
        x, u = np.broadcast_arrays(np.asarray(share, float), payoff)
        change = dynamic.velocity(np.moveaxis(x, -1, 0), np.moveaxis(u, -1, 0), strength)
        moved.append(np.moveaxis(change, 0, -1))
    return tuple(moved)
