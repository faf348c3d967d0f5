"""``strategic payoffs``: every equilibrium payoff of an infinitely repeated game."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.game_argument import GameArgument, GameNameOption, read_game_argument
from strategic.cli.options import JsonOption, MechanismOption, SetOption
from strategic.cli.render import checked_file, show
from strategic.errors import GameError, UsageError


def payoffs(
    game: GameArgument,
    discount: Annotated[
        str,
        typer.Option("--discount", metavar="D[,D...]", help="Common discount factors in [0, 1)."),
    ],
    game_name: GameNameOption = None,
    figure: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", "--out", metavar="FIG", help="Draw the sets: .png, .svg or .pdf."
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> int:
    """Find all pure subgame-perfect equilibrium payoffs of the infinitely repeated game.

    Example: strategic payoffs "9,1;10,3 / 9,10;1,3" --discount .1,.2,.3
    """
    from strategic.repeated import equilibrium_payoffs
    from strategic.reports.figures.style import FIGURE_ENDINGS
    from strategic.reports.payoff_sets_report import payoff_sets_answer

    path = checked_file(figure, *FIGURE_ENDINGS)
    stage = read_game_argument(game, game_name, settings, mechanisms)
    found = equilibrium_payoffs(stage, discount=[_factor(text) for text in discount.split(",")])
    if path is not None:
        from strategic.reports.figures.payoff_set import draw_payoff_set
        from strategic.reports.figures.style import save_figure

        save_figure(draw_payoff_set(found), path)
        output.wrote(path)
    return show(payoff_sets_answer(found), json=json)


def _factor(text: str) -> float:
    from strategic.games._numbers import parse_number

    try:
        factor = float(parse_number(text))  # decimals and fractions
    except GameError:
        raise UsageError(
            "must be numbers separated by commas", where="--discount", value=text
        ) from None
    if not 0 <= factor < 1:
        raise UsageError("a discount factor must be in [0, 1)", where="--discount", value=factor)
    return factor
