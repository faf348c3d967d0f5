"""Directives that show what commands and results say of themselves.

- ``exits``: the exit codes;
- ``statuses``: the statuses of batch results;
- ``batches``: the columns that files of batches hold, method by method, made from a batch;
- ``json``: the keys of the document that a command prints with ``--json``. The argument is the
  command, the content says what each key holds; a key too many or too few ends the build.
"""

from _ext.batch_tables import batch_columns
from _ext.commands import EXITS, keys_of
from _ext.made import escaped, table
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from strategic.status import Status


class Exits(SphinxDirective):
    """Show the exit codes."""

    def run(self) -> list[nodes.Node]:
        """Write a table: code, meaning."""
        rows = [(f"`{code:d}`", told) for code, told in EXITS.items()]
        return self.parse_text_to_nodes(table(("code", "meaning"), rows))


class Statuses(SphinxDirective):
    """Show the statuses of batch results."""

    def run(self) -> list[nodes.Node]:
        """Write a table: number, name, what to do."""
        rows = [(f"`{one.label}`", f"{one:d}", escaped(one.message)) for one in Status]
        return self.parse_text_to_nodes(table(("status", "number", "meaning"), rows))


class Batches(SphinxDirective):
    """Show the columns of files of batches."""

    def run(self) -> list[nodes.Node]:
        """Write a table: method, rows, columns of rows, further columns of games."""
        header = ("`--method`", "rows are", "columns of a row", "further columns of a game")
        return self.parse_text_to_nodes(table(header, batch_columns()))


class Json(SphinxDirective):
    """Show the keys of the document of a command."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Run the command, and compare its keys with those that are explained."""
        command = self.arguments[0]
        told = dict(line.split(": ", 1) for line in self.content if line.strip())
        found = keys_of(command)
        if found != list(told):
            raise self.error(f"{command}: explained are {list(told)}, printed are {found}")
        rows = [(f"`{key}`", meaning) for key, meaning in told.items()]
        text = f"```sh\n{command} --json\n```\n\n{table(('key', 'what it holds'), rows)}"
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Say to Sphinx what is here."""
    app.add_directive("exits", Exits)
    app.add_directive("statuses", Statuses)
    app.add_directive("batches", Batches)
    app.add_directive("json", Json)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
