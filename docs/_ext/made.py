"""Writing pages that are made: only what has changed, so that the next build is short."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_CODE = re.compile(r"(`[^`]+`)")
_SIGNS = re.compile(r"([\\*_{}\[\]<>|$#~])")
_NO_FILE_NAME = re.compile(r"[^\w.-]+")


def escaped(text: str) -> str:
    r"""Keep the signs of a text from being read as Markdown; what stands in backquotes is code.

    Examples
    --------
    >>> print(escaped("2 * x_G of `x_G`"))
    2 \* x\_G of `x_G`
    """
    parts = _CODE.split(" ".join(text.split()))
    return "".join(part if part[:1] == "`" else _SIGNS.sub(r"\\\1", part) for part in parts)


def file_name(name: str) -> str:
    """Name the page of a name: primes, blanks and the last dot of a group have no place in it.

    Examples
    --------
    >>> file_name("P1'"), file_name("support."), file_name("Peters i")
    ('P1-prime', 'support-each', 'Peters-i')
    """
    written = name.replace("'", "-prime")
    if written.endswith("."):
        written = f"{written[:-1]}-each"
    return _NO_FILE_NAME.sub("-", written).strip("-")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows of Markdown out as a table, which is one column on a narrow screen.

    A bar inside a cell is written as HTML writes it.
    """
    lines = [header, ["---"] * len(header), *rows]
    cells = [
        [cell.replace("\\|", "&#124;").replace("|", "&#124;") for cell in row] for row in lines
    ]
    return "{.stacked}\n" + "\n".join(f"| {' | '.join(row)} |" for row in cells)


def hidden_tree(names: Iterable[str]) -> str:
    """List the pages below an index, without showing the list."""
    return "```{toctree}\n:hidden:\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"


def write_all(pages: Mapping[str, str], folder: Path) -> None:
    """Write pages into the folders below a folder, and remove what an earlier build left there.

    Parameters
    ----------
    pages : mapping of str to str
        Texts by file names such as ``measures/incident_limit.md``.
    folder : Path
        Files in it stay: they are written by hand.
    """
    for old in folder.glob("*/**/*"):
        if old.is_file() and old.relative_to(folder).as_posix() not in pages:
            old.unlink()
    for name, text in pages.items():
        page = folder / name
        if not page.is_file() or page.read_text(encoding="utf8") != text:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf8")
