"""A formula in MathML, which browsers show without a script."""

from __future__ import annotations

from html import escape

from strategic.latex import _commands as known
from strategic.latex._reading import read
from strategic.latex._tree import (
    STRETCHED,
    Accent,
    Fence,
    Fenced,
    Fraction,
    Letter,
    Name,
    Node,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Stacked,
    Table,
    Text,
)

_PREFIX = '<mo form="prefix" lspace="0" rspace="0">'
_APPLY = "<mo>&#8289;</mo>"
"""The sign between a function and what it is applied to; it takes no room."""
_OPENING, _CLOSING = "([{⟨⌊⌈", ")]}⟩⌋⌉"
_FIRST = {"mathbf": 0x1D400, "boldsymbol": 0x1D400, "mathcal": 0x1D49C, "mathscr": 0x1D49C,
          "mathfrak": 0x1D504, "mathbb": 0x1D538, "mathsf": 0x1D5A0, "mathtt": 0x1D670}  # fmt: skip
"""Where the capital A of every alphabet stands in Unicode; small letters follow the capitals."""
_ELSEWHERE = {
    "mathcal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "mathscr": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "mathfrak": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "mathbb": {**dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)), "1": "𝟙"},
}
"""Letters of these alphabets that Unicode had before."""
_DIGITS = {"mathbf": 0x1D7CE, "boldsymbol": 0x1D7CE, "mathbb": 0x1D7D8}
_BOLD_GREEK = {"Α": 0x1D6A8, "α": 0x1D6C2}
_LINES = {"overline": "border-top:0.05em solid;padding-top:0.1em",
          "underline": "border-bottom:0.05em solid;padding-bottom:0.1em"}  # fmt: skip
_PLACES = {"l": "left", "c": "center", "r": "right"}


def mathml(formula: str, *, block: bool = False) -> str:
    r"""Write a formula as a ``math`` element.

    Parameters
    ----------
    formula : str
        LaTeX, without dollar signs.
    block : bool
        Whether it stands on a line of its own, where limits stand over and under their operators.

    Returns
    -------
    str
        Safe to put into a page: all text is escaped.

    Raises
    ------
    ValueError
        Where a command is not known here, or what is opened is not closed.

    Examples
    --------
    >>> mathml(r"x_i = \frac{1}{2}")  # doctest: +NORMALIZE_WHITESPACE
    '<math><msub><mi>x</mi><mi>i</mi></msub><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>'
    """
    inside = _row(read(formula).items)
    return f'<math display="block">{inside}</math>' if block else f"<math>{inside}</math>"


def _written(node: Node) -> str:  # noqa: PLR0912, C901 - one per kind
    match node:
        case Letter():
            return _letter(node)
        case Number(shown):
            return f"<mn>{shown}</mn>"
        case Sign(shown):
            return _sign(shown)
        case Name(shown, kind):
            return _name(shown, kind)
        case Space(width):
            return f'<mspace width="{width:.3g}em"/>' if width else ""
        case Text(shown):
            return f"<mtext>{_kept(shown)}</mtext>"
        case Row(items, _, displayed):
            inside = f"<mrow>{_row(items)}</mrow>" if len(items) != 1 else _row(items)
            return f'<mstyle displaystyle="true">{inside}</mstyle>' if displayed else inside
        case Script():
            return _script(node)
        case Fraction(over, under, bar, displayed):
            rule = "" if bar else ' linethickness="0"'
            inside = f"<mfrac{rule}>{_one(over)}{_one(under)}</mfrac>"
            return f'<mstyle displaystyle="true">{inside}</mstyle>' if displayed else inside
        case Root(inside, None):
            return f"<msqrt>{_one(inside)}</msqrt>"
        case Root(inside, degree):
            return f"<mroot>{_one(inside)}{_one(degree)}</mroot>"
        case Accent(inside, command):
            return _accent(inside, command)
        case Stacked(base, small, over):
            element = "mover" if over else "munder"
            return f"<{element}>{_one(base)}{_one(small)}</{element}>"
        case Fenced(left, inside, right):
            around = _stretched(left, "prefix"), _stretched(right, "postfix")
            return f"<mrow>{around[0]}{_one(inside)}{around[1]}</mrow>"
        case Fence(shown, scale):
            return _fence(shown, scale)
        case Table():
            return _table(node)


