"""One game and its equilibria, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from strategic.equilibria import Component, Equilibria
from strategic.reports.matrix import MARK, matrix_table, number_text
from strategic.reports.solution import equilibria_rows
from strategic.status import Status

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_PROFILES = 1024
"""Games with more pure profiles are summed up instead of printed."""


def solution_parts(
    found: Equilibria, *, exact: bool = False, check: Mapping[str, Any] | None = None
) -> Iterator[RenderableType]:
    """Lay out the matrix, the equilibria with their certificates, and the components."""
    from rich.text import Text

    game = found.games
    if game.title:
        yield Text(game.title, style="bold")
    if found.games.payoffs[0].size <= MOST_PROFILES:
        yield matrix_table(game)
        yield Text(f"{MARK} best reply", style="dim")
    yield Text(_headline(found))
    yield equilibria_table(found, exact=exact)
    yield Text(Status(int(found.status)).message, style="dim")
    yield from (Text(line) for line in component_lines(found))
    if check is not None:
        yield Text(f"second opinion ({check['tool']}): {check['says']}")


def equilibria_table(found: Equilibria, *, exact: bool = False) -> RenderableType:
    """List the equilibria of one game, one row each."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("", *(escape(player) for player in found.games.players)):
        table.add_column(title)
    for title in ("payoffs", "index", "regret"):
        table.add_column(title, justify="right")
    for number, row in enumerate(equilibria_rows(found, exact=exact)):
        mixtures = (
            escape(mixture_text(strategy, found.games.actions[player]))
            for player, strategy in enumerate(row["strategies"])
        )
        index = "-" if row["index"] is None else f"{row['index']:+d}"
        payoffs = ", ".join(number_text(value) for value in row["payoffs"])
        regret = row["regret"] if exact else f"{row['regret']:.1g}"
        table.add_row(str(number), *mixtures, payoffs, index, regret)
    return table


def mixture_text(strategy: list[Any], actions: tuple[str, ...]) -> str:
    """Write a mixed strategy by its actions.

    Examples
    --------
    >>> mixture_text([0.25, 0.75, 0.0], ("up", "middle", "down")), mixture_text(["1"], ("stay",))
    ('0.25 up, 0.75 middle', 'stay')
    """
    used = [
        (weight, name)
        for weight, name in zip(strategy, actions, strict=True)
        if weight not in (0, "0")
    ]
    if len(used) == 1:
        return used[0][1]
    return ", ".join(f"{number_text(weight)} {name}" for weight, name in used)


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
