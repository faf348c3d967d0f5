"""Evaluate formulas as they are written: from LaTeX to numbers, by nothing else of the package.

A formula defines the letter before its equals sign.  Every other letter is a parameter, or defined
by another formula; the subscripts ``i`` and ``j`` are a side and the other one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from strategic.latex import read
from strategic.latex._symbols import is_mark
from strategic.latex._tree import (
    Accent,
    Fence,
    Fenced,
    Fraction,
    Letter,
    Name,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Table,
    Text,
)

SIDES = ("G", "O")
RELATIONS = {
    "=": np.equal, "<": np.less, ">": np.greater, "≤": np.less_equal, "≥": np.greater_equal,
    "≠": np.not_equal,
}  # fmt: skip
CLOSING = {"(": ")", "[": "]", "{": "}", "⌈": "⌉", "⌊": "⌋", "|": "|"}


class DefinitionOnlyError(Exception):
    """A formula that says what something is without saying how to compute it."""


def key(node, bound=()) -> str:
    """Name a letter with its subscript, and with what stands above it unless that is a power."""
    bound = dict(bound)
    match node:
        case Letter(shown, alphabet):
            return f"\\{alphabet} {shown}" if alphabet else bound.get(shown, shown)
        case Number(shown) | Sign(shown) | Text(shown):
            return shown
        case Name(shown):
            return f"\\{shown}"
        case Accent(inside, command):
            return f"{command}({key(inside)})"
        case Row(items):
            return "".join(key(item, bound) for item in items if not isinstance(item, Space))
        case Script(base, below, above, primes):
            name = key(base) + "'" * primes
            if below is not None:
                name += f"_{key(below, bound)}"
            return f"{name}^{key(above, bound)}" if above is not None and is_mark(above) else name
    raise DefinitionOnlyError(node)


def clauses(formula: str) -> list[list]:
    """Take a formula apart where a comma and a wide space stand."""
    parts, items = [[]], [i for i in read(formula).items if not isinstance(i, Space) or i.width]
    for item, after in pairwise((*items, Space())):
        wide = isinstance(after, Space) and after.width >= 1
        if isinstance(item, Sign) and item.shown == "," and wide:
            parts.append([])
        else:
            parts[-1].append(item)
    return [[item for item in part if not isinstance(item, Space)] for part in parts]


@dataclass(frozen=True)
class Definition:
    """What one letter stands for: its formula, its arguments, letters that hold within it."""

    items: list
    arguments: tuple[str, ...] = ()
    within: dict = field(default_factory=dict)
    condition: list | None = None
    word: str = ""


def definition(formula: str) -> tuple[str, Definition]:
    """Read a formula: the letter before its equals sign, empty where it has none, and the rest."""
    first, *others = clauses(formula)
    equal = next((n for n, item in enumerate(first) if is_sign(item, "=")), None)
    named = equal is not None and isinstance(first[0], Letter | Script | Accent)
    left, right = (first[:equal], first[equal + 1 :]) if named else ([Letter("")], first)
    arguments: tuple[str, ...] = ()
    if len(left) > 1:
        if not (isinstance(left[1], Fence) and isinstance(left[-1], Fence)):
            raise DefinitionOnlyError(formula)
        arguments = tuple(key(item) for item in left[2:-1] if not is_sign(item, ","))
    within, condition = {}, None
    for clause in others:
        if isinstance(clause[0], Fraction) and key(clause[0].under) == key(clause[-1]) == "0":
            within["0/0"] = 0
        elif any(is_sign(i, "=") for i in clause) and isinstance(
            clause[0], Letter | Script | Accent
        ):
            name, own = own_definition(clause)
            within[name] = own
        else:
            raise DefinitionOnlyError(formula)
    for number, item in enumerate(right):
        if isinstance(item, Text) and item.shown.strip() == "if":
            right, condition = right[:number], right[number + 1 :]
            break
    if len(right) > 1 and isinstance(right[0], Text) and is_sign(right[1], "⟺"):
        return key(left[0]), Definition(right[2:], arguments, within, None, right[0].shown)
    return key(left[0]), Definition(right, arguments, within, condition)


def own_definition(clause: list) -> tuple[str, Definition]:
    equal = next(n for n, item in enumerate(clause) if is_sign(item, "="))
    left = clause[:equal]
    arguments = tuple(key(item) for item in left[2:-1] if not is_sign(item, ","))
    return key(left[0]), Definition(clause[equal + 1 :], arguments)


def nesting(item) -> int:
    """How many fences an item opens, less those that it closes."""
    item = item.base if isinstance(item, Script) else item
    shown = item.shown if isinstance(item, Fence) else " "
    return (shown in "([{") - (shown in ")]}")


def is_sign(item, shown: str) -> bool:
    return isinstance(item, Sign) and item.shown == shown


class Values:
    """Letters with their values: parameters as arrays, everything else by its formula."""

    def __init__(self, given: dict, definitions: dict[str, Definition], domains: dict) -> None:
        self.given, self.definitions, self.domains = given, definitions, domains
        self.known: dict = {}

    def of(self, name: str, bound: dict, arguments=None):
        """Find the value of a letter; ``bound``: what indices and arguments stand for."""
        if name in bound:
            value = bound[name]
            if isinstance(value, Definition):
                return self.value(value, {**bound, name: None}, arguments or [])
            if value is not None:
                return value
        if name in self.given:
            return self.given[name]
        made = self.find(name)
        if made is None:
            raise DefinitionOnlyError(f"no letter {name}")
        own, sides = made
        if arguments is None and (name not in self.known):
            self.known[name] = self.value(own, sides, [])
        return self.known[name] if arguments is None else self.value(own, sides, arguments)

    def find(self, name: str):
        """Find the definition of a letter, of this side or of any."""
        if name in self.definitions:
            return self.definitions[name], {}
        for side, other in (SIDES, SIDES[::-1]):
            generic = name.replace(f"_{side}", "_i")
            if generic != name and generic in self.definitions:
                return self.definitions[generic], {"i": side, "j": other}
        return None

    def is_function(self, name: str, bound: dict) -> bool:
        if isinstance(bound.get(name), Definition):
            return bool(bound[name].arguments)
        found = self.find(name)
        return name not in self.given and found is not None and bool(found[0].arguments)

    def value(self, own: Definition, bound: dict, arguments: list):
        """Evaluate a definition."""
        inner = {**bound, **own.within, **dict(zip(own.arguments, arguments, strict=True))}
        if isinstance(own.items[0], Table) and own.items[0].name == "pmatrix":
            return self.cell(own, inner, arguments)
        with np.errstate(all="ignore"):
            if own.word:
                return np.where(self.condition(own.items, inner), own.word, "no")
            value = Terms(own.items, self, inner).all()
            if own.condition is not None:
                value = np.where(self.condition(own.condition, inner), value, np.nan)
        return value

    def cell(self, own: Definition, bound: dict, arguments: list):
        """Take the cell of a matrix that two words name, or each point's own."""
        found = None
        for row, action in zip(own.items[0].rows, self.domains["a"], strict=True):
            for entry, reply in zip(row, self.domains["b"], strict=True):
                here = np.equal(arguments[0], action) & np.equal(arguments[1], reply)
                if np.any(here):
                    value = Terms(entry.items, self, bound).all()
                    found = value if found is None else found
                    found = np.where(here, value, found)
        return found

    def condition(self, items: list, bound: dict):
        """Evaluate conditions; names before a comma share the relation that follows."""
        return conditions(items, self, bound)


