"""Bayesian posteriors by importance sampling over the same likelihood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation.likelihood import Differenced, Likelihood, heights_on
from strategic.estimation.maximum import Maximum, maximise
from strategic.estimation.priors import Prior, read_prior
from strategic.papers import Cited
from strategic.whole_numbers import check_whole

ENOUGH = 400
"""Effective draws below which means and intervals are called unreliable."""
_ROUNDS = 6
_DEGREES = 5.0
_TAIL = 1.0


@dataclass(frozen=True, eq=False)
class Posterior(Cited):
    """A posterior distribution as weighted draws.

    Parameters
    ----------
    names : tuple of str
    draws : array (n, K)
    weights : array (n,)
        They sum to 1.
    log_evidence, evidence_error : float
        Logarithm of the marginal likelihood, and its Monte Carlo error.
    priors : mapping of str to str
    seed : int

    Examples
    --------
    >>> found = Posterior(("x",), np.array([[1.0], [3.0]]), np.array([0.5, 0.5]), 0.0, 0.0, {}, 0)
    >>> found.mean, found.effective
    (array([2.]), 2.0)
    """

    made_by = ("posterior",)

    names: tuple[str, ...]
    draws: Array = field(repr=False)
    weights: Array = field(repr=False)
    log_evidence: float
    evidence_error: float
    priors: Mapping[str, str]
    seed: int

    @property
    def effective(self) -> float:
        """Number of equally weighted draws that would be as good: ``1 / sum(weights**2)``."""
        return float(1.0 / (self.weights**2).sum())

    @property
    def reliable(self) -> bool:
        """Whether there are enough effective draws, and no single one dominates."""
        return self.effective >= ENOUGH and float(self.weights.max()) < 0.05

    @property
    def mean(self) -> Array:
        """Posterior means, ``(K,)``."""
        return np.asarray(self.weights @ self.draws)

    @property
    def deviation(self) -> Array:
        """Posterior standard deviations, ``(K,)``."""
        return np.asarray(np.sqrt(self.weights @ (self.draws - self.mean) ** 2))

    @property
    def error(self) -> Array:
        """Monte Carlo errors of the means, ``(K,)``."""
        return np.asarray(np.sqrt(self.weights**2 @ (self.draws - self.mean) ** 2))

    def quantiles(self, levels: Sequence[float]) -> Array:
        """Posterior quantiles, ``(levels, K)``."""
        found = []
        for column in self.draws.T:
            order = np.argsort(column)
            reached = np.cumsum(self.weights[order]) - 0.5 * self.weights[order]
            found.append(np.interp(levels, reached, column[order]))
        return np.array(found).T

    def document(self) -> dict[str, Any]:
        """Describe everything but the draws as plain data."""
        low, high = self.quantiles([0.025, 0.975])
        columns = zip(self.names, self.mean, self.deviation, low, high, self.error, strict=True)
        return {
            "draws": len(self.draws),
            "effective_draws": self.effective,
            "reliable": self.reliable,
            "seed": self.seed,
            "log_evidence": self.log_evidence,
            "log_evidence_error": self.evidence_error,
            "parameters": [
                {
                    "name": name,
                    "prior": self.priors[name],
                    "mean": float(mean),
                    "deviation": float(deviation),
                    "low": float(left),
                    "high": float(right),
                    "simulation_error": float(error),
                }
                for name, mean, deviation, left, right, error in columns
            ],
        }


class _Posed(Differenced):
    """A likelihood times a prior: the prior is one more unit."""

    def __init__(self, likelihood: Likelihood, priors: Sequence[Prior]) -> None:
        self.likelihood, self.priors = likelihood, priors
        self.names, self.bounds = likelihood.names, likelihood.bounds
        self.units = likelihood.units + 1
        self.uniform, self.saturated = likelihood.uniform, likelihood.saturated

    def log_prior(self, points: Array) -> Array:
        """Add up over numbers: ``(P,)``."""
        return np.asarray(
            sum(prior.log_density(points[:, k]) for k, prior in enumerate(self.priors))
        )

    def per_unit(self, points: Array, /) -> Array:
        """Log likelihoods, and the prior last."""
        return np.column_stack([self.likelihood.per_unit(points), self.log_prior(points)])

    def gradient(self, points: Array, /) -> Array | None:
        """Scores, where the likelihood has them; those of priors by differences."""
        exact = self.likelihood.gradient(points)
        if exact is None:
            return None
        own = np.empty(points.shape)
        for k, prior in enumerate(self.priors):
            step = 1e-6 * prior.spread
            up, down = (prior.log_density(points[:, k] + s * step) for s in (1, -1))
            with np.errstate(invalid="ignore"):
                slope = (up - down) / (2 * step)
            own[:, k] = np.where(np.isfinite(slope), slope, 0.0)
        return np.concatenate([exact, own[:, None]], axis=1)


def posterior(
    likelihood: Likelihood,
    maximum: Maximum,
    prior: Mapping[str, str],
    *,
    draws: int = 4000,
    seed: int = 0,
    executor: Executor | None = None,
) -> Posterior:
    """Draw from the posterior by adaptive importance sampling.

    Parameters
    ----------
    likelihood : Likelihood
    maximum : Maximum
        Of the likelihood, where the search for the posterior's mode starts.
    prior : mapping of str to str
        A distribution per number, such as ``"normal(0, 1)"``; a number between two finite bounds
        may go without, and is uniform then.
    draws, seed : int
        Draws per round, and their seed.
    executor : concurrent.futures.Executor, optional
        Where the likelihood of the draws is computed; here by default.

    Returns
    -------
    Posterior

    Raises
    ------
    MethodError
        When a number has no prior, a prior speaks of an unknown number, or prior and data exclude
        each other.

    Notes
    -----
    Draws come from Student's t distribution with 5 degrees of freedom around the posterior's mode,
    and in later rounds around the mean of the earlier draws; all draws are weighted against the
    mixture of all rounds.

    Examples
    --------
    >>> from strategic.estimation import maximise
    >>> class Coin(Differenced):
    ...     names, units, bounds = ("heads",), 1, np.array([[0.0, 1.0]])
    ...     uniform = saturated = 0.0
    ...     def per_unit(self, points):
    ...         return 3 * np.log(points) + 7 * np.log1p(-points)
    >>> coin = Coin()
    >>> posterior(coin, maximise(coin, [[0.5]]), {"heads": "beta(1, 1)"}).mean.round(2)
    array([0.33])

    References
    ----------
    Cornuet, J.-M., Marin, J.-M., Mira, A. and Robert, C. P. (2012). Adaptive multiple importance
    sampling. Scandinavian Journal of Statistics 39, 798-812.
    """
    check_whole(draws=draws, seed=seed)
    texts, priors = _priors(likelihood, prior)
    posed = _Posed(likelihood, priors)
    centres = np.clip([one.centre for one in priors], *likelihood.bounds.T)
    known = np.where(np.isfinite(maximum.point) & ~_endless(maximum), maximum.point, centres)
    mode = maximise(posed, np.array([known, centres]))
    if mode is None:
        rule = "prior and data exclude each other"
        raise MethodError(rule, where="prior", value=", ".join(texts.values()))
    rng = np.random.default_rng(seed)
    spread = np.array([one.spread for one in priors])
    centre, scale = mode.point, _scale(mode, spread)
    rounds: list[tuple[Array, Array]] = []
    points = np.empty((0, len(centre)))
    targets = np.empty(0)
    for _ in range(_ROUNDS):
        rounds.append((centre, np.linalg.cholesky(scale)))
        fresh = _student(rng, *rounds[-1], draws)
        inside = ((fresh >= likelihood.bounds[:, 0]) & (fresh <= likelihood.bounds[:, 1])).all(1)
        target = np.full(draws, -np.inf)
        possible = inside & np.isfinite(posed.log_prior(fresh))
        target[possible] = heights_on(executor, posed, fresh[possible])
        points, targets = np.concatenate([points, fresh]), np.concatenate([targets, target])
        logs = targets - _log_mixture(points, rounds)
        weights = np.exp(logs - logs.max())
        total = weights.sum()
        weights = weights / total
        if 1.0 / (weights**2).sum() >= 0.5 * len(points) / len(rounds) and len(rounds) > 1:
            break
        centre = weights @ points
        apart = points - centre
        scale = (weights * apart.T) @ apart
        scale = scale * (1.0 - 2.0 / _DEGREES) * 1.2 + 1e-12 * np.diag(spread**2)
    relative = float(np.sqrt(len(points) * (weights**2).sum() - 1.0) / np.sqrt(len(points)))
    evidence = float(logs.max() + np.log(total / len(points)))
    kept = weights > 0
    return Posterior(likelihood.names, points[kept], weights[kept], evidence, relative, texts, seed)


def _priors(likelihood: Likelihood, prior: Mapping[str, str]) -> tuple[dict[str, str], list[Prior]]:
    names = likelihood.names
    for name in prior:
        if name not in names:
            remedy = nearest(name, names) or f"one of {', '.join(names)}"
            rule = "no such estimated number"
            raise MethodError(rule, where="prior", value=name, remedy=remedy)
    texts = {}
    for name, (low, high) in zip(names, likelihood.bounds.tolist(), strict=True):
        if name in prior:
            texts[name] = str(prior[name])
        elif np.isfinite(high - low):
            texts[name] = f"uniform({low!r}, {high!r})"
        else:
            remedy = f'such as {name} = "normal(0, 1)"'
            raise MethodError("needs a prior", where="prior", value=name, remedy=remedy)
    return texts, [read_prior(name, text) for name, text in texts.items()]


def _endless(maximum: Maximum) -> Array:
    return np.array([k in maximum.endless for k in range(len(maximum.point))])


def _scale(mode: Maximum, spread: Array) -> Array:
    """Covariance at the mode; where it bends little, at a bound too, the prior's own spread."""
    bend = -mode.hessian / np.outer(1 / spread, 1 / spread)
    roots, axes = np.linalg.eigh(np.where(np.isfinite(bend), bend, 0.0))
    sizes = 1.0 / np.clip(np.abs(roots), _TAIL, None)
    return np.asarray((axes * sizes) @ axes.T * np.outer(spread, spread))


def _student(rng: np.random.Generator, centre: Array, root: Array, count: int) -> Array:
    normal = rng.standard_normal((count, len(centre)))
    chi = rng.chisquare(_DEGREES, count) / _DEGREES
    return np.asarray(centre + (normal / np.sqrt(chi)[:, None]) @ root.T)


def _log_mixture(points: Array, rounds: Sequence[tuple[Array, Array]]) -> Array:
    """Log density of the equal mixture of all rounds' proposals."""
    from scipy.linalg import solve_triangular
    from scipy.special import gammaln, logsumexp

    width, nu = points.shape[1], _DEGREES
    constant = gammaln(0.5 * (nu + width)) - gammaln(0.5 * nu) - 0.5 * width * np.log(nu * np.pi)
    densities = []
    for centre, root in rounds:
        apart = solve_triangular(root, (points - centre).T, lower=True)
        size = (apart**2).sum(axis=0)
        volume = np.log(np.diag(root)).sum()
        densities.append(constant - volume - 0.5 * (nu + width) * np.log1p(size / nu))
    return np.asarray(logsumexp(densities, axis=0) - np.log(len(rounds)))
