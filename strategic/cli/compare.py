"""``strategic compare``: what mechanisms change in a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.listing import shown
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SetOption,
    read_mechanisms,
    read_model,
)
from strategic.cli.render import show_rows
from strategic.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strategic.modelling import Model


def compare(
    model: ModelArgument,
    mechanisms: MechanismOption = None,
    settings: SetOption = None,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measure", metavar="NAME", help="Compare this measure only; repeat for more."
        ),
    ] = None,
    rank: Annotated[
        str | None,
        typer.Option(
            "--rank",
            metavar="MEASURE",
            help="Rank mechanisms, all or those given, by their effect on it, each alone.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compare a model without and with mechanisms, measure by measure.

    Example: strategic compare ai-mier --mechanism information_sharing=0.5
    """
    from strategic.sweeps import compare as compare_models

    base = read_model(model, settings)
    chosen = read_mechanisms(mechanisms or ())
    if rank is not None:
        _rank(base, rank, chosen, json=json)
        return
    if not chosen:
        remedy = "see strategic mechanisms"
        raise UsageError("needs a mechanism", where="--mechanism", remedy=remedy)
    together = compare_models(base, chosen, *(measures or ()))
    names = tuple(together.before)
    pairs = {name: (before, together.after[name]) for name, before in together.before.items()}
    told = pairs if measures else together.changes
    alone = [
        {
            "name": name,
            "intensity": intensity,
            "changes": compare_models(base, [(name, intensity)], *names).changes,
            "flips": [
                {"measure": flip.measure, "at": flip.at, "before": flip.before, "after": flip.after}
                for flip in together.along.flips_of(name)
            ],
        }
        for name, intensity in (chosen if json else ())
    ]
    document = {
        "model": base.slug,
        "measures": pairs,
        "changes": together.changes,
        "mechanisms": alone,
        "warnings": together.warnings,
    }
    rows = [(name, shown(before), shown(after)) for name, (before, after) in told.items()]
    show_rows(document, rows, ("MEASURE", "BEFORE", "AFTER"), json=json)
    if not json:
        output.note(f"{len(together.changes)} of {len(together.before)} measures change.")
        for note in together.notes:
            output.note(note)


def _rank(
    model: Model, measure: str, mechanisms: Sequence[tuple[str, float]], *, json: bool
) -> None:
    from strategic.sweeps import rank_mechanisms

    effects = rank_mechanisms(model, measure, mechanisms=mechanisms)
    ranked = [
        {
            "name": e.mechanism,
            "intensity": e.intensity,
            "changes": {measure: [e.before, e.after]},
            "effect": e.per_intensity,
        }
        for e in effects
    ]
    rows = [(e.mechanism, shown(e.before), shown(e.after), shown(e.per_intensity)) for e in effects]
    header = ("MECHANISM", "BEFORE", "AFTER", f"CHANGE OF {measure} PER INTENSITY")
    document = {"model": model.slug, "rank": measure, "mechanisms": ranked}
    show_rows(document, rows, header, json=json)
