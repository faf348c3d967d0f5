"""Columns of a table of text, whatever separates its entries, for tables that are no games."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.games.io.files import check_regular, reading

if TYPE_CHECKING:
    import pyarrow as pa

    from strategic.games.io.tables._csv import CsvReader

_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}


def read_text_columns(path: Path, *, are_numbers: Callable[[str], bool]) -> pa.Table:
    r"""Read the columns of a csv file by the rules that tables of games are read by.

    Parameters
    ----------
    path : Path
        Compressed or not; names of columns may follow remarks (#).
    are_numbers : callable
        Tells by its name a column that must hold numbers; these show whether commas are decimal.

    Returns
    -------
    pyarrow.Table
        Numbers where all entries of a column are, else texts or dates.

    Raises
    ------
    FileError
        When it is no such file, or a row has too many or too few entries.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "points.csv"
    ...     _ = path.write_text("harm;county\n1,5;Fulton\n2;Cobb\n")
    ...     table = read_text_columns(path, are_numbers=lambda name: name == "harm")
    >>> table["harm"].to_pylist(), table["county"].to_pylist()
    ([1.5, 2.0], ['Fulton', 'Cobb'])
    """
    with _reader_of(path, are_numbers) as reader:
        return reader.typed_columns()


def guesses_of_columns(
    path: Path, *, are_numbers: Callable[[str], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    r"""Give the columns' names, and what `read_text_columns` guesses of a file, a sentence each.

    Only the first lines count.

    Raises
    ------
    FileError
        When there is no such file, or it names no columns.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "points.csv"
    ...     _ = path.write_text("harm;county\n1;Fulton\n2;Cobb\n")
    ...     guesses_of_columns(path, are_numbers=lambda name: name == "harm")
    (('harm', 'county'), ('entries were read as separated by semicolons',))
    """
    from strategic.games.io.tables._csv import DECIMAL_COMMA

    with _reader_of(path, are_numbers) as reader:
        notes = note_of_separator(reader.separator) + (DECIMAL_COMMA,) * reader.decimal_comma
        return reader.names, notes


@contextmanager
def _reader_of(path: Path, are_numbers: Callable[[str], bool]) -> Iterator[CsvReader]:
    from strategic.games.io.tables._arrow import DAMAGE
    from strategic.games.io.tables._csv import reader_of

    check_regular(path)
    with reading(path, *DAMAGE):
        yield reader_of(path, are_numbers)


def note_of_separator(separator: str) -> tuple[str, ...]:
    r"""Say what entries were taken to be separated by; nothing where these are commas.

    Examples
    --------
    >>> note_of_separator("\t"), note_of_separator(",")
    (('entries were read as separated by tabs',), ())
    """
    if separator == ",":
        return ()
    return (f"entries were read as separated by {_MARKS.get(separator, repr(separator))}",)