def _row(items: tuple[Node, ...]) -> str:
    """Write one thing after the other, and a little room after the name of a function."""
    parts: list[str] = []
    shown = [item for item in items if not (isinstance(item, Space) and not item.width)]
    for number, item in enumerate(shown):
        prefix = isinstance(item, Sign) and item.shown in "+-" and _opens(shown[:number])
        parts.append(_written(item).replace("<mo>", _PREFIX) if prefix else _written(item))
        if _is_function(item) and number + 1 < len(shown):
            after = shown[number + 1]
            enclosed = isinstance(after, Fence | Fenced)
            parts.append(_APPLY if enclosed else f'{_APPLY}<mspace width="0.167em"/>')
    return "".join(parts)


def _opens(before: list[Node]) -> bool:
    """Whether a sign that comes next is that of a number, and stands between no two terms."""
    last = next((item for item in reversed(before) if not isinstance(item, Space)), None)
    opening = isinstance(last, Fence) and last.shown in _OPENING
    return last is None or opening or isinstance(last, Sign) or _is_function(last)


def _is_function(node: Node) -> bool:
    base = node.base if isinstance(node, Script) else node
    return isinstance(base, Name) and base.kind in ("function", "limit")


def _one(node: Node | None) -> str:
    """Write what stands where exactly one element must."""
    text = _written(node) if node is not None else ""
    return text or "<mrow></mrow>"


def _letter(node: Letter) -> str:
    shown, alphabet = node.shown, node.alphabet
    if alphabet in _FIRST:
        shown = "".join(_in_alphabet(one, alphabet) for one in shown)
    upright = alphabet == "mathrm" or shown in ("∞", "∅", "⊤", "⊥")
    style = ' mathvariant="normal"' if upright and len(shown) == 1 else ""
    if shown.isdigit():
        return f"<mn>{shown}</mn>"
    return f"<mi{style}>{_kept(shown)}</mi>"


def _in_alphabet(one: str, alphabet: str) -> str:
    elsewhere = _ELSEWHERE.get(alphabet, {})
    if one in elsewhere:
        return elsewhere[one]
    if one.isascii() and one.isalpha():
        place = ord(one) - ord("A") if one.isupper() else ord(one) - ord("a") + 26
        return chr(_FIRST[alphabet] + place)
    if one.isascii() and one.isdigit() and alphabet in _DIGITS:
        return chr(_DIGITS[alphabet] + int(one))
    for first, bold in _BOLD_GREEK.items():
        if alphabet in ("mathbf", "boldsymbol") and 0 <= ord(one) - ord(first) < 25:
            return chr(bold + ord(one) - ord(first))
    return one


def _sign(shown: str) -> str:
    if shown == "-":
        return "<mo>−</mo>"
    if shown == "/":
        return '<mo lspace="0" rspace="0">/</mo>'
    if shown in ("…", "⋯", "⋮", "⋱", "′", "%", "$", "#", "&"):
        return f"<mi>{escape(shown)}</mi>"
    return f"<mo>{escape(shown)}</mo>"


def _name(shown: str, kind: str) -> str:
    if kind == "integral":
        return f"<mo>{shown}</mo>"
    if kind == "large":
        return f'<mo movablelimits="true">{shown}</mo>'
    style = ' mathvariant="normal"' if len(shown) == 1 else ""
    return f"<mi{style}>{_kept(shown)}</mi>"


