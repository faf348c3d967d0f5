"""Name one equilibrium of each game by a rule: the only one, payoff-dominant, risk-dominant, ..."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._regret import payoffs_and_regret
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.concepts._entropy import SAME_ENTROPY, entropy
from strategic.equilibria.concepts._risk import risk_dominant_rows
from strategic.equilibria.concepts.potential import potential
from strategic.equilibria.enumeration.all_equilibria import AllEquilibria
from strategic.equilibria.listing import games_line, mixture_lines, payoff_line
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError, nearest
from strategic.games.game import Game
from strategic.papers import Cited
from strategic.status import Status
from strategic.whole_numbers import check_whole

_PROVED = Status.COMPLETE, Status.COMPLETE_EXACT, Status.COMPONENTS
_NOT_LISTED = Status.NOT_FINISHED, Status.INVALID, Status.NOT_CONVERGED, Status.NO_FRACTIONS


@dataclass(frozen=True, eq=False, repr=False)
class Chosen(Cited):
    """One equilibrium of each game, where the rule names one.

    Parameters
    ----------
    rule : str
        Name of the rule.
    games : Game
        The game or batch.
    strategies : tuple of arrays ``(*batch, n_i)``
        One mixture per player; NaN where the rule names no equilibrium.
    payoffs : array ``(*batch, players)``
        What every player expects; NaN likewise.
    regret : array ``(*batch,)``
        Largest gain from deviating, recomputed from the payoffs; NaN likewise.
    status : array of int8 ``(*batch,)``
        ``ok``, or why the rule names no equilibrium; values of `strategic.status.Status`.
    gap : array ``(*batch,)``
        Of ``maximum-entropy``: the most by which another member of the component may exceed the
        entropy of the one given. Zero for the other rules, NaN where there is no equilibrium.

    Examples
    --------
    >>> hunt = Game.from_payoffs([[9, 0], [8, 7]], [[9, 8], [0, 7]])
    >>> chosen = choose(hunt, "risk-dominant")
    >>> chosen.strategies[0], chosen.payoffs, bool(chosen.is_defined)
    (array([0., 1.]), array([7., 7.]), True)
    """

    rule: str
    games: Game
    strategies: tuple[Array, ...]
    payoffs: Array
    regret: Array
    status: Array
    gap: Array

    def behind(self) -> Iterable[Any]:
        """Name what the rule rests on."""
        return rule_record(self.rule).cites

    @property
    def supports(self) -> tuple[Array, ...]:
        """Which actions are in use: one array of bool ``(*batch, n_i)`` per player."""
        return tuple(np.nan_to_num(side) > 0.0 for side in self.strategies)

    @property
    def is_defined(self) -> Array:
        """Whether the rule names an equilibrium, bool ``(*batch,)``."""
        return np.asarray(self.status == Status.OK)

    def __repr__(self) -> str:
        head = f"<Chosen: {self.rule} of {games_line(self.games, self.status)}>"
        if self.games.batch_shape:
            return head
        if not self.is_defined:
            return f"{head}\n  {Status(int(self.status)).message}"
        lines = [
            *mixture_lines(self.games, self.strategies),
            f"payoffs: {payoff_line(self.games, self.payoffs)}",
        ]
        return "\n".join([head, *(f"  {line}" for line in lines)])


Named = tuple[tuple[Array, ...], Array, Array]
"""Strategies ``(games, n_i)``, status and gap of a batch with one axis."""


@dataclass(frozen=True)
class Rule:
    """One rule that names an equilibrium.

    Parameters
    ----------
    name : str
        As in ``choose(game, NAME)`` and measures of games.
    meaning : str
        One sentence.
    named : callable
        From `Equilibria` with one batch axis, or from such a Game if payoffs do.
    needs_all : bool, default True
        Whether it needs the proved list of all equilibria; otherwise payoffs do.
    cites : tuple of str
        Addresses of functions whose docstrings cite the literature behind it.

    Examples
    --------
    >>> RULES["only"].needs_all, RULES["risk-dominant"].needs_all
    (True, False)
    """

    name: str
    meaning: str
    named: Callable[..., Named]
    needs_all: bool = True
    cites: tuple[str, ...] = ()


def choose(games: Game | Equilibria, rule: str, *, workers: int | None = None) -> Chosen:
    """Name one equilibrium of each game by a rule.

    Parameters
    ----------
    games : Game or Equilibria
        A game, a batch, or equilibria that were found already.
    rule : str
        One of `RULES`: ``"only"``, ``"payoff-dominant"``, ``"risk-dominant"``, ``"potential"``,
        ``"best-welfare"``, ``"maximum-entropy"``.
    workers : int, optional
        Threads, where all equilibria have to be found first.

    Returns
    -------
    Chosen
        Undefined, with the reason as status, wherever the rule names no single equilibrium or the
        list of equilibria is not proved complete.

    Raises
    ------
    MethodError
        When there is no such rule, or the rule needs all equilibria of games too large for that.

    Examples
    --------
    >>> sexes = Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> choose(sexes, "maximum-entropy").strategies[0].round(4).tolist()
    [0.6667, 0.3333]
    >>> Status(int(choose(sexes, "payoff-dominant").status)).label
    'no_choice'
    """
    check_whole(workers=workers)
    record = rule_record(rule)
    given = games if isinstance(games, Game) else games.games
    if record.needs_all:
        found = AllEquilibria().solve(games, workers=workers) if games is given else games
        strategies, status, gap = record.named(_flat(found))  # type: ignore[arg-type]
    else:
        strategies, status, gap = record.named(with_one_axis(given))
    rows, batch = np.flatnonzero(status == Status.OK), given.batch_shape
    payoffs = np.full((len(status), len(given.shape)), np.nan)
    regret = np.full(len(status), np.nan)
    sides = [side[rows] for side in strategies]
    payoffs[rows], regret[rows] = payoffs_and_regret(given, sides, rows)
    return Chosen(
        rule=rule,
        games=given,
        strategies=tuple(side.reshape(*batch, side.shape[1]) for side in strategies),
        payoffs=payoffs.reshape(*batch, payoffs.shape[1]),
        regret=regret.reshape(batch),
        status=status.astype(np.int8).reshape(batch),
        gap=gap.reshape(batch),
    )


def rule_record(name: str) -> Rule:
    """Look a rule up by its name.

    Raises
    ------
    MethodError
        When there is none, with the nearest name.

    Examples
    --------
    >>> rule_record("best-welfare").meaning
    'the equilibrium with the largest sum of payoffs; ties go to the first listed'
    """
    if name not in RULES:
        raise MethodError(
            "no such rule",
            where="rule",
            value=name,
            remedy=nearest(str(name), RULES) or f"one of {', '.join(RULES)}",
        )
    return RULES[name]


def _flat(found: Equilibria) -> Equilibria:
    """Give the batch one axis, and strategies in doubles."""
    if len(found.games.batch_shape) == 1 and not found.in_fractions:
        return found  # which keeps what it has computed
    if (found.status == Status.NO_FRACTIONS).any():
        found = _with_fractions(found)
    sides, payoffs = found.strategies, found.payoffs
    if found.in_fractions:
        sides, payoffs = tuple(map(nearest_doubles, sides)), nearest_doubles(payoffs)
    return replace(
        found,
        games=with_one_axis(found.games),
        count=found.count.reshape(-1),
        status=found.status.reshape(-1),
        degenerate=found.degenerate.reshape(-1),
        strategies=sides,
        payoffs=payoffs,
    )


def _with_fractions(found: Equilibria) -> Equilibria:
    """Leave out the equilibria of three and more players whose numbers are NaN in an exact list."""
    known = found.has_fractions()
    game = found.game[known]
    return replace(
        found,
        count=np.bincount(game, minlength=found.count.size).reshape(found.count.shape),
        game=game,
        strategies=tuple(side[known] for side in found.strategies),
        **{name: getattr(found, name)[known] for name in found.per_row},
    )


def _only(found: Equilibria) -> Named:
    status = _proved(found)
    several = (status == Status.OK) & (found.count > 1)
    # Two equilibria are two, whatever else there may be; the ends of a component are two as well.
    several |= (found.status == Status.FOUND_SOME) & (found.count > 1)
    status[several] = Status.SEVERAL
    return _rows_named(found, found.starts[:-1], status)


def _payoff_dominant(found: Equilibria) -> Named:
    """Find the equilibrium nobody prefers another to, and somebody prefers to each other one.

    In a maximal Nash subset everyone's payoff is linear in the other's mixture and does not depend
    on their own, so that its best member for both is an extreme equilibrium, and extreme equilibria
    are all that has to be compared.
    """
    from strategic.equilibria.concepts._exact_profiles import compared

    status = _proved(found)
    scores, unknown = compared(found, np.copy, best=True)
    status[(status == Status.OK) & unknown] = Status.NOT_FINISHED
    best = np.full((len(found.count), scores.shape[1]), -np.inf)
    np.maximum.at(best, found.game, scores)
    ideal = (scores == best[found.game]).all(axis=1)
    rows = _first_of_each(found, ideal)
    alone = np.bincount(found.game[ideal], minlength=len(found.count)) == 1
    status[(status == Status.OK) & ~alone] = Status.NO_CHOICE
    return _rows_named(found, rows, status)


def _best_welfare(found: Equilibria) -> Named:
    from strategic.equilibria.concepts._exact_profiles import compared

    status = _proved(found)
    welfare = partial(np.sum, axis=1, keepdims=True)
    scores, unknown = compared(found, welfare, sums=True, best=True)
    status[(status == Status.OK) & unknown] = Status.NOT_FINISHED
    best = np.full(len(found.count), -np.inf)
    np.maximum.at(best, found.game, scores[:, 0])
    return _rows_named(found, _first_of_each(found, scores[:, 0] == best[found.game]), status)


def _maximum_entropy(found: Equilibria) -> Named:
    status = _proved(found)
    amounts = np.sum([entropy(side) for side in found.strategies], axis=0)
    most = np.full(len(found.count), -np.inf)
    np.maximum.at(most, found.game, amounts)
    near = amounts >= most[found.game] - SAME_ENTROPY
    sides, status, gap = _rows_named(found, _first_of_each(found, near), status)
    spread = (status == Status.OK) & (found.status == Status.COMPONENTS)
    if spread.any():
        from strategic.equilibria.concepts._most_mixed import most_mixed_members

        members, gap[spread] = most_mixed_members(found, spread)
        for side, member in zip(sides, members, strict=True):
            side[spread] = member
    return sides, status, gap


def _risk_dominant(games: Game) -> Named:
    game, actions, dominant = risk_dominant_rows(games)
    there = np.bincount(game, minlength=len(games.payoffs[0])) > 0
    status = np.where(there, Status.NO_CHOICE, Status.NO_EQUILIBRIUM)
    return _pure_named(games, game[dominant], actions[dominant], status)


def _potential_maximiser(games: Game) -> Named:
    found = potential(games)
    axes = tuple(range(1, 1 + len(games.shape)))
    single = found.exists & (found.greatest.sum(axis=axes) == 1)
    found_at = np.argwhere(found.greatest & single.reshape(-1, *(1,) * len(axes)))
    status = np.full(len(single), Status.NO_CHOICE)
    return _pure_named(games, found_at[:, 0], found_at[:, 1:], status)


def _proved(found: Equilibria) -> Array:
    """Status of each game: ok where the list is proved complete, else why it is not."""
    proved = np.isin(found.status, _PROVED)
    if len(found.strategies) > 2:
        proved &= found.status != Status.COMPONENTS
    if found.method != "all":
        proved = np.zeros_like(proved)
    listed = np.isin(found.status, _NOT_LISTED)
    return np.where(proved, Status.OK, np.where(listed, found.status, Status.FOUND_SOME))


def _first_of_each(found: Equilibria, marked: Array) -> Array:
    """Row of the first marked equilibrium of each game; 0 where there is none."""
    rows = np.flatnonzero(marked)
    games, first = np.unique(found.game[rows], return_index=True)
    places = np.zeros(len(found.count), dtype=int)
    places[games] = rows[first]
    return places


def _rows_named(found: Equilibria, rows: Array, status: Array) -> Named:
    games = np.flatnonzero(status == Status.OK)
    sides = tuple(np.full((len(status), side.shape[1]), np.nan) for side in found.strategies)
    for side, listed in zip(sides, found.strategies, strict=True):
        side[games] = listed[rows[games]]
    return sides, status, np.where(status == Status.OK, 0.0, np.nan)


def _pure_named(games: Game, game: Array, actions: Array, status: Array) -> Named:
    status[game] = Status.OK
    status[~games.defined] = Status.INVALID
    sides = tuple(np.full((len(status), n), np.nan) for n in games.shape)
    for player, side in enumerate(sides):
        side[game] = np.eye(games.shape[player])[actions[:, player]]
        side[~games.defined] = np.nan
    return sides, status, np.where(status == Status.OK, 0.0, np.nan)


RULES = {
    rule.name: rule
    for rule in (
        Rule("only", "the only equilibrium, where it is proved that there is no other", _only),
        Rule(
            "payoff-dominant",
            "the equilibrium at least as good for everyone, and better for someone, than any other",
            _payoff_dominant,
        ),
        Rule(
            "risk-dominant",
            "the strict equilibrium that risk-dominates every other strict one",
            _risk_dominant,
            needs_all=False,
            cites=("strategic.equilibria.concepts._risk:risk_dominant_rows",),
        ),
        Rule(
            "potential",
            "the one profile at which the exact potential of a potential game is greatest",
            _potential_maximiser,
            needs_all=False,
            cites=("strategic.equilibria.concepts.potential:potential",),
        ),
        Rule(
            "best-welfare",
            "the equilibrium with the largest sum of payoffs; ties go to the first listed",
            _best_welfare,
        ),
        Rule(
            "maximum-entropy",
            "the equilibrium with the largest entropy, in components of equilibria too; ties go to "
            "the first listed",
            _maximum_entropy,
            cites=("strategic.equilibria.concepts._entropy:largest_entropy",),
        ),
    )
}
"""Every rule by its name."""
