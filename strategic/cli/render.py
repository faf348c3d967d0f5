"""The one renderer of the command line: an answer as JSON or as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART

if TYPE_CHECKING:
    from strategic.reports.answer import Answer


def show(answer: Answer, *, json: bool = False) -> int:
    """Print an answer and return the exit code of its status."""
    if json:
        output.echo_json(answer.document)
    else:
        from strategic.reports.terminal import block_parts

        console = output.console()
        for number, block in enumerate(answer.blocks):
            if number:
                console.print()
            for part in block_parts(block):
                console.print(part)
    return IN_PART if answer.status.failed else DONE
