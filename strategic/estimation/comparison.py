"""Which of two fits explains the same choices better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from strategic.errors import MethodError
from strategic.papers import Cited

if TYPE_CHECKING:
    from strategic.estimation.estimates import Estimates


@dataclass(frozen=True)
class Comparison(Cited):
    """A likelihood-ratio comparison of two fits to the same choices.

    Parameters
    ----------
    kind : str
        ``likelihood ratio`` where one fit contains the other, else ``Vuong``.
    difference : float
        Log likelihood of the first less that of the second.
    statistic, p_value : float
        Chi-square, or standard normal; both are computed for the first against the second.
    freedom : int
        Degrees of freedom: numbers that one has more, of those that the data tell.
    aic, bic : float
        Differences of the criteria; below zero where the first is better.
    says : str
        What follows, in a sentence.

    Examples
    --------
    >>> Comparison("Vuong", 1.0, 0.5, 0.62, 0, -2.0, -2.0, "").kind
    'Vuong'
    """

    kind: str
    difference: float
    statistic: float
    p_value: float
    freedom: int
    aic: float
    bic: float
    says: str

    def behind(self) -> list[str]:
        """Name Vuong's test where it is one."""
        return [f"{__name__}:vuong"] if self.kind == "Vuong" else []


def likelihood_ratio(wider: Estimates, narrower: Estimates) -> Comparison:
    """Test a fit against a wider one that contains it, such as pooled against one by group.

    Parameters
    ----------
    wider, narrower : Estimates

    Raises
    ------
    MethodError
        When they are not fits to the same choices, or the wider one has no more numbers.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["inspector", "contractor"] * 4, "count": [30, 20, 25, 25, 9, 6, 4, 9],
    ...           "action": ["inspect", "work", "trust", "shirk"] * 2,
    ...           "city": ["A"] * 4 + ["B"] * 4}
    >>> pooled, apart = (st.estimate(st.load("inspection"), counts, by=by) for by in (None, "city"))
    >>> likelihood_ratio(apart, pooled).freedom
    1
    """
    from scipy.stats import chi2

    _same_choices(wider, narrower)
    freedom = wider.identified - narrower.identified
    if freedom < 1:
        rule = "the wider fit must have more free numbers that the data tell"
        value = f"{wider.identified} and {narrower.identified}"
        raise MethodError(rule, where="comparison", value=value)
    difference = wider.log_likelihood - narrower.log_likelihood
    statistic = max(0.0, 2.0 * difference)
    chance = float(chi2.sf(statistic, freedom))
    verdict = "is rejected" if chance < 0.05 else "is not rejected"
    says = (
        f"The narrower fit {verdict} at 5%: twice the difference of log likelihoods is "
        f"{statistic:.4g}, chi-square with {freedom} degrees of freedom, p = {chance:.3g}."
    )
    told = ("likelihood ratio", statistic, chance, says)
    return _compared(wider, narrower, told)


def vuong(first: Estimates, second: Estimates) -> Comparison:
    """Test whether two fits that do not contain each other are equally close to the truth.

    Parameters
    ----------
    first, second : Estimates
        Fits to the same choices, with the same independent units.

    Returns
    -------
    Comparison

    Raises
    ------
    MethodError
        When they are not fits to the same choices, or their units differ.

    Notes
    -----
    ``sum d_u / (sqrt(U) sd(d_u))`` with d_u the difference of the log likelihoods of unit u, less
    Schwarz's correction for the numbers of free parameters; two-sided.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["inspector", "contractor"] * 3, "count": [30, 20, 25, 25, 9, 6],
    ...           "session": [1, 1, 2, 2, 3, 3],
    ...           "action": ["inspect", "work", "trust", "shirk", "inspect", "work"]}
    >>> logit, levels = (
    ...     st.estimate(st.load("inspection"), counts, play=play, cluster="session")
    ...     for play in ("logit", "hierarchy")
    ... )
    >>> vuong(logit, levels).kind
    'Vuong'

    References
    ----------
    Vuong, Q. H. (1989). Likelihood ratio tests for model selection and non-nested hypotheses.
    Econometrica 57, 307-333.
    """
    from scipy.stats import norm

    _same_choices(first, second)
    ours, theirs = first.per_unit, second.per_unit
    if ours.shape != theirs.shape or first.repeats.sum() < 2:
        rule = "needs two fits with the same independent units, two or more"
        remedy = "name the same cluster column in both"
        value = f"{len(ours)} and {len(theirs)}"
        raise MethodError(rule, where="comparison", value=value, remedy=remedy)
    repeats = first.repeats
    units = float(repeats.sum())
    apart = (ours - theirs) / repeats
    spread = float(np.sqrt(repeats @ (apart - repeats @ apart / units) ** 2 / (units - 1)))
    correction = 0.5 * (first.identified - second.identified) * np.log(units)
    if spread <= 1e-12 * max(1.0, float(np.abs(ours).max())):
        says = "The fits give every unit the same likelihood: nothing tells them apart."
        return _compared(first, second, ("Vuong", 0.0, 1.0, says))
    statistic = float((repeats @ apart - correction) / (np.sqrt(units) * spread))
    chance = float(2.0 * norm.sf(abs(statistic)))
    better = first.play if statistic > 0 else second.play
    says = (
        f"'{better}' is closer to the truth" if chance < 0.05 else "Neither is told to be closer"
    ) + f" (Vuong's statistic {statistic:.3g} over {units:g} units, p = {chance:.3g})."
    return _compared(first, second, ("Vuong", statistic, chance, says))


def _same_choices(first: Estimates, second: Estimates) -> None:
    if first.observations != second.observations:
        rule = "needs two fits to the same choices"
        value = f"{first.observations} and {second.observations} observations"
        raise MethodError(rule, where="comparison", value=value)
    ours, theirs = (sum(part.uniform for part in fit.parts.values()) for fit in (first, second))
    if first.play == second.play and abs(ours - theirs) > 1e-9 * max(1.0, abs(ours)):
        rule = "needs two fits to the same choices"
        value = f"{ours:.6g} and {theirs:.6g} of uniform play"
        raise MethodError(rule, where="comparison", value=value)


def _compared(
    first: Estimates, second: Estimates, told: tuple[str, float, float, str]
) -> Comparison:
    kind, statistic, chance, says = told
    return Comparison(
        kind,
        first.log_likelihood - second.log_likelihood,
        statistic,
        chance,
        first.identified - second.identified,
        first.aic - second.aic,
        first.bic - second.bic,
        says,
    )
