"""``strategic tournament``: strategies meet one another, with incidents as noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.options import JsonOption, SeedOption, WorkersOption
from strategic.errors import UsageError

if TYPE_CHECKING:
    from strategic.repeated.strategies.automata import Automaton

_FIELD = "AllC,AllD,TFT,GTFT,WSLS,Grim"


def tournament(
    strategies: Annotated[
        str,
        typer.Option(
            "--strategies", metavar="A,B,...", help="Names with commas; 'list' shows all."
        ),
    ] = _FIELD,
    payoffs: Annotated[
        str, typer.Option("--payoffs", metavar="R,S,T,P", help="Payoffs of a period.")
    ] = "3,0,5,1",
    noise: Annotated[
        float, typer.Option("--noise", metavar="E", help="Chance that an action comes out wrong.")
    ] = 0.0,
    discount: Annotated[
        float | None,
        typer.Option("--discount", metavar="D", help="Discounted averages; long run if unset."),
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
) -> None:
    """Let every strategy meet every other and its own twin, exactly or at random.

    Example: strategic tournament --strategies AllC,AllD,TFT,GTFT,WSLS --noise .05
    """
    from strategic.repeated.strategies.tournament import round_robin, simulated_round_robin
    from strategic.reports.tournament_report import tournament_document, tournament_parts

    if strategies.strip().lower() == "list":
        _list_strategies(json=json)
        return
    players, letters = _contestants(strategies), _letters(payoffs)
    _probability(noise, "--noise")
    if turns is None:
        long_run = _factor(discount)
        played = round_robin(players, letters, noise=noise, discount=long_run)
    elif discount is not None:
        raise UsageError("cannot be combined with --turns", where="--discount", value=discount)
    else:
        played = simulated_round_robin(
            players,
            letters,
            turns=turns,
            noise=noise,
            repetitions=repetitions,
            seed=seed,
            workers=workers,
        )
    if json:
        conditions = {"letters": letters, "noise": noise, "discount": discount}
        drawn = {"turns": turns, "repetitions": repetitions, "seed": seed} if turns else {}
        output.echo_json({**tournament_document(played), **conditions, **drawn})
        return
    console = output.console()
    for part in tournament_parts(played):
        console.print(part)


def _list_strategies(*, json: bool) -> None:
    from strategic.cli.listing import listing
    from strategic.repeated.strategies.named import strategy_names

    known = strategy_names()
    if json:
        listed = [{"name": name, "meaning": meaning} for name, meaning in known.items()]
        output.echo_json({"strategies": listed})
    else:
        output.echo(listing(list(known.items()), header=("NAME", "MEANING")))


def _contestants(text: str) -> list[Automaton]:
    from strategic.repeated.strategies.tournament import contestants

    return contestants([name.strip() for name in text.split(",") if name.strip()])


def _letters(text: str) -> list[float]:
    try:
        letters = [float(part) for part in text.split(",")]
    except ValueError:
        letters = []
    if len(letters) != 4 or not all(abs(letter) < float("inf") for letter in letters):
        raise UsageError("must be four numbers R,S,T,P", where="--payoffs", value=text)
    return letters


def _probability(value: float, where: str) -> None:
    if not 0.0 <= value <= 1.0:
        raise UsageError("must lie between 0 and 1", where=where, value=value)


def _factor(discount: float | None) -> float:
    if discount is None:
        return 1.0
    if not 0.0 <= discount < 1.0:
        raise UsageError(
            "must be in [0, 1)",
            where="--discount",
            value=discount,
            remedy="leave it out for the long run",
        )
    return discount
