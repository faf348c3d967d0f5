"""Pages made from what is registered, and links to them: ``{strategic}`incident_limit```."""

from pathlib import Path

from _ext.api import api_pages, offered
from _ext.commands import command_pages
from _ext.keys import key_pages
from _ext.literature import PAGE, paper_pages, place, short
from _ext.made import write_all
from _ext.names import address, name_pages
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from strategic.papers import papers

MADE = "made"
"""What links to pages that were made are called until they are resolved."""


class Name(SphinxRole):
    """Link a name that `strategic explain` knows; an unknown one ends the build."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Show the name as code; ``SECTION:NAME`` picks one of several pages and shows the name."""
        try:
            page = address(self.text)
        except KeyError:
            message = f"nothing is registered under the name {self.text!r}"
            problem = self.inliner.reporter.error(message, line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, problem)], [problem]
        shown = nodes.literal(self.rawtext, self.text.rpartition(":")[2])
        link = pending_xref(
            self.rawtext, shown, refdomain="", reftype=MADE, reftarget=f"look-up/{page}",
            refdoc=self.env.docname,
        )  # fmt: skip
        return [link], []


class Cited(SphinxRole):
    """Name a paper in a sentence and link it; a key that is not registered ends the build."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Show authors and year."""
        if self.text not in papers():
            message = f"no paper has the key {self.text!r}"
            problem = self.inliner.reporter.error(message, line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, problem)], [problem]
        link = pending_xref(
            self.rawtext, nodes.inline(self.rawtext, short(papers()[self.text])), refdomain="",
            reftype=MADE, reftarget=f"look-up/{PAGE}", place=place(self.text),
            refdoc=self.env.docname,
        )  # fmt: skip
        return [link], []


def _lead(
    _app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.Element
) -> nodes.Node | None:
    """Lead to a page that was made, and keep how the link looks."""
    if node.get("reftype") != MADE:
        return None
    page = env.app.builder.get_relative_uri(node["refdoc"], node["reftarget"])
    page += f"#{node['place']}" if "place" in node else ""
    return nodes.reference("", "", shown, internal=True, refuri=page)


def _main_name(
    _app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.Element
) -> nodes.Node | None:
    """Lead from every other name of an object to the page of its main name."""
    target = node.get("reftarget", "")
    one = offered().get(target)
    if node.get("refdomain") != "py" or one is None:
        return None
    page = env.app.builder.get_relative_uri(node["refdoc"], f"look-up/api/{one.page}")
    return nodes.reference("", "", shown, internal=True, refuri=page, reftitle=one.name)


def _make(app: Sphinx) -> None:
    docs = Path(app.srcdir)
    pages = name_pages(docs) | api_pages() | command_pages() | key_pages() | paper_pages()
    write_all(pages, docs / "look-up")
    app.project.discover(app.config.exclude_patterns, app.config.include_patterns)


def setup(app: Sphinx) -> dict[str, bool]:
    """Say to Sphinx what is here."""
    app.add_role("strategic", Name())
    app.add_role("paper", Cited())
    app.connect("builder-inited", _make)
    app.connect("missing-reference", _main_name)
    app.connect("missing-reference", _lead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
