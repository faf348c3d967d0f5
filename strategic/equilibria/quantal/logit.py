"""Logit quantal response equilibria on the principal branch at a given rationality."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import keep_freed_memory, map_blocks
from strategic.equilibria._regret import payoffs_and_regret_of_many, payoffs_and_regret_of_two
from strategic.equilibria.method import Method
from strategic.equilibria.quantal._first_root import first_root
from strategic.equilibria.quantal._logit_solutions import LogitEquilibria, LogitSeries
from strategic.equilibria.quantal._rising import Climbed, at_once, climb
from strategic.equilibria.quantal._system import (
    LogitSystem,
    TwinPlayers,
    added,
    logit_system,
    scaled_tables,
    unique_below,
)
from strategic.equilibria.quantal._tracker import follow, polished
from strategic.equilibria.quantal.two_by_two import TwoByTwo
from strategic.errors import ParameterError
from strategic.games.game import Game
from strategic.status import Status

BLOCK_NUMBERS = 1 << 18
RESIDUAL = 1e-9
AT_HAND = 1e-6
"""Distance to the target, as a share of it, from which Newton at the target may finish."""
FINISH, NEARBY = 0.01, 1.0
"""Longest Newton step there, and where a branch was left: this decides nothing."""
MOST = 1e300


@dataclass(frozen=True, eq=False)
class Logit(Method):
    """The logit quantal response equilibrium on the principal branch.

    Parameters
    ----------
    rationality : array_like, default 1
        The logit parameter, at least 0: 0 is uniform play; the larger, the closer to best
        replies. Its unit is one over payoff. One number, or one per game, ``(*batch,)``. With one
        axis more every game is solved at each of its numbers, for which its branch is followed
        once: ``[0.5, 1, 2]`` for a single game, ``[[0.5, 1, 2]]`` for a batch with one axis.
    max_steps : int
        Cap on the steps along the branch.

    Raises
    ------
    MethodError
        When the rationality is no number, negative, NaN or infinite.
    ParameterError
        When it does not fit the batch.

    Notes
    -----
    ``s_i(a) = exp(t u_i(a, s_-i)) / sum_b exp(t u_i(b, s_-i))`` for every player. The principal
    branch is the curve of solutions that starts at uniform play; where it turns back and meets the
    rationality several times, the first time counts. Below ``t^2 R_1 R_2 = 16`` (two players;
    ``R_i`` the largest swing of a payoff difference) the logit reply is a contraction, the solution
    is unique, and one stride leads there. Beyond, all games are followed together, each in strides
    of its own: at fixed rationality while the branch rises, across its tangent around folds.
    2x2 games are not followed: it is proved which root is on the branch. Symmetric games are
    followed in the play that both players share; where unequal play branches off, the branch goes
    straight on (Gambit may turn off there).
    Every answer solves the equations. That it lies on the principal branch is proved for 2x2 games
    only; elsewhere strides end before another branch comes near, and branches within a
    ten-thousandth of each other are taken to meet. Of eight million answers to games built to have
    others nearby none differed from those of strides a tenth as long; three on another branch are
    known from other such games.
    Cost, in microseconds per random game in bulk: about one for 2x2 games; at rationality 50 in
    units of one over the payoff range, about four for 3x3 and seven for 4x4. The status is ``ok``,
    or ``not_converged`` when the cap on steps or the smallest step was reached.

    References
    ----------
    McKelvey, R. D. and Palfrey, T. R. (1995). Quantal response equilibria for normal form games.
    Games and Economic Behavior 10, 6-38.
    Turocy, T. L. (2005). A dynamic homotopy interpretation of the logistic quantal response
    equilibrium correspondence. Games and Economic Behavior 51, 243-263.

    Examples
    --------
    >>> found = Logit().solve(Game.from_payoffs([[9, 0], [0, 1]], [[0, 1], [1, 0]]))
    >>> found.row.round(4), found.status.item()
    (array([0.8936, 0.1064]), 6)
    """

    rationality: ArrayLike = 1.0
    max_steps: int = 1000

    @property
    def answers(self) -> int:  # type: ignore[override]
        """How many rationalities each game is solved at."""
        several = np.shape(self.rationality)[-1:]
        return max(1, *several) if np.ndim(self.rationality) > 1 else 1

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Count the rationalities; see the class."""
        return self.answers * (10.0 + math.prod(shape))

    def solve(self, games: Game, *, workers: int | None = None) -> LogitEquilibria | LogitSeries:
        """Solve one game or a batch; see the class."""
        target = _targets(np.asarray(self.rationality, dtype=float), games.batch_shape)
        whole = target.shape
        tables = [table.reshape(-1, *games.shape) for table in games.payoffs]
        several = whole[-1] if len(whole) > len(games.batch_shape) else 1
        keep_freed_memory()
        targets = target.reshape(len(tables[0]), several)
        found = _found(tables, targets, self.max_steps, workers)
        rationality, residual, regret = found.numbers
        good = found.climbed.reached & (residual <= RESIDUAL)
        status = np.where(good, Status.OK, Status.NOT_CONVERGED).astype(np.int8).reshape(whole)
        told: dict[str, Any] = {
            "games": games,
            "rationality": rationality.reshape(whole),
            "strategies": tuple(s.reshape(*whole, s.shape[1]) for s in found.strategies),
            "residual": residual.reshape(whole),
            "regret": regret.reshape(whole),
            "steps": found.climbed.steps.reshape(whole),
        }
        if whole == games.batch_shape:
            return LogitEquilibria(**told, status=status)
        solved = status == Status.OK
        worst = np.where(solved.all(axis=-1), Status.OK, Status.NOT_CONVERGED).astype(np.int8)
        return LogitSeries(**told, solved=solved, status=worst)


