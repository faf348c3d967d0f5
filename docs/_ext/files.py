"""Directives that list what games are read from and written in, and what is refused.

- ``kinds``: every kind of source, how its files end and what they must hold;
- ``formats``: every format that games are written in, and what it keeps;
- ``refused``: files that people have and that are not read, with what to do.
"""

from _ext.made import escaped, table
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from strategic.games.io.formats import COLUMNS, EXACT, FORMATS, NAMES, TITLE
from strategic.games.io.tables.kinds import KINDS, NOT_READ


def kinds_table() -> str:
    """Write a table: what it is, how it ends, what it holds."""
    rows = [
        (escaped(kind.what), " ".join(f"`{e}`" for e in kind.endings), escaped(kind.holds))
        for kind in KINDS
    ]
    return table(("what", "ends in", "must hold"), rows)


def formats_table() -> str:
    """Write a table: how it ends, what it is, how many games it holds, what it keeps."""
    kept = {NAMES: "names", TITLE: "title", EXACT: "exact numbers", COLUMNS: "columns"}
    rows = []
    for ending, known in FORMATS.items():
        keeps = ", ".join(word for what, word in kept.items() if what in known.keeps)
        shown = keeps or "payoffs only" if known.read else "to look at"
        count = "many games" if known.many else "one game"
        rows.append((f"`{ending}`", escaped(known.what), count, shown))
    return table(("ends in", "what", "holds", "keeps"), rows)


def refused_table() -> str:
    """Write a table: how it ends, what it is, what to do."""
    rows = [(f"`{end}`", escaped(what), escaped(todo)) for end, (what, todo) in NOT_READ.items()]
    return table(("ends in", "what", "what to do"), rows)


class Kinds(SphinxDirective):
    """Show the kinds of sources of games."""

    def run(self) -> list[nodes.Node]:
        """Write the table."""
        return self.parse_text_to_nodes(kinds_table())


class Formats(SphinxDirective):
    """Show the formats that games are written in."""

    def run(self) -> list[nodes.Node]:
        """Write the table."""
        return self.parse_text_to_nodes(formats_table())


class Refused(SphinxDirective):
    """Show the files that are not read."""

    def run(self) -> list[nodes.Node]:
        """Write the table."""
        return self.parse_text_to_nodes(refused_table())


def setup(app: Sphinx) -> dict[str, bool]:
    """Say to Sphinx what is here."""
    app.add_directive("kinds", Kinds)
    app.add_directive("formats", Formats)
    app.add_directive("refused", Refused)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
