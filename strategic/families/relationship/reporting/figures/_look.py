"""How the two sides look in every figure of a relationship."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategic.families.relationship._sides import SIDES
from strategic.reports.figures.style import BLUE, VERMILION

LINE_OF_SIDE: Mapping[str, Mapping[str, Any]] = {
    SIDES[0]: {"color": BLUE, "linestyle": "-"},
    SIDES[1]: {"color": VERMILION, "linestyle": "--"},
}
"""Colour and line of each side: colour is never the only signal."""
