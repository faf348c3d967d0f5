"""Solutions as people read them: mixtures by action, equilibria with their certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.games._checks import numbered
from strategic.games.game import Game, games_text, size_text
from strategic.games.matrix import number_text, number_texts
from strategic.markup import Table
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria.result import Equilibria


def games_line(games: Game, status: Any) -> str:
    """Name size and number of the games, and how often each status occurs.

    Examples
    --------
    >>> games_line(Game.from_payoffs([[1, 0]], [[0, 1]]), Status.OK)
    'a 1x2 game (ok)'
    """
    codes, numbers = np.unique(status, return_counts=True)
    count, batch = int(numbers.sum()), bool(games.batch_shape)
    states = ", ".join(
        f"{Status(code).label} {number}" if count > 1 else Status(code).label
        for code, number in zip(codes, numbers, strict=True)
    )
    size = size_text(games.shape)
    return f"{games_text(count)} {size} ({states})" if batch else f"a {size} game ({states})"


def equilibria_rows(found: Equilibria) -> list[dict[str, Any]]:
    """List equilibria as plain data: strategies, payoffs, index and regret of each.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> equilibria_rows(solve([[2, 0], [3, 1]], [[2, 3], [0, 1]]))
    [{'strategies': [[0.0, 1.0], [0.0, 1.0]], 'payoffs': [1.0, 1.0], 'index': 1, 'regret': 0.0}]
    """
    strategies = [plain(side) for side in found.strategies]
    payoffs, regrets = plain(found.payoffs), plain(found.regret)
    return [
        {
            "strategies": [side[e] for side in strategies],
            "payoffs": payoffs[e],
            "index": None if np.isnan(index) else int(index),
            "regret": regrets[e],
        }
        for e, index in enumerate(found.index.tolist())
    ]


def equilibria_table(
    rows: Sequence[Mapping[str, Any]],
    game: Game,
    *,
    caption: str = "",
    first: str = "",
    names: Sequence[Any] | None = None,
) -> Table:
    """Lay equilibria out, one per row.

    Parameters
    ----------
    rows : sequence of mappings
        From `equilibria_rows`.
    game : Game
        For the names of players and actions.
    caption : str
        What is known about the list.
    first : str
        Title of the first column.
    names : sequence, optional
        What stands in the first column; numbers from 0 by default.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> found = solve([[2, 0], [3, 1]], [[2, 3], [0, 1]])
    >>> print(equilibria_table(equilibria_rows(found), found.games).markdown())
    |  | player 1 | player 2 | payoffs | index | regret |
    |---|---|---|---|---|---|
    | 0 | 2 | 2 | 1, 1 | +1 | 0 |
    """
    game, count = game.told_apart(), len(game.shape)
    weights = [number_texts(w for row in rows for w in row["strategies"][i]) for i in range(count)]
    payoffs = number_texts(value for row in rows for value in row["payoffs"])
    cells = [
        [
            str(name),
            *(
                mixture_text(row["strategies"][i], a, texts=weights[i][e * len(a) :])
                for i, a in enumerate(game.actions)
            ),
            ", ".join(payoffs[e * count : (e + 1) * count]),
            "-" if row["index"] is None else signed(row["index"]),
            row["regret"] if isinstance(row["regret"], str) else f"{row['regret']:.1g}",
        ]
        for e, (name, row) in enumerate(
            zip(range(len(rows)) if names is None else names, rows, strict=True)
        )
    ]
    return Table([first, *game.players, "payoffs", "index", "regret"], cells, caption=caption)


def mixture_text(
    strategy: Sequence[Any], actions: Sequence[str], *, texts: Sequence[str] = ()
) -> str:
    """Write a mixed strategy by its actions; ``texts`` may give the weights as written.

    Examples
    --------
    >>> mixture_text([0.25, 0.75, 0.0], ("up", "middle", "down")), mixture_text(["1"], ("stay",))
    ('0.25 up, 0.75 middle', 'stay')
    """
    written = texts or number_texts(strategy)  # weights are numbers, or texts if exact
    used = [k for k, weight in enumerate(strategy) if weight not in (0, "0")]
    if len(used) == 1:
        return actions[used[0]]
    return ", ".join(f"{written[k]} {actions[k]}" for k in used)


def strategy_text(
    strategy: Sequence[Any], actions: Sequence[str], *, texts: Sequence[str] = ()
) -> str:
    """Write a mixed strategy by its actions where they have names, else as a vector.

    Examples
    --------
    >>> strategy_text([0.25, 0.75], ("fund", "cut")), strategy_text([0.25, 0.75], ("1", "2"))
    ('0.25 fund, 0.75 cut', '(0.25, 0.75)')
    """
    if tuple(actions) != numbered(len(actions)):
        return mixture_text(strategy, actions, texts=texts)
    return f"({', '.join(texts or number_texts(strategy))})"


def equilibria_counted(count: int, *, extreme: bool = False, symmetric: bool = False) -> str:
    """Say how many equilibria are listed, and of what kind.

    Examples
    --------
    >>> equilibria_counted(1), equilibria_counted(3, extreme=True)
    ('1 equilibrium', '3 extreme equilibria')
    """
    kind = f"{'symmetric ' * symmetric}{'extreme ' * extreme}equilibri"
    return f"{count} {kind}{'um' if count == 1 else 'a'}"


def mixture_lines(
    game: Game, strategies: Sequence[Array], *, digits: int | None = None
) -> list[str]:
    """Write a profile of one game, a line per player; all that is played, or played visibly."""
    shown = strategies if digits is None else [np.round(side, digits) for side in strategies]
    return [
        f"{name}: {mixture_text(side.tolist(), actions)}"
        for name, side, actions in zip(game.players, shown, game.actions, strict=True)
    ]


def payoff_line(game: Game, payoffs: Array) -> str:
    """Write what every player of one game earns."""
    pairs = zip(game.players, payoffs.tolist(), strict=True)
    return ", ".join(f"{name} {number_text(value)}" for name, value in pairs)


def signed(index: int) -> str:
    """Write an index with its sign, and zero without one.

    Examples
    --------
    >>> signed(1), signed(0)
    ('+1', '0')
    """
    return f"{index:+d}" if index else "0"


def plain(numbers: Array) -> Any:
    """Turn an array into nested lists of floats, or of texts such as ``"1/3"`` if exact.

    Examples
    --------
    >>> from fractions import Fraction
    >>> plain(np.array([0.5])), plain(np.array([Fraction(1, 3)], dtype=object))
    ([0.5], ['1/3'])
    """
    exact = numbers.dtype == object
    return np.asarray(np.frompyfunc(str, 1, 1)(numbers) if exact else numbers).tolist()
