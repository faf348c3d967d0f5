"""``strategic compare``: what mechanisms change in a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.listing import listing, shown
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SetOption,
    read_mechanisms,
    read_model,
)
from strategic.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strategic.modelling import Comparison, Model

Changes = dict[str, tuple[Any, Any]]


def compare(
    model: ModelArgument,
    mechanisms: MechanismOption = None,
    settings: SetOption = None,
    measures: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="NAME", help="Compare this only; repeat for more."),
    ] = None,
    rank: Annotated[
        str | None,
        typer.Option(
            "--rank",
            metavar="MEASURE",
            help="Rank mechanisms, all or those given, by what each alone does to it.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compare a model without and with mechanisms: every measure that changes.

    Example: strategic compare ai-mier --mechanism information_sharing=0.5
    """
    base = read_model(model, settings)
    chosen = read_mechanisms(mechanisms or ())
    if rank is not None:
        _rank(base, rank, chosen, json=json)
        return
    if not chosen:
        raise UsageError(
            "needs a mechanism", where="--mechanism", remedy="see strategic mechanisms"
        )
    from strategic.modelling import compare as compare_models

    together = compare_models(base, chosen, *(measures or ()))
    if json:
        output.echo_json(_document(together, chosen))
        return
    told = _pairs(together) if measures else together.changes
    rows = [(name, shown(before), shown(after)) for name, (before, after) in told.items()]
    output.echo(listing(rows, header=("MEASURE", "BEFORE", "AFTER")))
    output.note(f"{len(together.changes)} of {len(together.before)} measures change.")


def _pairs(comparison: Comparison) -> Changes:
    return {name: (value, comparison.after[name]) for name, value in comparison.before.items()}


def _document(together: Comparison, mechanisms: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """Describe what all mechanisms change together, and what each changes alone."""
    from strategic.modelling import compare as compare_models

    names, base = tuple(together.before), together.base
    alone = [
        {
            "name": name,
            "intensity": intensity,
            "changes": compare_models(base, [(name, intensity)], *names).changes,
        }
        for name, intensity in mechanisms
    ]
    return {
        "model": base.slug,
        "measures": _pairs(together),
        "changes": together.changes,
        "mechanisms": alone,
    }


def _rank(
    model: Model, measure: str, mechanisms: Sequence[tuple[str, float]], *, json: bool
) -> None:
    from strategic.modelling import rank_mechanisms

    effects = rank_mechanisms(model, measure, mechanisms=mechanisms)
    if json:
        ranked = [
            {
                "name": e.mechanism,
                "intensity": e.intensity,
                "changes": {measure: [e.before, e.after]},
                "effect": e.per_intensity,
            }
            for e in effects
        ]
        output.echo_json({"model": model.slug, "rank": measure, "mechanisms": ranked})
        return
    rows = [(e.mechanism, shown(e.before), shown(e.after), shown(e.per_intensity)) for e in effects]
    output.echo(
        listing(rows, header=("MECHANISM", "BEFORE", "AFTER", f"CHANGE OF {measure} PER INTENSITY"))
    )
