"""Directives that show on a page what is registered elsewhere, so that nothing is written twice.

- ``formula``: the formula of a measure, mechanism or proposition, with a link to its page;
- ``mechanisms``: the mechanisms of a family, what they do and how;
- ``proposition``: a proposition of the catalogue; what stands inside is its proof;
- ``cited``: the references in full of all papers that the page cites.

Pages with them are read anew in every build, as what they show may change without them.
"""

import re
from pathlib import Path
from typing import ClassVar

from _ext.propositions import checks_of, propositions
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Formula(SphinxDirective):
    """Show the formula that is registered under a name."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Write the formula, and whose it is."""
        self.env.note_reread()
        from strategic.catalogue.explaining import by_name, explained

        name = self.arguments[0]
        found = explained(name) if name in by_name() else []
        formulas = [one.formula for one in found if one.formula]
        if not formulas:
            raise self.error(f"no formula is registered under the name {name!r}")
        text = f"{{strategic}}`{name}`:\n\n$$\n{formulas[0]}\n$$\n"
        return [nodes.container("", *self.parse_text_to_nodes(text), classes=["registered"])]


class Mechanisms(SphinxDirective):
    """Show the mechanisms of a family."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write a table: name, meaning, operator."""
        self.env.note_reread()
        from strategic.modelling.registry import address_of, look_up

        family = look_up(address_of(self.arguments[0]))
        rows = ["| mechanism | what it does | operator |", "|---|---|---|"]
        for one in family.mechanisms.values():
            # One formula per parameter, so that lines may break between them.
            changes = filter(None, re.split(r", *\\quad ", one.formula))
            operator = ", ".join(f"${change}$" for change in changes)
            rows.append(f"| {{strategic}}`{one.name}` | {one.meaning} | {operator} |")
        return self.parse_text_to_nodes("\n".join(rows) + "\n")


class Proposition(SphinxDirective):
    """Show a proposition of the catalogue; the content of the directive is its proof."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        """Write a section: statement, formula, proof, and what checks it."""
        self.env.note_reread()
        name = self.arguments[0]
        one = propositions().get(name)
        if one is None:
            raise self.error(f"the catalogue has no proposition {name!r}")
        title, _, says = one.meaning.partition(". ")
        key = f"proposition-{name.lower().replace(chr(39), '-prime')}"
        section = nodes.section(ids=[key], names=[key])
        section += nodes.title("", "", *self.parse_inline(f"{name}. {title}")[0])
        formula = f"\n\n$$\n{one.formula}\n$$" if one.formula else ""
        section += self.parse_text_to_nodes(f"> {says}\n{formula}\n")
        section += self.parse_content_to_nodes()
        section += self.parse_text_to_nodes(_checked(name, one.models))
        self.state.document.note_explicit_target(section)
        return [section]


class Cited(SphinxDirective):
    """List what the ``{paper}`` roles of a page cite."""

    def run(self) -> list[nodes.Node]:
        """Write one item per paper, with its link."""
        self.env.note_reread()
        from strategic.papers import papers

        page = Path(self.env.doc2path(self.env.docname)).read_text(encoding="utf8")
        known, listed = papers(), nodes.bullet_list()
        for key in sorted(set(re.findall(r"\{paper\}`(\w+)`", page)) & set(known), key=str.lower):
            told = nodes.paragraph("", f"{known[key]} ")
            if known[key].link:
                told += nodes.reference("", known[key].link, refuri=known[key].link)
            listed += nodes.list_item("", told)
        return [listed]


def _checked(name: str, models: tuple[str, ...]) -> str:
    tests = ", ".join(f"`{function}` in `{file}`" for file, function in checks_of(name))
    said = f"*Checked by* {tests}." if tests else ""
    if models:
        said += " *Claimed of* " + ", ".join(f"{{strategic}}`{slug}`" for slug in models) + "."
    return said + f" *Look up:* {{strategic}}`{name}`.\n"


def setup(app: Sphinx) -> dict[str, bool]:
    """Say to Sphinx what is here."""
    app.add_directive("formula", Formula)
    app.add_directive("mechanisms", Mechanisms)
    app.add_directive("proposition", Proposition)
    app.add_directive("cited", Cited)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
