"""Many organisations and one government: procurement, contests and diversity (D7 to D10, M12).

Procurement and contest are textbook models; the cost of diversity (K9) is a form of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array


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
    Vickrey (1961), Counterspeculation, auctions, and competitive sealed tenders.

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
    Tullock (1980), Efficient rent seeking.

    Examples
    --------
    >>> found = contest(2, 1.0)
    >>> float(found.effort), float(found.rent)
    (0.25, 0.25)
    """
    n, W, e = (np.asarray(value, dtype=float) for value in (organisations, prize, exponent))
    pure = e * (n - 1) <= n  # rents below 0 would make every organisation prefer no effort
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
