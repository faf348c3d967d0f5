"""Measured speeds on pages: ``measured`` shows rows of ``benchmarks/results.md``.

A page names cases; the numbers are those of the last run that was stored, whatever they are.
"""

import re

from _ext.results import rows
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Measured(SphinxDirective):
    """Show measured cases; each line is ``what a reader calls it | case``."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Write a table: the game, how long it took, how other programs compare."""
        table = ["| game | measured | beside others |", "|---|---|---|"]
        for line in self.content:
            shown, _, case = (part.strip() for part in line.partition("|"))
            if case not in rows():
                raise self.error(f"benchmarks/results.md has no case {case!r}")
            took, others = rows()[case]
            table.append(f"| {shown} | {re.sub(' us ', ' µs ', took)} | {others} |")
        return self.parse_text_to_nodes("\n".join(table) + "\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("measured", Measured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
