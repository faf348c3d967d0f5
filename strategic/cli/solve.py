"""``strategic solve``: one game, all its equilibria, or the answer of another method."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART
from strategic.cli.game_argument import GameArgument, GameNameOption, read_game_argument
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    RationaliseOption,
    SetOption,
    WorkersOption,
)
from strategic.equilibria.methods import BEYOND, METHODS, MethodOption, method_record, methods_table
from strategic.errors import MethodError, UsageError


def _list_methods(wanted: bool) -> None:
    if not wanted:
        return
    from strategic.cli.listing import listing

    table = methods_table()
    output.echo(listing(table.rows, header=[title.upper() for title in table.header]))
    output.echo(f"\n{BEYOND}")
    raise typer.Exit


def _options_of_methods() -> dict[str, dict[str, MethodOption]]:
    """Every option that has a flag, by its name and then by the method that takes it."""
    found: dict[str, dict[str, MethodOption]] = {}
    for record in METHODS.values():
        for option in record.options:
            if option.flag:
                found.setdefault(option.name, {})[record.name] = option
    return found


def with_flags_of_methods(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command one flag per option of the methods, so that the registry is the one list.

    Options that are not given stay None (or False), and are not handed on.
    """
    signature = inspect.signature(command, eval_str=True)
    *known, _ = signature.parameters.values()  # the last one takes the flags
    for name, by_method in _options_of_methods().items():
        option, helps = next(iter(by_method.values())), dict[str, list[str]]()
        for method, own in by_method.items():
            helps.setdefault(own.help, []).append(method)
        flag = typer.Option(
            option.flag,
            metavar=option.metavar or None,
            min=option.least,
            help=" ".join(f"{text} ({', '.join(names)})" for text, names in helps.items()),
            rich_help_panel="Options of methods",
        )
        switch = option.kind is bool
        kind: Any = Annotated[bool if switch else option.kind | None, flag]
        known.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=False if switch else None,
                annotation=kind,
            )
        )
    command.__signature__ = signature.replace(parameters=known)  # type: ignore[attr-defined]
    return command


@with_flags_of_methods
def solve(
    game: GameArgument,
    game_name: GameNameOption = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Print every number as a fraction.")
    ] = False,
    check: Annotated[
        str | None,
        typer.Option("--check", metavar="nashpy", help="Cross-check against another solver."),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            min=0.1,
            max=1e6,
            help="Time limit of the cross-check.",
        ),
    ] = 30.0,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="NAME",
            help="Solution method; see --list-methods.",
            autocompletion=lambda: [(m.name, m.question) for m in METHODS.values()],
        ),
    ] = "all",
    list_methods: Annotated[
        bool,
        typer.Option(
            "--list-methods",
            callback=_list_methods,
            is_eager=True,
            help="List the methods and the question each answers.",
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Solve it step by step, as on a blackboard: why each equilibrium is one, who "
            "leaves the other profiles, what is proved.",
        ),
    ] = False,
    rationalise: RationaliseOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    workers: WorkersOption = None,
    json: JsonOption = False,
    **flags: Any,
) -> int:
    """Find all equilibria of a game, each with its index and regret, or apply another method.

    Example: strategic solve "3,0;5,1 / 3,5;0,1"
    """
    del list_methods  # answered before a game is read
    if check not in (None, "nashpy"):
        raise UsageError("must be nashpy", where="--check", value=check)
    record = method_record(method, where="--method")
    options = {}
    for name, by_method in _options_of_methods().items():
        if flags[name] is None or flags[name] is False:
            continue  # not given
        if method not in by_method:
            raise MethodError(
                f"is not an option of method '{method}'",
                where=next(iter(by_method.values())).flag,
                remedy=f"methods that take it: {', '.join(by_method)}",
            )
        options[name] = by_method[method].read(flags[name])
    one = read_game_argument(game, game_name, settings, mechanisms)
    rationalised = None
    if rationalise is not None:
        from strategic.games.rationalising import rationalise as read_as_fractions

        rationalised = read_as_fractions(one, rationalise)
        one = rationalised.game
    from strategic.cli.render import show
    from strategic.equilibria import Equilibria
    from strategic.equilibria import solve as solve_game
    from strategic.equilibria.sizes import enumerations
    from strategic.reports.solution import solution_answer

    found = solve_game(one, method=record.name, workers=workers, **options)
    if explain and type(found) is not Equilibria:  # worked steps lead to a list of equilibria
        listed = next(iter(enumerations(one.shape)), "one" if len(one.shape) == 2 else "pure")
        found = solve_game(one, method=listed, workers=workers)
    seconds = time_limit if check else 0.0
    answer = solution_answer(found, exact=exact, check_seconds=seconds, rationalised=rationalised)
    if explain:
        from strategic.reports.explain import explanation, explanation_document

        if not json:
            output.echo(explanation(found))
            return IN_PART if answer.status.failed else DONE
        document = {**answer.document, "explanation": explanation_document(found)}
        answer = replace(answer, document=document)
    return show(answer, json=json)
