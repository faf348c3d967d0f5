"""Tables of plain text, escaped for HTML, LaTeX and markdown."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from strategic.printable import printable

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
_TOLD = 48
"""Characters of a cell from which a table tells rather than lists: narrow pages stack its rows."""
_WIDTH, _SMALL_WIDTH, _PAGE = 72, 86, 50
"""Characters on a line of a paper, and in footnote size; lines of a table on a page."""
_BETWEEN, _SMALL_BETWEEN = 2, 3.4
"""Characters between two columns, by size."""
_BREAKS, _LONG_NAME = re.compile(r"(?<=[._@-])(?=\w)"), 16
"""Where names of more characters may go on in the next line."""
_TUPLE = 24
"""Characters of a cell in brackets, such as a point, that stays on one line of a page."""
_DOTTED = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\|*_`<>[]#~"})


class Math(str):
    r"""A formula in a cell of a table: text to those who read text, mathematics where it is set.

    Parameters
    ----------
    latex : str
        The formula; see `strategic.latex`.

    Examples
    --------
    >>> cost = Math(r"\theta_{1} < 0")
    >>> str(cost), Table(["sign"], [[cost]]).markdown().splitlines()[-1]
    ('θ_1 < 0', '| $\\theta_{1} < 0$ |')
    """

    latex: str
    __slots__ = ("latex",)

    def __new__(cls, latex: str) -> Self:
        """Keep the formula beside its text."""
        from strategic.latex import plain  # few tables hold formulas

        made = super().__new__(cls, plain(latex))
        made.latex = latex
        return made


@dataclass(frozen=True)
class Table:
    r"""A table of plain text: nothing in it is markup, whatever it contains, but for `Math`.

    Parameters
    ----------
    header : sequence of str
        Column titles.
    rows : sequence of sequences of str
        Cells; the first of a row names it where ``names`` is set.
    caption : str
        What the table shows; also for screen readers.
    names : bool
        Whether the first column holds row headers.
    numbers : bool
        Whether the other columns hold numbers, aligned right.

    Examples
    --------
    >>> print(Table(["a", "b"], [["1 < 2", "3"]]).markdown())
    | a | b |
    |---|---|
    | 1 \< 2 | 3 |
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    names: bool = True
    numbers: bool = False

    def filled(self) -> Table:
        """Leave out columns that are empty in all rows, but for the names of the rows.

        Examples
        --------
        >>> Table(["a", "b", "c"], [["x", "", "1"], ["y", "", ""]]).filled().header
        ['a', 'c']
        """
        kept = [
            place
            for place in range(len(self.header))
            if (self.names and not place) or any(row[place] for row in self.rows)
        ]
        if not self.rows or len(kept) == len(self.header):
            return self
        rows = [[row[place] for place in kept] for row in self.rows]
        return replace(self, header=[self.header[place] for place in kept], rows=rows)

    def html(self, marks: Mapping[str, str] | None = None) -> str:
        """Write the table as an HTML element with scopes on its headers.

        Parameters
        ----------
        marks : mapping of str to str, optional
            Colours by text: a cell that holds nothing else shows its colour before it.

        Examples
        --------
        >>> table = Table(["type"], [["capture"]])
        >>> '<span class="dot" style="background: #cc79a7"></span>capture' in table.html(
        ...     {"capture": "#cc79a7"}
        ... )
        True
        """
        known = marks or {}

        def written(text: str) -> str:
            if isinstance(text, Math) and len(text) <= _TOLD:  # what is longer must break its lines
                from strategic.latex import mathml

                return mathml(text.latex)
            colour = known.get(text)
            dot = f'<span class="dot" style="background: {colour}"></span>' if colour else ""
            escaped = escape_html(text)
            if text.startswith("(") and len(text) <= _TUPLE:
                escaped = escaped.replace(" ", "&nbsp;")
            # A long dotted name may go on in the next line after a dot or an underscore.
            dotted = len(text) > 12 and _DOTTED.fullmatch(text)
            return dot + (re.sub("([._])", r"\1<wbr>", escaped) if dotted else escaped)

        texts = (cell for row in self.rows for cell in row[int(self.names) :])
        told = not self.numbers and any(len(text) > _TOLD for text in texts)
        kinds = " ".join(["numbers"] * self.numbers + ["told"] * told)
        parts = [f'<table class="{kinds}">' if kinds else "<table>"]
        if self.caption:
            parts.append(f"<caption>{escape_html(self.caption)}</caption>")
        titles = "".join(f'<th scope="col">{written(title)}</th>' for title in self.header)
        parts.append(f"<thead><tr>{titles}</tr></thead><tbody>")
        # Where rows are stacked for want of width, each cell carries the title of its column.
        titled = [f' data-title="{_escaped(title)}"' * told for title in self.header]
        for row in self.rows:
            cells = [
                f"<td{title}>{written(cell)}</td>" for title, cell in zip(titled, row, strict=True)
            ]
            if self.names and row:
                cells[0] = f'<th scope="row">{written(row[0])}</th>'
            parts.append(f"<tr>{''.join(cells)}</tr>")
        parts.append("</tbody></table>")
        return "".join(parts)

    def latex(self) -> str:
        r"""Write the table for LaTeX, with the rules of the booktabs package.

        A table too wide for a page has small letters and columns that break lines; these need the
        array package.

        Examples
        --------
        >>> print(Table(["x"], [["50%"]]).latex())
        \begin{tabular}{l}
        \toprule
        x \\
        \midrule
        50\% \\
        \bottomrule
        \end{tabular}
        """
        size, columns, _ = self._columns()
        top, bottom = rf"{size}\begin{{tabular}}{{{columns}}}", r"\end{tabular}"
        head, *rows = self._latex_rows(breakable_latex if size else escape_latex)
        return "\n".join([top, r"\toprule", head, r"\midrule", *rows, r"\bottomrule", bottom])

    def latex_float(self) -> str:
        r"""Write the table as a paper holds it: with its caption, over several pages where long.

        Tables longer than a page need the longtable package.

        Examples
        --------
        >>> print(Table(["x"], [["50%"]], "Shares").latex_float().splitlines()[-2])
        \caption{Shares}
        """
        size, columns, lines = self._columns()
        caption = rf"\caption{{{escape_latex(self.caption)}}}" if self.caption else ""
        if lines <= _PAGE:
            parts = [r"\begin{table}[ht]", r"\centering", self.latex(), caption, r"\end{table}"]
            return "\n".join(filter(None, parts))
        head, *rows = self._latex_rows(breakable_latex if size else escape_latex)
        top = [rf"{{{size}\begin{{longtable}}{{{columns}}}", caption + r" \\" if caption else ""]
        parts = [*top, r"\toprule", head, r"\midrule", r"\endhead", r"\bottomrule", r"\endfoot"]
        return "\n".join([*filter(None, parts), *rows, r"\end{longtable}}"])

    def _latex_rows(self, written: Callable[[str], str]) -> list[str]:
        rows = (self.header, *self.rows)
        return [" & ".join(map(written, cells)) + r" \\" for cells in rows]

    def _columns(self) -> tuple[str, str, int]:
        """Choose letter size and columns that fit a page, and count the lines that result."""
        kinds = ["l", *("r" if self.numbers else "l" for _ in self.header[1:])]
        columns = list(zip(self.header, *self.rows, strict=True))
        widths = [max(map(len, cells)) for cells in columns]
        if sum(widths) + _BETWEEN * len(widths) <= _WIDTH:
            return "", "".join(kinds), len(self.rows)
        # The widest columns share what the others leave, and break their lines between words.
        words = [max(len(word) for cell in cells for word in _words(cell)) for cells in columns]
        room, limit = _SMALL_WIDTH - _SMALL_BETWEEN * (len(widths) - 1), max(widths)
        while limit > 1 and sum(map(min, widths, (max(w, limit) for w in words))) > room:
            limit -= 1
        given = [min(width, max(word, limit)) for width, word in zip(widths, words, strict=True)]
        for i, (width, own) in enumerate(zip(widths, given, strict=True)):
            if own < width:
                share = own / _SMALL_WIDTH
                kinds[i] = rf">{{\raggedright\arraybackslash}}p{{{share:.3f}\linewidth}}"
        lines = sum(max(-(-len(c) // own) for c, own in zip(row, given, strict=True))
                    for row in self.rows)  # fmt: skip
        return "\\footnotesize\n", f"@{{}}{''.join(kinds)}@{{}}", lines

    def markdown(self) -> str:
        """Write the table for markdown."""
        align = "---:" if self.numbers else "---"
        rule = "|".join(["---", *(align for _ in self.header[1:])])
        header, *rows = (
            f"| {' | '.join(map(escape_markdown, cells))} |" for cells in (self.header, *self.rows)
        )
        return "\n".join([header, f"|{rule}|", *rows])


def escape_html(text: str) -> str:
    """Escape a text for HTML, isolating other writing directions from what surrounds them.

    Examples
    --------
    >>> escape_html("<script>")
    '&lt;script&gt;'
    """
    escaped = _escaped(text)
    return escaped if text.isascii() else f"<bdi>{escaped}</bdi>"


def _escaped(text: str) -> str:
    import html  # here, as few of those who make tables write pages

    return html.escape(printable(text))


def escape_latex(text: str) -> str:
    r"""Escape a text for LaTeX.

    Examples
    --------
    >>> print(escape_latex("a_1 & 50%"))
    a\_1 \& 50\%
    """
    if isinstance(text, Math):
        return f"${text.latex}$"
    line = printable(" ".join(text.split()))
    escaped = "".join(_LATEX.get(character, character) for character in line)
    # After the end of a row, LaTeX would take these for arguments of the line break.
    return f"{{}}{escaped}" if line[:1] in ("[", "*") else escaped


def _words(text: str) -> list[str]:
    """Split a text where its lines may break: long names also after their dots and the like."""
    parts = (_BREAKS.split(word) if len(word) > _LONG_NAME else [word] for word in text.split())
    return [part for own in parts for part in own] or [""]


def breakable_latex(text: str) -> str:
    r"""Escape a text for LaTeX, and let lines break in long names.

    Examples
    --------
    >>> print(breakable_latex("if organisation.rebuff_loss"))
    if organisation.\allowbreak{}rebuff\_\allowbreak{}loss
    """
    if isinstance(text, Math):
        return f"${text.latex}$"
    words = (r"\allowbreak{}".join(map(escape_latex, _words(word))) for word in text.split())
    return " ".join(words)


def escape_markdown(text: str) -> str:
    """Escape a text for a cell of a markdown table."""
    if isinstance(text, Math):
        return f"${text.latex}$"
    return printable(" ".join(text.split())).translate(_MARKDOWN)


def verbatim_latex(lines: Sequence[str]) -> str:
    r"""Write lines of fixed width for LaTeX; none of them can end the environment.

    Examples
    --------
    >>> print(verbatim_latex([r"\end{verbatim} is text"]))
    \begin{verbatim}
    \end {verbatim} is text
    \end{verbatim}
    """
    # The environment ends at these very characters, and nothing else in it is a command.
    end = r"\end{verbatim}"
    kept = [printable(line).replace(end, r"\end {verbatim}") for line in _one_by_one(lines)]
    return "\n".join([r"\begin{verbatim}", *kept, end])


def verbatim_markdown(lines: Sequence[str]) -> str:
    """Write lines of fixed width for markdown, in a fence longer than any inside.

    Examples
    --------
    >>> print(verbatim_markdown(["```"]))
    ````
    ```
    ````
    """
    kept = [printable(line) for line in _one_by_one(lines)]
    longest = max((len(run) for line in kept for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *kept, fence])


def _one_by_one(lines: Sequence[str]) -> list[str]:
    """Split what a text with a newline would make of a line."""
    return [part for line in lines for part in line.split("\n")]


class Tabled(ABC):
    """What can be laid out as a table, and so be written and shown in notebooks as one."""

    @abstractmethod
    def table(self) -> Table:
        """Lay it out as a table."""

    def to_markdown(self) -> str:
        """Write the table in markdown."""
        return self.table().markdown()

    def to_latex(self) -> str:
        """Write the table in LaTeX (needs the package booktabs)."""
        return self.table().latex()

    def _repr_html_(self) -> str:
        return self.table().html()

    def _repr_latex_(self) -> str:
        return self.to_latex()
