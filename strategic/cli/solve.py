"""``strategic solve``: one game, all its equilibria."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.game_argument import GameArgument, GameNameOption, read_game_argument
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    SetOption,
    WorkersOption,
)
from strategic.errors import UsageError

if TYPE_CHECKING:
    from strategic.equilibria import Equilibria

IN_PART = 3


def solve(
    game: GameArgument,
    game_name: GameNameOption = None,
    exact: Annotated[bool, typer.Option("--exact", help="Every number as a fraction.")] = False,
    check: Annotated[
        str | None,
        typer.Option("--check", metavar="nashpy", help="Ask another solver and compare."),
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.1, help="Seconds the other solver may take.")
    ] = 30.0,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    workers: WorkersOption = None,
    json: JsonOption = False,
) -> int:
    """Find every equilibrium of one game, each with its index and regret.

    Example: strategic solve "3,0;5,1 / 3,5;0,1"
    """
    from strategic.equilibria import solve as solve_game
    from strategic.reports.solution import solution_document
    from strategic.status import Status

    found = solve_game(read_game_argument(game, game_name, settings, mechanisms), workers=workers)
    opinion = None if check is None else _second_opinion(check, found, time_limit)
    if json:
        output.echo_json(solution_document(found, exact=exact, check=opinion))
    else:
        _show(found, exact=exact, opinion=opinion)
    return IN_PART if Status(int(found.status)).failed else 0


def _second_opinion(tool: str, found: Equilibria, seconds: float) -> dict[str, Any]:
    if tool != "nashpy":
        raise UsageError("knows only nashpy", where="--check", value=tool)
    from strategic.equilibria.second_opinion import second_opinion

    return asdict(second_opinion(found, seconds=seconds))


def _show(found: Equilibria, *, exact: bool, opinion: dict[str, Any] | None) -> None:
    from strategic.reports.solution_text import solution_parts

    console = output.console()
    for part in solution_parts(found, exact=exact, check=opinion):
        console.print(part)
