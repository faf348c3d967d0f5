"""What was found out about one game, as plain data."""

from __future__ import annotations

from typing import Any

from strategic.equilibria import Equilibria
from strategic.games import Game
from strategic.status import Status


def solution_document(
    found: Equilibria, *, exact: bool = False, check: Any = None
) -> dict[str, Any]:
    """Describe a single game, its equilibria and their components.

    Parameters
    ----------
    found : Equilibria
        Of one game.
    exact : bool
        Give every number as a fraction such as ``"1/3"``.
    check : mapping, optional
        A second opinion.
    """
    game = found.games
    return {
        "game": {
            "title": game.title,
            "players": list(game.players),
            "actions": [list(actions) for actions in game.actions],
            "payoffs": payoff_lists(game, exact=exact),
        },
        "method": found.method,
        "status": Status(int(found.status)).label,
        "degenerate": bool(found.degenerate),
        "equilibria": equilibria_rows(found, exact=exact),
        "components": component_rows(found),
        "check": check,
    }


def payoff_lists(game: Game, *, exact: bool = False) -> list[Any]:
    """Payoffs as nested lists, one a player; texts such as ``"1/3"`` where ``exact``."""
    if not exact:
        return [array.tolist() for array in game.payoffs]
    return [_texts(array) for array in game.fractions()]


def equilibria_rows(found: Equilibria, *, exact: bool = False) -> list[dict[str, Any]]:
    """List the equilibria of one game in their order."""
    strategies = found.fractions() if exact else found.strategies
    payoffs = found.fraction_payoffs() if exact else found.payoffs
    write = _texts if exact else _numbers
    regrets = _exact_regrets(found.games, strategies) if exact else _numbers(found.regret)
    return [
        {
            "strategies": [write(strategy[e]) for strategy in strategies],
            "payoffs": write(payoffs[e]),
            "index": _index(found.index[e]),
            "regret": regrets[e],
        }
        for e in range(len(found))
    ]


def component_rows(found: Equilibria) -> list[dict[str, Any]]:
    """List the connected components; none for methods that do not find all equilibria."""
    if found.method != "all" or Status(int(found.status)).failed:
        return []
    return [
        {"equilibria": [int(e) for e in component.equilibria], "index": component.index}
        for component in found.components()
    ]


def _exact_regrets(game: Game, strategies: tuple[Any, ...]) -> list[str]:
    """Largest gain from deviating in two-player profiles, in exact arithmetic."""
    row, column = game.fractions()
    gains = []
    for x, y in zip(*strategies, strict=True):
        row_replies, column_replies = row @ y, x @ column
        gains.append(
            max(row_replies.max() - x @ row_replies, column_replies.max() - column_replies @ y)
        )
    return [str(gain) for gain in gains]


def _numbers(array: Any) -> list[float]:
    return [float(value) for value in array]


def _texts(array: Any) -> Any:
    return [_texts(part) for part in array] if getattr(array, "ndim", 0) else str(array)


def _index(value: float) -> int | None:
    return None if value != value else int(value)  # noqa: PLR0124 - NaN means not isolated
