"""Read LaTeX: from the characters of a formula to what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from strategic.latex import _commands as known
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

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|\s+|.", re.DOTALL)
_ENDS = frozenset({"}", "&", "\\\\", "\\right", "\\end"})
"""What ends a row without belonging to it."""
_DEPTH = 60
"""How deep one thing may stand in another: more than anybody can read,
and less than the stack holds."""


@lru_cache(maxsize=4096)  # one report asks hundreds of times for a few dozen formulas
def read(formula: str) -> Row:
    r"""Read a formula.

    Parameters
    ----------
    formula : str
        LaTeX, without dollar signs.

    Raises
    ------
    ValueError
        Where a command is not known, or what is opened is not closed.

    Examples
    --------
    >>> read("x^2").items[0].above
    Number(shown='2')
    """
    reader = _Reader(formula)
    row = reader.row()
    if reader.next is not None:
        raise ValueError(f"nothing was opened that {reader.next!r} could end: {formula}")
    return row


class _Reader:
    """A formula and how far it is read."""

    def __init__(self, formula: str) -> None:
        self.tokens = _TOKEN.findall(formula)
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str:
        token = self.next
        if token is None:
            raise ValueError("an argument is missing")
        self.at += 1
        return token

    def skip_space(self) -> None:
        while self.next is not None and self.next.isspace():
            self.at += 1

    def row(self, *, until: str = "") -> Row:
        """Read up to what ends a row, or to ``until``, which is left."""
        items: list[Node] = []
        displayed = False
        while (token := self.next) is not None and token not in _ENDS and token != until:
            if token == "\\displaystyle":  # noqa: S105 - no password
                self.at += 1
                displayed = True
            elif token in ("^", "_", "'"):
                items.append(self.scripts(items.pop() if items else Row(())))
            else:
                items.append(self.one(digits=True))
                self.glue_scripts()
        return Row(tuple(items), displayed=displayed)

    def glue_scripts(self) -> None:
        """Leave out spaces before a script, which LaTeX leaves out too."""
        ahead = self.at
        while ahead < len(self.tokens) and self.tokens[ahead].isspace():
            ahead += 1
        if ahead < len(self.tokens) and self.tokens[ahead] in ("^", "_", "'"):
            self.at = ahead

    def scripts(self, base: Node) -> Script:
        script = Script(base)
        while (mark := self.next) in ("^", "_", "'"):
            self.at += 1
            if mark == "'":
                script = replace(script, primes=script.primes + 1)
                continue
            side = "below" if mark == "_" else "above"
            if getattr(script, side) is not None:
                raise ValueError(f"two scripts stand {side} one thing; put braces around one")
            found = self.argument()
            script = replace(script, below=found) if mark == "_" else replace(script, above=found)
            self.glue_scripts()
        return script

    def argument(self) -> Node:
        self.skip_space()
        if self.next in _ENDS or self.next in ("^", "_"):
            raise ValueError("an argument is missing")
        return self.one()

    def one(self, *, digits: bool = False) -> Node:
        """Read one thing with its arguments; ``digits``: a number may have more than one."""
        self.depth += 1
        if self.depth > _DEPTH:
            raise ValueError(f"braces, fences and arguments are more than {_DEPTH} deep")
        found = self.token(self.take(), digits=digits)
        self.depth -= 1
        return found

    def token(self, token: str, *, digits: bool) -> Node:
        if token == "{":  # noqa: S105 - no password
            inside = self.row()
            self.close("}")
            return replace(inside, grouped=True)
        if token.isspace():
            return Space()
        if token.isdigit():
            while digits and self.next is not None and self.in_number():
                token += self.take()
            return Number(token)
        if token == "~":  # noqa: S105 - no password
            return Space(known.SPACES["~"])
        if token in "()[]|":  # noqa: S105 - no password
            return Fence(token)
        if token.startswith("\\"):
            return self.command(token[1:])
        return Letter(token) if token.isalpha() else Sign(token)

    def in_number(self) -> bool:
        """Whether a digit follows, or a point and a digit."""
        after = self.tokens[self.at : self.at + 2]
        return after[0].isdigit() or (after[0] == "." and after[1:] != [] and after[1].isdigit())

    def close(self, token: str) -> None:
        if self.next != token:
            raise ValueError(f"{token!r} is missing before {self.next or 'the end'!r}")
        self.at += 1

    def command(self, name: str) -> Node:
        if (simple := _simple(name)) is not None:
            return simple
        if name not in _WITH_ARGUMENTS:
            raise ValueError(f"no such command here: \\{name}")
        return _WITH_ARGUMENTS[name](self, name)

    def option(self) -> Node | None:
        self.skip_space()
        if self.next != "[":
            return None
        self.at += 1
        inside = self.row(until="]")
        self.close("]")
        return inside

    def raw(self) -> str:
        """Read an argument as it is typed."""
        self.skip_space()
        self.close("{")
        depth, parts = 1, []
        while depth:
            token = self.take()
            depth += {"{": 1, "}": -1}.get(token, 0)
            parts.append(token)
        escaped = {f"\\{sign}": sign for sign in "%_&#$ {}"}
        return "".join(escaped.get(part, part) for part in parts[:-1])

    def fence(self) -> str:
        self.skip_space()
        token = self.take()
        if token not in known.FENCES:
            raise ValueError(f"{token!r} is no fence")
        return known.FENCES[token]

    def rows(self) -> tuple[tuple[Node, ...], ...]:
        rows: list[list[Node]] = [[self.row()]]
        while self.next in ("&", "\\\\"):
            mark = self.take()
            if mark == "&":
                rows[-1].append(self.row())
            else:
                self.option()  # how far apart two rows stand
                rows.append([self.row()])
        if not any(_visible(cell) for cell in rows[-1]) and len(rows) > 1:
            rows.pop()
        return tuple(tuple(row) for row in rows)


def _simple(name: str) -> Node | None:
    """Read a command without arguments."""
    if name in known.LETTERS:
        return Letter(known.LETTERS[name])
    if name in known.FUNCTIONS:
        return Name(name, "function")
    for table, kind in (("LIMITS", "limit"), ("LARGE", "large"), ("INTEGRALS", "integral")):
        if name in getattr(known, table):
            return Name(getattr(known, table)[name], kind)  # type: ignore[arg-type]
    if name in known.SIGNS:
        return Sign(known.SIGNS[name], name)
    if f"\\{name}" in known.FENCES:
        return Fence(known.FENCES[f"\\{name}"])
    if name in known.SPACES:
        return Space(known.SPACES[name])
    return Row(()) if name in known.IGNORED else None


def _in_alphabet(node: Node, alphabet: str) -> Node:
    """Put letters into an alphabet; several in a row are one word."""
    match node:
        case Letter():
            return replace(node, alphabet=alphabet)
        case Row(items) if items and all(isinstance(i, Letter | Space | Number) for i in items):
            word = "".join(" " if isinstance(i, Space) else i.shown for i in items)  # type: ignore[union-attr]
            return Letter(word, alphabet)
        case Row():
            return replace(node, items=tuple(_in_alphabet(item, alphabet) for item in node.items))
        case Script():
            return replace(node, base=_in_alphabet(node.base, alphabet))
        case _:
            return node


def _struck(node: Node) -> Node:
    if not isinstance(node, Sign):
        raise ValueError("only a relation can be negated with \\not")  # noqa: TRY004 - of a text
    return Sign(f"{node.shown}\u0338", f"not {node.command}")


def _visible(node: Node) -> bool:
    return not (isinstance(node, Row) and all(isinstance(item, Space) for item in node.items))


def _fraction(reader: _Reader, name: str) -> Node:
    return Fraction(reader.argument(), reader.argument(), displayed=name == "dfrac")


def _binomial(reader: _Reader, _name: str) -> Node:
    return Fenced("(", Fraction(reader.argument(), reader.argument(), bar=False), ")")


def _root(reader: _Reader, _name: str) -> Node:
    degree = reader.option()
    return Root(reader.argument(), degree)


def _stacked(reader: _Reader, name: str) -> Node:
    small = reader.argument()
    return Stacked(reader.argument(), small, over=name != "underset")


def _operator(reader: _Reader, _name: str) -> Node:
    limits = reader.next == "*"
    reader.at += limits
    words = reader.raw().replace("\\,", " ").replace("\\", "")
    return Name(words, "limit" if limits else "function")


def _fenced(reader: _Reader, _name: str) -> Node:
    left = reader.fence()
    inside = reader.row()
    reader.close("\\right")
    return Fenced(left, inside, reader.fence())


def _table(reader: _Reader, _name: str) -> Node:
    name = reader.raw()
    if name not in known.TABLES:
        raise ValueError(f"no such environment here: {name}")
    columns = "".join(one for one in reader.raw() if one in "lcr") if name == "array" else ""
    rows = reader.rows()
    reader.close("\\end")
    if reader.raw() != name:
        raise ValueError(f"{name} is not ended")
    return Table(name, rows, columns)


def _substack(reader: _Reader, name: str) -> Node:
    reader.skip_space()
    reader.close("{")
    rows = reader.rows()
    reader.close("}")
    return Table(name, rows)


def _modulo(reader: _Reader, name: str) -> Node:
    if name == "bmod":
        return Sign("mod", name)
    return Fenced("(", Row((Name("mod", "function"), Space(1 / 3), reader.argument())), ")")


_WITH_ARGUMENTS: dict[str, Callable[[_Reader, str], Node]] = {
    **dict.fromkeys(("frac", "tfrac", "dfrac"), _fraction),
    **dict.fromkeys(("binom", "tbinom", "dbinom"), _binomial),
    **dict.fromkeys(("overset", "stackrel", "underset"), _stacked),
    **dict.fromkeys((*known.ACCENTS, *known.BRACES), lambda r, name: Accent(r.argument(), name)),
    **dict.fromkeys(known.TEXTS, lambda r, _: Text(r.raw())),
    **dict.fromkeys(known.ALPHABETS, lambda r, name: _in_alphabet(r.argument(), name)),
    **dict.fromkeys(known.SIZES, lambda r, name: Fence(r.fence(), known.SIZES[name])),
    **dict.fromkeys(("pmod", "bmod"), _modulo),
    "sqrt": _root,
    "operatorname": _operator,
    "left": _fenced,
    "middle": lambda r, _: Fence(r.fence(), STRETCHED),
    "begin": _table,
    "substack": _substack,
    "not": lambda r, _: _struck(r.one()),
}
"""What reads a command whose arguments follow."""
