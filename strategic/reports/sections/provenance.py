"""Where a report comes from and what it rests on: version, file, options, seed, caveat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from strategic._version import __version__
from strategic.catalogue.entries import folder
from strategic.modelling import Model


def provenance(model: Model, *, options: Mapping[str, Any], seed: int | None) -> dict[str, Any]:
    """Name everything needed to make the same report again."""
    return {
        "caveat": model.family.caveat,
        "version": __version__,
        "file": _named(model.origin.get("file", "")),
        "sha256": model.origin.get("sha256"),
        "notes": list(model.notes),
        "seed": seed,
        "options": dict(options),
    }


def _named(file: str) -> str:
    """Name a file of the catalogue by its place there: where that lies is no one's concern."""
    path = Path(file)
    if file and path.is_relative_to(folder()):
        return path.relative_to(folder()).as_posix()
    return file
