"""All equilibria of two and more players, certified, in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._outputs import Outputs
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.enumeration._backends import REFERENCE, array_kernel, check_backend
from strategic.equilibria.enumeration._engine import Engine
from strategic.equilibria.enumeration._equilibrium_blocks import (
    COUNT,
    NEW,
    SUPPORTS,
    Block,
    Collector,
    TableForm,
    profile_lines,
)
from strategic.equilibria.enumeration._support_tables import minor_count, prunes
from strategic.equilibria.method import REGRET, Method
from strategic.equilibria.partial import WANTS, PartialEquilibria, tied
from strategic.equilibria.result import Equilibria
from strategic.equilibria.sizes import (
    MOST_MINORS_ACTIONS,
    MOST_PROVED_VERTICES,
    MOST_SUPPORTS,
    MOST_VERTICES,
    advice,
    count_supports,
    enumeration_cost,
    enumerations,
    is_thin,
    most_vertices,
    walked_vertices,
)
from strategic.errors import MethodError
from strategic.games.game import Game, size_text
from strategic.status import Status

Kernel = Callable[[Array, Array, Array, str | None], tuple[Block, Array]]
MOST_GAMES = 1 << 16
"""Games per block: those are sorted by numbers of 16 bits."""
_LARGEST = 16384  # games per block
_SMALLEST_EXACT = 64
_MANY = 86_000  # games per block times the root of the minors per game
_PRUNED = 2048  # games per block where one player's minors are enough
_MANY_PAYOFFS = 105_000  # of a player, per block: both players' take half of the second-level cache
_MANY_CELLS = 1_000_000  # of the dictionaries of all vertices of the games of a block, roughly
_ARRAY_CELLS = 1 << 24  # minors per block of another library, of one player
_EXACT_IS_SLOWER = 15
_TWO = 2


@dataclass(frozen=True)
class AllEquilibria(Method):
    """Enumerate every equilibrium of two players with few or many actions, or of more players.

    Of two players, any game in which the best-reply polytope of the one with fewer actions has at
    most 200,000 vertices (up to 10x26, 6x103, 4x629, 3x99,999 and 2x199,998), or either at most a
    million and neither has more than 1.6 times as many actions (up to 16x16).

    Parameters
    ----------
    block : int, optional
        Games handled at once, at most 65536; by default as many as keep the tables in the cache.
    backend : str, default "numpy"
        The array library that computes the signs of minors, of two-player games with up to 16
        actions in all: ``"torch"``, ``"cupy"`` or ``"jax"``, if it is installed, or
        ``"array_api_strict"``. Bounds on errors, and so proofs, are the same; what is left open,
        and the equilibria themselves, numpy computes.
    device : str, optional
        Where that library computes, as it says it: ``"cuda"`` or ``"cuda:1"`` of PyTorch.
    want : str, optional
        What is wanted of the equilibria; all of it by default. ``"count"``: how many each game has;
        ``"supports"``: also which actions they use; ``"strategies"``: the mixtures, without
        payoffs, index and regret. What is not wanted is neither computed nor stored, the proof is
        the same, and the solution is a `strategic.equilibria.PartialEquilibria`.

    Raises
    ------
    MethodError
        When ``block`` is out of range, ``want`` is none of these, or the backend or its device is
        not there.

    Notes
    -----
    Of two players with up to 16 actions in all, a pair of supports is an equilibrium if and only
    if certain bordered minors of both payoff matrices agree in sign. Beyond, all vertices of the
    best-reply polytopes are found and each is proved to be one without ties, so that none is
    missing; equilibria are pairs of vertices with matching labels. Where one player has far fewer
    actions, that player's polytope is enough: the other's mixture at each vertex solves one linear
    system.
    Every number has a bound on its rounding error; a game in which a sign that matters is in doubt
    goes to exact arithmetic. So the list is proved complete. Degenerate games give all extreme
    equilibria. With more than 16 actions and very many ties the exact walk may be too long; such a
    game is ``not_finished``.

    With more players, comparing payoffs strikes most supports. The roots of the indifference
    equations of the others are counted in closed form, or enclosed in cells that are cut until
    each is proved to hold one root or none, with a bound on every error or else in whole numbers;
    then the deviations at each root are judged. Cells do not settle curves of roots, which ties
    make; where three players mix two or three actions, or four mix two, two of them are eliminated
    instead, and resultants in whole numbers tell all isolated roots from curves. The indices of a
    complete list add up to one, which is checked. Degenerate games give all pure and all regular
    equilibria and the ends of the pieces on which one player is indifferent; their status is
    ``found_some``. Games of which not even that is proved, as where regular equilibria cannot be
    told from curves of others, are ``not_finished``.

    References
    ----------
    Avis, D., Rosenberg, G. D., Savani, R. and von Stengel, B. (2010). Enumeration of Nash
    equilibria for two-player games. Economic Theory 42, 9-37.
    Balinski, M. L. (1961). On the graph structure of convex polyhedra in n-space. Pacific Journal
    of Mathematics 11, 431-434.

    Examples
    --------
    >>> AllEquilibria().solve(Game.from_payoffs([[1, 0], [0, 1]], [[1, 0], [0, 1]])).count
    array(3)
    >>> rows = np.random.default_rng(0).random((1000, 2, 2))
    >>> AllEquilibria(want="count").solve(Game.from_payoffs(rows, rows)).count.max()
    np.int64(3)
    """

    block: int | None = None
    backend: str = "numpy"
    device: str | None = None
    want: str | None = None
    takes_out: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_backend(self.backend, self.device)
        if self.block is not None and self.block > MOST_GAMES:
            raise MethodError(
                f"must be at most {MOST_GAMES} games", where="block", value=self.block
            )
        if self.want is not None and self.want not in WANTS:
            known = ", ".join(map(repr, WANTS))
            raise MethodError(f"must be {known} or None", where="want", value=self.want)

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Count the vertices that are visited, or the supports of more players."""
        return enumeration_cost(shape)

    def solve(self, games: Game, *, workers: int | None = None, out: Outputs | None = None) -> Any:
        """Find all extreme equilibria of every game of the batch: Equilibria, or what is wanted."""
        shape, flat = games.shape, with_one_axis(games)
        two = len(shape) == 2
        if not _takes(shape):
            raise _beyond(shape)
        if self.backend != REFERENCE:
            engine, workers = _array_engine(flat, self), 1
        else:
            engine = (_two_player_engine if two else _players_engine)(flat, self.block, self.want)
        into = NEW if out is None else out.flat
        found = engine.run(len(flat.payoffs[0]), workers=workers, into=into)
        batch = games.batch_shape
        of_games: dict[str, Any] = {
            "games": games,
            "count": found.count.reshape(batch),
            "status": found.status.reshape(batch),
        }
        if out is not None:
            of_games |= out.given  # the very arrays
        if self.want is not None:
            return _in_part(found, shape, self.want, of_games)
        lines = profile_lines(found.table, shape)
        # No negative zeros: which zero is the larger one depends on the processor and the block.
        np.add(lines.regret, 0.0, out=lines.regret)
        return Equilibria(
            **of_games,
            degenerate=tied(shape, of_games["status"]),
            game=np.arange(len(found.count)).repeat(found.count),
            strategies=tuple([strategy.T for strategy in lines.strategies]),
            payoffs=lines.payoffs.T,
            index=lines.index,
            regret=lines.regret,
            method="all",
        )

    @classmethod
    def behind(cls, found: Any) -> Iterable[Any]:
        """Name what the sizes and the statuses of the games called for."""
        here, below = "strategic.equilibria.enumeration", "strategic.equilibria._exact"
        if len(found.games.shape) != _TWO:
            cells = [f"{here}.players._enclosures:roots_of_cells"]
            return [f"{REGRET}", *(cells if found.games.shape != (2, 2, 2) else [])]
        status = np.ravel(found.status)
        small = sum(found.games.shape) <= MOST_MINORS_ACTIONS
        used: list[Any] = [REGRET]
        if found.games.shape != (2, 2):  # those are decided by comparing payoffs
            used.append(f"{here}._minors:error_bounds" if small else cls)
        if (status == Status.COMPLETE_EXACT).any() or (status == Status.COMPONENTS).any():
            used.append(f"{below}:integer_pivot")
        if (status == Status.COMPONENTS).any():
            used.append(f"{here}._extreme_equilibria:extreme_equilibria")
        return used


