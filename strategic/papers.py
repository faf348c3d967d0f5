"""The literature: every paper, book and program that is cited anywhere, registered once.

Docstrings cite in the References sections of numpydoc, word for word as `Paper` writes them.
Results collect from there what stands behind them, so nothing is listed twice.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from pkgutil import resolve_name
from types import CellType, CodeType, FunctionType
from typing import Any, ClassVar

from strategic._version import __version__
from strategic.docstrings import references_of
from strategic.errors import UsageError, nearest

_TEXT = re.compile(r"(?P<authors>.+?) \((?P<year>\d{4})[a-z]?\)[.,] (?P<title>.+?)\.?$")
_PACKAGE = __name__.partition(".")[0]
_TEX = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#"}
"""What stands for something else in LaTeX."""
_CAPITALS = re.compile(r"(?<!^)\b\w*[A-Z]\w*\b")


@dataclass(frozen=True)
class Paper:
    """One paper, book or program.

    Parameters
    ----------
    key : str
        Family names and year, such as ``LemkeHowson1964``.
    authors : tuple of str
        Each as ``Family, G.``.
    year : int
        Of publication; 0 where none is known.
    title : str
        With capitals where the original has them.
    journal, volume, pages : str
        Where an article stands; pages of a chapter too.
    book, publisher : str
        The book that holds a chapter, and who printed it; a book of its own has a publisher only.
    doi, isbn, url : str
        Where it is found, as far as known.

    Examples
    --------
    >>> print(paper("LemkeHowson1964"))
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the
    Society for Industrial and Applied Mathematics 12, 413-423.
    >>> paper("LemkeHowson1964").link
    'https://doi.org/10.1137/0112033'
    """

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    journal: str = ""
    volume: str = ""
    pages: str = ""
    book: str = ""
    publisher: str = ""
    doi: str = ""
    isbn: str = ""
    url: str = ""

    @property
    def venue(self) -> str:
        """Where it was published, as references have it."""
        pages = f", {self.pages}" if self.pages else ""
        if self.journal:
            return f"{self.journal} {self.volume}{pages}"
        return f"In {self.book}{pages}. {self.publisher}" if self.book else self.publisher

    @property
    def link(self) -> str:
        """Where to read it; empty where that is not known."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def bibtex(self) -> str:
        """The entry for a bibliography in LaTeX."""
        kind = "article" if self.journal else "incollection" if self.book else "book"
        kind = kind if self.journal or self.publisher else "misc"
        fields = {
            "author": " and ".join(n if "," in n else f"{{{n}}}" for n in self.authors),
            "title": _CAPITALS.sub(lambda word: f"{{{word[0]}}}", self.title),
            "journal": self.journal,
            "booktitle": self.book,
            "publisher": self.publisher,
            "year": str(self.year or ""),
            "volume": self.volume,
            "pages": self.pages.replace("-", "--"),
        }
        told = {name: _for_tex(value) for name, value in fields.items() if value}
        found = {"doi": self.doi, "isbn": self.isbn, "url": self.url}  # read as they are
        told |= {name: value for name, value in found.items() if value}
        lines = [f"  {name} = {{{value}}}," for name, value in told.items()]
        return "\n".join([f"@{kind}{{{self.key},", *lines, "}"])

    def __str__(self) -> str:
        *others, last = self.authors or ("",)
        names = f"{', '.join(others)} and {last}" if others else last
        head = f"{names} ({self.year}). " if self.year else ""
        return " ".join(f"{head}{self.title}. {self.venue}".strip(" .").split()) + "."


