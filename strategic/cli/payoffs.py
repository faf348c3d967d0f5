"""``strategic payoffs``: every equilibrium payoff of a game played for ever."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART
from strategic.cli.game_argument import GameArgument, GameNameOption, read_game_argument
from strategic.cli.options import JsonOption, MechanismOption, SetOption, output_path
from strategic.errors import UsageError


def payoffs(
    game: GameArgument,
    discount: Annotated[
        str,
        typer.Option("--discount", metavar="D[,D...]", help="Common discount factors in [0, 1)."),
    ],
    game_name: GameNameOption = None,
    figure: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FIG", help="Draw them: .png, .svg or .pdf."),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> int:
    """Find all payoffs of subgame-perfect equilibria when the game is played for ever.

    Example: strategic payoffs "9,1;10,3 / 9,10;1,3" --discount .1,.2,.3
    """
    from strategic.repeated.payoff_sets.perfect_monitoring import payoff_sets
    from strategic.reports.payoff_sets_report import payoff_sets_document, payoff_sets_parts

    factors = [_factor(text) for text in discount.split(",")]
    found = payoff_sets(read_game_argument(game, game_name, settings, mechanisms), discount=factors)
    if path := output_path(figure):
        from strategic.reports.figures.payoff_set import draw_payoff_set
        from strategic.reports.figures.style import save_figure

        save_figure(draw_payoff_set(found), path)
        output.note(f"wrote {path}")
    if json:
        output.echo_json(payoff_sets_document(found))
    else:
        console = output.console()
        for part in payoff_sets_parts(found):
            console.print(part)
    return IN_PART if any(one.status.failed for one in found) else DONE


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        raise UsageError("must be numbers with commas", where="--discount", value=text) from None
    if not 0 <= factor < 1:
        raise UsageError("a discount factor must be in [0, 1)", where="--discount", value=factor)
    return factor
