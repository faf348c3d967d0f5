"""``strategic replay``: the dated path of a model, and the path without some events."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SetOption,
    read_model,
)


def replay(
    model: ModelArgument,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without", metavar="EVENT", help="Leave out an event, by date or name; repeat."
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> int:
    """Replay a model's dated events, and the path without some of them.

    Example: strategic replay ai-mier --without 2014Q2
    """
    from strategic.cli.render import show
    from strategic.reports.sections import answer_of

    loaded = read_model(model, settings, mechanisms)
    return show(answer_of(loaded.family, "replay")(loaded, without or ()), json=json)
