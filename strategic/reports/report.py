"""One analysis of a model, three faces: terminal, JSON, HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.errors import ParameterError
from strategic.modelling import Model
from strategic.reports.sections import SECTIONS
from strategic.reports.sections.provenance import provenance
from strategic.reports.sections.story import story
from strategic.reports.strict_json import to_json


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that is said about one model.

    Parameters
    ----------
    model : Model
        What was analysed.
    document : mapping
        The analysis as plain data, one key a section; the JSON face is this document.

    Examples
    --------
    >>> import strategic as st
    >>> st.report(st.load("ai-mier")).document["base"]["risk_dominant"]
    'CC'
    """

    model: Model
    document: Mapping[str, Any]

    def json(self) -> str:
        """Write the analysis as one strict JSON document."""
        return to_json(self.document)

    def text(self, *, width: int = 100) -> str:
        """Write the analysis as plain text of a given width."""
        import io

        from rich.console import Console

        from strategic.reports.terminal import report_parts

        console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
        for part in report_parts(self.document):
            console.print(part)
        written: str = console.file.getvalue()  # type: ignore[attr-defined]
        return written

    def html(self, *, explore: Sequence[str] = ()) -> str:
        """Write the analysis as one self-contained page.

        Parameters
        ----------
        explore : sequence of str
            Parameters of the explorer's three sliders.
        """
        from strategic.reports.page import report_page

        return report_page(self, explore=explore)

    def to_markdown(self) -> str:
        """Write sentences and tables as markdown."""
        from strategic.reports.paper import markdown_paper

        return markdown_paper(self.document)

    def to_latex(self) -> str:
        """Write sentences and tables for LaTeX (tables need the booktabs package)."""
        from strategic.reports.paper import latex_paper

        return latex_paper(self.document)

    def _repr_html_(self) -> str:
        page = html.escape(self.html(), quote=True)
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 40rem; border: 0"></iframe>'

    def _repr_latex_(self) -> str:
        return self.to_latex()

    def __repr__(self) -> str:
        sections = ", ".join(name for name in self.document if name != "provenance")
        return f"<Report on {self.document['model']['title']}: {sections}>"


def report(model: Model, *, options: Mapping[str, Any] | None = None, seed: int = 0) -> Report:
    """Analyse a model: equilibria, thresholds, path, and everything else that applies to it.

    Parameters
    ----------
    model : Model
        A single model (no grid), from `strategic.load` or `strategic.relationship`.
    options : mapping, optional
        What was asked for on the way here (settings, mechanisms), for the provenance.
    seed : int
        Of everything random in the report.

    Returns
    -------
    Report
        With ``.text()``, ``.json()`` and ``.html()``.

    Raises
    ------
    ParameterError
        When the model is a grid of several.
    GameError
        When its payoffs outgrow the numbers of the machine.
    """
    if model.points.shape:
        rule = "must be a single model to be reported"
        raise ParameterError(rule, where="model", value=f"a grid of shape {model.points.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        return Report(model, _document(model, options or {}, seed))


def _document(model: Model, options: Mapping[str, Any], seed: int) -> dict[str, Any]:
    document: dict[str, Any] = {"model": _identity(model)}
    for section in SECTIONS:
        if section.applies(model):
            document[section.name] = section.describe(model, seed)
    if "base" in document:
        document = {"model": document.pop("model"), "story": story(document), **document}
    document["provenance"] = provenance(model, options=options, seed=seed)
    return document


def _identity(model: Model) -> dict[str, str]:
    return {"slug": model.slug, "title": model.title or model.slug, "kind": model.family.name}
