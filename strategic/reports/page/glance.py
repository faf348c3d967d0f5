"""Several models at a glance: one row a question, one column a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from strategic.markup import Table
from strategic.reports.sections.choices import commitment_named
from strategic.reports.sections.words import SIDES, amount, chance, patience

Document = Mapping[str, Any]


def glance(documents: Sequence[Document]) -> Table:
    """Lay out the main answers of several reports side by side.

    Parameters
    ----------
    documents : sequence of mapping
        Of `Report`. Models that are no relationships leave most rows empty.

    Examples
    --------
    >>> import strategic as st
    >>> reports = [st.report(st.load(slug)) for slug in ("ai-mier", "hawk-dove")]
    >>> table = glance([report.document for report in reports])
    >>> table.rows[0]
    ['equilibria of the one-period game', '3', '3']
    """
    rows = [
        [question, *(_answered(answer, document) for document in documents)]
        for question, answer in _QUESTIONS.items()
    ]
    titles = [document["model"]["title"] for document in documents]
    shown = [[cell or "-" for cell in row] for row in rows if any(row[1:])]
    return Table(["", *titles], shown, caption="At a glance; -: the model has no such section")


def _answered(answer: Callable[[Document], str], document: Document) -> str:
    try:
        return answer(document)
    except KeyError:  # the model has no such section
        return ""


def _equilibria(document: Document) -> str:
    section = document["base"] if "base" in document else document["game"]
    return str(len(section["equilibria"]))


def _of_sides(section: str, name: str, write: Callable[[float], str]) -> Callable[[Document], str]:
    def answer(document: Document) -> str:
        values = document[section][name]
        return ", ".join(write(values[side]) for side in SIDES)

    return answer


def _chance(value: float) -> str:
    return "never" if value != value else chance(value)  # noqa: PLR0124 - NaN


def _path(document: Document) -> str:
    regimes = document["path"]["regimes"]
    return f"{regimes.count('C')} of {len(regimes)} quarters"


def _ladder(document: Document) -> str:
    ladder = document["repeated"]["ladder"]
    return "never" if ladder["best"] is None else f"from rung {ladder['best']} on"


_QUESTIONS: Mapping[str, Callable[[Document], str]] = {
    "equilibria of the one-period game": _equilibria,
    "belief needed (government, organisation)": _of_sides("base", "trust_threshold", _chance),
    "belief at the start": _of_sides("base", "belief", _chance),
    "what the government commits to": lambda d: commitment_named(d["choices"]["commitment"]),
    "surplus of cooperation": lambda d: amount(d["organisations"]["surplus"]),
    "both cooperate on the path": _path,
    "critical discount factor": _of_sides("repeated", "critical_discount", patience),
    "incident risk it bears": _of_sides("repeated", "incident_limit", amount),
    "incident risk": lambda d: amount(d["repeated"]["incident_risk"]),
    "share of time in cooperation": lambda d: amount(d["repeated"]["cooperation_share"]),
    "trust to start": lambda d: d["repeated"]["trust_class"] or "",
    "cooperation on the trust ladder": _ladder,
    "nearby points that keep the type": lambda d: chance(d["robustness"]["same_type"]),
}
