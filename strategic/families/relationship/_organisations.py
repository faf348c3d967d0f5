"""Many organisations and one government: what they cost, how they compete (D7 to D10, M12).

Procurement and contest are textbook models; the cost of diversity (K9) is a form of ours.
`managing_cost`, `partner_effort` and `recontracting_share` are how the number of organisations
reaches the payoffs; with a single organisation all three change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship._as_written import numbers
from strategic.modelling import Points


def managing_cost(points: Points) -> Array:
    """Cost ``k_C(n) = k_C + k_1 (n-1)`` of managing n organisations (K9, P18).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> managing_cost(relationship({"relation.organisations": [1, 4]}).points).round(3).tolist()
    [0.02, 0.08]
    """
    further = points["relation.diversity_cost"] * (points["relation.organisations"] - 1)
    return np.asarray(points["government.cost_cooperate"] + further)


def contest_of(points: Points) -> Contest:
    """Solve the contest of the model's organisations for the government's favour (M12)."""
    names = ("organisations", "contest_prize", "contest_exponent")
    return contest(*(points[f"relation.{name}"] for name in names))


def partner_effort(points: Points) -> Array:
    """Effort ``e (n-1) W/n^2`` the partner spends on being preferred to the others (M12).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> partner_effort(relationship({"relation.organisations": [1, 4]}).points).tolist()
    [0.0, 0.1875]
    """
    return points.once(contest_of).effort


def recontracting_share(points: Points) -> Array:
    """Share ``1 - 1/n`` of what cooperation is worth that another organisation replaces (P15).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> recontracting_share(relationship({"relation.organisations": [1, 4]}).points).tolist()
    [0.0, 0.75]
    """
    return np.asarray(1 - 1 / points["relation.organisations"])


@dataclass(frozen=True)
class Procurement:
    """A second-price procurement among organisations with uniform surpluses.

    Parameters
    ----------
    best, rent : ndarray
        Expected surplus of the best organisation, and the rent it keeps.
    """

    best: Array
    rent: Array


def procure(organisations: ArrayLike, highest_surplus: ArrayLike, /) -> Procurement:
    """Let n organisations with surpluses uniform on [0, S] compete at the second price.

    Returns
    -------
    Procurement
        Best ``n/(n+1) S``; rent ``S/(n+1)``.

    References
    ----------
    Vickrey, W. (1961). Counterspeculation, auctions, and competitive sealed tenders. Journal of
    Finance 16, 8-37.

    Examples
    --------
    >>> found = procure(4, 1.0)
    >>> float(found.best), float(found.rent)
    (0.8, 0.2)
    """
    n, S = np.asarray(organisations, dtype=float), np.asarray(highest_surplus, dtype=float)
    return Procurement(np.asarray(n / (n + 1) * S), np.asarray(S / (n + 1)))


@dataclass(frozen=True)
class Contest:
    """The symmetric equilibrium of a performance contest; NaN where there is none in pure effort.

    Parameters
    ----------
    effort, total_effort, rent : ndarray
        Of one organisation, of all together, and what one organisation keeps.
    """

    effort: Array
    total_effort: Array
    rent: Array


def contest(organisations: ArrayLike, prize: ArrayLike, exponent: ArrayLike = 1.0, /) -> Contest:
    """Let n organisations exert effort for a prize that goes in proportion to effort^e.

    Notes
    -----
    Effort ``e(n-1)W/n^2`` and rent ``W[n-e(n-1)]/n^2``, an equilibrium iff ``e <= n/(n-1)``.

    References
    ----------
    Tullock, G. (1980). Efficient rent seeking. In Toward a Theory of the Rent-Seeking Society,
    97-112. Texas A&M University Press.

    Examples
    --------
    >>> found = contest(2, 1.0)
    >>> float(found.effort), float(found.rent)
    (0.25, 0.25)
    """
    n, W, e = (numbers(value) for value in (organisations, prize, exponent))
    count = n.astype(float)
    with np.errstate(divide="ignore"):  # the comparison of `joint_rules`, to the bit
        # Rents below 0 would make every organisation prefer no effort.
        pure = e.astype(float) <= count / (count - 1)
    effort = np.where(pure, e * (n - 1) * W / n**2, np.nan)
    rent = np.where(pure, W * (n - e * (n - 1)) / n**2, np.nan)
    return Contest(effort, np.asarray(n * effort), rent)


def planner_count(highest_surplus: ArrayLike, diversity_cost: ArrayLike, /) -> Array:
    """Find the best number of organisations for a planner: ``sqrt(S/k_1) - 1``, at least 1.

    Notes
    -----
    The best of n uniform surpluses is worth ``n/(n+1) S``; each further organisation costs k_1, so
    that ``S/(n+1)^2 = k_1`` at the optimum (claim K9, P18).
    Inf where diversity is free, NaN where there is no surplus.

    Examples
    --------
    >>> float(planner_count(0.5, 0.02))
    4.0
    """
    S, k_1 = (np.asarray(value, dtype=float) for value in (highest_surplus, diversity_cost))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        count = np.sqrt(S / k_1) - 1
    return np.where(S > 0, np.maximum(count, 1.0), np.nan)


def government_count(highest_surplus: ArrayLike, diversity_cost: ArrayLike, /) -> Array:
    """Find the best number for a government that pays the rent: ``sqrt(2S/k_1) - 1``.

    The rent ``S/(n+1)`` falls in n, so that a further organisation is worth twice as much to the
    government as to a planner.

    Examples
    --------
    >>> float(government_count(0.25, 0.02))
    4.0
    """
    return planner_count(2 * np.asarray(highest_surplus, dtype=float), diversity_cost)


def dominance_count(
    surplus: ArrayLike, loss_government: ArrayLike, loss_organisation: ArrayLike
) -> Array:
    """Find the number of organisations below which bargained cooperation is risk-dominant.

    Returns
    -------
    ndarray
        ``n_max = [(Q-2) + sqrt((Q-2)^2-4)]/2`` with ``Q = Sigma^2/(c_G c_O)``; 0 for Q <= 4
        ("never"), inf where cooperation risks nothing (c_G c_O = 0).

    Notes
    -----
    With beta_O = 1/(n+1), no advance payment and the Nash price inside the interval,
    cooperation is risk-dominant iff ``beta_G beta_O Sigma^2 > c_G c_O``, that is ``n^2 - (Q-2) n
    + 1 < 0`` (P8); its roots are real iff Q >= 4.
    """
    Sigma = np.asarray(surplus, dtype=float)
    product = np.asarray(loss_government, dtype=float) * np.asarray(loss_organisation, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        Q = np.where(Sigma > 0, Sigma**2 / product, 0.0)
        root = ((Q - 2) + np.sqrt((Q - 2) ** 2 - 4)) / 2
    return np.where(Q <= 4, 0.0, np.where(np.isinf(Q), np.inf, root))


def partners_bound(
    reward: ArrayLike,
    temptation: ArrayLike,
    *,
    patience: tuple[ArrayLike, ArrayLike],
    diversity_cost: ArrayLike,
) -> Array:
    """Find the largest number of organisations at which the government keeps its promise.

    Parameters
    ----------
    reward : array_like
        R_1, what cooperation is worth to the government with a single organisation.
    temptation : array_like
        b_G, what breaking the promise earns it.
    patience : (A, B) of array_like
        ``A = 1 - (1-h) delta`` and ``B = (1-h) delta m``.
    diversity_cost : array_like
        k_1, by which each further organisation lowers the reward.

    Returns
    -------
    ndarray
        Inf where no number breaks the promise, 0 where cooperation is worth nothing.

    Notes
    -----
    With ``R = R_1 - k_1 (n-1)`` the promise holds iff ``A n (b-R) <= B R`` (P15).  Both sides are
    monotone in n, so the bound is the positive root of
    ``A k_1 n^2 + [A (b-R_1-k_1) + B k_1] n - B (R_1+k_1) = 0``.

    Examples
    --------
    >>> float(partners_bound(0.2, 0.3, patience=(0.1, 0.45), diversity_cost=0.0).round(6))
    9.0
    """
    R, b, k_1 = (np.asarray(value, dtype=float) for value in (reward, temptation, diversity_cost))
    A, B = (np.asarray(value, dtype=float) for value in patience)
    square, linear, constant = A * k_1, A * (b - R - k_1) + B * k_1, -B * (R + k_1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        root = np.sqrt(linear**2 - 4 * square * constant)
        # Neither form of the root subtracts numbers of one sign; k_1 = 0 leaves the first.
        bound = np.where(linear > 0, -2 * constant / (linear + root), (root - linear) / 2 / square)
    kept = (R > 0) & (b <= R) & (k_1 == 0)
    return np.where(kept, np.inf, np.where((R <= 0) & (b > R), 0.0, bound))
