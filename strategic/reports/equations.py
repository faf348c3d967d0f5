"""A model as formulas, for a paper: equations first, then the numbers they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from strategic.errors import GameError, ParameterError
from strategic.games.matrix import MOST_PROFILES
from strategic.latex import mathml, plain
from strategic.modelling import Model, population_game
from strategic.modelling.populations import EVOLUTION, evolution_settings
from strategic.reports._report import Report
from strategic.reports.blocks import Block
from strategic.reports.sections.equations import EQUATIONS
from strategic.reports.sections.provenance import provenance

_DIGITS = 6
"""Of numbers in equations that are no short fractions."""


def equations_of(model: Model, *, options: Mapping[str, Any] | None = None) -> Report:
    """Write a model as formulas.

    Parameters
    ----------
    model : Model
        A single model.
    options : mapping, optional
        What was asked for on the way here (settings, mechanisms), for the provenance.

    Returns
    -------
    Report
        Payoffs, what stands in them, the conditions of pure equilibria, thresholds, equations of
        motion of populations, and the numbers; with ``.to_latex()``, ``.to_markdown()``,
        ``.text()``, ``.json()`` and ``.html()``.

    Raises
    ------
    ParameterError
        When the model is a grid of several.

    Examples
    --------
    >>> import strategic as st
    >>> print(equations_of(st.load("inspection")).document["equations"]["conditions"][2]["profile"])
    trust-work
    """
    if model.points.shape:
        rule = "equations are those of a single model"
        raise ParameterError(rule, where="model", value=f"a grid of shape {model.points.shape}")
    title = model.title or model.slug or model.family.title
    written = EQUATIONS.describe(model, 0)
    motion = _motion(model)
    document = {
        "model": {"slug": model.slug, "title": title, "kind": model.family.name},
        "equations": {**written, "motion": motion},
        "provenance": provenance(model, options=options or {}, seed=None),
    }
    block = replace(EQUATIONS.layout(written, model), detail=False)
    return Report(model, document, [block, *_moving(motion), *_numbers(model)])


def _motion(model: Model) -> list[str]:
    """Write the replicator equations of a model that is meant to be one of populations."""
    if model.family.games and EVOLUTION not in model.points.parts:
        return []
    if evolution_settings(model.points).dynamics != "replicator":
        return []
    from strategic.evolution import equations

    try:
        return [one.latex for one in equations(population_game(model), digits=_DIGITS)]
    except GameError:  # payoffs of a Python function are no formulas
        return []


def _moving(motion: list[str]) -> list[Block]:
    """Lay the replicator equations out."""
    return [
        Block(
            "motion",
            "Replicator dynamics",
            equations=motion,
            formulas=[mathml(one, block=True) for one in motion],
            lines=[plain(one) for one in motion],
            drawn=True,
        )
    ] if motion else []  # fmt: skip


def _numbers(model: Model) -> list[Block]:
    """Put the payoffs at the model's numbers into tables."""
    blocks = []
    for name in model.family.games:
        try:
            game = model.game(name)
        except GameError:  # too many players for a table
            continue
        if game.payoffs[0].size <= MOST_PROFILES:
            title = "In numbers" if len(model.family.games) == 1 else f"In numbers: {name}"
            blocks.append(Block(f"numbers-{name}", title, tables=game.told_apart().tables()))
    return blocks
