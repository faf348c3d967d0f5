"""Where a report comes from, as every format says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def origin(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what names the origin of a report, for every format alike: what it is, and its text.

    Examples
    --------
    >>> import strategic as st
    >>> origin(st.report(st.load("hawk-dove")).document["provenance"])[1]
    ('file', 'games/hawk-dove.toml')
    """
    known = {
        "strategic": provenance["version"],
        "file": provenance["file"],
        "sha256": provenance["sha256"],
        "note": "; ".join(provenance["notes"]),
        "seed": provenance["seed"],
        **{name: _listed(values) for name, values in provenance["options"].items()},
    }
    return [(name, str(value)) for name, value in known.items() if value not in ("", None)]


def origin_line(provenance: Mapping[str, Any]) -> str:
    """Name the origin of a report in one line."""
    return "; ".join(f"{name} {text}" for name, text in origin(provenance))


def _listed(values: Any) -> str:
    """Write an option: one value, or all that were given."""
    return ", ".join(map(str, values)) if isinstance(values, list | tuple) else str(values)
