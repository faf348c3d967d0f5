"""Choose among equilibria: payoff and risk dominance, Pareto ranking, welfare, equality."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._exact import ordinal_payoffs
from strategic.equilibria.concepts._deviation_products import deviation_products
from strategic.equilibria.concepts._exact_profiles import compared
from strategic.equilibria.concepts._ranked import RankedEquilibria
from strategic.equilibria.concepts.choice import RULES, choose
from strategic.equilibria.concepts.pure import Pure
from strategic.equilibria.concepts.refinement import (
    admissible,
    quasi_strict,
    stable_in_symmetric,
    strict,
)
from strategic.equilibria.enumeration.all_equilibria import AllEquilibria
from strategic.equilibria.enumeration.symmetric._symmetry import symmetric_games
from strategic.equilibria.method import Method, games_from
from strategic.equilibria.result import Equilibria
from strategic.equilibria.sizes import enumerations
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.papers import Cited
from strategic.status import Status


@dataclass(frozen=True, eq=False)
class Coordination(Cited):
    """Which of the two diagonal equilibria of 2x2 games dominates.

    Parameters
    ----------
    coordinates : array of bool ``(*batch,)``
        Whether (first, first) and (second, second) are both strict equilibria.
    payoff : array of int ``(*batch,)``
        0 or 1: the action whose equilibrium gives every player at least as much and somebody
        more; -1 where there is none, or the game does not coordinate.
    risk : array of int ``(*batch,)``
        0 or 1: the action with the larger product of deviation losses; -1 for a tie, or where
        the game does not coordinate.
    products : array ``(*batch, 2)``
        The two products; NaN where the game does not coordinate, infinite beyond the doubles.
    """

    made_by = ("coordination",)

    coordinates: Array
    payoff: Array
    risk: Array
    products: Array


def coordination(*payoffs: Game | ArrayLike) -> Coordination:
    """Compare the diagonal equilibria of 2x2 games by payoff and by risk dominance.

    Parameters
    ----------
    *payoffs : Game, or two arrays ``(*batch, 2, 2)``
        The payoffs.

    Returns
    -------
    Coordination

    Raises
    ------
    GameError
        When the payoffs do not make a game.
    MethodError
        When the games are not 2x2.

    Notes
    -----
    (1, 1) risk-dominates (2, 2) if ``(a11 - a21)(b11 - b12) > (a22 - a12)(b22 - b21)``
    (Harsanyi and Selten 1988). Games that coordinate off the diagonal are to be given with their
    columns exchanged.

    References
    ----------
    Harsanyi, J. C. and Selten, R. (1988). A General Theory of Equilibrium Selection in Games. MIT
    Press.

    Examples
    --------
    >>> hunt = coordination([[9, 0], [8, 7]], [[9, 8], [0, 7]])
    >>> int(hunt.payoff), int(hunt.risk), hunt.products
    (0, 1, array([ 1., 49.]))
    """
    games = games_from(*payoffs)
    if games.shape != (2, 2):
        raise MethodError("coordination compares 2x2 games", where="payoffs", value=games.shape)
    a, b = ordinal_payoffs(games)
    strict = [(a[..., i, i] > a[..., 1 - i, i]) & (b[..., i, i] > b[..., i, 1 - i]) for i in (0, 1)]
    there = np.asarray(strict[0] & strict[1])
    products, risk = deviation_products(games, there)
    better = [
        (a[..., i, i] >= a[..., k, k])
        & (b[..., i, i] >= b[..., k, k])
        & ((a[..., i, i] > a[..., k, k]) | (b[..., i, i] > b[..., k, k]))
        for i, k in ((0, 1), (1, 0))
    ]
    return Coordination(
        coordinates=there,
        payoff=np.where(there & better[0], 0, np.where(there & better[1], 1, -1)),
        risk=risk,
        products=np.where(there[..., None], products, np.nan),
    )


def best_by_welfare(found: Equilibria) -> Array:
    """Find the equilibrium with the largest sum of payoffs in every game.

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch.

    Returns
    -------
    array of int, shape of the batch
        Row of ``found``; -1 where a game has none. Ties go to the first.

    Notes
    -----
    Sums of payoffs mean something only if the players' payoffs have a common unit.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> best_by_welfare(solve([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    array(0)
    """
    welfare = partial(np.sum, axis=1, keepdims=True)
    return _best(found, compared(found, welfare, sums=True, best=True)[0][:, 0])


def best_by_equality(found: Equilibria) -> Array:
    """Find the equilibrium in which the worst-off player earns most, in every game.

    Parameters
    ----------
    found : Equilibria
        As for `best_by_welfare`.

    Returns
    -------
    array of int, shape of the batch
        As for `best_by_welfare`.

    References
    ----------
    Rawls, J. (1971). A Theory of Justice. Harvard University Press. The difference principle.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> best_by_equality(solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    array(0)
    """
    least = partial(np.min, axis=1, keepdims=True)
    return _best(found, compared(found, least, best=True)[0][:, 0])


def pareto_rank(found: Equilibria) -> Array:
    """Rank the equilibria of each game: 1 undominated, 2 undominated once those are gone, ...

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch.

    Returns
    -------
    array of int ``(E,)``
        Payoffs are compared exactly, in fractions where doubles leave doubt.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> pareto_rank(solve([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    array([1, 2, 3])
    """
    first, second = _pairs_of_a_game(found)
    payoffs = compared(found, np.copy)[0]
    mine, theirs = payoffs[first], payoffs[second]
    beaten = (mine >= theirs).all(axis=1) & (mine > theirs).any(axis=1)
    above, below = first[beaten], second[beaten]
    # The rank is the length of the longest chain of dominators. Domination has no cycles, so
    # no chain is longer than the list, and raising ranks along all pairs settles.
    rank = np.ones(len(found), dtype=int)
    for _ in range(int(found.count.max(initial=0))):
        raised = rank.copy()
        np.maximum.at(raised, below, rank[above] + 1)
        if (raised == rank).all():
            break
        rank = raised
    return rank


@dataclass(frozen=True)
class Selection(Method):
    """Equilibria ranked and refined, by the usual criteria of selection.

    Notes
    -----
    All equilibria, each with its Pareto rank, its refinements
    (`strategic.equilibria.concepts.refinement`), whether it is best by welfare or equality, and
    what the rules of `strategic.equilibria.concepts.choice` name: payoff and risk dominance of any
    number of players, the potential maximiser, and the member of largest entropy of components
    too. Of games with more than two players that are too large to list all equilibria, the pure
    ones; rules that need all then name none.

    References
    ----------
    Harsanyi, J. C. and Selten, R. (1988). A General Theory of Equilibrium Selection in Games. MIT
    Press.

    Examples
    --------
    >>> hunt = Selection().solve(Game.from_payoffs([[9, 0], [8, 7]], [[9, 8], [0, 7]]))
    >>> hunt.document()["payoff_dominant"], hunt.document()["risk_dominant"]
    ('1', '2')
    """

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Add what comparing equilibria costs to what listing them does."""
        listing = AllEquilibria().microseconds(shape)
        return 20.0 * prod(shape) + (listing if len(shape) == 2 else 5.0 * listing)

    def solve(self, games: Game, *, workers: int | None = None) -> RankedEquilibria:
        """Rank the equilibria of one game or a batch; see the class."""
        two = len(games.shape) == 2
        listed = two or "all" in enumerations(games.shape)
        found = (AllEquilibria() if listed else Pure()).solve(games, workers=workers)
        marks = {
            "strict": strict(found),
            "quasi_strict": quasi_strict(found),
            "perfect" if two else "admissible": admissible(found),
        }
        symmetric = symmetric_games(games)
        if two and symmetric.any():
            marks["evolutionarily_stable"] = stable_in_symmetric(found, symmetric)
        numbers = np.arange(len(found))
        for name, best in (("welfare", best_by_welfare), ("equality", best_by_equality)):
            marks[f"best_by_{name}"] = best(found).reshape(-1)[found.game] == numbers
        ranked = np.isin(found.status, (Status.COMPLETE, Status.COMPLETE_EXACT, Status.COMPONENTS))
        return RankedEquilibria(
            games=games,
            equilibria=found,
            pareto_rank=pareto_rank(found),
            marks=marks,
            coordination=coordination(games) if games.shape == (2, 2) else None,
            chosen={rule: choose(found, rule) for rule in RULES},
            status=np.where(ranked, Status.OK, found.status).astype(np.int8),
        )

    @classmethod
    def behind(cls, found: Any) -> Iterable[Any]:
        """Name what lists the equilibria, every mark, and every rule."""
        finders = {**globals(), "perfect": admissible}  # other marks have the names of functions
        chosen = [one for rule in found.chosen.values() for one in rule.behind()]
        return [cls, *found.equilibria.behind(), *map(finders.get, found.marks), *chosen]


def _best(found: Equilibria, score: Array) -> Array:
    # Sorted by game, then score, then place: the first of each game is its best.
    order = np.lexsort((np.arange(len(score)), -score, found.game))
    games, places = np.unique(found.game[order], return_index=True)
    best = np.full(found.count.size, -1)
    best[games] = order[places]
    return best.reshape(found.count.shape)


def _pairs_of_a_game(found: Equilibria) -> tuple[Array, Array]:
    """Every ordered pair of equilibria of the same game, as two arrays of rows."""
    counts = found.count.reshape(-1)
    repeats = counts[found.game]
    first = np.repeat(np.arange(len(found)), repeats)
    starts = np.repeat(np.cumsum(repeats) - repeats, repeats)
    second = np.arange(len(first)) - starts + np.repeat(found.starts[found.game], repeats)
    return first, second
