"""How a game is solved by hand: best replies, elimination, indifference, as on a blackboard."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria
from strategic.equilibria.concepts.dominance import Dominance
from strategic.equilibria.concepts.pure import pure_mask
from strategic.games import Game
from strategic.games.matrix import number_text

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
    found = found.told_apart()
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
        table = game.table()
        lines = [["", *table.header[1:]], *table.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = zip(line, widths, strict=True)
            yield "  ".join(cell.ljust(width) for cell, width in cells).rstrip()
        yield "A star marks a best reply: the largest first payoff of its column,"
        yield "the largest second payoff of its row."
        return
    tables = game.payoffs if game.exact is None else game.fractions()
    for player, name in enumerate(game.players):
        own = np.moveaxis(tables[player], player, 0).reshape(game.shape[player], -1)
        often = (own == own.max(axis=0)).sum(axis=1)
        shown = ", ".join(
            f"{action} to {count}"
            for action, count in zip(game.actions[player], often, strict=True)
        )
        yield f"{name}: best reply {shown} of {own.shape[1]} profiles of the others."


def _pure(game: Game) -> Iterator[str]:
    cells = np.argwhere(pure_mask(game))
    if not len(cells):
        yield "In no cell is everybody's payoff a best reply: there is none."
    for cell in cells[:MOST_EQUATIONS]:
        names = ", ".join(game.actions[player][a] for player, a in enumerate(cell))
        payoffs = ", ".join(number_text(float(table[tuple(cell)])) for table in game.payoffs)
        yield f"({names}): nobody gains by deviating alone; payoffs {payoffs}."
    if len(cells) > MOST_EQUATIONS:
        yield f"... and {len(cells) - MOST_EQUATIONS} more."


def _mixed(found: Equilibria) -> Iterator[str]:
    mixed = [e for e in range(len(found)) if any((s[e] > 0).sum() > 1 for s in found.strategies)]
    if not mixed:
        yield "None among the equilibria listed."
    row, column = found.games.fractions()
    sides = found.fractions() if found.method == "all" else found.strategies
    for equilibrium in mixed[:MOST_EQUATIONS]:
        x, y = (side[equilibrium].tolist() for side in sides)
        yield f"Equilibrium {equilibrium}:"
        yield from (f"  {line}" for line in _indifference(found.games, 0, row, x, y))
        yield from (f"  {line}" for line in _indifference(found.games, 1, column.T, y, x))
    if len(mixed) > MOST_EQUATIONS:
        yield f"... and {len(mixed) - MOST_EQUATIONS} more."


def _indifference(
    game: Game, player: int, own: Array, mine: list[Any], theirs: list[Any]
) -> Iterator[str]:
    """Write what makes one player indifferent: the other's mixture."""
    name, other = game.players[player], game.players[1 - player]
    names, letter = game.actions[player], "yx"[player]
    symbols = {
        a: f"{letter}[{action}]" for a, action in enumerate(game.actions[1 - player]) if theirs[a]
    }
    used = [a for a, weight in enumerate(mine) if weight]
    earned = [sum((p * w for p, w in zip(line, theirs, strict=True)), Fraction(0)) for line in own]
    if len(used) > 1:
        sides = " = ".join(_linear(own[a], symbols) for a in used)
        yield f"{name} mixes {', '.join(names[a] for a in used)} only if they earn the same:"
        yield f"  {sides}"
    if len(symbols) > 1:
        solution = ", ".join(f"{symbol} = {_short(theirs[a])}" for a, symbol in symbols.items())
        yield f"  {' + '.join(symbols.values())} = 1  =>  {other} plays {solution}."
    less = "".join(
        f", {_short(value)} from {names[a]}" for a, value in enumerate(earned) if a not in used
    )
    which = names[used[0]] if len(used) == 1 else "each"
    yield f"  {name} earns {_short(earned[used[0]])} from {which}{less}."


def _linear(payoffs: Array, symbols: dict[int, str]) -> str:
    text = ""
    for action, symbol in symbols.items():
        value, size = payoffs[action], abs(payoffs[action])
        sign = (" - " if value < 0 else " + ") if text else ("-" if value < 0 else "")
        decimal = f"{float(size):.6g}"
        text += f"{sign}{decimal if Fraction(decimal) == size else _short(size)} {symbol}"
    return text


def _short(value: Any) -> str:
    if isinstance(value, Fraction) and value.denominator <= 10_000:
        return str(value)
    return number_text(float(value))
