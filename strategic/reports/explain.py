"""How a game is solved by hand: best replies, elimination, indifference, as on a blackboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria
from strategic.equilibria.concepts.pure import pure_mask
from strategic.equilibria.concepts.reasons import Reason, as_double, reasons_at
from strategic.equilibria.listing import mixture_text
from strategic.equilibria.messages import message
from strategic.games import Game
from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.reports.game_facts import GameFacts
from strategic.reports.game_told import (
    deviation_lines,
    further,
    index_sentence,
    tie,
    value_text,
    welfare_sentences,
)

MOST_EQUATIONS = 12
"""Equilibria that are worked out; the others are counted."""
MOST_CELLS = 200
"""Outcomes of a game whose payoffs are shown."""
MOST_TERMS = 64
"""Terms of the equations that make one player indifferent; longer ones are left out."""
LONGEST_EQUATION = 100
"""Characters of an equation on one line; of longer ones each side has a line."""


def explanation(found: Equilibria) -> str:
    """Explain the solution of one game step by step, in plain text.

    Parameters
    ----------
    found : Equilibria
        Equilibria of a single game.

    Returns
    -------
    str
        Best replies, the order of elimination, pure equilibria and why other profiles are none,
        the indifference equations of each mixed equilibrium, what the indices and the certificate
        prove, and what the players get together. Numbers are fractions where they are exact and
        short.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> told = explanation(solve([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    >>> print([line for line in told.splitlines() if "earns" in line][-1])
           player 2 earns 0 from each.
    """
    lines: list[str] = []
    for number, (title, body) in enumerate(_steps(GameFacts(found.told_apart())), start=1):
        indented = (f"   {line}".rstrip() for line in body)
        lines += ([""] if lines else []) + [f"{number}. {title}", *indented]
    return "\n".join(lines)


def explanation_document(found: Equilibria) -> dict[str, Any]:
    """Give the same as plain data: the facts about the game, and the steps with their lines.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> told = explanation_document(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> told["welfare"]["price_of_anarchy"], told["steps"][1]["title"]
    (3.0, 'Dominated actions')
    """
    facts = GameFacts(found.told_apart())
    told = [{"title": title, "lines": lines} for title, lines in _steps(facts)]
    return {**facts.document(), "steps": told}


def _steps(facts: GameFacts) -> list[tuple[str, list[str]]]:
    """Give the titles and lines of the steps."""
    steps = [
        ("Best replies", [*_best_replies(facts.game)]),
        ("Dominated actions", [*_dominated(facts)]),
        ("Pure equilibria", [*_pure(facts)]),
        ("Mixed equilibria", [*_mixed(facts)]),
        ("How many, and what is proved", [*_proved(facts)]),
        ("What they get together", welfare_sentences(facts)),
    ]
    return [(title, lines) for title, lines in steps if lines]


def _best_replies(game: Game) -> Iterator[str]:
    tables = game.tables() if game.payoffs[0].size <= MOST_CELLS else []
    if tables and tables[0].names:
        for number, table in enumerate(tables):
            if number:
                yield ""
            yield from _columns(table, corner=len(tables) > 1)
        if len(game.shape) == 2:
            yield "A star marks a best reply: the largest first payoff of its column,"
            yield "the largest second payoff of its row."
        else:
            yield "Payoffs in the order of the players; a star marks a best reply to the others."
    if tables and len(game.shape) == 2:
        return
    payoffs = game.payoffs if game.exact is None else game.fractions()
    for player, name in enumerate(game.players):
        own = np.moveaxis(payoffs[player], player, 0).reshape(game.shape[player], -1)
        often = (own == own.max(axis=0)).sum(axis=1)
        shown = ", ".join(
            f"{action} to {count}"
            for action, count in zip(game.actions[player], often, strict=True)
        )
        yield f"{name}: best reply {shown} of {own.shape[1]} profiles of the others."


def _columns(table: Table, *, corner: bool) -> Iterator[str]:
    """Write a table in columns of one width each."""
    lines = [[table.header[0] if corner else "", *table.header[1:]], *table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, strict=True)
        yield "  ".join(cell.ljust(width) for cell, width in cells).rstrip()


def _dominated(facts: GameFacts) -> Iterator[str]:
    if facts.strict is None or facts.weak is None:
        yield "Not looked for in a game of this size; try --method dominance."
        return
    yield from facts.strict.lines()
    if further(facts):
        yield "Weakly dominated actions too, all of a round together:"
        yield from (f"  {line}" for line in facts.weak.lines())


def _pure(facts: GameFacts) -> Iterator[str]:
    game, cells = facts.game, np.argwhere(pure_mask(facts.game))
    if not len(cells):
        yield "In no cell is everybody's payoff a best reply: there is none."
    tables = game.fractions()
    for cell in cells[:MOST_EQUATIONS].tolist():
        payoffs = ", ".join(number_text(float(table[tuple(cell)])) for table in game.payoffs)
        where = ", ".join(facts.names(cell))
        yield f"({where}): nobody gains by deviating alone; payoffs {payoffs}."
        costs = [_cost(facts, reason) for reason in reasons_at(tables, tuple(cell))]
        if any(costs):
            yield f"  It would cost {'; '.join(filter(None, costs))}."
    if len(cells) > MOST_EQUATIONS:
        yield f"... and {len(cells) - MOST_EQUATIONS} more."
    if facts.deviations:
        yield "No equilibria:"
        yield from (f"  {line}" for line in deviation_lines(facts))


def _cost(facts: GameFacts, reason: Reason) -> str:
    """Say what the least costly deviation costs a player who has one."""
    name, actions = facts.game.players[reason.player], facts.game.actions[reason.player]
    others = [a for a in range(len(actions)) if not reason.weights[a]]
    if not others:
        return ""
    least = min(others, key=lambda a: reason.losses[a])
    loss = reason.losses[least]
    what = f"{_short(loss)} or more" if loss and len(others) > 1 else _short(loss)
    return f"{name} {what if loss else 'nothing'} ({actions[least]})"


def _mixed(facts: GameFacts) -> Iterator[str]:
    mixed = {reason.equilibrium for reason in facts.reasons if len(reason.used) > 1}
    found = facts.found
    if not mixed:
        if found.method != "pure":
            yield "None among the equilibria listed."
        return
    players = len(facts.game.shape)
    tables = facts.game.fractions()
    for equilibrium in sorted(mixed)[:MOST_EQUATIONS]:
        parts = facts.reasons[equilibrium * players :][:players]
        if players == 2:
            yield f"Equilibrium {equilibrium}:"
        else:
            yield f"Equilibrium {equilibrium}: {_profile(facts, parts)}."
        for part in parts:
            yield from (f"  {line}" for line in _indifference(facts, tables, parts, part))
    everywhere = [
        e for e in range(len(found)) if any((s[e] > 0).sum() > 1 for s in found.strategies)
    ]
    if len(everywhere) > MOST_EQUATIONS:
        yield f"... and {len(everywhere) - MOST_EQUATIONS} more."


def _profile(facts: GameFacts, parts: Sequence[Reason]) -> str:
    """Say what everybody plays, by name."""
    sides = zip(facts.game.players, facts.game.actions, parts, strict=True)
    return "; ".join(
        f"{name} {mixture_text([as_double(w) for w in part.weights], actions)}"
        for name, actions, part in sides
    )


def _indifference(
    facts: GameFacts, tables: Sequence[Array], parts: Sequence[Reason], reason: Reason
) -> Iterator[str]:
    """Write what makes one player indifferent: the others' mixtures."""
    game, player = facts.game, reason.player
    name, names = game.players[player], game.actions[player]
    symbols = _symbols(game, parts, player)
    mixing = [symbols[i] for i in symbols if len(symbols[i]) > 1]
    if len(reason.used) > 1 and prod(map(len, mixing)) * len(reason.used) <= MOST_TERMS:
        own = np.moveaxis(tables[player], player, 0)
        sides = [_sum(own[a], symbols) for a in reason.used]
        yield f"{name} mixes {', '.join(names[a] for a in reason.used)} only if they earn the same:"
        equation = " = ".join(sides)
        if len(equation) <= LONGEST_EQUATION:
            yield f"  {equation}"
        else:
            yield from (f"  {names[a]}: {side}" for a, side in zip(reason.used, sides, strict=True))
    if len(game.shape) == 2:
        for other, of in symbols.items():
            if len(of) > 1:
                weights = parts[other].weights
                solution = ", ".join(f"{symbol} = {_short(weights[a])}" for a, symbol in of.items())
                shown = " + ".join(of.values())
                yield f"  {shown} = 1  =>  {game.players[other]} plays {solution}."
    less = "".join(
        f", {_short(reason.payoffs[a])} from {names[a]}{tie(reason, a)}"
        for a in range(len(names))
        if a not in reason.used
    )
    which = names[reason.used[0]] if len(reason.used) == 1 else "each"
    below = "  " * (len(reason.used) > 1 or len(parts) == 2)
    yield f"{below}{name} earns {_short(reason.earned)} from {which}{less}."


def _symbols(game: Game, parts: Sequence[Reason], player: int) -> dict[int, dict[int, str]]:
    """Name the probabilities of the others' actions in use: by a letter, or by the player."""
    two = len(parts) == 2
    return {
        part.player: {
            a: f"{'xy'[part.player] if two else game.players[part.player]}"
            f"[{game.actions[part.player][a]}]"
            for a in part.used
        }
        for part in parts
        if part.player != player
    }


def _sum(payoffs: Array, symbols: dict[int, dict[int, str]]) -> str:
    """Write an expected payoff: one term per profile that the others may play."""
    text = ""
    for profile in product(*symbols.values()):
        # What is played for sure is no unknown.
        unknown = [of[a] for of, a in zip(symbols.values(), profile, strict=True) if len(of) > 1]
        value, size = payoffs[profile], abs(payoffs[profile])
        sign = (" - " if value < 0 else " + ") if text else ("-" if value < 0 else "")
        decimal = f"{as_double(size):.6g}"
        exact = decimal if as_double(size) < np.inf and Fraction(decimal) == size else _short(size)
        text += " ".join([f"{sign}{exact}", *unknown])
    return text


def _proved(facts: GameFacts) -> Iterator[str]:
    count = len(facts.found)
    yield f"{count} equilibri{'um is' if count == 1 else 'a are'} listed. {message(facts.found)}"
    if sentence := index_sentence(facts):
        yield sentence
    if count:
        worst = as_double(facts.found.regret.max())
        yield f"In none does a player gain more than {number_text(worst)} by deviating."


def _short(value: Any) -> str:
    if isinstance(value, Fraction) and value.denominator <= 10_000 and abs(value) < 1e15:
        return str(value)
    return value_text(value)
