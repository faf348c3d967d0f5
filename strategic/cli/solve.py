"""``strategic solve``: one game, all its equilibria, or the answer of another method."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART
from strategic.cli.game_argument import GameArgument, GameNameOption, read_game_argument
from strategic.cli.method_flags import (
    ListMethodsOption,
    MethodNameOption,
    errors_as_typed,
    options_given,
    with_flags_of_methods,
)
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    RationaliseOption,
    SetOption,
    WorkersOption,
)
from strategic.errors import UsageError


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
    method: MethodNameOption = "all",
    list_methods: ListMethodsOption = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Solve it step by step, as on a blackboard: why each equilibrium is one, who "
            "would deviate from the other profiles, what is proved.",
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
    if math.isnan(time_limit):
        raise UsageError("must be a number of seconds", where="--time-limit", value=time_limit)
    options = options_given(method, flags)
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

    with errors_as_typed(flags):
        found = solve_game(one, method=method, workers=workers, **options)
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
