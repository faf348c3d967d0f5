"""Measures of any game: what its equilibria are, and what it is itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria, solve
from strategic.equilibria.sizes import enumerations
from strategic.games import Game
from strategic.modelling._one_equilibrium import of_one_equilibrium, plain
from strategic.modelling.measure import Measure
from strategic.modelling.points import Points
from strategic.modelling.source import Payoffs, Source
from strategic.status import Status

MEASURES_OF_ANY_GAME = (
    "equilibrium_count",
    "pure_count",
    "strict_count",
    "best_welfare",
    "degenerate",
    "potential",
    "risk_dominant",
    "support",
    "probability",
    "payoff",
    "regret",
    "ess",
    "ess_count",
)
"""Those of `game_measures`, by the first part of their names."""
TIE = 16 * np.finfo(float).eps
"""Differences of payoffs that are computed in doubles and closer to 0 than this, as a share of the
largest payoff, count as 0. (Payoffs of a single model are exact, and nothing is rounded.)"""


@dataclass(frozen=True)
class Summary:
    """What the equilibria of each point's game have in common; one entry per point."""

    count: Array
    best_welfare: Array
    degenerate: Array


def game_measures(
    payoffs: Payoffs,
    shape: tuple[int, ...],
    *,
    single: Callable[[Points], Game] | None = None,
    players: Sequence[str] = (),
    actions: Sequence[Sequence[str]] = (),
    degree: Callable[[str], int | None] | None = None,
    prefix: str = "",
) -> dict[str, Measure]:
    """Make the measures of a game from its payoffs.

    Parameters
    ----------
    payoffs : callable
        From `Points` to one payoff array per player.
    shape : tuple of int
        Number of actions of each player.
    single : callable, optional
        The game of a single point, where that is known more exactly than ``payoffs``.
    players, actions : sequences of str, optional
        Labels; in names of measures everything but letters, digits and ``_`` becomes ``_``, see
        `strategic.games.names.slugs`.
    degree : callable, optional
        From the name of a parameter to the proved degree of all payoffs as polynomials in it.
    prefix : str
        What the names begin with.

    Returns
    -------
    dict of str to Measure
        ``pure_count``, ``strict_count`` and ``potential`` for every game, ``risk_dominant`` for
        2x2; where all equilibria can be enumerated, ``equilibrium_count``, ``best_welfare`` and
        ``degenerate``, and of one equilibrium ``support``, ``probability.PLAYER.ACTION``,
        ``payoff.PLAYER`` and ``regret``. Which one these mean stands after an ``@``, as in
        ``payoff.row@best-welfare``; without it they are undefined unless the game has only one. A
        game with more than 1,023 supports has ``support.PLAYER`` instead of ``support``, for
        players of up to ten actions. A point whose payoffs are not finite is undefined, and harms
        no other; so are count and welfare of a degenerate game of more than two players, of which
        not all equilibria are listed.

    Examples
    --------
    >>> def dilemma(points):
    ...     table = np.array([[3.0, 0], [5, 1]]) + points["gift"][..., None, None]
    ...     return table, np.swapaxes(table, -1, -2)
    >>> found = game_measures(dilemma, (2, 2), players=("row", "column"))
    >>> points = Points({"gift": [0.0, 2.0]})
    >>> found["payoff.row"].compute(points)
    array([1., 3.])
    >>> found["support"].at("best-welfare").decode(3), list(found)[-2:]
    ('2 | 1', ['payoff.column', 'regret'])
    """
    blank = Game(tuple(np.zeros(shape) for _ in shape), tuple(players), tuple(map(tuple, actions)))
    source = Source(payoffs, blank.players, blank.actions, single, degree)
    entries = list(_of_the_game(source, prefix))
    if "all" in enumerations(shape):
        entries += [*_of_all_equilibria(source, prefix), *of_one_equilibrium(source, prefix)]
    return {measure.name: measure for measure in entries}


STRICT = r"a \mid u_i(a) > u_i(a'_i, a_{-i}) \text{ for all } i, a'_i \ne a_i"
"""Profiles that are strict equilibria, in LaTeX."""


