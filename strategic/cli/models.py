"""``strategic models``: what the catalogue holds."""

from __future__ import annotations

from strategic.cli import output
from strategic.cli.options import JsonOption
from strategic.cli.render import show_rows


def models(json: JsonOption = False) -> None:
    """List the models of the catalogue; their slugs go wherever MODEL is asked for.

    Example: strategic models
    """
    from strategic.catalogue import models as catalogue

    entries = catalogue()
    listed = [{"slug": e.slug, "title": e.title, "kind": e.kind} for e in entries]
    rows = [(e.slug, e.kind, e.folder, e.title) for e in entries]
    show_rows({"models": listed}, rows, ("SLUG", "KIND", "FOLDER", "TITLE"), json=json)
    if not json:
        output.note(
            "Forms and numbers are ours where sources give signs and types only. "
            "Published models and experiments name their sources in their files."
        )
