"""One analysis of a model in every output format: terminal, JSON, HTML, markdown, LaTeX."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from strategic.errors import ModelError, ParameterError
from strategic.modelling import Model, warnings_of
from strategic.modelling.own_code import told_as
from strategic.papers import Cited
from strategic.reports.blocks import VERDICT, WARNINGS, Block, Figure
from strategic.reports.section import Reporting, Section
from strategic.reports.sections import reporting_of
from strategic.reports.sections.provenance import provenance
from strategic.reports.strict_json import to_json
from strategic.reports.together import beside
from strategic.whole_numbers import check_whole

FORMATS: Mapping[str, Callable[[Report], str]] = {
    ".html": lambda made: made.html(),
    ".json": lambda made: made.json(),
    ".txt": lambda made: made.text(),
    ".md": lambda made: made.to_markdown(),
    ".tex": lambda made: made.to_latex(),
}
"""What a report can be written as, by the ending of the file."""
_ABOUT = "provenance", "references"
"""Keys that say where a report comes from, and nothing of the model."""


@dataclass(frozen=True, eq=False)
class Report(Cited):
    """Everything that is said about one model.

    Parameters
    ----------
    model : Model
        What was analysed.
    document : mapping
        The analysis as plain data, one key per section; ``json()`` is this document.
    page : sequence of Block
        What a report on one page says, in place of its sections; see `brief`.

    Examples
    --------
    >>> import strategic as st
    >>> st.report(st.load("ai-mier")).document["base"]["risk_dominant"]
    'CC'
    """

    model: Model
    document: Mapping[str, Any]
    page: Sequence[Block] | None = None

    @property
    def reporting(self) -> Reporting:
        """The sections, verdict and explorer of the model's family."""
        return reporting_of(self.model.family)

    @cached_property
    def blocks(self) -> list[Block]:
        """Every section that has something to say, laid out."""
        if self.page is not None:
            return [*self.page]
        laid_out = []
        for section in self.reporting.sections:
            if self.document.get(section.name):
                with told_as(ModelError, f"layout of section '{section.name}'"):
                    laid_out.append(section.layout(self.document[section.name], self.model))
        opening = {VERDICT: "In short", WARNINGS: "Warning"}
        told = [
            Block(name, title, self.document[name])
            for name, title in opening.items()
            if self.document.get(name)
        ]
        return [*told, *laid_out]

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of this report by name; in a notebook each shows itself.

        Examples
        --------
        >>> import strategic as st
        >>> found = st.report(st.load("ai-mier")).figures
        >>> found["path"].draw().get_ylabel()
        'belief that the other cooperates'
        """
        return {figure.name: figure for block in self.blocks for figure in block.figures}

    def behind(self) -> list[Any]:
        """Name the published work behind the sections of this report."""
        if self.page is not None:
            return [*self.document.get("references", ())]
        sections = [s for s in self.reporting.sections if s.name in self.document]
        return [reference for section in sections for reference in section.references]

    @property
    def cited(self) -> list[str]:
        """What the last section lists: the references, of which one page has no room for any."""
        return [] if "brief" in self.document else [str(one) for one in self.references()]

    def brief(self) -> Report:
        """Say the same on one page: the verdict, one figure, what to do, what to watch.

        Returns
        -------
        Report
            In the same formats; ``brief`` in its document holds the sentences.

        Examples
        --------
        >>> import strategic as st
        >>> [block.title for block in st.report(st.load("ai-mier")).brief().blocks]
        ['The verdict', 'What to do', 'What to watch']
        """
        by_name = {block.name: block for block in self.blocks}
        with told_as(ModelError, f"brief of '{self.model.family.name}'"):
            made = self.reporting.brief(self.document, by_name, self.model)
        kept = {
            key: self.document[key]
            for key in ("model", WARNINGS, "verdict", *_ABOUT)
            if key in self.document
        }
        document = {"model": kept.pop("model"), "brief": made.document(), **kept}
        return Report(self.model, document, made.blocks(self.blocks))

    def json(self) -> str:
        """Write the analysis as one strict JSON document."""
        return to_json(self.document)

    def text(self, *, width: int = 100) -> str:
        """Write the analysis as plain text of a given width."""
        import io

        from rich.console import Console

        from strategic.reports.terminal import report_parts

        console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
        for part in report_parts(self):
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
        from strategic.reports._paper import markdown_paper

        return markdown_paper(self)

    def to_latex(self) -> str:
        """Write sentences and tables for LaTeX (tables need the booktabs package)."""
        from strategic.reports._paper import latex_paper

        return latex_paper(self)

    def _repr_html_(self) -> str:
        page = html.escape(self.html(), quote=True)
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 40rem; border: 0"></iframe>'

    def _repr_latex_(self) -> str:
        return self.to_latex()

    def __repr__(self) -> str:
        sections = ", ".join(name for name in self.document if name not in _ABOUT)
        return f"<Report on {self.document['model']['title']}: {sections}>"


def report(model: Model, *, options: Mapping[str, Any] | None = None, seed: int = 0) -> Report:
    """Analyse a model: its games, and everything else its family reports.

    Parameters
    ----------
    model : Model
        A single model (no grid), from `strategic.load`, `strategic.relationship` or any family.
    options : mapping, optional
        What was asked for on the way here (settings, mechanisms), for the provenance.
    seed : int
        Seed of everything random in the report.

    Returns
    -------
    Report
        With ``.text()``, ``.json()`` and ``.html()``.

    Raises
    ------
    ParameterError
        When the model is a grid of several.
    GameError
        When its payoffs overflow float64.
    ModelError
        When a section of its family fails.

    Examples
    --------
    >>> import strategic as st
    >>> print(st.report(st.load("hawk-dove")).text().splitlines()[0])
    Hawk and dove
    """
    check_whole(seed=seed)
    if model.points.shape:
        rule = "a report needs a single model"
        raise ParameterError(rule, where="model", value=f"a grid of shape {model.points.shape}")
    title = model.title or model.slug or model.family.title
    head = {"model": {"slug": model.slug, "title": title, "kind": model.family.name}}
    reporting = reporting_of(model.family)
    judged, sections = _described(model, reporting.sections, seed)
    story = {}
    if reporting.verdict is not None:
        with told_as(ModelError, f"verdict of '{model.family.name}'"):
            story = {VERDICT: reporting.verdict({**judged, **sections})}
    with told_as(ModelError, f"warnings of '{model.family.name}'"):
        warned = warnings_of(model)
    if warned:
        story[WARNINGS] = warned
    origin = {"provenance": provenance(model, options=options or {}, seed=seed)}
    plain = {name: _plain(verdict) for name, verdict in judged.items()}
    document = {**head, **plain, **story, **sections, **origin}
    document["references"] = list(Report(model, document).references().keys)
    return Report(model, document)


def _described(
    model: Model, sections: Sequence[Section], seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Find the verdict of the family, where it has one, and the data of all sections that apply."""

    @contextmanager
    def told(section: Section) -> Iterator[None]:
        silent = np.errstate(over="ignore", invalid="ignore")
        with told_as(ModelError, f"section '{section.name}'"), silent:
            yield

    def data(section: Section) -> Any:
        with told(section):
            return section.describe(model, seed)

    chosen = []
    for section in sections:
        with told(section):
            if section.applies(model):
                chosen.append(section)
    with ExitStack() as stack:
        long = {
            section.name: stack.enter_context(beside(partial(data, section)))
            for section in chosen
            if section.beside
        }
        judged = {"verdict": model.verdict(seed=seed)} if model.family.verdict else {}
        made = {section.name: data(section) for section in chosen if section.name not in long}
        made |= {name: result() for name, result in long.items()}
    return judged, {section.name: made[section.name] for section in chosen}


def _plain(verdict: Any) -> dict[str, Any]:
    """Turn a verdict, a dataclass of dataclasses or a mapping, into plain data."""
    made = isinstance(verdict, Mapping)
    return dict(verdict) if made else asdict(verdict)