def _of_the_game(source: Source, prefix: str) -> Iterator[Measure]:
    yield Measure(
        f"{prefix}pure_count",
        partial(_pure, source, strict=False),
        "Number of equilibria in pure strategies.",
        formula=r"\# \{ a \mid u_i(a) \ge u_i(a'_i, a_{-i}) \text{ for all } i, a'_i \}",
        kind="integer",
        unit="equilibria",
        game=source,
        reads=("pure",),
    )
    yield Measure(
        f"{prefix}strict_count",
        partial(_pure, source, strict=True),
        "Number of strict equilibria: whoever deviates alone loses.",
        formula=rf"\# \{{ {STRICT} \}}",
        kind="integer",
        unit="equilibria",
        game=source,
        reads=("pure",),
    )
    yield Measure(
        f"{prefix}potential",
        partial(_potential, source),
        "Whether it is an exact potential game: one function gives everyone's gains.",
        formula=r"\text{yes} \iff u_i(a) - u_i(a'_i, a_{-i}) = V(a) - V(a'_i, a_{-i}) "
        r"\text{ for some } V \text{ and all } i, a, a'_i",
        kind="label",
        labels=("no", "yes"),
        game=source,
        reads=("pure",),
    )
    if source.shape == (2, 2):
        rows, columns = source.actions
        pairs = [" | ".join(pair) for pair in product(plain(rows), plain(columns))]
        yield Measure(
            f"{prefix}risk_dominant",
            partial(_risk_dominant, source),
            "Which of two strict equilibria loses more by deviations (Harsanyi and Selten); "
            "undefined where there are not two.",
            formula=r"\operatorname*{arg\,max}_{a \text{ strict}} "
            r"\prod_i (u_i(a) - u_i(a'_i, a_{-i}))",
            kind="label",
            labels=(*pairs, "tie"),
            game=source,
            reads=("pure",),
        )


def _of_all_equilibria(source: Source, prefix: str) -> Iterator[Measure]:
    summary = partial(_summary, source)
    yield Measure(
        f"{prefix}equilibrium_count",
        partial(_part, source, summary, "count", -1),
        "Number of equilibria; of extreme equilibria where the game is degenerate.",
        formula=r"\# \mathcal{N}",
        kind="integer",
        unit="equilibria",
        game=source,
        reads=("all",),
    )
    yield Measure(
        f"{prefix}best_welfare",
        partial(_part, source, summary, "best_welfare", np.nan),
        "Largest sum of payoffs that an equilibrium gives.",
        formula=r"\max_{\sigma \in \mathcal{N}} \sum_i u_i(\sigma)",
        unit="payoff",
        game=source,
        reads=("all", "best-welfare"),
    )
    yield Measure(
        f"{prefix}degenerate",
        partial(_part, source, summary, "degenerate", -1),
        "Whether equilibria may form connected sets.",
        formula=r"\text{yes} \iff \text{some } \sigma_{-i} "
        r"\text{ has more pure best replies than it uses actions}",
        kind="label",
        labels=("no", "yes"),
        game=source,
        reads=("all",),
    )


def summarise(games: Game) -> Summary:
    """Solve a batch of games and summarise each game's equilibria.

    Examples
    --------
    >>> summary = summarise(Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> int(summary.count), float(summary.best_welfare), int(summary.degenerate)
    (1, 2.0, 0)
    """
    return _summed_up(solve(games))


def pure_count(payoffs: tuple[Array, ...], players: int, *, strict: bool = False) -> Array:
    """Count the equilibria in pure strategies of every game of a batch.

    Parameters
    ----------
    payoffs : tuple of arrays ``(*batch, n_1, ..., n_p)``
        One per player.
    players : int
        Number of players ``p``.
    strict : bool, default False
        Count only those in which whoever deviates alone loses.

    Returns
    -------
    array of int, shape of the batch

    Examples
    --------
    >>> sexes = np.array([[2.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 2]])
    >>> int(pure_count(sexes, 2))
    2
    """
    axes = tuple(range(-players, 0))
    replies = [p == p.max(axis=axis, keepdims=True) for p, axis in zip(payoffs, axes, strict=True)]
    if strict:
        pairs = zip(replies, axes, strict=True)
        replies = [best & (best.sum(axis=axis, keepdims=True) == 1) for best, axis in pairs]
    return np.asarray(np.logical_and.reduce(replies).sum(axis=axes))


