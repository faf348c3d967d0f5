"""``strategic models``: what the catalogue holds."""

from __future__ import annotations

from strategic.cli import output
from strategic.cli.listing import listing
from strategic.cli.options import JsonOption


def models(json: JsonOption = False) -> None:
    """List the models of the catalogue; their slugs go wherever MODEL is asked for.

    Example: strategic models
    """
    from strategic.catalogue import models as catalogue

    entries = catalogue()
    if json:
        listed = [{"slug": e.slug, "title": e.title, "kind": e.kind} for e in entries]
        output.echo_json({"models": listed})
        return
    rows = [(e.slug, e.kind, e.folder, e.title) for e in entries]
    output.echo(listing(rows, header=("SLUG", "KIND", "FOLDER", "TITLE")))
    output.note("The sources give signs and types only; forms and numbers are ours.")
