"""Results to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strategic.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

_state = {"quiet": False}


def set_quiet(quiet: bool) -> None:
    """Silence notes and progress for this run."""
    _state["quiet"] = quiet


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


def echo_json(document: Mapping[str, Any]) -> None:
    """Print one strict JSON document."""
    from strategic.reports.strict_json import to_json

    echo(to_json(document))


def console(*, stderr: bool = False) -> Console:
    """Make a console that honours ``NO_COLOR`` and the width of the terminal."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, quiet=stderr and is_quiet())
