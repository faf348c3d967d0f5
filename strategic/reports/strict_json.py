"""Strict JSON: undefined is null, infinity is text, numbers are plain."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.games.matrix import number_text
from strategic.printable import json_safe

SCHEMA = 1
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def to_json(document: Mapping[str, Any]) -> str:
    """Write a document with its schema number first.

    Examples
    --------
    >>> to_json({"a": float("nan"), "b": float("inf")})
    '{"schema": 1, "a": null, "b": "inf"}'
    """
    made = plain({"schema": SCHEMA, **document})
    return json_safe(json.dumps(made, allow_nan=False, ensure_ascii=False))


def plain(value: Any) -> Any:
    """Turn arrays, fractions and special floats into what JSON knows."""
    kind = type(value)
    if kind in _AS_THEY_ARE:  # nearly all; to match a class of others takes much longer
        return value
    if kind is float:
        return _float(value)
    match value:
        case Mapping():
            return {str(key): plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [plain(entry) for entry in value]
        case np.ndarray():
            return plain(value.tolist())
        case np.generic():
            return plain(value.item())
        case Fraction():
            return number_text(value)
        case float():
            return _float(value)
    return value


def _float(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value + 0.0  # no negative zero
