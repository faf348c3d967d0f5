"""``strategic schema``: the schema of model files, for editors and validators."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output


def schema(
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="NAME", help="Family of games; all of them by default."),
    ] = None,
) -> None:
    """Print the JSON Schema of model files: every key, its range, default and meaning.

    Example: strategic schema > strategic.schema.json
    """
    import json

    from strategic.catalogue.schema import json_schema
    from strategic.modelling import family_of, kinds

    document = json_schema(*map(family_of, kinds() if kind is None else (kind,)))
    output.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))
