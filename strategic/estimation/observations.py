"""Tables of observed behaviour: from csv files, data frames or columns to checked arrays."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, Problem, nearest
from strategic.games.io.parquet_files import SUMS_CHECKED
from strategic.games.io.text_columns import note_of_separator

Data = Any
"""A csv file, a pandas or polars data frame, a pyarrow table, or a mapping of columns."""
_ALIKE = ({str}, {int}, {float}, {bool})
"""Types of which equal entries of a column are written alike."""
_UNKNOWN = ("NAType", "NaTType")
"""Types of what pandas puts where a text, or a date, is unknown."""
_ARROW = (".parquet", ".feather", ".arrow")
_SEPARATORS = ",;\t"
_SHOWN = 6
"""Entries of a column of which it is told what they were taken as."""


@dataclass(frozen=True, eq=False)
class Observations:
    """A table of observed choices, column by column.

    Parameters
    ----------
    columns : mapping of str to array of str or float
        All of one length.
    source : str
        Where it came from, for errors.
    places : array of int, optional
        Rows of the whole table, from 0, where these are some of them.
    notes : tuple of str, optional
        What was guessed when it was read, a sentence each.

    Examples
    --------
    >>> table = read_observations({"player": ["row", "row"], "count": [3, 5]})
    >>> table.rows, table.numbers("count", lowest=0.0)
    (2, array([3., 5.]))
    """

    columns: Mapping[str, Array]
    source: str = "data"
    places: Array | None = None
    notes: tuple[str, ...] = ()
    _matches: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    _read: dict[str, tuple[Array, list[str]]] = field(default_factory=dict, init=False, repr=False)

    def some(self, chosen: Array) -> Observations:
        """Return some of the rows; errors still name those of the whole table."""
        whole = np.arange(self.rows) if self.places is None else self.places
        columns = {name: column[chosen] for name, column in self.columns.items()}
        return Observations(columns, self.source, whole[chosen], self.notes, self._matches)

    def guesses(self) -> tuple[str, ...]:
        """Say what was guessed so far: of the file, and of entries that are beginnings of names.

        Examples
        --------
        >>> table = read_observations({"action": ["t", "bottom"]})
        >>> _ = table.codes("action", ["top", "bottom"])
        >>> table.guesses()
        ("data: column 'action': t was taken as top",)
        """
        told = list(self.notes)
        for column, names in self._matches.items():
            some = [f"{text} was taken as {name}" for text, name in names.items()]
            more = f", and {len(some) - _SHOWN:,} more" if len(some) > _SHOWN else ""
            told.append(f"column '{column}': {', '.join(some[:_SHOWN])}{more}")
        return tuple(f"{self.source}: {note}" for note in told)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return next((len(column) for column in self.columns.values()), 0)

    def need(self, *names: str) -> None:
        """Raise an error that names the columns that are missing."""
        absent = [name for name in names if name not in self.columns]
        if absent:
            raise FileError.from_problems(
                Problem(f"needs a column '{name}'", self.source, remedy=self._hint(name))
                for name in absent
            )

    def text(self, *names: str) -> Array:
        """Return the first of these columns that is there, as text without surrounding blanks."""
        which, labels = self._levels(*names)
        return np.array(labels, dtype=object)[which]

    def _levels(self, *names: str) -> tuple[Array, list[str]]:
        """Give each entry the number of its text, ``(rows,)``, and the texts as they come."""
        name = self.first(*names)
        if name not in self._read:
            self._read[name] = _numbered(self.columns[name].tolist())
        return self._read[name]

    def groups(self, by: str | None) -> dict[str, Observations]:
        """Divide the rows by the text of a column; without one all are one part, without a name."""
        if by is None:
            return {"": self}
        self.first(by)
        which, names = self.codes(by)
        return {name: self.some(which == place) for place, name in enumerate(names)}

    def first(self, *names: str) -> str:
        """Name the first of these columns that is there."""
        found = next((name for name in names if name in self.columns), None)
        if found is None:
            rule = f"needs a column {' or '.join(repr(name) for name in names)}"
            raise FileError(rule, where=self.source, remedy=self._hint(names[0]))
        return found

    def numbers(self, name: str, *, lowest: float = -np.inf) -> Array:
        """Return a column as doubles; empty, unreadable or too small entries are an error."""
        self.need(name)
        try:
            values = self.columns[name].astype(float)
        except (TypeError, ValueError):
            values = np.full(self.rows, np.nan)
        if np.isfinite(values).all() and (values >= lowest).all():
            return values
        for row, entry in enumerate(self.columns[name].tolist()):
            try:
                values[row] = float(entry)
            except (TypeError, ValueError):
                values[row] = np.nan
            if not np.isfinite(values[row]) or values[row] < lowest:
                rule = "must be a finite number"
                rule += f" of at least {lowest:g}" if np.isfinite(lowest) else ""
                point = isinstance(entry, str) and "," in entry
                remedy = "write decimals with a point, and no commas" if point else ""
                raise FileError(rule, where=self.place(name, row), value=entry, remedy=remedy)
        return values

    def codes(self, name: str, known: Sequence[str] | None = None) -> tuple[Array, list[str]]:
        """Give each entry of a column the number of its text: in ``known``, else as they come.

        An entry is matched by its name, else by a unique prefix whatever the case. Where any name
        will do, an empty entry is an error: rows without a name are not one unit or group.
        """
        which, texts = self._levels(name)
        if known is None:
            if "" in texts:
                row = int(np.flatnonzero(which == texts.index(""))[0])
                raise FileError("must not be empty", where=self.place(name, row))
            return which, texts
        places = {text: place for place, text in reversed([*enumerate(known)])}
        found = [
            places[text] if text in places else self._matched(name, which, texts, row, known)
            for row, text in enumerate(texts)  # the first bad entry is the one that is named
        ]
        return np.array(found, dtype=np.int64)[which], list(known)

    def units(self, column: str | None, owners: Array, owner: str) -> Array:
        """Find the independent unit of every owner of rows: itself, or what a column names.

        Parameters
        ----------
        column : str or None
        owners : array of int (rows,)
            From 0 on.
        owner : str
            What they are, for errors: ``"subject"``.
        """
        count = int(owners.max()) + 1
        if column is None:
            return np.arange(count)
        self.need(column)
        units, labels = self.codes(column)
        found = np.full(count, len(labels))
        np.minimum.at(found, owners, units)
        several = np.flatnonzero(units != found[owners])
        if len(several):
            row = int(several[0])
            rule = f"must be one and the same for all rows of a {owner}"
            raise FileError(rule, where=self.place(column, row), value=labels[units[row]])
        return np.asarray(np.unique(found, return_inverse=True)[1])

    def _matched(
        self, column: str, which: Array, texts: Sequence[str], level: int, known: Sequence[str]
    ) -> int:
        text = texts[level]
        close = [
            n for n, name in enumerate(known) if name.lower().startswith(text.lower()) and text
        ]
        exact = [n for n in close if known[n].lower() == text.lower()]
        if len(exact) == 1:
            return exact[0]
        if len(close) == 1:
            self._matches.setdefault(column, {})[text] = known[close[0]]
            return close[0]
        row = int(np.flatnonzero(which == level)[0])
        rule = "must be one of " + ", ".join(known)
        remedy = "several start like it" if close else nearest(text, known)
        raise FileError(rule, where=self.place(column, row), value=text, remedy=remedy)

    def place(self, column: str, row: int) -> str:
        """Name an entry in an error: by its row in the whole table, from 1."""
        place = row if self.places is None else int(self.places[row])
        return f"{self.source}: row {place + 1}, column '{column}'"

    def _hint(self, name: str) -> str:
        close = nearest(name, self.columns)
        return close or f"it has {', '.join(self.columns) or 'no columns'}"


def read_observations(data: Data) -> Observations:
    """Read a table of observed behaviour.

    Parameters
    ----------
    data : path, data frame, table or mapping of columns
        A csv file, in which lines that start with ``#`` are comments, or a
        parquet or feather file.

    Returns
    -------
    Observations

    Raises
    ------
    FileError
        When there is no such file, it has no rows, or a row has too many or too few entries.

    Examples
    --------
    >>> read_observations({"choice": ["C", "D", "D"]}).rows
    3
    """
    if isinstance(data, Observations):
        return data
    if isinstance(data, str | Path):
        return _of_file(Path(data))
    if hasattr(data, "to_pydict"):
        columns = data.to_pydict()
    elif hasattr(data, "to_dict") and not isinstance(data, Mapping):
        columns = {str(name): list(data[name]) for name in data.columns}
    elif isinstance(data, Mapping):
        columns = dict(data)
    else:
        rule = "must be a csv file, a data frame, a table or a mapping of columns"
        raise FileError(rule, where="data", value=type(data).__name__)
    arrays = {str(name): np.asarray(list(column), object) for name, column in columns.items()}
    if len({len(column) for column in arrays.values()}) > 1:
        sizes = {name: len(column) for name, column in arrays.items()}
        raise FileError("must have columns of one length", where="data", value=sizes)
    return _with_rows(Observations(arrays))


def _of_file(file: Path) -> Observations:
    try:
        if file.suffix.lower() in _ARROW:
            file.open("rb").close()  # or the system's own reason why not
            return _of_arrow(file)
        text = file.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise FileError(f"cannot be read: {problem.strerror}", where=str(file)) from None
    except UnicodeDecodeError:
        raise FileError("must be text in UTF-8", where=str(file)) from None
    return observations_of_text(text, str(file))


def _of_arrow(file: Path) -> Observations:
    import pyarrow as pa
    from pyarrow import feather, parquet

    kind = file.suffix.lower()[1:]
    try:
        if kind == "parquet":
            table = parquet.read_table(file, **SUMS_CHECKED)
        else:
            table = feather.read_table(file)
    except (pa.ArrowInvalid, OSError) as problem:
        reason = str(problem).splitlines()[0]
        raise FileError(f"is no {kind} file: {reason}", where=str(file)) from None
    columns = table.to_pydict()
    arrays = {name: np.asarray(column, object) for name, column in columns.items()}
    return _with_rows(Observations(arrays, str(file)))


def observations_of_text(text: str, source: str) -> Observations:
    r"""Read the text of a csv file; lines that start with ``#`` are comments.

    Entries are separated as those of the first line are: by commas, semicolons or tabs.

    Examples
    --------
    >>> observations_of_text("# two rows\nchoice\nC\nD", "typed").rows
    2
    """
    numbered = [(n, line) for n, line in enumerate(text.splitlines(), 1)
                if line.strip() and not line.lstrip().startswith("#")]  # fmt: skip
    if not numbered:
        raise FileError("must have a line of column names", where=source)
    separator = max(_SEPARATORS, key=numbered[0][1].count)  # a comma, unless others are more
    rows = list(csv.reader((line for _, line in numbered), delimiter=separator))
    header = [name.strip() for name in rows[0]]
    if len(set(header)) < len(header):
        raise FileError("must have columns of different names", where=source, value=header)
    for row, (line, _) in zip(rows[1:], numbered[1:], strict=False):
        if len(row) != len(header):
            rule = f"must have {len(header)} entries, one per column"
            raise FileError(rule, where=f"{source}: line {line}", value=len(row))
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else ([] for _ in header)
    arrays = {name: np.array(column, object) for name, column in zip(header, columns, strict=True)}
    return _with_rows(Observations(arrays, source, notes=note_of_separator(separator)))


def _with_rows(table: Observations) -> Observations:
    if not table.rows:
        raise FileError("must have at least one row", where=table.source)
    return table


def _numbered(values: list[Any]) -> tuple[Array, list[str]]:
    """Give each entry the number of its text, and the texts as they come."""
    if set(map(type, values)) not in _ALIKE:  # else 1 and True would be one entry
        values = [_written(value) for value in values]
    numbers: dict[object, int] = defaultdict(count().__next__)  # counts new entries off
    found = np.fromiter(map(numbers.__getitem__, values), np.int64, len(values))
    texts = [_written(value) for value in numbers]
    labels = list(dict.fromkeys(texts))
    if len(labels) < len(texts):  # some entries are written alike
        places = {text: place for place, text in enumerate(labels)}
        found = np.array([places[text] for text in texts])[found]
    found.flags.writeable = False
    return found, labels


def _written(value: object) -> str:
    """Write an entry as text; whole numbers that came as doubles have no decimals.

    What data frames put where nothing is known is empty.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None or type(value).__name__ in _UNKNOWN:
        return ""
    if isinstance(value, float | np.floating):
        number = float(value)
        return "" if isnan(number) else str(int(number)) if number.is_integer() else str(value)
    return str(value).strip()


def spells(numbers: Iterable[int]) -> Array:
    """Count off rows within each number, in the order in which they come: 0, 1, 2, ...

    Examples
    --------
    >>> spells([7, 7, 3, 7, 3])
    array([0, 1, 0, 2, 1])
    """
    keys = np.asarray(list(numbers))
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counts = np.diff(np.r_[starts, len(keys)])
    within = np.arange(len(keys)) - np.repeat(starts, counts)
    found = np.empty(len(keys), dtype=np.int64)
    found[order] = within
    return found
