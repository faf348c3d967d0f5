"""``strategic tournament``: strategies meet one another, with incidents as noise."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE
from strategic.cli.options import (
    JsonOption,
    SchedulerOption,
    SeedOption,
    WorkersOption,
    executor_at,
)
from strategic.cli.render import show
from strategic.errors import GameError, UsageError

_REPETITIONS = 10
_FIELD = "AllC,AllD,TFT,GTFT,WSLS,Grim"


def tournament(
    strategies: Annotated[
        str,
        typer.Option(
            "--strategies",
            metavar="A,B,...",
            help="Strategies separated by commas: names, NAME:p,q,r,s, extortion(3), ...; "
            "'list' shows all of them.",
        ),
    ] = _FIELD,
    payoffs: Annotated[
        str, typer.Option("--payoffs", metavar="R,S,T,P", help="Payoffs of the stage game.")
    ] = "3,0,5,1",
    noise: Annotated[
        str,
        typer.Option("--noise", metavar="E", help="Probability that an action is flipped."),
    ] = "0",
    discount: Annotated[
        str | None,
        typer.Option(
            "--discount", metavar="D", help="Discount factor; long-run averages if unset."
        ),
    ] = None,
    turns: Annotated[
        int | None,
        typer.Option(
            "--turns",
            metavar="N",
            min=1,
            max=10**7,
            help="Draw matches of this length at random instead.",
        ),
    ] = None,
    repetitions: Annotated[
        int | None,
        typer.Option(
            "--repetitions",
            metavar="N",
            min=1,
            max=10**7,
            help="Random matches per pairing, with --turns (10 by default).",
        ),
    ] = None,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    json: JsonOption = False,
) -> int:
    """Play a round robin of strategies, self-play included, exactly or at random.

    Example: strategic tournament --strategies AllC,AllD,TFT,GTFT,WSLS --noise .05
    """
    import numpy as np

    from strategic.repeated.strategies.tournament import round_robin, simulated_round_robin
    from strategic.repeated.strategies.typed import typed_strategies
    from strategic.reports.tournament_report import tournament_answer

    if strategies.strip().lower() == "list":
        return _list_strategies(json=json)
    letters, flipped = _letters(payoffs), _number(noise, "--noise")
    players = typed_strategies(strategies, letters)
    if not 0.0 <= flipped <= 1.0:
        raise UsageError("must lie between 0 and 1", where="--noise", value=flipped)
    delta = None if discount is None else _discount(discount)
    conditions = {"letters": letters, "noise": flipped, "discount": delta}
    if turns is None:
        if repetitions is not None:
            remedy = "give --turns, or leave it out: exact results need no repetitions"
            raise UsageError("needs --turns", where="--repetitions", remedy=remedy)
        if scheduler is not None:
            remedy = "leave it out: exact results are computed at once"
            raise UsageError("needs --turns", where="--scheduler", remedy=remedy)
        long_run = 1.0 if delta is None else delta
        _check_rare(flipped, "--noise")
        _check_rare(long_run, "--discount")
        played = round_robin(players, letters, noise=flipped, discount=long_run)
        if not np.isfinite(played.payoffs).all():
            rule = "is so rare that what several incidents in a row change is lost"
            raise UsageError(rule, where="--noise", value=flipped, remedy="raise it, or give 0")
    elif delta is not None:
        raise UsageError("cannot be combined with --turns", where="--discount", value=discount)
    else:
        drawn = {"turns": turns, "repetitions": repetitions or _REPETITIONS, "seed": seed}
        with executor_at(scheduler) as executor:
            played = simulated_round_robin(
                players, letters, noise=flipped, workers=workers, executor=executor, **drawn
            )
        conditions |= drawn
    return show(tournament_answer(played, conditions), json=json)


def _list_strategies(*, json: bool) -> int:
    from strategic.cli.listing import listing
    from strategic.repeated import strategy_names
    from strategic.repeated.strategies.typed import FORMS

    known = strategy_names()
    if json:
        listed = [{"name": name, "meaning": meaning} for name, meaning in known.items()]
        forms = [{"form": form, "meaning": meaning} for form, meaning in FORMS.items()]
        output.echo_json({"strategies": listed, "forms": forms})
    else:
        output.echo(listing([*known.items(), *FORMS.items()], header=("NAME", "MEANING")))
    return DONE


def _letters(text: str) -> list[float]:
    words = text.split(",")
    if len(words) != 4:
        raise UsageError("must be four numbers R,S,T,P", where="--payoffs", value=text)
    return [_number(word, "--payoffs") for word in words]


def _discount(text: str) -> float:
    delta = _number(text, "--discount")
    if not 0.0 <= delta < 1.0:
        remedy = "leave it out for the long run"
        raise UsageError("must be in [0, 1)", where="--discount", value=text, remedy=remedy)
    return delta


def _check_rare(chance: float, where: str) -> None:
    """Refuse what exact results cannot follow; matches at random can."""
    from strategic.chains import RAREST, are_probabilities

    if not are_probabilities(chance):
        rule = f"must be 0, or at least {RAREST:g}, where results are exact"
        raise UsageError(rule, where=where, value=chance)


def _number(text: str, where: str) -> float:
    """Read a decimal or a fraction."""
    from strategic.games._numbers import parse_number

    try:
        return float(parse_number(text))
    except GameError as problem:
        raise UsageError(problem.problems[0].rule, where=where, value=text) from None
