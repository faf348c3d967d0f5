"""How the payoffs of the relationship's games are written as formulas."""

from __future__ import annotations

import re

from strategic.families.relationship._letters import LETTERS
from strategic.modelling.equations import Equations


def _cells(symbol: str) -> tuple[str, ...]:
    """Take the cells out of the letter that is a table, abbreviations written out."""
    (letter,) = (letter for letter in LETTERS if letter.symbol == symbol)
    table, *short = letter.formula.split(r", \quad ")
    rows = table.removeprefix(r"\begin{pmatrix} ").removesuffix(r" \end{pmatrix}").split(r" \\ ")
    cells = [cell for row in rows for cell in row.split(" & ")]
    for name, _, meaning in (one.partition(" = ") for one in short):
        alone = re.compile(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])")
        cells = [
            alone.sub(lambda _: meaning, cell)  # noqa: B023 - used at once
            if cell.startswith(name)
            else alone.sub(lambda _: f"({meaning})", cell)  # noqa: B023
            for cell in cells
        ]
    return tuple(cells)


_PAYOFFS = {
    "base": (("R_G", "-c_G", "b_G", "0"), ("R_O", "b_O", "-c_O", "0")),
    "choices": (_cells("U_G(a, b)"), _cells("U_O(a, b)")),
    "repeated": (("R_G", "P_G - c_G", "b_G", "P_G"), ("R_O", "b_O", "P_O - c_O", "P_O")),
    "organisations": (
        r"u_G = \begin{cases} x_G & \text{if it picks one that made the effort} \\ "
        r"-c_G & \text{if it picks one that did not} \\ 0 & \text{if it picks none} \end{cases}",
        r"u_k = \begin{cases} x_O + f_n - k_e & \text{if picked, with effort} \\ "
        r"b_O & \text{if picked, without} \\ -k_e & \text{if not picked, with effort} \\ "
        r"0 & \text{otherwise} \end{cases}",
    ),
}
"""Payoffs of one cell after the other, rows first; or of a whole game in one equation."""

EQUATIONS = Equations(
    _PAYOFFS,
    sides=("G", "O"),
    thresholds=(
        "trust_threshold_government",
        "trust_threshold_organisation",
        "critical_discount_government",
        "critical_discount_organisation",
        "incident_limit_government",
        "incident_limit_organisation",
        "surplus",
    ),
)