def conditions(items: list, values: Values, bound: dict):
    parts, depth = [[]], 0
    for item in items:
        depth += nesting(item)
        if is_sign(item, ",") and not depth:
            parts.append([])
        else:
            parts[-1].append(item)
    held, waiting = True, []
    for part in parts:
        relation = next(
            (
                n
                for n, item in enumerate(part)
                if isinstance(item, Sign) and item.shown in RELATIONS
            ),
            None,
        )
        if relation is None:
            waiting.append(part)
            continue
        held = held & Terms(part, values, bound).all()
        for one in waiting:
            held = held & Terms([*one, *part[relation:]], values, bound).all()
        waiting = []
    if waiting:
        raise DefinitionOnlyError(waiting)
    return held


class Terms:
    """A row of a formula, read from left to right."""

    def __init__(self, items, values: Values, bound: dict) -> None:
        self.items = [item for item in items if not isinstance(item, Space)]
        self.values, self.bound, self.at, self.power = values, bound, 0, None

    @property
    def next(self):
        return self.items[self.at] if self.at < len(self.items) else None

    def all(self):
        value = self.either()
        if self.next is not None:
            raise DefinitionOnlyError(f"cannot go on from {self.next}")
        return value

    def either(self):
        value = self.both()
        while is_sign(self.next, "∨") or (
            isinstance(self.next, Text) and self.next.shown.strip() == "or"
        ):
            self.at += 1
            value = value | self.both()
        return value

    def both(self):
        value = self.compared()
        while is_sign(self.next, "∧") or (
            isinstance(self.next, Text) and self.next.shown.strip() == "and"
        ):
            self.at += 1
            value = value & self.compared()
        return value

    def compared(self):
        if is_sign(self.next, "¬"):
            self.at += 1
            return ~np.asarray(self.compared())
        left, held = self.added(), None
        while isinstance(self.next, Sign) and self.next.shown in RELATIONS:
            relation = RELATIONS[self.next.shown]
            self.at += 1
            right = self.added()
            now = relation(left, right)
            held, left = now if held is None else held & now, right
        return left if held is None else held

    def added(self):
        minus = is_sign(self.next, "-")
        self.at += minus
        value = self.multiplied()
        value = -value if minus else value
        while is_sign(self.next, "+") or is_sign(self.next, "-"):
            minus = self.next.shown == "-"
            self.at += 1
            term = self.multiplied()
            value = value - term if minus else value + term
        return value

    def multiplied(self):
        value = self.one()
        while self.next is not None:
            if isinstance(self.next, Sign) and self.next.shown in "×⋅":
                self.at += 1
                value = value * self.one()
            elif is_sign(self.next, "/"):
                self.at += 1
                value = value / self.one()
            elif self.ends():
                break
            else:
                value = value * self.one()
        return value

    def ends(self) -> bool:
        """Whether a factor cannot follow."""
        item = self.next.base if isinstance(self.next, Script) else self.next
        return isinstance(item, Sign | Text) or (isinstance(item, Fence) and item.shown in ")]}⌉⌋")

    def inside(self) -> list:
        """Take what a fence encloses, and remember the power that its end may have."""
        opening, start, depth = self.items[self.at].shown, self.at + 1, 1
        if opening not in CLOSING:
            raise DefinitionOnlyError(opening)
        self.at += 1
        while depth:
            item = self.next
            if item is None:
                raise DefinitionOnlyError("not closed")
            self.power = item.above if isinstance(item, Script) else None
            item = item.base if isinstance(item, Script) else item
            if isinstance(item, Fence) and item.shown == CLOSING[opening]:
                depth -= 1
            elif isinstance(item, Fence) and item.shown == opening:
                depth += 1
            self.at += 1
        return self.items[start : self.at - 1]

    def arguments(self) -> list:
        parts, depth = [[]], 0
        inside = self.inside() if isinstance(self.next, Fence) else self.fenced()
        for item in inside:
            depth += nesting(item)
            if is_sign(item, ",") and not depth:
                parts.append([])
            else:
                parts[-1].append(item)
        return parts

    def fenced(self) -> list:
        node = self.next
        self.at += 1
        self.power = None
        return list(node.inside.items)

    def row(self, node, bound=None):
        items = node.items if isinstance(node, Row) else (node,)
        return Terms(items, self.values, self.bound if bound is None else bound).all()

    def one(self):  # noqa: C901 - one case per kind
        """Evaluate one factor with its power."""
        node = self.next
        if isinstance(node, Script) and not isinstance(node.base, Name):
            return self.scripted(node)
        match node:
            case Number(shown):
                self.at += 1
                return float(shown)
            case Letter("1", "mathbb"):
                self.at += 1
                return 1.0 * conditions(self.inside(), self.values, self.bound)
            case Letter() | Accent():
                self.at += 1
                return self.letter(key(node))
            case Fraction(over, under, True):
                self.at += 1
                top, bottom = self.row(over), self.row(under)
                value = top / np.asarray(bottom)
                both_zero = np.equal(top, 0) & np.equal(bottom, 0)
                return np.where(both_zero, 0.0, value) if self.bound.get("0/0") == 0 else value
            case Root(inside, degree):
                self.at += 1
                return self.row(inside) ** (1 / self.row(degree) if degree else 0.5)
            case Fenced(left, inside):
                self.at += 1
                return self.within(left, list(inside.items))
            case Fence(shown):
                inside, power = self.inside(), self.power
                value = self.within(shown, inside)
                return value if power is None else value ** self.row(power)
            case Row():
                self.at += 1
                return self.row(node)
            case Table(name, rows) if name.endswith("cases"):
                self.at += 1
                return self.cases(rows)
            case Name() | Script():
                return self.named(node)
        raise DefinitionOnlyError(node)

    def indices(self):
        return {name: value for name, value in self.bound.items() if isinstance(value, str)}.items()

    def letter(self, name: str):
        if name == "∞":
            return np.inf
        if self.values.is_function(name, self.bound):
            parts = self.arguments()
            return self.values.of(name, self.bound, [self.argument(part) for part in parts])
        return self.values.of(name, self.bound)

    def argument(self, part: list):
        if len(part) == 1 and isinstance(part[0], Letter):
            name = key(part[0])
            if part[0].alphabet == "mathrm" and name not in self.values.given:
                return part[0].shown
        return Terms(part, self.values, self.bound).all()

    def scripted(self, node: Script):
        """Evaluate a letter with scripts, or a power of something else."""
        self.at += 1
        power = None if node.above is None or is_mark(node.above) else node.above
        if isinstance(node.base, Letter | Accent):
            value = self.letter(key(node, self.indices()))
        elif isinstance(node.base, Fence | Sign | Text):
            raise DefinitionOnlyError(node)
        else:
            value = self.row(node.base)
        return value if power is None else value ** self.row(power)

    def within(self, fence: str, items: list):
        value = Terms(items, self.values, self.bound).all()
        if fence in ("⌈", "⌊"):
            return np.ceil(value) if fence == "⌈" else np.floor(value)
        return np.abs(value) if fence == "|" else value

    def cases(self, rows):
        choices, tests = [], []
        for row in rows:
            own = [item for item in row[0].items if not isinstance(item, Space)]
            words = len(own) == 1 and isinstance(own[0], Text)
            choices.append(own[0].shown if words else self.row(row[0]))
            items = [item for cell in row[1:] for item in cell.items if not isinstance(item, Space)]
            said = items[0].shown.strip()
            if said == "if":
                tests.append(conditions(items[1:], self.values, self.bound))
            elif said == "otherwise":
                tests.append(True)
            else:
                raise DefinitionOnlyError(said)
        shape = np.broadcast_shapes(*(np.shape(one) for one in (*choices, *tests)))
        tests = [np.broadcast_to(one, shape) for one in tests]
        if isinstance(choices[0], str):
            return np.select(
                tests, [np.full(shape, one, dtype=object) for one in choices], default=""
            )
        choices = [np.broadcast_to(np.asarray(one, dtype=float), shape) for one in choices]
        return np.select(tests, choices, default=np.nan)

    def named(self, node):
        """Evaluate a function, or a maximum or sum over something."""
        self.at += 1
        script, name = (node, node.base) if isinstance(node, Script) else (None, node)
        if script is None and name.shown in ("max", "min"):
            values = [Terms(part, self.values, self.bound).all() for part in self.arguments()]
            both = np.maximum if name.shown == "max" else np.minimum
            value, power = both.reduce(np.broadcast_arrays(*values)), self.power
            return value if power is None else value ** self.row(power)
        if name.kind == "function" or name.shown in ("log", "ln", "exp"):
            value = self.one() if isinstance(self.next, Fence | Fenced) else self.multiplied()
            found = {"log": np.log, "ln": np.log, "exp": np.exp}.get(name.shown)
            if found is None:
                raise DefinitionOnlyError(name.shown)
            value = found(value)
            return (
                value if script is None or script.above is None else value ** self.row(script.above)
            )
        if script is None or script.below is None:
            raise DefinitionOnlyError(name.shown)
        return self.over_all(name.shown, script)

    def over_all(self, name: str, script: Script):
        """Evaluate what stands behind for everything that an index ranges over."""
        below = script.below.items if isinstance(script.below, Row) else (script.below,)
        below = [item for item in below if not isinstance(item, Space)]
        index = key(below[0])
        if script.above is not None:
            low, high = Terms(below[2:], self.values, self.bound).all(), self.row(script.above)
            each = [{index: float(k)} for k in range(int(low), int(np.max(high)) + 1)]
        elif index == "i":
            each = [dict(zip("ij", pair, strict=True)) for pair in (SIDES, SIDES[::-1])]
        elif index not in self.values.domains:
            raise DefinitionOnlyError(index)
        else:
            each = [{index: action} for action in self.values.domains[index]]
        start, values, words = self.at, [], []
        for one in each:
            excluded = False
            if len(below) == 3 and below[1].shown == "≠":
                excluded = np.equal(self.argument(below[2:]), one[index])
            self.at = start
            inner = Terms(self.items, self.values, {**self.bound, **one})
            inner.at = start
            values.append(np.where(excluded, -np.inf, inner.multiplied()))
            words.append(one[index])
            self.at = inner.at
        stacked = np.stack(np.broadcast_arrays(*values))
        if name.startswith("arg"):
            best = stacked.argmax(axis=0) if name.endswith("max") else stacked.argmin(axis=0)
            return np.array(words)[best]
        table = {"max": np.max, "min": np.min, "∑": np.sum, "∏": np.prod}
        if name not in table:
            raise DefinitionOnlyError(name)
        return table[name](stacked, axis=0)


def substitutions(formula: str) -> dict[str, Definition]:
    """Read what a formula replaces: the letter before each arrow, and what takes its place."""
    found = {}
    for clause in clauses(formula):
        arrow = next(n for n, item in enumerate(clause) if is_sign(item, "↦"))
        (letter,) = clause[:arrow]
        found[key(letter)] = Definition(clause[arrow + 1 :])
    return found
