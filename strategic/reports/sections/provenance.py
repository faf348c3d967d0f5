"""Where a report comes from: version, file, hash, options and seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategic import __version__
from strategic.measures import Model


def provenance(model: Model, *, options: Mapping[str, Any], seed: int | None) -> dict[str, Any]:
    """Name everything needed to make the same report again."""
    return {
        "version": __version__,
        "file": model.origin.get("file", ""),
        "sha256": model.origin.get("sha256"),
        "seed": seed,
        "options": dict(options),
    }
