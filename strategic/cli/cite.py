"""``strategic cite``: how to cite the package, and the literature behind methods and results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.listing import wrapped
from strategic.cli.options import JsonOption

if TYPE_CHECKING:
    from strategic.papers import Paper


def cite(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME...]",
            help="What was used: methods, measures and all else that 'strategic explain' knows, "
            "keys of papers, or JSON files that commands wrote with -o.",
        ),
    ] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Write entries for BibTeX.")] = False,
    json: JsonOption = False,
) -> None:
    """Say how to cite the package, and the papers behind what was used.

    Example: strategic cite lemke_howson incident_limit --bibtex
    """
    from strategic.papers import references

    found = references(*(one for name in names or [] for one in _behind(name)))
    if json:
        output.echo_json({"references": [{"key": one.key, "text": str(one), "link": one.link}
                                         for one in found]})  # fmt: skip
    elif bibtex:
        output.echo(found.bibtex.rstrip("\n"))
    else:
        output.echo("\n".join(wrapped(f"{one} {one.link}".rstrip(), indent=0) for one in found))


def _behind(name: str) -> list[Paper]:
    """Find the papers behind a file, a key, or a name that is explained."""
    from strategic.catalogue.explaining import explained
    from strategic.papers import known, papers

    if name.endswith(".json"):
        return _named_in(name)
    if name in papers():
        return [papers()[name]]
    return [known(text) for one in explained(name) for text in one.references]


def _named_in(name: str) -> list[Paper]:
    """Read the keys that a result in a file has."""
    from strategic.errors import FileError
    from strategic.papers import known

    try:
        held = json.loads(Path(name).read_text(encoding="utf-8"))
        return [known(str(key)) for key in held["references"]]
    except OSError as error:
        raise FileError("cannot be read", where=name, value=error.strerror) from None
    except (ValueError, KeyError, TypeError):
        rule = "must be a result as JSON, with the key 'references'"
        remedy = "write one: strategic report MODEL -o FILE.json"
        raise FileError(rule, where=name, remedy=remedy) from None
