"""``strategic explain``: what a name means, with its formula, range, sources and examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.listing import wrapped
from strategic.cli.options import JsonOption

if TYPE_CHECKING:
    from strategic.catalogue.explanation import Explanation


def explain(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...",
            help="Measures, parameters, mechanisms, methods, ways of play, strategies, dynamics, "
            "models, IDs of statements such as K11 and P22, letters of formulas such as theta_G.",
        ),
    ],
    json: JsonOption = False,
) -> None:
    """Explain a name: meaning, formula, unit, range, sources, and where it appears.

    Example: strategic explain incident_limit
    """
    from strategic.catalogue.explaining import explained

    found = [one for name in names for one in explained(name)]
    if json:
        output.echo_json({"explained": [one.document for one in found]})
        return
    output.echo("\n\n".join(_told(one) for one in found))


def _told(one: Explanation) -> str:
    """Lay an entry out for the terminal."""
    from strategic.latex import plain

    of = f" of {one.family}" if one.family else ""
    lines = [f"{one.name} ({one.kind}{of})", wrapped(one.meaning, indent=2)]
    if one.formula:
        lines += ["", wrapped(plain(one.formula), indent=4), ""]
    lines += [wrapped(f"{name}: {value}", indent=2) for name, value in one.facts.items()]
    lines += [wrapped(f"{s.id} [{s.source}]: {s.quote}", indent=2) for s in one.statements]
    lines += [wrapped(reference, indent=2) for reference in one.references]
    lines += [wrapped(f"claims: {claim}", indent=2) for claim in one.claims]
    if one.models:
        lines.append(wrapped(f"claimed in: {', '.join(one.models)}", indent=2))
    lines += [f"  example: {example}" for example in one.examples]
    return "\n".join(lines)
