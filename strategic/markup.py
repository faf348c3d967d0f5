"""Tables of plain text, escaped for HTML, LaTeX and markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
_DOTTED = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\|*_`<>[]#~"})


@dataclass(frozen=True)
class Table:
    r"""A table of plain text: nothing in it is markup, whatever it contains.

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
            colour = known.get(text)
            dot = f'<span class="dot" style="background: {colour}"></span>' if colour else ""
            escaped = escape_html(text)
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
        columns = "l" + ("r" if self.numbers else "l") * (len(self.header) - 1)
        header, *rows = (
            " & ".join(map(escape_latex, cells)) + r" \\" for cells in (self.header, *self.rows)
        )
        top, bottom = rf"\begin{{tabular}}{{{columns}}}", r"\end{tabular}"
        return "\n".join([top, r"\toprule", header, r"\midrule", *rows, r"\bottomrule", bottom])

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
    line = printable(" ".join(text.split()))
    escaped = "".join(_LATEX.get(character, character) for character in line)
    # After the end of a row, LaTeX would take these for arguments of the line break.
    return f"{{}}{escaped}" if line[:1] in ("[", "*") else escaped


def escape_markdown(text: str) -> str:
    """Escape a text for a cell of a markdown table."""
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
