"""``strategic new``: a model file to start from."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import ForceOption, KindOption


def new(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="File to write; - for standard output.")
    ],
    kind: KindOption = None,
    force: ForceOption = False,
) -> None:
    """Write a commented model file with every parameter and its default.

    Example: strategic new my-model.toml; a game of three populations: --kind game
    """
    from strategic.catalogue.entries import GAME
    from strategic.catalogue.game_template import game_template
    from strategic.catalogue.template import template
    from strategic.games.io.files import write_text
    from strategic.games.io.targets import check_new
    from strategic.modelling import DEFAULT_KIND, family_of

    text = game_template() if kind == GAME else template(family_of(kind or DEFAULT_KIND))
    if file == "-":
        output.echo(text)
        return
    check_new(file, force=force)
    write_text(file, text)
    output.wrote(file, f"; try: strategic {'evolve' if kind == GAME else 'report'} {file}")
