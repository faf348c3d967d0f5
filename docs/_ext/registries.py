"""Links to what is registered: ``{strategic}`incident_limit``` leads to the page of the name."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole


class Name(SphinxRole):
    """Link a name that `strategic explain` knows; an unknown one ends the build."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Show the name as code."""
        from strategic.catalogue.explaining import by_name

        if self.text not in by_name():
            message = f"nothing is registered under the name {self.text!r}"
            problem = self.inliner.reporter.error(message, line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, problem)], [problem]
        return [nodes.literal(self.rawtext, self.text)], []


def setup(app: Sphinx) -> dict[str, bool]:
    """Say to Sphinx what is here."""
    app.add_role("strategic", Name())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
