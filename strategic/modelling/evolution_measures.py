"""Measures of populations: which pure profiles are evolutionarily stable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.modelling.family import Family
from strategic.modelling.measure import Measure, MeasureGroup
from strategic.modelling.points import Points

Populations = Callable[[Points], PopulationGame]
NONE, SEVERAL = "none", "several"
_MOST_LABELS, _MOST_CORNERS = 300, 256
_NEAR = 1e-12
"""Differences of payoffs this small beside the payoffs are settled in exact numbers."""


@dataclass(frozen=True)
class Corners:
    """The pure profiles of populations, each with the name that measures and claims call it.

    Parameters
    ----------
    actions : tuple of tuple of str
        Names of actions, one tuple per population.

    Examples
    --------
    >>> Corners((("hawk", "dove"), ("do it", "leave it"))).names
    ('hawk-do_it', 'hawk-leave_it', 'dove-do_it', 'dove-leave_it')
    """

    actions: tuple[tuple[str, ...], ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of actions of each population."""
        return tuple(map(len, self.actions))

    @property
    def names(self) -> tuple[str, ...]:
        """Names in row-major order: actions joined by hyphens, blanks as underscores."""
        named = tuple("-".join(map(word, own)) for own in product(*self.actions))
        if len(set(named)) == len(named):
            return named
        return tuple("-".join(str(k + 1) for k in own) for own in self.profiles)

    @property
    def profiles(self) -> Iterator[tuple[int, ...]]:
        """The number of every population's action, corner by corner."""
        return product(*map(range, self.sizes))

    def shares(self) -> tuple[Array, ...]:
        """Shares at every corner: one array ``(corners, n_i)`` per population."""
        chosen = np.array(list(self.profiles))
        return tuple(np.eye(size)[chosen[:, i]] for i, size in enumerate(self.sizes))


def word(name: str) -> str:
    """Write an action or a player as one word of a measure's name."""
    return "_".join(name.split())


def with_populations(
    family: Family,
    populations: Populations,
    first: PopulationGame,
    *,
    single: Callable[[Points], Game] | None = None,
) -> Family:
    """Return a family with populations: the game they play, and its measures.

    Parameters
    ----------
    family : Family
        As it is without.
    populations : callable
        From `Points` to the population game; a point that has none has payoffs NaN.
    first : PopulationGame
        That of any point, for its names.
    single : callable, optional
        The matrix game of a single point in exact numbers.
    """
    corners = Corners(first.actions)
    if int(np.prod(corners.sizes)) > _MOST_CORNERS:
        return replace(family, populations=populations)
    strict = partial(strict_corners, populations, single)
    sets, all_of_them = _sets_of(corners, own=_own_share_matters(first))
    names = corners.names
    labels = [" + ".join(names[k] for k in chosen) or NONE for chosen in sets]
    places = {chosen: number for number, chosen in enumerate(sets)}
    measures = [
        Measure(
            "ess",
            partial(_label, strict, places),
            "Corners that are evolutionarily stable: the strict equilibria.",
            kind="label",
            labels=(*labels, *[SEVERAL] * (not all_of_them)),
        ),
        Measure(
            "ess_count",
            partial(_count, strict),
            "Number of evolutionarily stable corners.",
            kind="integer",
        ),
    ]
    stable = MeasureGroup(
        "stable",
        "CORNER",
        "Whether a corner is evolutionarily stable.",
        names,
        partial(_stable_measure, strict, names),
    )
    return replace(
        family,
        populations=populations,
        measures={**family.measures, **{measure.name: measure for measure in measures}},
        groups={stable.name: stable},
    )


def strict_corners(
    populations: Populations, single: Callable[[Points], Game] | None, points: Points
) -> Array:
    """Tell which corners are strict Nash equilibria, and so evolutionarily stable.

    A corner is asymptotically stable under the replicator, and an ESS of the game of populations,
    exactly when every population's action there is its only best reply (Selten 1980; Hofbauer and
    Sigmund 1998, theorem 8.3.1 and section 10.4).

    Returns
    -------
    array of int, shape (*points.shape, corners)
        1 and 0, and -1 where payoffs are not finite.
    """
    game = points.once(populations)
    gains = corner_gains(game)
    if single is not None:
        gains = _settled(gains, single, points, one=game.matrix is not None)
    return np.where(np.isfinite(gains).all(axis=-1), (gains < 0).all(axis=-1), -1)