def _script(node: Script) -> str:
    base, below = _base(node.base), node.below
    above = "".join([*["<mo>′</mo>"] * node.primes, _written(node.above) if node.above else ""])
    if node.primes and (node.primes > 1 or node.above):
        above = f"<mrow>{above}</mrow>"
    over = isinstance(node.base, Name) and node.base.kind in ("limit", "large")
    over = over or (isinstance(node.base, Accent) and node.base.command in known.BRACES)
    both, low, high = ("munderover", "munder", "mover") if over else ("msubsup", "msub", "msup")
    if below is not None and above:
        return f"<{both}>{base}{_one(below)}{above}</{both}>"
    if below is not None:
        return f"<{low}>{base}{_one(below)}</{low}>"
    return f"<{high}>{base}{above or '<mrow></mrow>'}</{high}>"


def _base(node: Node) -> str:
    if isinstance(node, Name) and node.kind == "limit":  # room for what stands below it
        return f'<mo movablelimits="true" lspace="0" rspace="0">{_kept(node.shown)}</mo>'
    return _one(node)


def _accent(inside: Node, command: str) -> str:
    if command in known.BRACES:
        element, mark = command.removesuffix("brace"), known.BRACES[command]
        return f'<m{element}>{_one(inside)}<mo stretchy="true">{mark}</mo></m{element}>'
    if command in _LINES:
        return f'<mrow style="{_LINES[command]}">{_one(inside)}</mrow>'
    # As an accent, a mark of this size would be drawn into the letter by Chromium.
    stretch = "true" if command.startswith(("wide", "over")) else "false"
    mark = escape(known.ACCENTS[command][1])
    return f'<mover>{_one(inside)}<mo stretchy="{stretch}">{mark}</mo></mover>'


def _stretched(shown: str, form: str) -> str:
    """Write a fence as high as what it encloses."""
    if not shown:
        return ""
    return f'<mo form="{form}" fence="true" stretchy="true">{escape(shown)}</mo>'


def _fence(shown: str, scale: float) -> str:
    if not shown:
        return ""
    if scale == STRETCHED:
        return _stretched(shown, "infix")
    form = "prefix" if shown in _OPENING else "postfix" if shown in _CLOSING else "infix"
    room = ' lspace="0" rspace="0"' if form == "infix" else ""
    if not scale:
        return f'<mo form="{form}" stretchy="false"{room}>{escape(shown)}</mo>'
    size = f'minsize="{scale}em" maxsize="{scale}em"'
    return f'<mo form="{form}" stretchy="true" {size}{room}>{escape(shown)}</mo>'


def _table(node: Table) -> str:
    left, right = known.TABLE_FENCES.get(node.name, ("", ""))
    display = ' displaystyle="true"' if node.name not in ("substack", "smallmatrix") else ""
    if node.name.endswith(("matrix", "cases", "array")):
        display = ""
    rows = []
    for row in node.rows:
        cells = (_cell(node, number, cell) for number, cell in enumerate(row))
        rows.append(f"<mtr>{''.join(cells)}</mtr>")
    table = f"<mtable{display}>{''.join(rows)}</mtable>"
    if not left and not right:
        return table
    return f"<mrow>{_stretched(left, 'prefix')}{table}{_stretched(right, 'postfix')}</mrow>"


def _cell(node: Table, number: int, cell: Node) -> str:
    """Write a cell; lines that are aligned meet where their second column begins."""
    place, style = "center", []
    if node.name in ("aligned", "align", "align*", "split"):
        place = "right" if number % 2 == 0 else "left"
        style = ["padding-left:0" if number % 2 else "padding-right:0"]
    elif node.name in ("cases", "dcases"):
        place = "left"
    elif node.columns[number : number + 1]:
        place = _PLACES[node.columns[number]]
    if place != "center":
        # Chromium aligns what stands in a cell only by the name it gave to this itself.
        style += [f"text-align:{place}", f"text-align:-webkit-{place}"]
    attribute = f' style="{";".join(style)}"' if style else ""
    return f"<mtd{attribute}>{_written(cell)}</mtd>"


def _kept(text: str) -> str:
    """Escape text; spaces at its ends are kept."""
    return escape(text).replace(" ", "\u00a0") if text != text.strip() else escape(text)
