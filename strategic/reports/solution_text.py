"""One game and its equilibria, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from strategic.equilibria import Component, Equilibria
from strategic.games import Game
from strategic.games.matrix import MOST_PROFILES, number_text
from strategic.reports.equilibria_table import equilibria_table
from strategic.reports.solution import equilibria_rows
from strategic.reports.terminal import rich_table
from strategic.status import Status

if TYPE_CHECKING:
    from rich.console import RenderableType


def solution_parts(
    found: Equilibria, *, exact: bool = False, check: Mapping[str, Any] | None = None
) -> Iterator[RenderableType]:
    """Lay out the matrix, the equilibria with their certificates, and the components."""
    from rich.text import Text

    game = found.games
    yield from game_parts(game)
    yield Text(_headline(found))
    yield rich_table(equilibria_table(equilibria_rows(found, exact=exact), game))
    yield Text(Status(int(found.status)).message, style="dim")
    yield from (Text(line) for line in component_lines(found))
    if check is not None:
        yield Text(f"second opinion ({check['tool']}): {check['says']}")


def game_parts(game: Game) -> Iterator[RenderableType]:
    """Lay out the matrix of a game; nothing where it is too large to be read."""
    from rich.text import Text

    if game.payoffs[0].size <= MOST_PROFILES:
        matrix = game.table()
        yield rich_table(matrix)
        yield Text(matrix.caption, style="dim")


def component_lines(found: Equilibria) -> list[str]:
    """Write the components of a degenerate game; nothing where every equilibrium is isolated."""
    if found.method != "all" or not bool(found.degenerate):
        return []
    return [
        line
        for k, component in enumerate(found.components())
        for line in _component_lines(k, component)
    ]


def _component_lines(number: int, component: Component) -> Iterator[str]:
    head = f"component {number}:"
    for subset in component.subsets:
        rows = ", ".join(_vector(x) for x in subset.rows)
        columns = ", ".join(_vector(y) for y in subset.columns)
        yield f"{head} {{{rows}}} x {{{columns}}}"
        head = " " * len(head)
    yield f"{head} index {component.index:+d}"


def _vector(strategy: tuple[float, ...]) -> str:
    return "(" + ", ".join(number_text(p) for p in strategy) + ")"


def _headline(found: Equilibria) -> str:
    kind = "extreme equilibri" if bool(found.degenerate) else "equilibri"
    count = len(found)
    ending = "um" if count == 1 else "a"
    label = Status(int(found.status)).label
    return f"{count} {kind}{ending} ({label})"
