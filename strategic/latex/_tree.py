"""What a formula is made of, once it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

STRETCHED = -1.0
"""Scale of a fence that is as high as what stands around it."""


@dataclass(frozen=True)
class Letter:
    """What stands for a quantity: a letter, or a word in one alphabet, such as ``mathbf``."""

    shown: str
    alphabet: str = ""


@dataclass(frozen=True)
class Number:
    """Digits, with a point or without."""

    shown: str


@dataclass(frozen=True)
class Sign:
    """A relation, an arrow or an operation: as it is shown, and the command that wrote it."""

    shown: str
    command: str = ""


@dataclass(frozen=True)
class Name:
    """A function, a large operator or a limit, by the name and kind of its command."""

    shown: str
    kind: Literal["function", "limit", "large", "integral"]


@dataclass(frozen=True)
class Space:
    """Room between two things: as typed (0), or of a width in letters."""

    width: float = 0.0


@dataclass(frozen=True)
class Text:
    """Words."""

    shown: str


@dataclass(frozen=True)
class Row:
    """One thing after the other; ``grouped`` where braces hold them together."""

    items: tuple[Node, ...]
    grouped: bool = False
    displayed: bool = False


@dataclass(frozen=True)
class Script:
    """Something with what stands below and above it."""

    base: Node
    below: Node | None = None
    above: Node | None = None
    primes: int = 0


@dataclass(frozen=True)
class Fraction:
    """One thing over another; ``bar`` is missing in a binomial coefficient."""

    over: Node
    under: Node
    bar: bool = True
    displayed: bool = False


@dataclass(frozen=True)
class Root:
    """A root of any degree, the second where none is named."""

    inside: Node
    degree: Node | None = None


@dataclass(frozen=True)
class Accent:
    """A mark over or under something."""

    inside: Node
    command: str


@dataclass(frozen=True)
class Stacked:
    """A small thing over or under another."""

    base: Node
    small: Node
    over: bool


@dataclass(frozen=True)
class Fenced:
    """What ``left`` and ``right`` enclose; a fence may be missing on a side."""

    left: str
    inside: Node
    right: str


@dataclass(frozen=True)
class Fence:
    """A fence on its own, ``scale`` times as high as a letter; 0: as typed; or `STRETCHED`."""

    shown: str
    scale: float = 0.0


@dataclass(frozen=True)
class Table:
    """An environment: rows of cells; ``columns`` says how each is placed (l, c, r)."""

    name: str
    rows: tuple[tuple[Node, ...], ...]
    columns: str = ""


Node: TypeAlias = (
    Letter | Number | Sign | Name | Space | Text | Row | Script | Fraction | Root | Accent
    | Stacked | Fenced | Fence | Table
)  # fmt: skip
