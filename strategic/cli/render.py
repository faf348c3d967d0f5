"""The one renderer of the command line: an answer as text, as JSON, or as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART
from strategic.cli.listing import listing
from strategic.errors import FileError

if TYPE_CHECKING:
    from strategic.reports.answer import Answer


def show(answer: Answer, *, json: bool = False) -> int:
    """Print an answer and return the exit code of its status."""
    if json:
        output.echo_json(answer.document)
    elif (text := _simple(answer)) is not None:
        output.write(text)
    else:
        from strategic.reports.terminal import block_parts

        console = output.console()
        for number, block in enumerate(answer.blocks):
            if number and block.title:
                console.print()
            for part in block_parts(block):
                console.print(part)
    return IN_PART if answer.status.failed else DONE


def _simple(answer: Answer) -> str | None:
    """Lay an answer out without a console, which takes longer to load than a game to solve."""
    from strategic.reports.simple_text import simple_text

    screen = output.shown_on()
    return None if screen is None else simple_text(answer.blocks, screen[0], styled=screen[1])


def show_rows(
    document: Mapping[str, Any],
    rows: Iterable[Sequence[str]],
    header: Sequence[str],
    *,
    json: bool = False,
) -> None:
    """Print a listing, one line per entry, or its document."""
    if json:
        output.echo_json(document)
    else:
        output.echo(listing(rows, header=header))


def checked_file(text: str | None, *endings: str, inputs: Sequence[str] = ()) -> Path | None:
    """Turn an output option into a path.

    What could not be written, or is an input, is refused before any work is done.
    """
    if text is None:
        return None
    from strategic.games.io.targets import check_target

    file = Path(text)
    if file.suffix.lower() not in endings:
        rule = f"the file must end in one of {', '.join(endings)}"
        raise FileError(rule, where=text, value=file.suffix)
    check_target(file, *inputs)
    return file


def checked_ending(out: str | None, known: Sequence[str], *inputs: str | None) -> str:
    """Take the ending that says what to write, before any work is done; nothing for the screen."""
    if out is None or out == "-":
        return ""
    file = checked_file(f"{out[:-4]}.html" if out.lower().endswith(".htm") else out, *known)
    from strategic.games.io.targets import check_target

    check_target(out, *(name for name in inputs if name))
    return file.suffix.lower() if file is not None else ""


def write(answer: Answer, file: Path) -> None:
    """Write an answer as a table, a JSON document or its first figure, by the file's ending."""
    from strategic.games.io.columns import TABLES, written_tables

    kind = file.suffix.lower()
    if kind == ".json":
        from strategic.games.io.files import write_text
        from strategic.reports.strict_json import to_json

        write_text(file, to_json(output.with_guesses(answer.document)) + "\n")
    elif kind in TABLES and answer.columns is not None:
        with written_tables(file, quoted=True) as (table,):
            table.append(answer.columns)
    else:
        from strategic.reports.figures.style import save_figure

        figure = next(figure for block in answer.blocks for figure in block.figures)
        save_figure(figure.draw(), file)
    output.wrote(file)
