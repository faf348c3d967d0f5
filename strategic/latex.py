r"""Formulas: LaTeX as papers and pages show it, and the same in one line of plain text.

A formula is written once, as LaTeX, where the thing it defines is registered.
Only the commands named here are known, so that a terminal can always show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""Greek letters by the names that LaTeX gives them."""
_SIGNS = {
    "le": " ≤ ", "ge": " ≥ ", "ne": " ≠ ", "approx": " ≈ ", "in": " in ", "iff": " if and only if ",
    "to": " → ", "mapsto": " ↦ ", "times": " × ", "cdot": " · ", "pm": " ± ", "infty": "∞",
    "sum": "Σ", "prod": "Π", "int": "∫", "partial": "∂", "mid": " | ", "ldots": "...",
    "cdots": "...", "dots": "...", "land": " and ", "lor": " or ", "cup": " ∪ ", "emptyset": "∅",
    "max": "max", "min": "min", "arg": "arg ", "log": "log", "ln": "ln", "exp": "exp", "Pr": "Pr",
    "lfloor": "floor(", "rfloor": ")", "lceil": "ceil(", "rceil": ")", "det": "det", "ell": "l",
    "quad": "  ", "qquad": "    ", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "{": "{",
    "}": "}", "%": "%", "_": "_", "&": "&", "|": "‖", "left": "", "right": "", "bigl": "",
    "bigr": "", "displaystyle": "", "sup": "sup", "inf": "inf", "circ": "∘", "prime": "'",
    "forall": "for all ", "exists": "there is ", "neg": "not ", "setminus": " \\ ", "sim": " ~ ",
}  # fmt: skip
_ACCENTS = {"bar": "\u0304", "hat": "\u0302", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
_UPRIGHT = ("text", "mathrm", "operatorname", "mathbf", "mathit", "mathbb", "mathcal")
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}^_&]|\s+|.", re.DOTALL)
_SIMPLE = re.compile(r"\*|[\w.'∞\u0300-\u036f]*")


def plain(formula: str) -> str:
    r"""Write a formula as one line of text.

    Parameters
    ----------
    formula : str
        LaTeX, without dollar signs.

    Raises
    ------
    ValueError
        Where a command is not known here, or a brace is missing.

    Examples
    --------
    >>> plain(r"\delta_i \ge \frac{T_i - R_i}{(1-h)(T_i - P_i)}")
    'δ_i ≥ (T_i - R_i)/((1-h)(T_i - P_i))'
    """
    tokens = _TOKEN.findall(formula)
    text, end = _group(tokens, 0)
    if end < len(tokens):
        raise ValueError(f"a closing brace without an opening one: {formula}")
    return " ".join(text.split())


def _group(tokens: list[str], at: int) -> tuple[str, int]:
    """Read up to the end, or to a closing brace, which is left."""
    parts: list[str] = []
    while at < len(tokens) and tokens[at] != "}":
        text, at = _one(tokens, at)
        parts.append(text)
    return "".join(parts), at


def _one(tokens: list[str], at: int) -> tuple[str, int]:
    """Read one token with its arguments: the text, and where the next one begins."""
    token, at = tokens[at], at + 1
    if token == "{":  # noqa: S105 - no password
        text, at = _group(tokens, at)
        if at == len(tokens):
            raise ValueError("a brace is not closed")
        return text, at + 1
    if token in ("^", "_"):
        text, at = _argument(tokens, at)
        return f"{token}{_whole(text)}", at
    if token == "&":  # noqa: S105 - no password
        return " ", at
    if not token.startswith("\\"):
        return (" " if token.isspace() else token), at
    return _command(token[1:], tokens, at)


def _command(name: str, tokens: list[str], at: int) -> tuple[str, int]:
    if name in GREEK:
        return GREEK[name], at
    if name in _SIGNS:
        return _SIGNS[name], at
    if name == "\\":
        return "; ", at
    if name in ("frac", "tfrac", "dfrac"):
        over, at = _argument(tokens, at)
        under, at = _argument(tokens, at)
        return f"{_whole(over)}/{_whole(under)}", at
    if name == "sqrt":
        inside, at = _argument(tokens, at)
        return f"√{_whole(inside)}", at
    if name in _ACCENTS:
        inside, at = _argument(tokens, at)
        return inside + _ACCENTS[name], at
    if name in _UPRIGHT:
        return _argument(tokens, at)
    if name in ("begin", "end"):
        _, at = _argument(tokens, at)  # cases: one after the other
        return "", at
    raise ValueError(f"no such command here: \\{name}")


def _argument(tokens: list[str], at: int) -> tuple[str, int]:
    while at < len(tokens) and tokens[at].isspace():
        at += 1
    if at == len(tokens):
        raise ValueError("an argument is missing")
    text, at = _one(tokens, at)
    return text.strip(), at


def _whole(text: str) -> str:
    """Put parentheses around what is more than one number or name."""
    closed = text.startswith("(") and text.endswith(")") and 0 not in list(_depths(text[:-1]))
    return text if closed or _SIMPLE.fullmatch(text) else f"({text})"


def _depths(text: str) -> Iterator[int]:
    """How many parentheses are open after every character."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        yield depth
