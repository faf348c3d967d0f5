"""What the players get together: best outcomes, Pareto efficiency, the price of anarchy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import ordinal_payoffs
from strategic.equilibria.concepts.reasons import ROUNDING, as_double, exact_mixtures
from strategic.equilibria.result import Equilibria
from strategic.games.game import Game
from strategic.papers import Cited
from strategic.status import Status

Profile = tuple[int, ...]
_LARGEST = float(np.finfo(np.float64).max)
_PROVED = (Status.COMPLETE, Status.COMPLETE_EXACT, Status.COMPONENTS)


@dataclass(frozen=True)
class Welfare(Cited):
    """Outcomes of a single game compared by what the players get.

    Parameters
    ----------
    best : Fraction
        Largest sum of payoffs of any outcome.
    spread : Fraction
        By how much the sums of the outcomes differ.
    best_profiles : tuple of profiles
        The pure outcomes that reach it.
    efficient : tuple of profiles
        Pure outcomes that are Pareto efficient among the pure ones: no other gives somebody more
        and nobody less.
    sums : tuple of Fraction or float
        Sum of payoffs in each equilibrium; Fractions where they are exact.
    improved : dict of int to profile
        By equilibrium, a pure outcome in which every player earns more, where there is one.
    complete : bool
        Whether the list of equilibria is proved complete (of extreme equilibria: sums over a
        component are largest and smallest at those).
    """

    made_by = ("welfare",)

    best: Fraction
    spread: Fraction
    best_profiles: tuple[Profile, ...]
    efficient: tuple[Profile, ...]
    sums: tuple[Fraction | float, ...]
    improved: dict[int, Profile]
    complete: bool

    @property
    def best_equilibria(self) -> tuple[int, ...]:
        """The equilibria with the largest sum of payoffs."""
        return self._near(max(self.sums, default=0))

    @property
    def worst_equilibria(self) -> tuple[int, ...]:
        """The equilibria with the smallest sum of payoffs."""
        return self._near(min(self.sums, default=0))

    @property
    def prices(self) -> tuple[float, float] | None:
        """Price of anarchy and of stability: the best sum over the worst and best equilibrium's.

        None where there is no equilibrium, or the sum of the worst one is not positive.
        """
        if not self.sums:
            return None
        low, high = min(self.sums), max(self.sums)
        least = 0 if isinstance(low, Fraction) else Fraction(ROUNDING) * self.spread
        if Fraction(low) <= least:
            return None
        prices = (as_double(self.best / Fraction(sum_)) for sum_ in (low, high))
        anarchy, stability = (max(price, 1.0) for price in prices)
        return anarchy, stability

    def _near(self, sum_: Fraction | float) -> tuple[int, ...]:
        exact = all(isinstance(each, Fraction) for each in self.sums)
        within = 0 if exact else Fraction(ROUNDING) * self.spread
        return tuple(
            e for e, each in enumerate(self.sums) if abs(Fraction(each) - Fraction(sum_)) <= within
        )


def welfare(found: Equilibria) -> Welfare:
    """Compare the outcomes and equilibria of a single game by what the players get.

    Parameters
    ----------
    found : Equilibria
        Equilibria of a single game.

    Returns
    -------
    Welfare

    References
    ----------
    Koutsoupias, E. and Papadimitriou, C. (1999). Worst-case equilibria. In Symposium on Theoretical
    Aspects of Computer Science (STACS), 404-413. Springer.
    Anshelevich, E., Dasgupta, A., Kleinberg, J., Tardos, É., Wexler, T. and Roughgarden, T. (2008).
    The price of stability for network design with fair cost allocation. SIAM Journal on Computing
    38, 1602-1623.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> facts = welfare(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> facts.best_profiles, facts.improved, facts.prices
    (((0, 0),), {0: (0, 0)}, (3.0, 3.0))
    """
    game, tables = found.games, found.games.fractions()
    total = sum(tables[1:], start=tables[0])
    best, efficient = total.max(), efficient_profiles(game)
    spread = best - total.min()
    earned = earned_payoffs(found)
    return Welfare(
        best=best,
        spread=spread,
        best_profiles=tuple(map(_profile, np.argwhere(total == best))),
        efficient=efficient,
        sums=tuple(_sum(payoffs, ROUNDING * as_double(spread)) for payoffs in earned),
        improved=_improved(tables, efficient, earned),
        complete=found.method == "all" and Status(int(found.status)) in _PROVED,
    )


def earned_payoffs(found: Equilibria) -> list[tuple[Fraction | float, ...]]:
    """Give what every player earns in each equilibrium: in fractions where that is exact.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> earned_payoffs(solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]))[2]
    (Fraction(2, 3), Fraction(2, 3))
    """
    if exact_mixtures(found):
        return [tuple(line) for line in found.fraction_payoffs()]
    tables = found.games.fractions()
    earned: list[tuple[Fraction | float, ...]] = []
    for sides, computed in zip(found, found.payoffs.tolist(), strict=True):
        pure = all(np.count_nonzero(side) == 1 for side in sides)
        profile = tuple(int(side.argmax()) for side in sides)
        earned.append(tuple(table[profile] for table in tables) if pure else tuple(computed))
    return earned


def _improved(
    tables: Sequence[Array],
    efficient: Sequence[Profile],
    earned: Sequence[Sequence[Fraction | float]],
) -> dict[int, Profile]:
    """Find pure outcomes that everybody prefers; if any is, an efficient one is."""
    by_payoffs = {tuple(table[profile] for table in tables): profile for profile in efficient[::-1]}
    listed = sorted(by_payoffs, key=sum, reverse=True)
    spreads = [Fraction(ROUNDING) * (table.max() - table.min()) for table in tables]
    improved = {}
    for e, payoffs in enumerate(earned):
        least = [
            Fraction(payoff) + (0 if isinstance(payoff, Fraction) else spread)
            for payoff, spread in zip(payoffs, spreads, strict=True)
        ]
        better = (o for o in listed if all(a > b for a, b in zip(o, least, strict=True)))
        outcome = next(better, None)
        if outcome is not None:
            improved[e] = by_payoffs[outcome]
    return improved


def efficient_profiles(game: Game) -> tuple[Profile, ...]:
    """List the pure outcomes that no other pure outcome Pareto-dominates.

    Examples
    --------
    >>> efficient_profiles(Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    ((0, 0), (0, 1), (1, 0))
    """
    payoffs = np.stack([table.reshape(-1) for table in ordinal_payoffs(game)], axis=1)
    # A dominating outcome comes earlier in lexicographic order of falling payoffs, and so does an
    # efficient one that dominates: each is compared with the efficient ones found before it.
    order = np.lexsort(-payoffs.T[::-1])
    kept = np.empty((0, payoffs.shape[1]))
    efficient = []
    for place in order.tolist():
        mine = payoffs[place]
        if not ((kept >= mine).all(axis=1) & (kept > mine).any(axis=1)).any():
            kept = np.vstack([kept, mine])
            efficient.append(place)
    return tuple(_profile(np.unravel_index(place, game.shape)) for place in sorted(efficient))


def _sum(payoffs: Sequence[Fraction | float], rounding: float) -> Fraction | float:
    """Add payoffs up; computed ones within rounding of zero are zero.

    What is beyond the largest double counts as the largest double.
    """
    if isinstance(payoffs[0], Fraction):
        return sum(payoffs[1:], start=payoffs[0])
    total = as_double(sum((Fraction(payoff) for payoff in payoffs), start=Fraction(0)))
    return 0.0 if abs(total) <= rounding else min(max(total, -_LARGEST), _LARGEST)


def _profile(place: Sequence[int] | Array) -> Profile:
    return tuple(map(int, place))
