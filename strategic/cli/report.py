"""``strategic report``: what a model says, in the terminal, as JSON or as a page."""

from __future__ import annotations

from typing import Any

from strategic.cli import output
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SeedOption,
    SetOption,
    read_model,
)


def report(
    model: ModelArgument,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Report on a model: equilibria, thresholds, path, and what would change them.

    Example: strategic report ai-mier --set relation.alignment=0.5
    """
    from strategic.reports import report as analyse
    from strategic.reports.terminal import report_parts

    options: dict[str, Any] = {"set": settings, "mechanism": mechanisms}
    asked = {name: value for name, value in options.items() if value}
    made = analyse(read_model(model, settings, mechanisms), options=asked, seed=seed)
    if json:
        output.echo(made.json())
        return
    console = output.console()
    for part in report_parts(made.document):
        console.print(part)
