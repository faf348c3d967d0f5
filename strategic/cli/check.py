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


_WORTH_HELP = 8
"""Models; a few are checked before another process has begun."""


def check(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL]...", help="Slugs, files, or -; the whole catalogue if none is given."
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> int:
    """Check the claims of models against what is measured.

    Example: strategic check ai-mier
    """
    from strategic.catalogue import check as check_models
    from strategic.catalogue.entries import files

    loaded = [
        read_model(name, settings, mechanisms, several=len(models or ()) > 1)
        for name in models or files()
    ]
    if len(loaded) < _WORTH_HELP:
        found = [check_models(model) for model in loaded]
    else:
        from strategic.reports.together import shared

        found = shared(lambda number: check_models(loaded[number]), len(loaded))
    results = [(model.slug or "-", entries) for model, entries in zip(loaded, found, strict=True)]
    everything = [entry for _, entries in results for entry in entries]
    if json:
        listed = [{"slug": slug, "claims": [*map(_document, entries)]} for slug, entries in results]
        output.echo_json({"models": listed})
    else:
        for slug, entries in results:
            _show(slug, entries)
        output.echo(f"In all: {_count(everything)}.")
    return DONE if all(entry.holds for entry in everything) else CLAIM_FAILED


def _document(entry: Checked) -> dict[str, Any]:
    claim = entry.claim
    return {
        "id": claim.id,
        "sources": claim.sources,
        "says": claim.says,
        "holds": entry.holds,
        "measured": entry.measured,
        "measure": claim.measure,
        "expects": claim.expects,
        "why": entry.why,
    }


def _show(slug: str, entries: Sequence[Checked]) -> None:
    """Print the claims of one model: what each says, what it expects, what was measured."""
    if not entries:
        output.echo(f"{slug}: no claims")
        return
    output.echo(f"{slug}: {_count(entries)}")
    for entry in entries:
        claim, mark = entry.claim, "holds" if entry.holds else "FAILS"
        cited = f" [{', '.join(claim.sources)}]" if claim.sources else ""
        output.echo(f"  {mark}  {wrapped(claim.says + cited, indent=9).lstrip()}")
        values = entry.measured if isinstance(entry.measured, list) else [entry.measured]
        measured = " to ".join(map(shown, values)) + (f" ({entry.why})" if entry.why else "")
        told = f"{claim.measure} {claim.expects}; measured {measured}"
        output.echo(wrapped(told, indent=9))
    output.echo("")


def _count(entries: Sequence[Checked]) -> str:
    return f"{sum(entry.holds for entry in entries)} of {len(entries)} claims hold"
