"""A game of one's own: payoffs, every equilibrium, components."""

from __future__ import annotations

from typing import Any

from strategic.equilibria import Equilibria, solve
from strategic.errors import MethodError
from strategic.games import Game
from strategic.modelling import Model
from strategic.reports.solution import solution_document
from strategic.status import Status


def game(model: Model) -> dict[str, Any]:
    """Describe the game of a model that is no relationship."""
    found, limit = _solved(model.game())
    document = solution_document(found)
    shown = {**document.pop("game"), **document}
    return shown | {"sentences": [*_sentences(found), *limit]}


def _solved(played: Game) -> tuple[Equilibria, list[str]]:
    """Find all equilibria, or all pure ones and why not more."""
    try:
        return solve(played), []
    except MethodError as limit:
        return solve(played, method="pure"), [f"Only pure equilibria are listed: {limit}."]


def _sentences(found: Equilibria) -> list[str]:
    count = len(found)
    what = "extreme equilibria" if bool(found.degenerate) else "equilibria"
    kind = "pure " if found.method == "pure" else ""
    counted = f"{count} {kind}{what}" if count != 1 else f"a single {kind}equilibrium"
    sentences = [f"The game has {counted}. {Status(int(found.status)).message}"]
    if count > 1:
        welfare = found.payoffs.sum(axis=1)
        best = int(welfare.argmax())
        sentences.append(
            f"Number {best} earns the players most together: {welfare[best]:.4g} in all."
        )
    return sentences
