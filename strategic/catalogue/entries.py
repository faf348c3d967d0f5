"""Where the catalogue lies, and what is in it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from strategic.errors import FileError, ModelError, nearest
from strategic.modelling import DEFAULT_KIND

GAME = "game"
"""The kind of files that bring their own payoffs; every other kind is that of a family."""
SOURCES = "sources"
"""File stem of the list of sources, which is no model."""


@dataclass(frozen=True)
class Entry:
    """One model of the catalogue: its slug, title, kind, folder and file."""

    slug: str
    title: str
    kind: str
    folder: str
    file: Path


@dataclass(frozen=True)
class Source:
    """One statement of the sources, or one proposition of the model, that claims cite.

    Propositions say in a few sentences what they state (``says``) and by which condition
    (``formula``, LaTeX).
    """

    id: str
    source: str
    quote: str
    testable: bool = True
    says: str = ""
    formula: str = ""


def models() -> list[Entry]:
    """List the models of the catalogue, folder by folder.

    Returns
    -------
    list of Entry
        Each with its slug, title, kind, folder and file.

    Examples
    --------
    >>> "ai-mier" in [entry.slug for entry in models()]
    True
    """
    return [_entry(slug, file) for slug, file in files().items()]


@cache
def files() -> dict[str, Path]:
    """Find the file of every slug.

    Raises
    ------
    ModelError
        When two files share a stem.
    """
    found: dict[str, Path] = {}
    for file in sorted(folder().rglob("*.toml"), key=lambda file: (file.parent, file.stem)):
        if file.stem == SOURCES:
            continue
        if file.stem in found:
            rule = f"is the slug of {found[file.stem]} too; slugs must be unique"
            raise ModelError(rule, where=str(file), value=file.stem)
        found[file.stem] = file
    return found


def folder() -> Path:
    """Find the folder of the catalogue: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    for place in (package / "_catalogue", package.parent / "models"):
        if place.is_dir():
            return place
    raise FileError("the catalogue of models is missing; install the package again")


def find(slug: str) -> Path:
    """Return the file of a slug.

    Raises
    ------
    ModelError
        Naming the nearest slug, if one is near.
    """
    known = files()
    if slug not in known:
        raise ModelError(
            "no such model in the catalogue, and no such file",
            where="MODEL",
            value=slug,
            remedy=nearest(slug, known) or "see 'strategic models'",
        )
    return known[slug]


@cache
def sources() -> dict[str, Source]:
    """Read the statements that claims cite, by their IDs.

    Examples
    --------
    >>> sources()["K5"].source
    'A'
    """
    return {name: Source(name, **entry) for name, entry in _sources_file()["statements"].items()}


def documents() -> dict[str, str]:
    """Say which document each letter of a source stands for."""
    return dict(_sources_file()["sources"])


@cache
def _sources_file() -> dict[str, Any]:
    with (folder() / f"{SOURCES}.toml").open("rb") as stream:
        return tomllib.load(stream)


def _entry(slug: str, file: Path) -> Entry:
    with file.open("rb") as stream:
        data = tomllib.load(stream)
    kind = data.get("kind", DEFAULT_KIND)
    return Entry(slug, data.get("title", slug), kind, file.parent.name, file)
