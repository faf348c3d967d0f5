"""``strategic sources``: what the IDs that claims cite stand for."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import JsonOption
from strategic.cli.render import show_rows
from strategic.errors import UsageError, nearest


def sources(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="IDs such as K5; all by default.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the statements and propositions that claims cite, with their sources.

    Example: strategic sources K5 P10
    """
    from strategic.catalogue.entries import documents
    from strategic.catalogue.entries import sources as statements

    known = statements()
    for name in ids or ():
        if name not in known:
            raise UsageError("no such ID", where="ID", value=name, remedy=nearest(name, known))
    chosen = [known[name] for name in ids or known]
    listed = [
        {"id": s.id, "source": s.source, "quote": s.quote, "testable": s.testable} for s in chosen
    ]
    rows = [(s.id, s.source, "" if s.testable else "no", s.quote) for s in chosen]
    header = ("ID", "SOURCE", "TESTABLE", "QUOTE")
    show_rows({"documents": documents(), "statements": listed}, rows, header, json=json)
    for name, title in documents().items():
        if not json:
            output.note(f"{name}: {title}")
