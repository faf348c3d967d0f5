"""``strategic explore``: the page of a model, with sliders, opened in the browser."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import (
    MechanismOption,
    ModelArgument,
    SeedOption,
    SetOption,
    read_model,
)

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""What the environment of a session holds in which a browser can be shown."""
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def explore(
    model: ModelArgument,
    sliders: Annotated[
        list[str] | None,
        typer.Option(
            "--slider", "--explore", metavar="NAME", help="Parameter of a slider; up to three."
        ),
    ] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Write the page and print its path only.")
    ] = False,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
) -> None:
    """Explore a model in the browser: its report, with sliders where it has some.

    The page is a temporary file, whose path is printed: it needs no network, and
    opens no port. To keep it: strategic report MODEL -o FILE.html

    Example: strategic explore ai-mier --set relation.alignment=0.4
    """
    from strategic.games.io.files import write_text
    from strategic.reports import report

    options = {"set": settings, "mechanism": mechanisms}
    asked = {name: value for name, value in options.items() if value}
    made = report(read_model(model, settings, mechanisms), options=asked, seed=seed)
    text = made.html(explore=sliders or [])
    # A folder of its own: nobody else can read the page, or have put another in its place.
    folder = Path(tempfile.mkdtemp(prefix="strategic-"))
    page = folder / f"{_PLAIN.sub('-', made.model.slug).strip('-.')[:50] or 'model'}.html"
    try:
        write_text(page, text)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    output.result_is_in_file()
    output.echo(str(page))
    place = "#explorer" if 'id="explorer"' in text else ""
    if not no_open and not _open(page.as_uri() + place):
        output.note("no browser could be opened here; open this file in one")


def _open(address: str) -> bool:
    """Ask the browser of this desktop to show a page, and tell whether there is one."""
    import webbrowser

    # Without a display there are browsers in the terminal only, which run no script.
    has_display = sys.platform in ("win32", "darwin") or any(map(os.environ.get, _DISPLAYS))
    try:
        return has_display and webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
