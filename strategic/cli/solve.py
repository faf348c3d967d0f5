"""``strategic solve``: one game, all its equilibria."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART
from strategic.cli.game_argument import GameArgument, GameNameOption, read_game_argument
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    SetOption,
    WorkersOption,
)
from strategic.errors import MethodError, UsageError, nearest

if TYPE_CHECKING:
    from strategic.equilibria import Equilibria
    from strategic.equilibria.method import Method
    from strategic.games import Game

METHODS = "Methods"


def _list_methods(wanted: bool) -> None:
    if not wanted:
        return
    from strategic.cli.listing import listing
    from strategic.equilibria.shelf import BEYOND, SHELF

    rows = [(e.method, e.question, e.takes, e.python, e.options) for e in SHELF]
    output.echo(listing(rows, header=("METHOD", "QUESTION", "TAKES", "IN PYTHON", "OPTIONS")))
    output.echo(f"\n{BEYOND}")
    raise typer.Exit


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
    method: Annotated[
        str,
        typer.Option("--method", metavar="NAME", help="How to solve it; see --list-methods."),
    ] = "all",
    list_methods: Annotated[
        bool,
        typer.Option(
            "--list-methods",
            callback=_list_methods,
            is_eager=True,
            help="Say which method answers which question.",
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Solve it step by step, as on a blackboard.")
    ] = False,
    label: Annotated[
        int,
        typer.Option(
            "--label",
            min=1,
            help="Label dropped first, rows then columns.",
            rich_help_panel=METHODS,
        ),
    ] = 1,
    objective: Annotated[
        str,
        typer.Option(
            "--objective",
            metavar="welfare|egalitarian|PLAYER",
            help="What a correlated equilibrium is to make large.",
            rich_help_panel=METHODS,
        ),
    ] = "welfare",
    rationality: Annotated[
        float | None,
        typer.Option("--rationality", min=0.0, help="Of logit (1).", rich_help_panel=METHODS),
    ] = None,
    pessimistic: Annotated[
        bool,
        typer.Option(
            "--pessimistic", help="The follower's ties hurt the leader.", rich_help_panel=METHODS
        ),
    ] = False,
    weak: Annotated[
        bool, typer.Option("--weak", help="Weak dominance too.", rich_help_panel=METHODS)
    ] = False,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    workers: WorkersOption = None,
    json: JsonOption = False,
) -> int:
    """Find every equilibrium of one game, each with its index and regret; or ask another question.

    Example: strategic solve "3,0;5,1 / 3,5;0,1"
    """
    from strategic.reports.concepts import CONCEPTS, Options

    del list_methods  # answered before a game is read
    one = read_game_argument(game, game_name, settings, mechanisms)
    if explain and method in CONCEPTS:
        method = "all" if len(one.shape) == 2 else "pure"
    if method in CONCEPTS:
        options = Options(objective, rationality, pessimistic, weak)
        return _show_concept(one, method, options, json=json)
    from strategic.equilibria import solve as solve_game
    from strategic.reports.solution import solution_document
    from strategic.status import Status

    found = solve_game(one, method=_method(method, label), workers=workers)
    opinion = None if check is None else _cross_check(check, found, time_limit)
    if json:
        output.echo_json(solution_document(found, exact=exact, check=opinion))
    elif explain:
        _explain(found)
    else:
        _show(found, exact=exact, opinion=opinion)
    return IN_PART if Status(int(found.status)).failed else DONE


def _method(name: str, label: int) -> str | Method:
    """Make a method of its name; labels count from one on the command line."""
    from strategic.equilibria import METHODS as KNOWN
    from strategic.equilibria.shelf import SHELF

    if name == "lemke_howson":
        from strategic.equilibria.pivoting.lemke_howson import LemkeHowson

        return LemkeHowson(label=label - 1)
    if name not in KNOWN:
        known = [entry.method for entry in SHELF]
        raise MethodError(
            "no such method", where="--method", value=name, remedy=nearest(name, known)
        )
    return name


def _show_concept(game: Game, method: str, options: Any, *, json: bool) -> int:
    from strategic.reports.concepts import concept_answer
    from strategic.reports.solution import payoff_lists
    from strategic.reports.solution_text import game_parts

    answer = concept_answer(game, method, options)
    if json:
        described = {
            "title": game.title,
            "players": list(game.players),
            "actions": [list(actions) for actions in game.actions],
            "payoffs": payoff_lists(game),
        }
        head = {"game": described, "method": method, "status": answer.status.label}
        output.echo_json({**head, **answer.document})
    else:
        console = output.console()
        for part in game_parts(game):
            console.print(part)
        for line in (*answer.lines, answer.status.message):
            console.print(line, markup=False)
    return IN_PART if answer.status.failed else DONE


def _explain(found: Equilibria) -> None:
    from strategic.reports.explain import explanation

    output.echo(explanation(found))


def _cross_check(tool: str, found: Equilibria, seconds: float) -> dict[str, Any]:
    if tool != "nashpy":
        raise UsageError("knows only nashpy", where="--check", value=tool)
    from strategic.equilibria.cross_check import cross_check

    return asdict(cross_check(found, seconds=seconds))


def _show(found: Equilibria, *, exact: bool, opinion: dict[str, Any] | None) -> None:
    from strategic.reports.solution_text import solution_parts

    console = output.console()
    for part in solution_parts(found, exact=exact, check=opinion):
        console.print(part)
