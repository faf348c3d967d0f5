"""The formulas that pages write out, in MathML, by name."""

from __future__ import annotations


def _math(body: str) -> str:
    return f'<math display="block">{body}</math>'


def _sub(name: str, index: str) -> str:
    return f"<msub><mi>{name}</mi><mi>{index}</mi></msub>"


def _eq(left: str, right: str) -> str:
    return f"<mrow>{left}<mo>=</mo>{right}</mrow>"


_X, _R, _B, _C = [_sub(name, "i") for name in "xRbc"]
_THETA = "<msubsup><mi>θ</mi><mi>i</mi><mo>*</mo></msubsup>"
_DELTA = "<msubsup><mi>δ</mi><mi>i</mi><mo>*</mo></msubsup>"
_PLUS, _MINUS = "<mo>+</mo>", "<mo>−</mo>"
_GAIN = f"<mrow>{_B}{_MINUS}{_R}</mrow>"
_SAFE = f"<mo>(</mo><mn>1</mn>{_MINUS}<mi>h</mi><mo>)</mo>"
_THREAT = f"<mo>(</mo><mi>m</mi>{_R}{_PLUS}{_B}{_MINUS}{_R}<mo>)</mo>"

FORMULAS = {
    "incentive": _math(_eq(_X, f"{_R}{_MINUS}{_B}")),
    "threshold": _math(_eq(_THETA, f"<mfrac>{_C}<mrow>{_X}{_PLUS}{_C}</mrow></mfrac>")),
    "critical_discount": _math(_eq(_DELTA, f"<mfrac>{_GAIN}<mrow>{_SAFE}{_THREAT}</mrow></mfrac>")),
    "synergy": _math(
        _eq("<mi>s</mi>", _MINUS.join([_sub("q", "J"), _sub("q", "G"), _sub("q", "O")]))
    ),
}
"""Written where a section asks for them."""
