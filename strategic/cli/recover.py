"""``strategic recover``: what an estimation would find in data drawn from a known truth."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli.options import (
    JsonOption,
    ModelArgument,
    SeedOption,
    SetOption,
    read_model,
    read_numbers,
)

TruthOption = Annotated[
    list[str] | None,
    typer.Option(
        "--truth",
        metavar="NAME=VALUE",
        help="A true number, by the name that its estimate has: rationality=2, tau=1.5, "
        "share.TFT=.6, tremble=.05, trust.noise=.5; repeat for more.",
    ),
]
PlayOption = Annotated[str, typer.Option("--play", metavar="WAY", help="The way of play.")]
SizeOption = Annotated[
    int,
    typer.Option(
        "--size",
        metavar="N",
        min=1,
        max=10**7,
        help="How many: choices per player, subjects, or histories.",
    ),
]


def recover(
    model: ModelArgument,
    play: PlayOption = "logit",
    truth: TruthOption = None,
    size: SizeOption = 100,
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", min=1, max=10**6, help="Samples drawn.")
    ] = 200,
    seed: SeedOption = 0,
    settings: SetOption = None,
    json: JsonOption = False,
) -> int:
    """Draw data from a known truth, estimate each sample: bias, coverage and power of a study.

    Example: strategic recover inspection --truth rationality=2 --size 60
    """
    from strategic.cli.render import show
    from strategic.estimation import recover as drawn
    from strategic.reports.estimates_report import recovery_answer

    found = drawn(
        read_model(model, settings), play=play, truth=read_numbers(truth or (), "--truth"),
        size=size, samples=samples, seed=seed,
    )  # fmt: skip
    return show(recovery_answer(found, size), json=json)
