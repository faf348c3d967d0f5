"""Results to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from strategic.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

_state = {"quiet": False, "in_file": False}
_guesses: dict[str, None] = {}
"""What was guessed of the input of this run, in its order."""


def set_quiet(quiet: bool) -> None:
    """Silence notes and progress for this run, which has read and written no file yet."""
    _state.update(quiet=quiet, in_file=False)
    _guesses.clear()


def is_quiet() -> bool:
    """Whether notes and progress are silenced."""
    return _state["quiet"]


def echo(text: str) -> None:
    """Print a result; control characters are written out, whatever text they came in."""
    shown = printable(text.replace("\r\n", "\n"))
    sys.stdout.write(shown if shown.endswith("\n") else shown + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Say something that is not a result."""
    if not is_quiet():
        sys.stderr.write(printable(text) + "\n")


def note_guesses(notes: Iterable[str]) -> None:
    """Say what was guessed of the input, each guess once; JSON documents tell the same."""
    for told in notes:
        if told not in _guesses:
            _guesses[told] = None
            note(told)


def with_guesses(document: Mapping[str, Any]) -> dict[str, Any]:
    """Add what was guessed of the input, where a document tells what it comes from if it does."""
    if not _guesses:
        return dict(document)
    if "provenance" not in document:
        return {**document, "notes": list(_guesses)}
    origin = document["provenance"]
    told = list(dict.fromkeys([*origin.get("notes", ()), *_guesses]))
    return {**document, "provenance": {**origin, "notes": told}}


def result_is_in_file() -> None:
    """Remember that the result is in a file; what follows on the screen is told besides."""
    _state["in_file"] = True


def wrote(file: object, advice: str = "") -> None:
    """Say that the result is in a file."""
    result_is_in_file()
    note(f"wrote {file}{advice}")


def is_in_file() -> bool:
    """Whether the result is in a file, so that nothing is lost where nobody reads the screen."""
    return _state["in_file"]


def echo_json(document: Mapping[str, Any]) -> None:
    """Print one strict JSON document."""
    from strategic.reports.strict_json import to_json

    echo(to_json(with_guesses(document)))


def shown_on() -> tuple[int, bool] | None:
    """Find the columns of what shows the result, and whether it shows styles.

    Returns
    -------
    tuple of int and bool, or None
        None where only a console can tell: on Windows, in a notebook, where variables of the
        environment say what a terminal is, or where the encoding is not UTF-8.
    """
    unsure = sys.platform == "win32" or _only_a_console_can_tell()
    encoding = str(getattr(sys.stdout, "encoding", "")).lower().replace("-", "")
    if unsure or encoding != "utf8":
        return None
    is_terminal = sys.stdout.isatty()
    plain = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit():
        return int(columns), is_terminal and not plain
    return _columns() if not (is_terminal and plain) else 80, is_terminal and not plain


def errors_are_on_a_terminal() -> bool:
    """Whether standard error can show what moves; no console is loaded where that is plain."""
    return console(stderr=True).is_terminal if _only_a_console_can_tell() else sys.stderr.isatty()


def _only_a_console_can_tell() -> bool:
    """Whether variables of the environment, or a notebook, say what a terminal is."""
    told = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS")
    return "IPython" in sys.modules or any(map(os.environ.get, told))


def _columns() -> int:
    """Ask the standard streams for the width of the terminal that one of them may be."""
    for number in range(3):
        with suppress(OSError, ValueError, AttributeError):
            return os.get_terminal_size(number).columns or 80
    return 80


def write(text: str) -> None:
    """Write a result as it is, styles and all; its texts were made printable by who made it."""
    sys.stdout.write(text)
    sys.stdout.flush()


def console(*, stderr: bool = False) -> Console:
    """Make a console that honours ``NO_COLOR`` and the width of the terminal."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, quiet=stderr and is_quiet())
