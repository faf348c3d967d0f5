"""Tables of rest points and conditions in LaTeX, formulas set as mathematics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from strategic.markup import escape_latex
from strategic.reports.evolution._cells import eigenvalue_text, shares_tuple

Data = Mapping[str, Any]


def rest_point_table(rest: Sequence[Data], symbols: Sequence[str]) -> list[str]:
    """Write the table of rest points as papers print it."""
    head = [
        "Rest point",
        f"$({', '.join(map(symbol_latex, symbols))})$",
        "Eigenvalues",
        "Verdict",
    ]
    rows = [
        [
            escape_latex(entry["name"]),
            f"${shares_tuple(entry)}$",
            f"${', '.join(eigenvalue_text(*pair) for pair in entry['eigenvalues'])}$",
            escape_latex(entry["verdict"]),
        ]
        for entry in rest
    ]
    return tabular("llll", head, rows)


def condition_table(corners: Sequence[Data]) -> list[str]:
    """Write the table of corners and the signs under which each is stable."""
    rows = []
    for entry in corners:
        formulas = [f"${formula}$" for formula in entry["conditions_latex"]]
        rows.append([escape_latex(entry["name"]), ", ".join(formulas)])
    return tabular(r"lp{0.6\textwidth}", ["Corner", "Stable where"], rows)


def symbol_latex(name: str) -> str:
    r"""Write the name of a share or parameter as a symbol.

    Examples
    --------
    >>> symbol_latex("x"), symbol_latex("y_2"), symbol_latex("share of time")
    ('x', 'y_{2}', '\\text{share of time}')
    """
    stem, line, index = name.partition("_")
    if len(stem) == 1 and line and index.isalnum():
        return f"{stem}_{{{index}}}"
    return name if len(name) == 1 else rf"\text{{{escape_latex(name)}}}"


def tabular(columns: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Put cells of LaTeX into a table with the rules of the booktabs package."""
    return [
        r"\begin{table}[ht]",
        r"\centering",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        " & ".join(head) + r" \\",
        r"\midrule",
        *(" & ".join(row) + r" \\" for row in rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
