"""Which published methods a report rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def citations(document: Mapping[str, Any]) -> list[str]:
    """List the citations of the sections a report has.

    Examples
    --------
    >>> len(citations({"choices": {}}))
    1
    """
    text = files("strategic.reports.page").joinpath("methods.toml").read_text(encoding="utf8")
    known = tomllib.loads(text)
    return [entry for section in known if section in document for entry in known[section]]
