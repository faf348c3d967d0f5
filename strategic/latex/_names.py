r"""Names of parameters and shares as symbols: C1 with an index, alpha as the letter."""

from __future__ import annotations

import re

from strategic.latex._commands import GREEK

_ALSO = {"lambda_": "lambda", "lamda": "lambda", "lam": "lambda"}
"""What people write because Python has the word for itself."""
_PARTS = re.compile(r"([A-Za-z]+?)_?(\d+)|([A-Za-z]+_?)_(\w+)|([A-Za-z]+_?)")


def symbol(name: str) -> str:
    r"""Write a name as a symbol in LaTeX.

    Parameters
    ----------
    name : str
        Of a parameter, a share or a measure; dots are underscores.

    Examples
    --------
    >>> print(*map(symbol, ["C1", "alpha", "DeltaC1", "theta_s", "eA", "cost", "fine_high"]))
    C_{1} \alpha \Delta C_{1} \theta_{s} \mathrm{eA} \mathrm{cost} \mathrm{fine}_{\mathrm{high}}
    """
    found = _PARTS.fullmatch(name.replace(".", "_"))
    if found is None:
        return _word(name)
    stem, index = found[1] or found[3] or found[5], found[2] or found[4] or ""
    letter = _letter(stem)
    if letter is None:  # a word with a digit is a word, one with a part after a line is not
        return _word(name) if found[1] or not index else f"{_word(stem)}_{{{_index(index)}}}"
    return f"{letter}_{{{_index(index)}}}" if index else letter


def _letter(stem: str) -> str | None:
    """Write a stem that is one letter, by itself or after a change (Delta)."""
    stem = _ALSO.get(stem, stem)
    if stem in GREEK:
        return f"\\{stem}"
    if stem.startswith("Delta") and len(stem) == len("Delta") + 1:
        return rf"\Delta {stem[-1]}"
    return stem if len(stem) == 1 else None


def _index(text: str) -> str:
    return text if text.isdigit() or len(text) == 1 else _word(text)


def _word(text: str) -> str:
    escaped = text.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"
