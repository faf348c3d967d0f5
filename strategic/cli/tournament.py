"""``strategic tournament``: strategies meet one another, with incidents as noise."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE
from strategic.cli.options import JsonOption, SeedOption, WorkersOption
from strategic.cli.render import show
from strategic.errors import UsageError

_FIELD = "AllC,AllD,TFT,GTFT,WSLS,Grim"


def tournament(
    strategies: Annotated[
        str,
        typer.Option(
            "--strategies",
            metavar="A,B,...",
            help="Strategies separated by commas; 'list' shows all of them.",
        ),
    ] = _FIELD,
    payoffs: Annotated[
        str, typer.Option("--payoffs", metavar="R,S,T,P", help="Payoffs of the stage game.")
    ] = "3,0,5,1",
    noise: Annotated[
        float,
        typer.Option("--noise", metavar="E", help="Probability that an action is flipped."),
    ] = 0.0,
    discount: Annotated[
        float | None,
        typer.Option(
            "--discount", metavar="D", help="Discount factor; long-run averages if unset."
        ),
    ] = None,
    turns: Annotated[
        int | None,
        typer.Option("--turns", min=1, help="Draw matches of this length at random instead."),
    ] = None,
    repetitions: Annotated[
        int, typer.Option("--repetitions", min=1, help="Random matches per pairing.")
    ] = 10,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    json: JsonOption = False,
) -> int:
    """Play a round robin of strategies, self-play included, exactly or at random.

    Example: strategic tournament --strategies AllC,AllD,TFT,GTFT,WSLS --noise .05
    """
    from strategic.repeated.strategies.tournament import (
        contestants,
        round_robin,
        simulated_round_robin,
    )
    from strategic.reports.tournament_report import tournament_answer

    if strategies.strip().lower() == "list":
        return _list_strategies(json=json)
    players = contestants([name.strip() for name in strategies.split(",") if name.strip()])
    letters = _letters(payoffs)
    if not 0.0 <= noise <= 1.0:
        raise UsageError("must lie between 0 and 1", where="--noise", value=noise)
    conditions = {"letters": letters, "noise": noise, "discount": discount}
    if turns is None:
        if discount is not None and not 0.0 <= discount < 1.0:
            raise UsageError(
                "must be in [0, 1)",
                where="--discount",
                value=discount,
                remedy="leave it out for the long run",
            )
        long_run = 1.0 if discount is None else discount
        played = round_robin(players, letters, noise=noise, discount=long_run)
    elif discount is not None:
        raise UsageError("cannot be combined with --turns", where="--discount", value=discount)
    else:
        drawn = {"turns": turns, "repetitions": repetitions, "seed": seed}
        played = simulated_round_robin(players, letters, noise=noise, workers=workers, **drawn)
        conditions |= drawn
    return show(tournament_answer(played, conditions), json=json)


def _list_strategies(*, json: bool) -> int:
    from strategic.cli.listing import listing
    from strategic.repeated import strategy_names

    known = strategy_names()
    if json:
        listed = [{"name": name, "meaning": meaning} for name, meaning in known.items()]
        output.echo_json({"strategies": listed})
    else:
        output.echo(listing(list(known.items()), header=("NAME", "MEANING")))
    return DONE


def _letters(text: str) -> list[float]:
    try:
        letters = [float(part) for part in text.split(",")]
    except ValueError:
        letters = []
    if len(letters) != 4 or not all(abs(letter) < float("inf") for letter in letters):
        raise UsageError("must be four numbers R,S,T,P", where="--payoffs", value=text)
    return letters
