"""The terminal face of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.games import Game
from strategic.reports.matrix import MARK, matrix_table, number_text
from strategic.reports.sections.path import by_year
from strategic.reports.solution_text import mixture_text

if TYPE_CHECKING:
    from rich.console import RenderableType

Data = Mapping[str, Any]
OURS = (
    "The sources give signs and types; every functional form and number here is ours, "
    "and nothing is estimated from data."
)


def report_parts(document: Data) -> Iterator[RenderableType]:
    """Lay the analysis out, section by section."""
    from rich.text import Text

    yield Text(document["model"]["title"], style="bold")
    yield Text(OURS, style="dim")
    for name, (title, layout) in _LAYOUTS.items():
        if name in document:
            yield Text()
            yield Text(title, style="bold underline")
            yield from layout(document[name])
    yield Text()
    yield Text(_origin(document["provenance"]), style="dim")


def _origin(provenance: Data) -> str:
    parts = [f"strategic {provenance['version']}", provenance["file"]]
    if provenance["sha256"]:
        parts.append(f"sha256 {provenance['sha256'][:12]}")
    if provenance["options"]:
        parts.append(", ".join(f"{k} {v}" for k, v in provenance["options"].items()))
    return " | ".join(part for part in parts if part)


def _base(section: Data) -> Iterator[RenderableType]:
    game = _game(section)
    yield matrix_table(game)
    yield from _note(f"{MARK} best reply; C cooperates, D withholds or acts alone")
    yield from equilibria_lines(section["equilibria"], game.actions)
    yield from _sentences(section)


def _path(section: Data) -> Iterator[RenderableType]:
    from rich.text import Text

    years = by_year(section["regimes"], section["periods"])
    for start in range(0, len(years), 8):
        row = years[start : start + 8]
        yield Text("  ".join(f"{year:<4}" for year, _ in row), style="dim")
        yield Text("  ".join(f"{spell:<4}" for _, spell in row))
    yield from _note(
        "C both cooperate; d only the organisation; o only the government; . stalemate; "
        "one letter a quarter"
    )
    for event in section["events"]:
        yield Text(f"  {event['date']}  {event['says']}")
    yield from _sentences(section)


def _game(section: Data) -> Game:
    """Build the game of a section again, for its table."""
    sides = list(section["payoffs"])
    return Game(
        payoffs=tuple(np.asarray(section["payoffs"][side]) for side in sides),
        players=tuple(sides),
        actions=tuple(tuple(section["actions"][side]) for side in sides),
    )


def equilibria_lines(
    rows: list[Data], actions: tuple[tuple[str, ...], ...]
) -> Iterator[RenderableType]:
    """Write one line an equilibrium, with its certificate."""
    from rich.text import Text

    for row in rows:
        mixtures = " / ".join(
            mixture_text(strategy, names)
            for strategy, names in zip(row["strategies"], actions, strict=True)
        )
        payoffs = ", ".join(number_text(value) for value in row["payoffs"])
        index = "" if row["index"] is None else f", index {row['index']:+d}"
        regret = f"regret {row['regret']:.1g}"
        yield Text(f"  equilibrium ({mixtures}), payoffs {payoffs}{index}, {regret}")


def _sentences(section: Data) -> Iterator[RenderableType]:
    from rich.text import Text

    yield from (Text(f"- {sentence}") for sentence in section["sentences"])


def _note(text: str) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(text, style="dim")


_LAYOUTS: dict[str, tuple[str, Callable[[Data], Iterator[RenderableType]]]] = {
    "base": ("Cooperate or act alone (2x2)", _base),
    "path": ("The path", _path),
}