def _targets(rationality: Array, batch: tuple[int, ...]) -> Array:
    """Spread rationality over the batch, with one axis more where there are several per game."""
    several = rationality.ndim > len(batch)
    whole = (*batch, rationality.shape[-1]) if several else batch
    if several and not rationality.shape[-1]:
        raise ParameterError("must be one number or more", where="rationality", value=[])
    try:
        return np.broadcast_to(rationality, whole)
    except ValueError:
        raise ParameterError(
            "must be one number, one for each game of the batch, or have one axis more for several "
            "of each game",
            where="rationality",
            value=f"shape {rationality.shape}",
            remedy=f"give shape {(*(1 for _ in batch), rationality.size)} for all of them",
        ) from None


@dataclass(frozen=True, eq=False)
class _Found:
    """Equilibria of some games, games first, and where branches of scaled payoffs have led.

    ``numbers`` are rationality, residual and regret ``(3, games)``.
    """

    strategies: list[Array]
    numbers: Array
    climbed: Climbed

    @classmethod
    def joined(cls, parts: Sequence[_Found]) -> _Found:
        """Put blocks together."""
        strategies = zip(*(part.strategies for part in parts), strict=True)
        return cls(
            [np.concatenate(side) for side in strategies],
            np.concatenate([part.numbers for part in parts], axis=1),
            Climbed.joined([part.climbed for part in parts]),
        )

    @classmethod
    def side_by_side(cls, parts: Sequence[_Found]) -> _Found:
        """Put the answers of the same games to one target after another together."""
        if len(parts) == 1:
            return parts[0]
        strategies = zip(*(part.strategies for part in parts), strict=True)
        return cls(
            [np.stack(side, axis=1).reshape(-1, side[0].shape[1]) for side in strategies],
            np.stack([part.numbers for part in parts], axis=-1).reshape(len(parts[0].numbers), -1),
            Climbed.side_by_side([part.climbed for part in parts]),
        )

    def some(self, chosen: Array) -> _Found:
        """Keep some games."""
        strategies = [side[chosen] for side in self.strategies]
        return _Found(strategies, self.numbers[:, chosen], self.climbed.some(chosen))

    def put(self, places: Array, part: _Found) -> None:
        """Replace some games."""
        for whole, side in zip(self.strategies, part.strategies, strict=True):
            whole[places] = side
        self.numbers[:, places] = part.numbers
        self.climbed.put(places, part.climbed)


def _found(tables: list[Array], target: Array, max_steps: int, workers: int | None) -> _Found:
    """Solve games, each at its targets ``(games, targets)``: by game, then target.

    Symmetric ones are solved by the play of one player, the others by that of all.
    """
    alike, places = _alike(tables), np.arange(target.size).reshape(target.shape)
    parts, order = [], []
    for twins in (False, True):
        some = np.flatnonzero(alike == twins)
        if some.size or (not twins and not len(target)):
            chosen = tables if some.size == len(target) else [table[some] for table in tables]
            parts.append(_in_turn(chosen, target[some], twins, max_steps, workers))
            order.append(places[some].reshape(-1))
    if len(parts) == 1:
        return parts[0]
    return _Found.joined(parts).some(np.argsort(np.concatenate(order)))


def _alike(tables: list[Array]) -> Array:
    """Say which games have two players in the same position."""
    if len(tables) != 2 or tables[0].shape[1] != tables[0].shape[2]:
        return np.zeros(len(tables[0]), dtype=bool)
    alike = np.asarray(tables[0][:, 0, 0] == tables[1][:, 0, 0])  # few are, as a rule
    row, column = (table[alike] for table in tables)
    alike[alike] = (row == column.swapaxes(1, 2)).all(axis=(1, 2))
    return alike


