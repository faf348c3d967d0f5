"""``strategic replay``: the dated path of a model, and the path without some events."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
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
) -> None:
    """Replay who cooperated when and what each believed, beside the path without some events.

    Example: strategic replay ai-mier --without 2014Q2
    """
    from strategic.reports.replay_report import replay_document, replay_parts

    document = replay_document(read_model(model, settings, mechanisms), without or ())
    if json:
        output.echo_json(document)
        return
    console = output.console()
    for part in replay_parts(document):
        console.print(part)
