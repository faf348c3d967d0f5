"""The table of estimates as journals print it: numbers over their errors, one column per group."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from strategic.estimation.summary import REGION, bounds_from_above, decimals, fixed
from strategic.markup import escape_latex

if TYPE_CHECKING:
    from strategic.estimation.estimates import Estimates
    from strategic.estimation.parts import Estimate, Part

_MARKS = {"at_bound": r"$^{b}$", "not_identified": r"$^{n}$", "interval": r"$^{i}$"}
_NOTES = {
    "at_bound": "$^{b}$ at the edge of what is possible",
    "not_identified": "$^{n}$ not identified by these data",
    "interval": "$^{i}$ bounds of what the data allow",
    "infinite": r"$\infty$: the likelihood rises for ever",
}


def paper_table(fit: Estimates) -> str:
    r"""Write the table for LaTeX, with the rules of the booktabs package.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["inspector", "contractor"], "action": ["inspect", "work"],
    ...           "count": [30, 20]}
    >>> table = paper_table(st.estimate(st.load("inspection"), counts))
    >>> table.splitlines()[2], r"\midrule" in table
    ('\\begin{tabular}{lc}', True)
    """
    groups = list(fit.parts)
    names = list(dict.fromkeys(one.name for one in fit.parameters))
    found = {(one.group, one.name): one for one in fit.parameters}
    rows = []
    for name in names:
        cells = [found.get((group, name)) for group in groups]
        rows += [_row(name, [_number(one) for one in cells]), _row("", [_error(o) for o in cells])]
    parts = list(fit.parts.values())
    likely = [] if isnan(fit.log_likelihood) else parts
    fits = [
        ("Observations", [f"{part.observations:,}" for part in parts]),
        ("Log likelihood", [f"${part.log_likelihood:,.3f}$" for part in likely]),
        ("of uniform play", [f"${part.uniform:,.3f}$" for part in likely]),
        ("of the frequencies", [_frequencies(part) for part in likely]),
    ]
    fits = [(label, cells) for label, cells in fits if any(cells)]
    head = [_row("", [escape_latex(group) for group in groups]), r"\midrule"] if any(groups) else []
    lines = [
        r"\begin{table}[ht]",
        r"\centering",
        rf"\begin{{tabular}}{{l{'c' * len(groups)}}}",
        r"\toprule",
        *head,
        *rows,
        r"\midrule",
        *(_row(label, cells) for label, cells in fits),
        r"\bottomrule",
        r"\end{tabular}",
        rf"\caption{{{_caption(fit)}}}",
        r"\end{table}",
    ]
    return "\n".join(lines)


def _frequencies(part: Part) -> str:
    told = bounds_from_above(part.saturated, part.log_likelihood)
    return f"${part.saturated:,.3f}$" if told else ""


def _row(label: str, cells: list[str]) -> str:
    return " & ".join([escape_latex(label), *cells]) + r" \\"


def _number(one: Estimate | None) -> str:
    if one is None:
        return ""
    if one.status == "interval":
        ends = [_latex(end, one) for end in (one.low, one.high)]
        return f"$[{ends[0]}, {ends[1]}]${_MARKS['interval']}"
    return f"${_latex(one.estimate, one)}${_MARKS.get(one.status, '')}"


def _error(one: Estimate | None) -> str:
    """Write the error in brackets; where there is none, the 95% interval."""
    if one is None or one.status == "interval":
        return ""
    if one.error == one.error and one.error > 0:
        return f"$({_latex(one.error, one)})$"
    if one.low == one.low and one.low < one.high:
        return f"$[{_latex(one.low, one)}, {_latex(one.high, one)}]$"
    return ""


def _latex(value: float, one: Estimate) -> str:
    written = fixed(value, decimals(one))
    return {"inf": r"\infty", "-inf": r"-\infty", "": r"\cdot"}.get(written, written)


def _caption(fit: Estimates) -> str:
    statuses = dict.fromkeys(one.status for one in fit.parameters)
    notes = [_NOTES[status] for status in statuses if status in _NOTES]
    bracketed = "intervals" if fit.scope == REGION else "errors in brackets"
    told = f"Estimates of the way of play {escape_latex(fit.play)}; {bracketed}: "
    return "; ".join([f"{told}{escape_latex(fit.errors)}", *notes]) + "."
