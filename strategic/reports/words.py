"""How numbers are put into words."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from strategic.games.matrix import number_text


def number(value: Any) -> float:
    """Take the number of a single point out of an array."""
    return float(np.asarray(value).reshape(()))


def chance(value: float) -> str:
    """Write a probability with two digits, never rounding a doubt away.

    Examples
    --------
    >>> chance(0.5006), chance(0.9999), chance(1.0)
    ('0.50', 'over 0.99', '1.00')
    """
    if 0.995 <= value < 1:
        return "over 0.99"
    if 0 < value < 0.005:
        return "under 0.01"
    return f"{value:.2f}"


def amount(value: float) -> str:
    """Write a payoff or a measure as short as it can be read.

    Examples
    --------
    >>> amount(0.109746), amount(float("inf")), amount(float("nan"))
    ('0.11', 'unbounded', 'undefined')
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "unbounded" if value > 0 else "minus infinity"
    return f"{value:.3g}"


def patience(value: float) -> str:
    """Write a critical discount factor; infinity means that none is enough.

    Examples
    --------
    >>> patience(0.5), patience(float("inf"))
    ('0.5', 'none suffices')
    """
    return "none suffices" if value == math.inf else amount(value)


def first_up(sentence: str) -> str:
    """Start a sentence with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


def measured_text(value: Any) -> str:
    """Write what was measured: one value, or the values at both ends of a range."""
    if isinstance(value, list | tuple):
        return " to ".join(measured_text(part) for part in value)
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return "undefined"
    return value if isinstance(value, str) else number_text(float(value))


def spoken(label: object) -> str:
    """Write a label as words.

    Examples
    --------
    >>> spoken("at_or_above")
    'at or above'
    """
    return str(label).replace("_", " ")


def measure_words(name: str) -> str:
    """Write the name of a measure as words, what it is taken at or of included.

    Examples
    --------
    >>> measure_words("regime_at@2010Q1"), measure_words("support@best-welfare")
    ('regime at 2010Q1', 'support (best-welfare)')
    >>> measure_words("payoff.first")
    'payoff first'
    """
    base, _, place = name.partition("@")
    words = spoken(base.replace(".", " "))
    if not place:
        return words
    return f"{words} {place}" if words.endswith(" at") else f"{words} ({place})"


def short_meaning(meaning: str) -> str:
    """Take a meaning up to its first remark, to stand within a sentence.

    Examples
    --------
    >>> short_meaning("Alignment of the two targets (-1 opposed, 1 the same)")
    'alignment of the two targets'
    >>> short_meaning("GDP of the province; per head")
    'GDP of the province'
    """
    short = re.split(r" \(|[;:,.](?: |$)", meaning, maxsplit=1)[0].strip()
    return short if short[1:2].isupper() else short[:1].lower() + short[1:]