def has_potential(payoffs: tuple[Array, ...], players: int) -> Array:
    """Say which games of a batch are exact potential games, for any number of players.

    Doubles are compared up to rounding, fractions exactly.

    Parameters
    ----------
    payoffs : tuple of arrays ``(*batch, n_1, ..., n_p)``
        One per player.
    players : int
        Number of players ``p``.

    Notes
    -----
    A game has an exact potential if and only if, for any two players and whatever the others do,
    gains add up to zero around every square of two actions of each; squares of neighbouring
    actions are enough, as they tile all others.

    References
    ----------
    Monderer, D. and Shapley, L. S. (1996). Potential games. Games and Economic Behavior 14,
    124-143. Corollary 2.9.

    Examples
    --------
    >>> dilemma, pennies = np.array([[3.0, 0], [5, 1]]), np.array([[1.0, -1], [-1, 1]])
    >>> bool(has_potential((dilemma, dilemma.T), 2)), bool(has_potential((pennies, -pennies), 2))
    (True, False)
    """
    axes = tuple(range(-players, 0))
    held = np.ones(payoffs[0].shape[: payoffs[0].ndim - players], dtype=bool)
    largest = np.maximum.reduce([np.abs(p).max(axis=axes, keepdims=True) for p in payoffs])
    allowed = 0 if payoffs[0].dtype == object else TIE * largest
    for i, j in combinations(range(players), 2):
        around = np.diff(np.diff(payoffs[i] - payoffs[j], axis=axes[i]), axis=axes[j])
        held &= (np.abs(around) <= allowed).astype(bool).all(axis=axes)
    return held


def _pure(source: Source, points: Points, *, strict: bool) -> Array:
    players, defined = len(source.players), points.once(source.defined)
    tables = source.tables(points)
    return np.where(defined, pure_count(tables, players, strict=strict), -1)


def _potential(source: Source, points: Points) -> Array:
    defined = points.once(source.defined)
    return np.where(defined, has_potential(source.tables(points), len(source.players)), -1)


def _risk_dominant(source: Source, points: Points) -> Array:
    """Compare products of losses from deviating, on whichever diagonal has two equilibria."""
    a, b = source.tables(points)
    found = np.full(points.shape, -1)
    for cells in (((0, 0), (1, 1)), ((0, 1), (1, 0))):
        mine = np.stack([a[..., r, c] - a[..., 1 - r, c] for r, c in cells])
        others = np.stack([b[..., r, c] - b[..., r, 1 - c] for r, c in cells])
        both = ((mine > 0) & (others > 0)).astype(bool).all(axis=0)
        first, second = _near_one(mine) * _near_one(others)
        names = [2 * r + c for r, c in cells]
        chosen = np.where(first > second, names[0], np.where(first < second, names[1], 4))
        found = np.where(both, chosen, found)
    return np.where(points.once(source.defined), found, -1)


def _near_one(losses: Array) -> Array:
    """Divide one player's losses by a common power of two, so that no product underflows."""
    if losses.dtype == object:
        return losses
    return np.asarray(np.ldexp(losses, -np.frexp(np.abs(losses).max(axis=0))[1]))


def _summed_up(found: Equilibria) -> Summary:
    best = np.full(found.count.size, -np.inf)
    np.maximum.at(best, found.game, found.payoffs.sum(axis=-1))
    solved = (found.count > 0) & (found.status != Status.NOT_FINISHED)
    listed = solved & (found.status != Status.FOUND_SOME)
    return Summary(
        np.where(listed, found.count, -1),
        np.where(listed, best.reshape(found.count.shape), np.nan),
        np.where(solved, found.degenerate.astype(np.int64), -1),
    )


def _summary(source: Source, points: Points) -> Summary | None:
    found = points.once(source.found)
    return None if found is None else _summed_up(found)


def _part(
    source: Source,
    summary: Callable[[Points], Summary | None],
    name: str,
    undefined: float,
    points: Points,
) -> Array:
    known = points.once(summary)
    return source.spread(points, None if known is None else getattr(known, name), undefined)
