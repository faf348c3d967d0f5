"""How a game is solved by hand: best replies, elimination, indifference, as on a blackboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria
from strategic.equilibria.concepts.dominance import Dominance
from strategic.equilibria.concepts.pure import pure_mask
from strategic.games import Game

MOST_EQUATIONS = 12
MOST_CELLS = 200


def explanation(found: Equilibria) -> str:
    """Explain the solution of one game step by step, in plain text.

    Parameters
    ----------
    found : Equilibria
        Equilibria of a single game.

    Returns
    -------
    str
        Best replies, the order of elimination, pure equilibria, and the indifference equations
        of each mixed equilibrium listed (two players), numbers as fractions.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> print(explanation(solve([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])).splitlines()[-1])
        player 2 earns 0 from each.
    """
    game = found.games
    steps = [
        ("Best replies", list(_best_replies(game))),
        ("Dominated actions", Dominance().solve(game).lines()),
        ("Pure equilibria", list(_pure(game))),
    ]
    if len(game.shape) == 2:
        steps.append(("Mixed equilibria", list(_mixed(found))))
    lines: list[str] = []
    for number, (title, body) in enumerate(steps, start=1):
        lines += ([""] if lines else []) + [f"{number}. {title}", *(f"   {line}" for line in body)]
    return "\n".join(lines)


def _best_replies(game: Game) -> Iterator[str]:
    if len(game.shape) == 2 and game.payoffs[0].size <= MOST_CELLS:
        yield from _starred(game)
        yield "A star marks a best reply: the most in its column for the first payoff,"
        yield "the most in its row for the second."
        return
    for player, name in enumerate(game.players):
        own = np.moveaxis(game.payoffs[player], player, 0).reshape(game.shape[player], -1)
        often = (own == own.max(axis=0)).sum(axis=1)
        shown = ", ".join(
            f"{action} to {count}"
            for action, count in zip(game.actions[player], often, strict=True)
        )
        yield f"{name}: best reply {shown} of {own.shape[1]} profiles of the others."


def _starred(game: Game) -> Iterator[str]:
    row, column = game.fractions()
    best_row, best_column = row == row.max(axis=0), column == column.max(axis=1)[:, None]
    cells = [
        [
            f"{_payoff(row[i, j])}{'*' if best_row[i, j] else ''}, "
            f"{_payoff(column[i, j])}{'*' if best_column[i, j] else ''}"
            for j in range(game.shape[1])
        ]
        for i in range(game.shape[0])
    ]
    table = [
        ["", *game.actions[1]],
        *([a, *line] for a, line in zip(game.actions[0], cells, strict=True)),
    ]
    widths = [max(len(line[c]) for line in table) for c in range(len(table[0]))]
    for line in table:
        yield "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()


def _pure(game: Game) -> Iterator[str]:
    cells = np.argwhere(pure_mask(game))
    if not len(cells):
        yield "In no cell is everybody's payoff a best reply: there is none."
    for cell in cells[:MOST_EQUATIONS]:
        names = ", ".join(game.actions[player][a] for player, a in enumerate(cell))
        payoffs = ", ".join(_short(float(table[tuple(cell)])) for table in game.payoffs)
        yield f"({names}): nobody gains by deviating alone; payoffs {payoffs}."
    if len(cells) > MOST_EQUATIONS:
        yield f"... and {len(cells) - MOST_EQUATIONS} more."


def _mixed(found: Equilibria) -> Iterator[str]:
    mixed = [e for e in range(len(found)) if any((s[e] > 0).sum() > 1 for s in found.strategies)]
    if not mixed:
        yield "None among the equilibria listed."
    for equilibrium in mixed[:MOST_EQUATIONS]:
        x, y = (_fractions(s[equilibrium]) for s in _strategies(found))
        yield f"Equilibrium {equilibrium}:"
        row, column = found.games.fractions()
        yield from (f"  {line}" for line in _indifference(found.games, 0, row, x, y))
        yield from (f"  {line}" for line in _indifference(found.games, 1, column.T, y, x))
    if len(mixed) > MOST_EQUATIONS:
        yield f"... and {len(mixed) - MOST_EQUATIONS} more."


def _strategies(found: Equilibria) -> tuple[Array, ...]:
    return found.fractions() if found.method == "all" else found.strategies


def _indifference(
    game: Game, player: int, own: Array, mine: list[Any], theirs: list[Any]
) -> Iterator[str]:
    """Write what makes one player indifferent: the other's mixture."""
    name, other = game.players[player], game.players[1 - player]
    names, symbols = game.actions[player], _symbols(game, 1 - player, theirs)
    used = [a for a, weight in enumerate(mine) if weight]
    earned = [_product(own[a], theirs) for a in range(len(mine))]
    if len(used) > 1:
        sides = " = ".join(_linear(own[a], symbols) for a in used)
        yield f"{name} mixes {', '.join(names[a] for a in used)} only if they earn the same:"
        yield f"  {sides}"
    if len(symbols) > 1:
        solution = ", ".join(f"{symbol} = {_short(theirs[a])}" for a, symbol in symbols.items())
        yield f"  {' + '.join(symbols.values())} = 1  =>  {other} plays {solution}."
    outside = [a for a in range(len(mine)) if a not in used]
    less = "".join(f", {_short(earned[a])} from {names[a]}" for a in outside)
    yield f"  {name} earns {_short(earned[used[0]])} from {_which(names, used)}{less}."


def _which(names: Sequence[str], used: list[int]) -> str:
    return names[used[0]] if len(used) == 1 else "each"


def _symbols(game: Game, player: int, mixture: list[Any]) -> dict[int, str]:
    letter = "xy"[player]
    return {a: f"{letter}[{game.actions[player][a]}]" for a, weight in enumerate(mixture) if weight}


def _linear(payoffs: Array, symbols: dict[int, str]) -> str:
    text = ""
    for action, symbol in symbols.items():
        value = payoffs[action]
        sign = (" - " if value < 0 else " + ") if text else ("-" if value < 0 else "")
        text += f"{sign}{_payoff(abs(value))} {symbol}"
    return text


def _product(payoffs: Array, mixture: list[Any]) -> Any:
    return sum((p * w for p, w in zip(payoffs, mixture, strict=True)), start=Fraction(0))


def _fractions(strategy: Array) -> list[Any]:
    return [w if isinstance(w, Fraction) else float(w) for w in strategy]


def _payoff(value: Any) -> str:
    text = f"{float(value):.6g}"
    return text if Fraction(text) == value else _short(value)


def _short(value: Any) -> str:
    if isinstance(value, Fraction) and value.denominator <= 10_000:
        return str(value)
    return f"{float(value):.6g}"
