"""``strategic parameters``: what can be set, its range and its meaning."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli.listing import shown
from strategic.cli.options import JsonOption, KindOption, MechanismOption, SetOption, read_model
from strategic.cli.render import show_rows
from strategic.errors import UsageError

if TYPE_CHECKING:
    from strategic.modelling import Model, Parameter

OptionalModel = Annotated[
    str | None,
    typer.Argument(
        metavar="[MODEL]", help="A slug, a file, or -; a family's defaults if left out."
    ),
]


def parameters(
    model: OptionalModel = None,
    kind: KindOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> None:
    """List the parameters of a model: value, range, unit and meaning.

    Example: strategic parameters ai-mier
    """
    chosen = read_model_or_defaults(model, settings, mechanisms, kind)
    listed, rows = [], []
    for p in chosen.family.parameters.values():
        value = float(chosen.points[p.name])
        listed.append(
            {
                "name": p.name,
                "symbol": p.letter,
                "latex": p.symbol,
                "value": value,
                "default": p.default,
                "lower": float(p.lower),
                "upper": float(p.upper),
                "rule": p.rule,
                "unit": p.unit,
                "meaning": p.meaning,
                "claims": p.claims,
            }
        )
        notes = ", ".join(note for note in (p.unit, *p.claims) if note)
        meaning = f"{p.meaning} [{notes}]" if notes else p.meaning
        rows.append((p.name, p.letter, shown(value, nan="unset"), _range(p), meaning))
    header = ("NAME", "SYMBOL", "VALUE", "RANGE", "MEANING")
    show_rows({"model": chosen.slug, "parameters": listed}, rows, header, json=json)


def read_model_or_defaults(
    name: str | None,
    settings: list[str] | None,
    mechanisms: list[str] | None,
    kind: str | None = None,
) -> Model:
    """Read a model, or a family with every default where none is named."""
    from strategic.modelling import DEFAULT_KIND, family_of

    if name is not None and kind is not None:
        raise UsageError("cannot be combined with a model", where="--kind", value=kind)
    family = family_of(kind or DEFAULT_KIND)
    defaults = f'title = "defaults"\nkind = "{family.name}"\n'
    return read_model(name or defaults, settings, mechanisms)


def _range(parameter: Parameter) -> str:
    """Write the range as an interval; a round bracket excludes its bound."""
    from strategic.games.matrix import number_text

    closed = parameter.infinite
    lower = "(" if parameter.open_lower or not (closed or isfinite(parameter.lower)) else "["
    upper = ")" if parameter.open_upper or not (closed or isfinite(parameter.upper)) else "]"
    interval = f"{lower}{number_text(parameter.lower)}, {number_text(parameter.upper)}{upper}"
    return f"{interval} whole" if parameter.integer else interval