def _in_turn(
    tables: list[Array], target: Array, twins: bool, max_steps: int, workers: int | None
) -> _Found:
    """Solve in blocks that fit the cache: in strides, and what these leave in short steps."""
    size = min(max(BLOCK_NUMBERS // math.prod(tables[0].shape[1:]), 512), 32768)

    def solved(tables: list[Array], target: Array, begun: Climbed | None) -> _Found:
        def block(part: slice) -> _Found:
            some = None if begun is None else begun.some(part)
            return _block([t[part] for t in tables], target[part], twins, max_steps, some)

        each = max(size // target.shape[1], 1)
        parts = map_blocks(block, len(target), size=each, workers=workers)
        return _Found.joined(list(parts) or [block(slice(0))])

    found = solved(tables, target, None)
    far = np.flatnonzero(~found.climbed.reached)
    if far.size:  # they go on together: they are few
        left = [t[far // target.shape[1]] for t in tables]
        beyond = solved(left, target.reshape(-1, 1)[far], found.climbed.some(far))
        found.put(far, beyond)
    return found


def _block(
    tables: list[Array], target: Array, twins: bool, max_steps: int, begun: Climbed | None
) -> _Found:
    """Look roots up or follow branches in strides; where these have ended, step by step."""
    given = [np.ascontiguousarray(np.moveaxis(table, 0, -1)) for table in tables]
    last, units = scaled_tables(given)
    system, swapped = (TwinPlayers(last[0]), False) if twins else logit_system(last)
    aims, unique = np.minimum(units.scaled(target.T), MOST).T, unique_below(last)
    looked_up = system.unknowns() == 1 and [t.shape[:2] for t in last] == [(2, 2), (2, 2)]
    followed = None
    if begun is not None:
        followed = _beyond(system, aims[:, 0], unique, max_steps, begun)
    elif system.unknowns() and not looked_up:
        followed = climb(system, aims, unique=unique, max_steps=max_steps)
    games, targets = target.shape
    game, parts = np.repeat(np.arange(games), targets), []
    for part in at_once(games, targets):  # from here on every target of a game is a game
        aim = aims.reshape(-1)[part]
        if len(aim) > games:
            last, given = (
                [table.take(game, axis=-1) for table in whole] for whole in (last, given)
            )
            system, units = system.keep(game), units.keep(game)
        if followed is not None:
            found = followed.some(part)
        elif looked_up:
            found = _of_two_by_two(last, aim)
        else:  # who has no choice leaves the others none that is to be followed
            found = Climbed(np.zeros((0, len(aim))), aim, aim >= 0.0, np.ones(len(aim), dtype=int))
        mixtures = system.strategies(found.w, found.rationality)
        mixtures = mixtures[::-1] if swapped else mixtures
        original = units.original(found.rationality)
        where = np.where(found.reached, target.reshape(-1)[part], original)
        residual = _residual(last, mixtures, found.rationality)
        numbers = np.array([where, residual, _regret(given, mixtures)])
        parts.append(_Found([mixture.T for mixture in mixtures], numbers, found))
    return _Found.side_by_side(parts)


def _of_two_by_two(tables: list[Array], aim: Array) -> Climbed:
    """Look the root up; where it is not told which of three it is, stand at uniform play."""
    x, told = first_root(TwoByTwo(*tables), aim)
    rationality = np.where(told, aim, 0.0)
    return Climbed(np.where(told, -x, 0.0)[None], rationality, told, np.ones(len(aim), dtype=int))


def _beyond(
    system: LogitSystem, aim: Array, unique: Array, max_steps: int, begun: Climbed
) -> Climbed:
    """Follow branches in short steps from where strides have ended."""
    tracked = follow(
        system,
        aim,
        first=unique,
        max_steps=max_steps - begun.steps,
        start=(begun.w, begun.rationality),
    )
    # Where the last steps only creep up to the target, Newton jumps: the residual decides.
    reached = tracked.reached | (aim - tracked.rationality <= AT_HAND * aim)
    where = np.where(reached, aim, tracked.rationality)
    # Elsewhere the last point is told as exactly as it can be.
    w, _ = polished(system, tracked.w, where, farthest=np.where(reached, FINISH, NEARBY))
    return Climbed(w, where, reached, begun.steps + tracked.steps)


def _regret(tables: list[Array], mixtures: Sequence[Array]) -> Array:
    """Compute the largest gain from deviating from mixtures ``(n_i, games)``."""
    if len(tables) == 2:
        row, column = tables
        return payoffs_and_regret_of_two(row, column.swapaxes(0, 1), *mixtures)[1]
    return payoffs_and_regret_of_many(np.stack(tables), mixtures)[1]


def _residual(tables: list[Array], mixtures: tuple[Array, ...], rationality: Array) -> Array:
    """Largest distance from the logit reply, from the payoffs and not the equations solved."""
    worst = np.zeros(len(rationality))
    for player, table in enumerate(tables):
        earned = table
        for other in reversed(range(len(tables))):
            if other != player:
                shape = (len(mixtures[other]), *(1,) * (earned.ndim - other - 2), len(rationality))
                earned = added(np.moveaxis(earned * mixtures[other].reshape(shape), other, 0))
        scores = rationality * (earned - earned.max(axis=0))
        weights = np.exp(np.maximum(scores, -745.0))
        reply = weights / added(weights)
        np.maximum(worst, np.abs(reply - mixtures[player]).max(axis=0), out=worst)
    return worst
