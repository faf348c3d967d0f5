"""``strategic mechanisms``: what can be done to a model."""

from __future__ import annotations

from strategic.cli import output
from strategic.cli.listing import listing
from strategic.cli.options import JsonOption, KindOption
from strategic.cli.parameters import OptionalModel, read_model_or_defaults


def mechanisms(
    model: OptionalModel = None, kind: KindOption = None, json: JsonOption = False
) -> None:
    """List the mechanisms that --mechanism NAME=E applies, with E from 0 (nothing) to 1 (in full).

    Example: strategic mechanisms
    """
    known = read_model_or_defaults(model, None, None, kind).family.mechanisms.values()
    if json:
        listed = [{"name": m.name, "meaning": m.meaning, "claims": m.claims} for m in known]
        output.echo_json({"mechanisms": listed})
        return
    rows = [(m.name, ", ".join(m.claims), m.meaning) for m in known]
    output.echo(listing(rows, header=("NAME", "CLAIMS", "MEANING")))