def _in_part(
    found: Collector, shape: tuple[int, ...], want: str, of_games: dict[str, Any]
) -> PartialEquilibria:
    """Hand out what was wanted of the equilibria."""
    if want == COUNT:
        return PartialEquilibria(**of_games, want=want)
    ends = np.cumsum(shape).tolist()
    sides = tuple(found.table[end - n : end].T for end, n in zip(ends, shape, strict=True))
    game = np.repeat(np.arange(len(found.count)), found.count)
    if want == SUPPORTS:
        return PartialEquilibria(**of_games, want=want, numbers=game, flags=sides)
    return PartialEquilibria(**of_games, want=want, numbers=game, mixtures=sides)


@lru_cache(maxsize=256)
def _takes(shape: tuple[int, ...]) -> bool:
    return "all" in enumerations(shape)


def _beyond(shape: tuple[int, ...]) -> MethodError:
    """Say why method 'all' does not take games of this shape."""
    remedy = advice(shape)
    if len(shape) == 2:
        of, most, there = "larger best-reply polytope", MOST_VERTICES, most_vertices(shape)
        if is_thin(shape):
            of = "best-reply polytope of the player with fewer actions"
            most, there = MOST_PROVED_VERTICES, walked_vertices(shape)
        rule = f"method 'all' takes at most {most} vertices of the {of}"
        value = f"{size_text(shape)}: up to {there}"
        return MethodError(rule, value=value, remedy=remedy)
    if len(shape) == 1:
        return MethodError("method 'all' takes two players or more", value=1, remedy=remedy)
    rule = f"method 'all' takes at most {MOST_SUPPORTS:,} combinations of sets of actions"
    value = f"{size_text(shape)}: {count_supports(shape):,}"
    return MethodError(rule, value=value, remedy=remedy)