def corner_gains(game: PopulationGame) -> Array:
    """Compute what each population gains at each corner by each other action.

    Returns
    -------
    array (*batch, corners, gains)
        One entry per population and action that is not played, in their order; these are the
        eigenvalues of the replicator dynamics at the corner.
    """
    corners = Corners(game.actions)
    shares = corners.shares()
    wide = tuple(np.broadcast_to(own, (*game.batch_shape, *own.shape)) for own in shares)
    gains = []
    for own, payoffs in zip(shares, game.payoffs_at(wide), strict=True):
        played = np.argmax(own, axis=-1)
        place = np.broadcast_to(played[:, None], (*payoffs.shape[:-1], 1))
        gain = payoffs - np.take_along_axis(payoffs, place, axis=-1)
        count, size = own.shape
        others = np.array([[a for a in range(size) if a != chosen] for chosen in played], dtype=int)
        wanted = np.broadcast_to(others.reshape(count, size - 1), (*payoffs.shape[:-1], size - 1))
        gains.append(np.take_along_axis(gain, wanted, axis=-1))
    return np.concatenate(gains, axis=-1)


def _settled(gains: Array, single: Callable[[Points], Game], points: Points, *, one: bool) -> Array:
    """Settle in fractions the signs of differences that may be rounding."""
    if points.shape:
        return gains
    payoffs = single(points).fractions()
    if one:
        payoffs = payoffs[:1]
    exact = _exact_gains(payoffs, one=one)
    return np.where(np.abs(gains) > _NEAR * (1 + np.abs(gains).max(initial=0)), gains, exact)


def _exact_gains(payoffs: tuple[Array, ...], *, one: bool) -> Array:
    shape = payoffs[0].shape[:1] if one else payoffs[0].shape
    rows = []
    for corner in product(*map(range, shape)):
        row = []
        for player, table in enumerate(payoffs):
            for action in range(shape[player]):
                if action == corner[player]:
                    continue
                if one:
                    row.append(table[action, corner[0]] - table[corner[0], corner[0]])
                else:
                    other = (*corner[:player], action, *corner[player + 1 :])
                    row.append(table[other] - table[corner])
        rows.append([float(np.sign(gain)) for gain in row])
    return np.array(rows)


def _sets_of(corners: Corners, *, own: bool) -> tuple[list[tuple[int, ...]], bool]:
    """List sets of corners that may be stable together, the small ones first; whether all are.

    Where an action's payoff does not depend on its own population's shares, two stable corners
    differ in two populations at least. Of sets of one size all are listed or none.
    """
    profiles = np.array(list(corners.profiles))
    apart = (profiles[:, None] != profiles[None]).sum(axis=-1) >= (1 if own else 2)
    sets: list[tuple[int, ...]] = [()]
    last: list[tuple[int, ...]] = [()]
    while last:
        following: list[tuple[int, ...]] = []
        for chosen in last:
            allowed = apart[list(chosen)].all(axis=0) if chosen else np.ones(len(apart), bool)
            after = chosen[-1] + 1 if chosen else 0
            following += [(*chosen, int(k)) for k in np.flatnonzero(allowed[after:]) + after]
            if len(sets) + len(following) > _MOST_LABELS:
                return sets, False
        sets += following
        last = following
    return sets, True


def _own_share_matters(game: PopulationGame) -> bool:
    if game.game is not None:
        return False
    if game.formulas is None or game.matrix is not None:
        return True
    of = {name: population for name, (population, _) in game.formulas.shares.items()}
    return any(
        of.get(name) == population
        for population, own in enumerate(game.formulas.payoffs)
        for formula in own
        for name in formula.names
    )


def _label(
    strict: Callable[[Points], Array], places: dict[tuple[int, ...], int], points: Points
) -> Array:
    """Find the position of each point's set of stable corners in the vocabulary."""
    found = points.once(strict)
    shape, corners = found.shape[:-1], found.shape[-1]
    packed = np.packbits(found.reshape(-1, corners) > 0, axis=-1)
    whole = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    patterns, inverse = np.unique(whole, return_inverse=True)
    bits = patterns.view(np.uint8).reshape(len(patterns), -1)
    chosen = (tuple(np.flatnonzero(np.unpackbits(b)[:corners]).tolist()) for b in bits)
    labels = np.array([places.get(key, len(places)) for key in chosen], dtype=np.int64)
    return np.where((found < 0).any(axis=-1), -1, labels[inverse].reshape(shape))


def _count(strict: Callable[[Points], Array], points: Points) -> Array:
    found = points.once(strict)
    return np.where((found < 0).any(axis=-1), -1, (found > 0).sum(axis=-1))


def _stable_measure(
    strict: Callable[[Points], Array], names: tuple[str, ...], name: str
) -> Measure:
    place = names.index(name)
    return Measure(
        f"stable.{name}",
        partial(_stable, strict, place),
        f"Whether {name} is evolutionarily stable.",
        kind="label",
        labels=("no", "yes"),
    )


def _stable(strict: Callable[[Points], Array], place: int, points: Points) -> Array:
    return np.asarray(points.once(strict)[..., place])
