"""``strategic compare``: what mechanisms change in a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.listing import listing
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

    from strategic.measures import Model

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
            "--rank", metavar="MEASURE", help="Rank all mechanisms by what they do to it."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compare a model without and with mechanisms: every measure that changes.

    Example: strategic compare ai-mier --mechanism information_sharing=0.5
    """
    base = read_model(model, settings)
    if rank is not None:
        _rank(base, rank, json=json)
        return
    chosen = read_mechanisms(mechanisms or ())
    if not chosen:
        raise UsageError(
            "needs a mechanism", where="--mechanism", remedy="see strategic mechanisms"
        )
    together = _changes(base, chosen, measures)
    if json:
        alone = [
            {"name": name, "intensity": e, "changes": _changes(base, [(name, e)], measures)}
            for name, e in chosen
        ]
        output.echo_json({"model": base.slug, "changes": together, "mechanisms": alone})
        return
    rows = [(name, _shown(before), _shown(after)) for name, (before, after) in together.items()]
    output.echo(listing(rows, header=("MEASURE", "BEFORE", "AFTER")))
    output.note(f"{len(rows)} measures change.")


def _changes(
    model: Model, mechanisms: Sequence[tuple[str, float]], measures: list[str] | None
) -> Changes:
    from strategic.measures import compare as compare_models

    return compare_models(model, mechanisms, *(measures or ())).changes


def _rank(model: Model, measure: str, *, json: bool) -> None:
    from strategic.measures import rank_mechanisms

    effects = rank_mechanisms(model, measure)
    if json:
        ranked = [
            {
                "name": e.mechanism,
                "intensity": e.intensity,
                "changes": {measure: [e.before, e.after]},
            }
            for e in effects
        ]
        output.echo_json({"model": model.slug, "rank": measure, "mechanisms": ranked})
        return
    rows = [
        (e.mechanism, _shown(e.before), _shown(e.after), _shown(e.per_intensity)) for e in effects
    ]
    output.echo(listing(rows, header=("MECHANISM", "BEFORE", "AFTER", f"CHANGE OF {measure}")))


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return "undefined" if value != value else f"{value:.6g}"  # noqa: PLR0124 - only NaN differs
    return str(value) or "undefined"
