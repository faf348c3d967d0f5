"""Finite populations: who takes whom over, and what is played in the long run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.evolution.fixation import ROUNDING
from strategic.evolution.populations import PopulationGame
from strategic.evolution.small_mutation import invasion_chances, stationary_law
from strategic.games import Game
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.whole_numbers import check_whole

PROCESSES = ("fermi", "moran")


@in_one_line
@dataclass(frozen=True, eq=False)
class FinitePopulations(Cited):
    """Fixation and the long run of finite populations in which mutations are rare.

    Axes are those of the batch, then one per population: the action that all its members take.

    Attributes
    ----------
    law : ndarray, shape ``(*batch, n_1, ..., n_p)``
        Share of time that the populations spend with each profile. NaN where a fitness is
        negative, and where the long run depends on the start.
    log_fixation : tuple of ndarray, each ``(*batch, n_1, ..., n_p, n_i)``
        Logarithm of the probability that one mutant of population i who takes the action of the
        last axis takes its population over, at each profile; 0 for the action played.
    sizes : tuple of int
        Individuals of each population.

    Examples
    --------
    >>> stag_hunt = Game.from_payoffs([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    >>> finite_populations(stag_hunt, 20, 1.0).law.round(6)
    array([[0., 0.],
           [0., 1.]])
    """

    made_by = ("finite_populations",)

    law: Array
    log_fixation: tuple[Array, ...]
    sizes: tuple[int, ...]

    @property
    def fixation(self) -> tuple[Array, ...]:
        """The probabilities themselves."""
        return tuple(np.exp(logs) for logs in self.log_fixation)

    @property
    def shares(self) -> tuple[Array, ...]:
        """Share of time that each population takes each action, each ``(*batch, n_i)``."""
        count = len(self.log_fixation)
        axes = range(-count, 0)
        return tuple(self.law.sum(axis=tuple(axis for axis in axes if axis != own)) for own in axes)


def finite_populations(
    game: Game | PopulationGame,
    size: int | Sequence[int],
    intensity: float,
    /,
    *,
    process: str = "fermi",
) -> FinitePopulations:
    """Compute fixation probabilities and the long run when mutations are rare.

    Parameters
    ----------
    game : Game or PopulationGame
        One game or a batch. Every player of a `Game` is a population.
    size : int or sequence of int
        Individuals of every population, or of each; at least 2.
    intensity : float
        Intensity of selection: beta of the Fermi process, at least 0, or w in [0, 1] of the Moran
        process, fitness 1 - w + w payoff.
    process : {"fermi", "moran"}, default "fermi"
        Pairwise comparison within a population, or birth and death there.

    Returns
    -------
    FinitePopulations

    Raises
    ------
    MethodError
        When the process is unknown or numbers are out of range.

    Notes
    -----
    Between mutations every population is uniform. One individual, any with the same probability,
    mutates to one of the other actions of its population, any with the same probability; it takes
    the population over or is lost before the next mutation (Fudenberg and Imhof 2006; Veller and
    Hayward 2016 for several populations). Members of a population earn by what the others do, so
    that a mutant's advantage g (beta times the payoff difference; the logarithm of the ratio of
    fitnesses) is constant and phi = (1 - e^-g) / (1 - e^(-N g)). Where payoffs depend on the
    population's own shares, k of N members make a share of k / N, and phi sums over k. A single
    population that meets itself is that of `small_mutation_law`: nobody meets themselves. All in
    logarithms: no probability underflows.

    References
    ----------
    Fudenberg, D. and Imhof, L. A. (2006). Imitation processes with small mutations. Journal of
    Economic Theory 131, 251-262.
    Veller, C. and Hayward, L. K. (2016). Finite-population evolution with rare mutations in
    asymmetric games. Journal of Economic Theory 162, 93-113.

    Examples
    --------
    >>> game = Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> found = finite_populations(game, [10, 20], 0.1)
    >>> found.fixation[0][1].round(4)
    array([[0.2096, 1.    ],
           [0.0612, 1.    ]])
    """
    check_whole(size=size)
    played = PopulationGame.of(game)
    counts = _checked_sizes(size, len(played.sizes))
    if process not in PROCESSES:
        raise MethodError("must be 'fermi' or 'moran'", where="process", value=process)
    if not 0.0 <= intensity < np.inf or (process == "moran" and intensity > 1.0):
        rule = "must be finite and at least 0" if process == "fermi" else "must lie between 0 and 1"
        raise MethodError(rule, where="intensity", value=intensity)
    if played.matrix is not None:
        turned = invasion_chances(played.matrix, counts[0], intensity, process=process)
        logs = [turned]
    else:
        logs = [
            _log_chances(played, own, counts[own], intensity, process) for own in range(len(counts))
        ]
    law = stationary_law(_log_flow(logs, counts, len(played.batch_shape)))
    shape = (*played.batch_shape, *played.sizes)
    return FinitePopulations(np.moveaxis(law, 0, -1).reshape(shape), tuple(logs), counts)


def _checked_sizes(size: int | Sequence[int], populations: int) -> tuple[int, ...]:
    counts = (size,) * populations if isinstance(size, int | np.integer) else tuple(size)
    if len(counts) != populations:
        rule = f"needs one number of individuals, or {populations}"
        raise MethodError(rule, where="size", value=list(counts))
    if any(n < 2 or n != int(n) for n in counts):
        rule = "needs at least 2 individuals per population"
        raise MethodError(rule, where="size", value=list(counts))
    return tuple(int(n) for n in counts)


def _log_chances(
    game: PopulationGame, own: int, size: int, intensity: float, process: str
) -> Array:
    """Log-chances of one mutant of a population at every profile, ``(*batch, profile, n_own)``."""
    if game.game is not None:
        # what a member earns does not depend on its own population
        table = np.moveaxis(game.game.payoffs[own], own - len(game.sizes), -1)
        mutant = table[..., None, :]
        resident = table[..., :, None]
        found = _log_fixation(_advantage(mutant, resident, intensity, process), size)
        found[..., np.arange(table.shape[-1]), np.arange(table.shape[-1])] = 0.0
        return np.moveaxis(found, -2, own - len(game.sizes) - 1)
    profiles = list(np.ndindex(*game.sizes))
    found = np.zeros((*game.batch_shape, len(profiles), game.sizes[own]))
    for number, profile in enumerate(profiles):
        for mutant_action in range(game.sizes[own]):
            if mutant_action != profile[own]:
                steps = _steps(game, profile, own, mutant_action, size)
                gains = _advantage(*steps, intensity, process)
                found[..., number, mutant_action] = _log_fixation_of_steps(gains)
    return found.reshape(*game.batch_shape, *game.sizes, game.sizes[own])


def _steps(
    game: PopulationGame, profile: tuple[int, ...], own: int, mutant: int, size: int
) -> tuple[Array, Array]:
    """Payoffs of mutants and residents with 1 to N - 1 mutants, each ``(*batch, N - 1)``."""
    share = np.arange(1, size) / size
    shares = [
        np.broadcast_to(np.eye(n)[action], (size - 1, n)).copy()
        for n, action in zip(game.sizes, profile, strict=True)
    ]
    shares[own][:, mutant], shares[own][:, profile[own]] = share, 1.0 - share
    lead = (1,) * len(game.batch_shape)
    earned = game.payoffs_at([x.reshape(*lead, *x.shape) for x in shares])[own]
    return earned[..., mutant], earned[..., profile[own]]


def _advantage(mutant: Array, resident: Array, intensity: float, process: str) -> Array:
    """Logarithm of how much likelier a mutant is to spread than to shrink."""
    if process == "fermi":
        return np.asarray(intensity * (mutant - resident))
    fit, unfit = (_fitness(payoffs, intensity) for payoffs in (mutant, resident))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(fit) - np.log(unfit))  # NaN for negative fitness, and for 0 / 0


def _fitness(payoffs: Array, intensity: float) -> Array:
    """Fitness; what is zero but for rounding is zero."""
    fit = 1.0 - intensity + intensity * payoffs
    size = 1.0 + intensity * np.abs(payoffs)
    return np.where(np.abs(fit) <= ROUNDING * size, 0.0, fit)


def _log_fixation(advantage: Array, size: int) -> Array:
    """``ln (1 - e^-g) - ln (1 - e^(-N g))``, for g of either sign and any size."""
    g = np.abs(advantage)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.log(-np.expm1(-g)) - np.log(-np.expm1(-size * g))
        # for a disadvantage both differences change sign, which leaves e^(-(N - 1) g)
        found = np.where(advantage > 0.0, gain, gain - (size - 1) * g)
    found = np.where(g == 0.0, -np.log(size), found)
    return np.where(np.isneginf(advantage), -np.inf, found)


def _log_fixation_of_steps(advantages: Array) -> Array:
    """Chance of one mutant whose advantage with k mutants is entry k - 1 of the last axis."""
    sums = -np.add.accumulate(advantages, axis=-1)
    terms = np.concatenate([np.zeros_like(sums[..., :1]), sums], axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(-np.logaddexp.reduce(terms, axis=-1))


def _log_flow(logs: Sequence[Array], counts: Sequence[int], batch_axes: int) -> Array:
    """Give the rates between profiles, ``(profiles, profiles, points)``; one population moves."""
    sizes = logs[0].shape[batch_axes:-1]
    profiles = list(np.ndindex(*sizes))
    number = {profile: place for place, profile in enumerate(profiles)}
    points = int(np.prod(logs[0].shape[:batch_axes]))
    flow = np.full((len(profiles), len(profiles), points), -np.inf)
    for own, chances in enumerate(logs):
        flat = chances.reshape(points, *sizes, sizes[own])
        # mutants come as often as there are individuals, and each other action is as likely
        weight = np.log(counts[own] / max(sizes[own] - 1, 1))
        for profile in profiles:
            for action in range(sizes[own]):
                if action != profile[own]:
                    other = (*profile[:own], action, *profile[own + 1 :])
                    rate = flat[(slice(None), *profile, action)] + weight
                    flow[number[profile], number[other]] = rate
    return flow
