"""Measures of populations: which pure profiles are evolutionarily stable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from math import prod

import numpy as np

from strategic.arrays import Array
from strategic.evolution.corner_table import corner_name, corners
from strategic.evolution.populations import PopulationGame
from strategic.evolution.stability import UNDEFINED
from strategic.games.names import slugs
from strategic.modelling.family import Family
from strategic.modelling.games import STRICT
from strategic.modelling.long_run_measures import path_measures
from strategic.modelling.measure import Measure, MeasureGroup
from strategic.modelling.points import Points

Populations = Callable[[Points], PopulationGame]
NONE, SEVERAL = "none", "several"
_STABLE = r"\text{yes} \iff u_i(a) > u_i(a'_i, a_{-i}) \text{ for all } i, a'_i \ne a_i"
_MOST_LABELS, _MOST_CORNERS = 300, 256


def corner_names(actions: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Name the pure profiles in row-major order: actions joined by hyphens, blanks as underscores.

    Where two would have one name, actions are numbered instead.

    Examples
    --------
    >>> corner_names((("hawk", "dove"), ("do it", "leave it")))
    ('hawk-do_it', 'hawk-leave_it', 'dove-do_it', 'dove-leave_it')
    """
    named = tuple(corner_name(list(own)) for own in product(*actions))
    if len(set(named)) == len(named):
        return named
    return tuple("-".join(str(k + 1) for k in own) for own in _profiles(actions))


def _profiles(actions: tuple[tuple[str, ...], ...]) -> list[tuple[int, ...]]:
    return list(product(*(range(len(own)) for own in actions)))


def with_populations(
    family: Family,
    populations: Populations,
    first: PopulationGame,
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
    """
    # A single player decides alone: there is nobody whose shares its payoffs could depend on.
    alone = first.game is not None and len(first.sizes) == 1
    if alone or min(first.sizes) < 2 or prod(first.sizes) > _MOST_CORNERS:
        return replace(family, populations=populations)
    strict = partial(strict_corners, populations)
    sets, all_of_them = _sets_of(first.actions, own=_own_share_matters(first))
    names = corner_names(first.actions)
    labels = [" + ".join(names[k] for k in chosen) or NONE for chosen in sets]
    places = {chosen: number for number, chosen in enumerate(sets)}
    settling, groups = path_measures(populations, _places(first), names)
    measures = [
        Measure(
            "ess",
            partial(_label, strict, places),
            "Corners that are evolutionarily stable: the strict equilibria.",
            kind="label",
            labels=(*labels, *[SEVERAL] * (not all_of_them)),
            formula=rf"\{{ {STRICT} \}}",
        ),
        Measure(
            "ess_count",
            partial(_count, strict),
            "Number of evolutionarily stable corners.",
            kind="integer",
            unit="corners",
            formula=rf"\# \{{ {STRICT} \}}",
        ),
        settling,
    ]
    stable = MeasureGroup(
        "stable",
        "CORNER",
        "Whether a corner is evolutionarily stable.",
        names,
        partial(_stable_measure, strict, names),
        formula=_STABLE,
    )
    return replace(
        family,
        populations=populations,
        measures={**family.measures, **{measure.name: measure for measure in measures}},
        groups={group.name: group for group in (stable, *groups)},
    )


def _places(game: PopulationGame) -> dict[str, tuple[int, int]]:
    """Name the share of every action: ``PLAYER.ACTION``."""
    return {
        f"{player}.{action}": (i, a)
        for i, player in enumerate(slugs(game.players))
        for a, action in enumerate(slugs(game.actions[i]))
    }


def strict_corners(populations: Populations, points: Points) -> Array:
    """Tell which corners are strict Nash equilibria, and so evolutionarily stable.

    A corner is asymptotically stable under the replicator, and an ESS of the game of populations,
    exactly when every population's action there is its only best reply (Selten 1980).

    Returns
    -------
    array of int, shape (*points.shape, corners)
        1 and 0, and -1 where payoffs are not finite.
    """
    found = corners(points.once(populations))
    return np.where(found.code == UNDEFINED, -1, found.stable)


def _sets_of(
    actions: tuple[tuple[str, ...], ...], *, own: bool
) -> tuple[list[tuple[int, ...]], bool]:
    """List sets of corners that may be stable together, the small ones first; whether all are.

    Where an action's payoff does not depend on its own population's shares, two stable corners
    differ in two populations at least. Of sets of one size all are listed or none.
    """
    profiles = np.array(_profiles(actions))
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
        formula=_STABLE,
    )


def _stable(strict: Callable[[Points], Array], place: int, points: Points) -> Array:
    return np.asarray(points.once(strict)[..., place])
