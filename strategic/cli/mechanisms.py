"""``strategic mechanisms``: what can be done to a model."""

from __future__ import annotations

from strategic.cli import output
from strategic.cli.options import JsonOption, KindOption
from strategic.cli.parameters import OptionalModel, read_model_or_defaults
from strategic.cli.render import show_rows


def mechanisms(
    model: OptionalModel = None, kind: KindOption = None, json: JsonOption = False
) -> None:
    """List mechanisms, which strategic report --mechanism NAME=E applies, E from 0 (none) to 1.

    Example: strategic mechanisms
    """
    known = read_model_or_defaults(model, None, None, kind).family.mechanisms.values()
    listed = [{"name": m.name, "meaning": m.meaning, "claims": m.claims} for m in known]
    rows = [(m.name, ", ".join(m.claims), m.meaning) for m in known]
    if not json and not rows:
        output.note("the family has no mechanisms")
        return
    show_rows({"mechanisms": listed}, rows, ("NAME", "CLAIMS", "MEANING"), json=json)