def _players_engine(games: Game, block: int | None, want: str | None) -> Engine:
    from strategic.equilibria.enumeration.players.solver import players_engine

    return players_engine(games, block, want)


def _array_engine(games: Game, method: AllEquilibria) -> Engine:
    """Make the engine of another array library; its calls are few and long, so blocks are large."""
    from strategic.equilibria.enumeration._certified_vertices import array_equilibria

    shape = games.shape
    if len(shape) != 2 or sum(shape) > MOST_MINORS_ACTIONS:
        raise MethodError(
            f"another library takes two players with at most {MOST_MINORS_ACTIONS} actions in all",
            where="backend",
            value=f"{method.backend}, {size_text(shape)}",
            remedy="leave backend out",
        )
    kernel = array_kernel(method.backend, method.device)
    minors = max(minor_count(*shape), minor_count(*shape[::-1]))
    engine = _two_player_engine(
        games, method.block or min(_LARGEST, _ARRAY_CELLS // minors), method.want
    )
    (row, column), found = games.payoffs, _rounded(games)
    rounded = np.zeros(len(row), dtype=bool) if found is None else found
    if shape == (2, 2) and found is None:  # numpy settles ties there by the same comparisons
        certify = _plan(shape).certify
        engine = replace(
            engine,
            exact=lambda some: certify(row[some], column[some], rounded[some], method.want),
        )
    return replace(
        engine,
        certify=lambda part: array_equilibria(
            row[part], column[part], rounded[part], method.want, kernel=kernel
        ),
    )


def _two_player_engine(games: Game, block: int | None, want: str | None) -> Engine:
    """Make the engine for a batch with one axis, and load no kernels but those it needs."""
    shape = games.shape
    (row, column), plan, rounded = games.payoffs, _plan(shape), _rounded(games)
    size = min(block or plan.size, plan.most)

    def certified(part: slice) -> tuple[Block, Array]:
        own, other = row[part], column[part]
        doubtful = np.zeros(len(own), dtype=bool) if rounded is None else rounded[part]
        return plan.certify(own, other, doubtful, want)

    return Engine(
        certify=certified,
        exact=lambda some: _exact(games, some, want),
        form=TableForm.of(shape, want),
        size=size,
        exact_size=min(size, _SMALLEST_EXACT) if plan.large else block or plan.exact_size,
        microseconds=plan.microseconds,
        exact_microseconds=_EXACT_IS_SLOWER * plan.microseconds,
        counts_on_threads=want == COUNT and shape == (2, 2),
    )


def _rounded(games: Game) -> Array | None:
    """Tell where signs of doubles may not be those of the exact payoffs; None for nowhere."""
    # Different decimals keep their order as doubles, and 2x2 games are decided by that order.
    sure = games.exact is None and (games.shape == (2, 2) or not games.decimal)
    return None if sure else games.rounded


@dataclass(frozen=True)
class _Plan:
    """How games of one shape are gone through: by which kernel, and how many at once."""

    certify: Kernel
    size: int
    exact_size: int
    most: int
    microseconds: float
    large: bool


@lru_cache(maxsize=64)
def _plan(shape: tuple[int, int]) -> _Plan:
    m, n = shape
    if m + n > MOST_MINORS_ACTIONS:
        from strategic.equilibria.enumeration._best_reply_walk import Numbering
        from strategic.equilibria.enumeration._certified_vertices import vertex_equilibria

        most = min(Numbering(min(shape), max(shape)).games, MOST_GAMES)
        vertices = walked_vertices(shape) ** 0.8  # of random games, roughly, and at most
        cells, microseconds = (1, 5.0 * vertices) if is_thin(shape) else (6, 1.3 * vertices)
        size = int(max(cells * _MANY_CELLS / (vertices * (m + 1) * (n + 1)), 1))
        return _Plan(vertex_equilibria, size, _SMALLEST_EXACT, most, microseconds, large=True)
    certify: Kernel
    if shape == (2, 2):
        from strategic.equilibria.enumeration._two_by_two import two_by_two_equilibria

        certify = two_by_two_equilibria
    else:
        from strategic.equilibria.enumeration._certified_vertices import small_equilibria

        certify = small_equilibria
    minors = minor_count(m, n), minor_count(n, m)
    # Balance calls (many games per block) against cache (few): measured at all sizes.
    many = min(_MANY / np.sqrt(max(minors)), _MANY_PAYOFFS / (m * n))
    size = int(min(2 ** round(np.log2(many)), _LARGEST))
    exact_size = size
    if prunes(shape):  # one table of minors, the smaller one; in exact arithmetic both
        size, exact_size = _PRUNED, max(_SMALLEST_EXACT, size // 2)
    microseconds = 0.05 + 0.003 * sum(minors)
    return _Plan(certify, size, exact_size, MOST_GAMES, microseconds, large=False)


def _exact(games: Game, some: Array, want: str | None) -> tuple[Block, Array]:
    from strategic.equilibria.enumeration.exact_fallback import exact_equilibria

    first, last = int(some[0]), int(some[-1])
    together = last - first == len(some) - 1  # then nothing need be copied
    chosen = slice(first, last + 1) if together else some
    return exact_equilibria(games.of_batch(chosen), want)  # type: ignore[arg-type]
