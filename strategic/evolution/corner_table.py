"""Corners: rest points at which every population uses one action, for any number of points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.evolution._corner_gains import ExactTies
from strategic.evolution._payoff_polynomials import Exponents, PayoffPolynomials
from strategic.evolution.populations import PopulationGame
from strategic.evolution.stability import ESS, VERDICTS, verdicts
from strategic.games import Game
from strategic.papers import Cited


@dataclass(frozen=True, eq=False, repr=False)
class Corners(Cited):
    """Eigenvalues and verdicts of all corners of one game or of a batch.

    Attributes
    ----------
    profiles : int array (K, populations)
        The action each population uses.
    names : tuple of str
        The same as words: the actions joined by "-", spaces as "_".
    deviations : tuple of tuple of (int, int)
        Per corner: the population and action each eigenvalue belongs to.
    eigenvalues : array ``(*batch, K, m)``
        What those who try the action of the deviation earn more: negative if they die out.
    code : int8 array ``(*batch, K)``
        Places in `strategic.evolution.stability.VERDICTS`.

    Examples
    --------
    >>> sexes = Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> corners(sexes).verdict.tolist()
    ['ESS', 'unstable', 'unstable', 'ESS']
    """

    made_by = ("strategic.evolution.replicator:replicator_field",)

    profiles: Array
    names: tuple[str, ...]
    deviations: tuple[tuple[tuple[int, int], ...], ...]
    eigenvalues: Array
    code: Array

    @property
    def verdict(self) -> Array:
        """The verdicts as words, ``(*batch, K)``."""
        return np.array(VERDICTS)[self.code]

    @property
    def stable(self) -> Array:
        """Whether a corner is a strict Nash equilibrium, bool ``(*batch, K)``."""
        return np.asarray(self.code == ESS)

    @property
    def nash(self) -> Array:
        """Whether a corner is a Nash equilibrium, bool ``(*batch, K)``."""
        return np.asarray((self.eigenvalues <= 0).all(axis=-1))

    def __repr__(self) -> str:
        return f"<Corners: {len(self.names)} corners, batch {self.code.shape[:-1]}>"


def corners(game: Game | PopulationGame, /) -> Corners:
    """Compute eigenvalues and verdicts of all corners.

    Parameters
    ----------
    game : Game or PopulationGame
        One or a batch.

    Returns
    -------
    Corners

    Notes
    -----
    The replicator dynamics' Jacobian at a corner is diagonal in the free shares; its entries are
    payoff differences. Where payoffs are formulas, they are computed in fractions wherever doubles
    cannot tell them from zero, so that ties in the formulas are ties.

    Examples
    --------
    >>> dilemma = corners(Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> dilemma.eigenvalues[-1].tolist(), dilemma.verdict[-1]
    ([-1.0, -1.0], np.str_('ESS'))
    """
    populations = PopulationGame.of(game)
    polynomials = PayoffPolynomials.of(populations)
    earned = _by_payoffs(populations) if polynomials is None else _by_polynomials(polynomials)
    profiles = np.array(list(product(*map(range, populations.sizes))))
    deviations = tuple(
        tuple(
            (i, a)
            for i, (n, used) in enumerate(zip(populations.sizes, profile, strict=True))
            for a in range(n)
            if a != used
        )
        for profile in profiles.tolist()
    )
    batch = populations.batch_shape
    formulas = populations.formulas if batch else None
    mend = None if formulas is None else ExactTies(formulas, batch)

    def gain(profile: tuple[int, ...], population: int, action: int) -> Array:
        found = earned(profile, population, action)
        return found if mend is None else mend(found, profile, population, action)

    free = sum(populations.sizes) - len(populations.sizes)
    table = np.zeros((int(np.prod(batch, dtype=int)), len(profiles), free))
    for number, (profile, moves) in enumerate(zip(profiles.tolist(), deviations, strict=True)):
        for place, (population, action) in enumerate(moves):
            table[:, number, place] = gain(tuple(profile), population, action)
    table = table.reshape(*batch, *table.shape[1:])
    names = tuple(
        corner_name([populations.actions[i][a] for i, a in enumerate(profile)])
        for profile in profiles.tolist()
    )
    return Corners(profiles, names, deviations, table, verdicts(table).astype(np.int8))


def corner_name(actions: list[str]) -> str:
    """Join the names of a corner's actions.

    Examples
    --------
    >>> corner_name(["regulate", "do not comply"])
    'regulate-do_not_comply'
    """
    return "-".join(action.replace(" ", "_") for action in actions)


_Gain = Callable[[tuple[int, ...], int, int], Array]
"""Of a profile, a population and an action: what deviating to it gains, at all points."""


def _by_polynomials(payoffs: PayoffPolynomials) -> _Gain:
    def gain(profile: tuple[int, ...], population: int, action: int) -> Array:
        top = payoffs.tops[population]
        kept = _present(payoffs.monomials[population], profile)
        lines = top[action][kept] - top[profile[population]][kept]
        total = _total(lines, payoffs.points)
        below = payoffs.bottoms[population]
        if below is not None:
            bottom = _total(below[1][_present(below[0], profile)], payoffs.points)
            with np.errstate(all="ignore"):
                zero = np.asarray(bottom == 0)
                total = np.where(zero, np.nan, total / np.where(zero, 1, bottom))
        return np.asarray(total.astype(float))

    return gain


def _total(lines: Array, points: int) -> Array:
    if not len(lines):
        return np.zeros(points)
    total = lines[0]
    for line in lines[1:]:
        total = total + line
    return np.asarray(total)


def _present(names: tuple[Exponents, ...], profile: tuple[int, ...]) -> list[int]:
    """Give the monomials that are one rather than zero at a corner."""
    return [
        number
        for number, exponents in enumerate(names)
        if all(
            all(not e or a == used for a, e in enumerate(mine))
            for mine, used in zip(exponents, profile, strict=True)
        )
    ]


def _by_payoffs(game: PopulationGame) -> _Gain:
    batch, points = game.batch_shape, int(np.prod(game.batch_shape, dtype=int))
    known: dict[tuple[int, ...], list[Array]] = {}

    def gain(profile: tuple[int, ...], population: int, action: int) -> Array:
        if profile not in known:
            shares = [
                np.broadcast_to(np.eye(n)[used].reshape(n, *(1,) * len(batch)), (n, *batch))
                for n, used in zip(game.sizes, profile, strict=True)
            ]
            with np.errstate(all="ignore"):
                known[profile] = game.source.payoffs(shares)
        own = known[profile][population]
        return np.asarray((own[action] - own[profile[population]]).reshape(points))

    return gain
