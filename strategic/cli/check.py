"""``strategic check``: whether models do what their files claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import CLAIM_FAILED, DONE
from strategic.cli.listing import shown, wrapped
from strategic.cli.options import JsonOption, MechanismOption, SetOption, read_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strategic.catalogue import Checked


def check(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL]...", help="Slugs, files, or -; the whole catalogue if none."
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> int:
    """Check the claims of models: what was measured, and whether it is what the file says.

    Example: strategic check ai-mier
    """
    from strategic.catalogue import check as check_models
    from strategic.catalogue.entries import files

    loaded = [read_model(name, settings, mechanisms) for name in models or files()]
    results = [(model.slug or "-", check_models(model)) for model in loaded]
    if json:
        output.echo_json({"models": [_document(slug, entries) for slug, entries in results]})
    else:
        _show(results)
    return DONE if all(entry.holds for _, entries in results for entry in entries) else CLAIM_FAILED


def _document(slug: str, entries: Sequence[Checked]) -> dict[str, Any]:
    return {
        "slug": slug,
        "claims": [
            {
                "id": entry.claim.id,
                "sources": entry.claim.sources,
                "says": entry.claim.says,
                "holds": entry.holds,
                "measured": entry.measured,
                "measure": entry.claim.measure,
                "expects": entry.claim.expects,
                "why": entry.why,
            }
            for entry in entries
        ],
    }


def _show(results: Sequence[tuple[str, Sequence[Checked]]]) -> None:
    """Print a block a model: each claim, what it expects and what was measured."""
    for slug, entries in results:
        output.echo(f"{slug}: {_count(entries)}")
        for entry in entries:
            cited = f" [{', '.join(entry.claim.sources)}]" if entry.claim.sources else ""
            mark = "holds" if entry.holds else "FAILS"
            output.echo(f"  {mark}  {wrapped(entry.claim.says + cited, indent=9).lstrip()}")
            measured = f"{entry.claim.measure} {entry.claim.expects}; measured {_measured(entry)}"
            output.echo(wrapped(measured, indent=9))
        output.echo("")
    output.echo(f"In all: {_count([entry for _, entries in results for entry in entries])}.")


def _count(entries: Sequence[Checked]) -> str:
    return f"{sum(entry.holds for entry in entries)} of {len(entries)} claims hold"


def _measured(entry: Checked) -> str:
    values = entry.measured if isinstance(entry.measured, list) else [entry.measured]
    text = " to ".join(shown(value) for value in values)
    return f"{text} ({entry.why})" if entry.why else text
