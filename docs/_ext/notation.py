"""A directive that shows the letters of formulas, from the list that ``strategic explain`` reads.

``notation`` with the name of a family of models shows its letters, without one those of any game.
"""

from _ext.made import escaped, table
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from strategic.catalogue.notation import Symbol, notation

HEADINGS = {
    "parameter": "Parameters",
    "measure": "Measures, by the letter that their formula begins with",
    "letter": "Other letters",
}


class Notation(SphinxDirective):
    """Show what every letter stands for."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write a table per kind: symbol, unit, meaning, name in code."""
        from strategic.modelling.registry import address_of, look_up

        family = look_up(address_of(self.arguments[0])) if self.arguments else None
        found = []
        for kind, heading in HEADINGS.items():
            listed = [one for one in notation(family) if one.kind == kind]
            if listed:
                text = f"**{heading}**\n\n" if family else ""
                found += self.parse_text_to_nodes(text + table(_header(kind), map(_row, listed)))
        return found


def _header(kind: str) -> list[str]:
    return ["letter", "unit", "meaning" if kind == "letter" else "meaning, and name in code"]


def _row(one: Symbol) -> list[str]:
    told = [escaped(one.meaning)]
    if one.kind == "letter" and one.formula:
        told.append(f"${one.symbol} = {one.formula}$")
    told += [f"{{strategic}}`{name}`" for name in one.names]
    return [
        f"${one.symbol}$",
        escaped(one.unit or "pure number") if _counts(one) else "",
        "<br>".join(told),
    ]


def _counts(one: Symbol) -> bool:
    """Whether it is a number: of letters this is known of those with a formula or a unit."""
    return one.kind != "letter" or bool(one.unit)


def setup(app: Sphinx) -> dict[str, bool]:
    """Say to Sphinx what is here."""
    app.add_directive("notation", Notation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
