"""Results of many numbers, shown in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from strategic.status import Status

Kind = TypeVar("Kind", bound=type[Any])
_LISTED = 4
_LONGEST = 96
_LONGEST_FIELD = 60


def in_one_line(kind: Kind) -> Kind:
    """Give a dataclass of arrays a one-line ``repr``: its fields by name, long arrays by range.

    Stands above ``@dataclass``. What does not fit the line is left out.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @in_one_line
    ... @dataclass
    ... class Found:
    ...     share: np.ndarray
    ...     status: np.ndarray
    >>> Found(np.linspace(0, 1, 9), np.array([6] * 8 + [7]))
    <Found: share 0 to 1 (9), status ok 8, invalid 1>
    >>> Found(np.array(0.25), np.array(6))
    <Found: share 0.25, status ok>
    """

    def shown(self: Any) -> str:
        head, parts = f"<{type(self).__name__}: ", []
        for entry in fields(self):
            text = _value_text(getattr(self, entry.name), is_status="status" in entry.name)
            if text and len(text) <= _LONGEST_FIELD:
                parts.append(f"{entry.name} {text}")
        line = ", ".join(parts)
        while len(head) + len(line) >= _LONGEST and len(parts) > 1:
            # The last field is the status of most results: it stays.
            parts = [*parts[: len(parts) - 2], parts[-1]]
            line = ", ".join([*parts[:-1], "...", parts[-1]])
        return f"{head}{line}>"

    kind.__repr__ = shown  # type: ignore[assignment]
    return kind


def _value_text(value: Any, *, is_status: bool) -> str:
    """Write a field; nothing where there is nothing to say."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        if value and isinstance(value[0], str | int | float):
            return _list_text([str(entry) for entry in value])
        return f"({len(value)})"
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "biuf":
        text = repr(value)
        return "" if "\n" in text else text
    if is_status:
        labels = Counter(Status(int(code)).label for code in numbers.flat)
        if numbers.ndim == 0:
            return next(iter(labels))
        return ", ".join(f"{label} {count}" for label, count in labels.items())
    return _numbers_text(numbers)


def _list_text(words: list[str]) -> str:
    return f"[{' '.join(words)}]" if len(words) <= _LISTED else f"({len(words)})"


def _numbers_text(numbers: Any) -> str:
    if numbers.ndim == 0:
        return _number_text(numbers)
    if numbers.ndim == 1 and numbers.size <= _LISTED:
        return _list_text([_number_text(number) for number in numbers])
    shape = "x".join(map(str, numbers.shape))
    if numbers.dtype.kind == "b":
        return f"true for {int(numbers.sum())} of {numbers.size}"
    known = numbers[~np.isnan(numbers)] if numbers.dtype.kind == "f" else numbers
    if not known.size:
        return f"undefined ({shape})" if numbers.size else f"({shape})"
    low, high = _number_text(known.min()), _number_text(known.max())
    return f"{low} ({shape})" if low == high else f"{low} to {high} ({shape})"


def _number_text(number: Any) -> str:
    return str(bool(number)) if number.dtype.kind == "b" else f"{number:.4g}"
