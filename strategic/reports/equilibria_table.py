"""Equilibria as a table: mixtures by action, payoffs, certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from strategic.equilibria.listing import mixture_text
from strategic.games import Game
from strategic.games.matrix import number_text
from strategic.markup import Table


def equilibria_table(rows: Sequence[Mapping[str, Any]], game: Game, *, caption: str = "") -> Table:
    """List the equilibria of one game.

    Parameters
    ----------
    rows : sequence of mappings
        From `equilibria_rows`: strategies, payoffs, index, regret.
    game : Game
        For the names.
    caption : str
        What is known about the list.
    """
    header = ["", *game.players, "payoffs", "index", "regret"]
    return Table(header, [_cells(k, row, game) for k, row in enumerate(rows)], caption=caption)


def _cells(number: int, row: Mapping[str, Any], game: Game) -> list[str]:
    mixtures = (mixture_text(s, a) for s, a in zip(row["strategies"], game.actions, strict=True))
    payoffs = ", ".join(number_text(value) for value in row["payoffs"])
    index = "-" if row["index"] is None else f"{row['index']:+d}"
    regret = row["regret"] if isinstance(row["regret"], str) else f"{row['regret']:.1g}"
    return [str(number), *mixtures, payoffs, index, regret]