class References(tuple[Paper, ...]):
    """Papers in the order in which they are read, the package first; printed one a paragraph.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]).references()
    >>> found[0].key, found.keys[1]
    ('strategic', 'Nash1951')
    >>> print(found.bibtex.splitlines()[0])
    @misc{strategic,
    """

    __slots__ = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The key of each, as a citation in LaTeX has it."""
        return tuple(one.key for one in self)

    @property
    def text(self) -> str:
        """One paragraph per paper, with its link where it has one."""
        return "\n".join(f"{one} {one.link}".rstrip() for one in self)

    @property
    def bibtex(self) -> str:
        """A bibliography for LaTeX."""
        return "\n\n".join(one.bibtex for one in self) + "\n"

    def _repr_html_(self) -> str:
        from html import escape

        lines = []
        for one in self:
            link = f' <a href="{escape(one.link)}">{escape(one.link)}</a>' if one.link else ""
            lines.append(f"<li>{escape(str(one))}{link}</li>")
        return f"<ul>{''.join(lines)}</ul>"

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class Cited:
    """What has literature behind it: results, whose classes name what makes them.

    Attributes
    ----------
    made_by : tuple of str
        Functions and classes whose docstrings cite, by name where they stand in the module of the
        class, else by their address.

    Examples
    --------
    >>> import strategic as st
    >>> isinstance(st.solve([[1.0]], [[1.0]]), Cited)
    True
    """

    __slots__ = ()
    made_by: ClassVar[tuple[str, ...]] = ()

    def behind(self) -> Iterable[Any]:
        """Name what was in fact used, as `references` takes it: more than the class knows."""
        home = type(self).__module__
        return [name if ":" in name else f"{home}:{name}" for name in self.made_by]

    def references(self) -> References:
        """List the papers behind this result: the package first, then those of what was used.

        They print as text; ``.bibtex`` is a bibliography for LaTeX.
        """
        return references(*self.behind())


def references(*used: Any) -> References:
    """List the papers behind results, functions and classes: the package first, each paper once.

    Parameters
    ----------
    *used : object
        Results; data sets of sweeps; measures and models; functions and classes, whose docstrings
        cite; their addresses such as ``"strategic.equilibria:solve"``; keys of papers; references
        as text.

    Examples
    --------
    >>> import strategic as st
    >>> references(st.repeated.grim_threshold).keys
    ('strategic', 'Friedman1971')
    """
    found = [package(), *(one for thing in used for one in _papers_of(thing))]
    return References({one.key: one for one in found}.values())


def _papers_of(used: Any) -> Iterable[Paper]:
    if isinstance(used, Paper):
        return (used,)
    if isinstance(used, str):
        return _papers_of(resolve_name(used)) if ":" in used and " " not in used else (known(used),)
    if isinstance(used, Cited) and not isinstance(used, type):
        return used.references()
    if hasattr(used, "attrs"):  # a data set of a sweep
        return [known(key) for key in str(used.attrs.get("references", "")).split()]
    return [known(text) for text in references_of(used)]


def reached(*functions: Any) -> list[Any]:
    """Collect functions and all that they use of this package, those that cite only.

    What stands behind a measure is what its function calls. Classes are named, not followed.

    Parameters
    ----------
    *functions : callable or str
        Or their addresses. Partial functions and wrapped ones are looked into.

    Examples
    --------
    >>> from strategic.repeated import enforce
    >>> [one.__name__ for one in reached(enforce)]
    ['enforce', 'value_of_cooperation', 'best_value']
    """
    seen: dict[int, Any] = {}
    functions = tuple(resolve_name(f) if isinstance(f, str) else f for f in functions)
    left = list(reversed(functions))
    while left:
        function = left.pop()
        if isinstance(function, partial):
            left += [*function.keywords.values(), *function.args, function.func]
            continue
        function = getattr(function, "__wrapped__", getattr(function, "__func__", function))
        if not isinstance(function, FunctionType | type) or id(function) in seen:
            continue
        ours = function.__module__.partition(".")[0] == _PACKAGE
        if ours or any(function is one for one in functions):
            seen[id(function)] = function
            left += [] if isinstance(function, type) else reversed([*_used_by(function)])
    return [function for function in seen.values() if references_of(function)]


def _used_by(function: FunctionType) -> Iterator[Any]:
    """Give what a function finds in its closure and among its globals, or imports as it runs."""
    for cell in function.__closure__ or ():
        if cell != CellType():
            yield cell.cell_contents
    for code in _codes(function.__code__):
        spaces = [function.__globals__]
        spaces += [vars(sys.modules[n]) for n in code.co_names if n in sys.modules and "." in n]
        yield from (space[name] for name in code.co_names for space in spaces if name in space)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@cache
def papers() -> dict[str, Paper]:
    """Read the registry: every paper by its key, in alphabetical order.

    Examples
    --------
    >>> papers()["Nash1951"].year
    1951
    """
    import json

    entries = json.loads(Path(__file__).with_name("papers.json").read_text(encoding="utf-8"))
    return {
        key: Paper(key, **{**entry, "authors": tuple(entry["authors"])})
        for key, entry in entries.items()
    }


def package() -> Paper:
    """Give the entry of this package, at the version that is installed.

    Examples
    --------
    >>> package().key
    'strategic'
    """
    title = f"strategic: certified equilibria in bulk, and repeated games, version {__version__}"
    return Paper("strategic", ("The strategic authors",), 2026, title)


def paper(key: str) -> Paper:
    """Look a paper up by its key.

    Raises
    ------
    UsageError
        When no paper has this key, with the nearest one.

    Examples
    --------
    >>> paper("Shewchuk1997").volume
    '18'
    """
    if key not in papers():
        raise UsageError(
            "no paper has this key", where="paper", value=key, remedy=nearest(key, papers())
        )
    return papers()[key]


def known(text: str) -> Paper:
    """Give the paper that a text stands for: its key, or a reference that begins as it is written.

    What no one registered, such as what another package cites, becomes a paper of its own.

    Examples
    --------
    >>> known("Nash, J. F. (1951). Non-cooperative games. Annals of Mathematics 54, 286-295.").key
    'Nash1951'
    >>> known("Cournot, A. (1838). Recherches.").key
    'Cournot1838'
    """
    if text in papers():
        return papers()[text]
    if text == _PACKAGE:
        return package()
    for one, written in _written().items():
        if text.startswith(written):
            return papers()[one]
    parts = _TEXT.match(text)
    if parts is None:
        return Paper(re.sub(r"\W", "", text)[:20], (), 0, text.rstrip("."))
    family = re.sub(r"\W", "", parts["authors"].split(",")[0])
    year = int(parts["year"])
    return Paper(f"{family}{year}", (parts["authors"],), year, parts["title"])


@cache
def _written() -> dict[str, str]:
    return {key: str(one) for key, one in papers().items()}


def _for_tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
