"""Games of a batch whose payoffs are missing: solved around, and said to be invalid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.games._checks import checked_payoffs
from strategic.games.game import Game
from strategic.status import Status


def around_missing(solve: Callable[..., Any]) -> Callable[..., Any]:
    """Let a method's ``solve`` take batches in which some games lack payoffs.

    The method sees a game of no difficulty in place of each of them. In the solution they have
    status ``invalid`` and no equilibria, their numbers are NaN, and their counts 0. A single game
    that lacks payoffs is refused.
    """

    @wraps(solve)
    def solve_around(self: Any, games: Game, **options: Any) -> Any:
        if games.is_complete:
            return solve(self, games, **options)
        if not games.batch_shape:
            checked_payoffs(games.payoffs)  # one game must be whole
        found = _blanked(solve(self, _filled(games), **options), games, ~games.defined)
        out = options.get("out")
        return found if out is None else out.take(found)

    return solve_around


def _filled(games: Game) -> Game:
    """Put a game solved by dominance in place of each that lacks payoffs."""
    players, missing = len(games.payoffs), ~games.defined
    # Every player likes their own actions better the later they come, and those of the others the
    # worse: a zero-sum game for two.
    own = np.meshgrid(*map(np.arange, games.shape), indexing="ij", sparse=True)
    others = max(players - 1, 1)
    tables = []
    for player in range(players):
        rest = sum((o for other, o in enumerate(own) if other != player), np.zeros((), dtype=int))
        tables.append(np.broadcast_to(others * own[player] - rest, games.shape))

    def put(payoffs: Array, table: Array) -> Array:
        whole = payoffs.copy()
        whole[missing] = table
        return whole

    return replace(
        games,
        payoffs=tuple(map(put, games.payoffs, tables)),
        exact=None if games.exact is None else tuple(map(put, games.exact, tables)),
    )


def _blanked(found: Any, games: Game, missing: Array) -> Any:
    """Take the answers of the stand-ins out of a solution."""
    inner = getattr(found, "equilibria", found)
    rows = None if getattr(inner, "game", None) is None else ~missing.reshape(-1)[inner.game]
    changes: dict[str, Any] = {}
    for entry in fields(found):
        value = getattr(found, entry.name)
        if entry.name == "games":
            changes[entry.name] = games
        elif entry.name == "equilibria":
            changes[entry.name] = _blanked(value, games, missing)
        elif entry.name == "status":
            changes[entry.name] = np.where(missing, Status.INVALID, value).astype(np.int8)
        elif entry.name in ("count", "degenerate", "steps"):
            blank = value.copy()
            blank[missing] = 0
            changes[entry.name] = blank
        elif entry.name == "left":  # of dominance: nothing is known to go
            changes[entry.name] = tuple(mask | missing[..., None] for mask in value)
        else:
            changes[entry.name] = _cut(value, missing, rows)
    return replace(found, **changes)


def _cut(value: Any, missing: Array, rows: Array | None) -> Any:
    """Drop the rows of lists of equilibria, or blank the entries of arrays over the batch."""
    if isinstance(value, tuple):
        return tuple(_cut(part, missing, rows) for part in value)
    if isinstance(value, dict):
        return {name: _cut(part, missing, rows) for name, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: _cut(getattr(value, f.name), missing, None) for f in fields(value)}
        return replace(value, **parts)
    if not isinstance(value, np.ndarray) or (rows is None and value.ndim < missing.ndim):
        return value
    if rows is not None:
        return value[rows] if value.shape[:1] == rows.shape else value
    blank = value.copy()
    blank[missing] = np.nan if value.dtype.kind == "f" else 0 if value.dtype.kind == "b" else -1
    return blank
