"""Tables of points: one row per organisation, county or draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, ParameterError, Problem, SweepError, nearest
from strategic.games.io.files import reading
from strategic.games.io.text_columns import guesses_of_columns, read_text_columns
from strategic.modelling import Model
from strategic.status import Status
from strategic.sweeps._axes import Axis
from strategic.sweeps._levers import lever, lever_names, points_at

if TYPE_CHECKING:
    import xarray

POINT = "point"
"""Name of the dimension along the rows of a table."""

Points = str | Path | Mapping[str, Any]


def points_axis(model: Model, points: Points) -> Axis:
    """Make one axis of a table: columns that are levers move, the others come through.

    Parameters
    ----------
    model : Model
        What the rows change.
    points : path or mapping of str to array_like
        A CSV file with a header, or columns by name (spaces in names become underscores). A row
        that breaks a rule is marked bad.

    Raises
    ------
    SweepError
        When there are no rows, no column is a parameter, one looks like a misspelt parameter, or
        a parameter's cell is no number.
    FileError
        When the file cannot be read as CSV.
    """
    columns = _read(model, points) if isinstance(points, str | Path) else _arrays(points)
    known = set(lever_names(model.family))
    # A column such as relation.aligment looks like a parameter of this family, and is none.
    prefixes = {name.split(".")[0] for name in known if "." in name}
    problems = [
        Problem("no such parameter", name, remedy=nearest(name, known))
        for name in columns
        if name not in known and "." in name and name.split(".")[0] in prefixes
    ]
    problems += [
        Problem("a column needs a name that a store can hold", "points", name)
        for name in columns
        if not _is_storable(name)
    ]
    rows = len(next(iter(columns.values()), ()))
    if not known & set(columns):
        near = nearest(next(iter(columns)), known) if columns else ""
        problems.append(Problem("no column is a parameter", "points", list(columns), near))
    elif not rows:
        problems.append(Problem("has no rows", "points"))
    if problems:
        raise SweepError.from_problems(problems)
    levers = {name: _numbers(name, values) for name, values in columns.items() if name in known}
    extra = {name: values for name, values in columns.items() if name not in known}
    allowed = [lever(model.family, name).allowed(values) for name, values in levers.items()]
    numbered = extra if POINT in extra else {POINT: np.arange(1, rows + 1), **extra}
    return Axis(POINT, levers, numbered, bad=~np.logical_and.reduce(allowed))


def bad_rows(model: Model, dataset: xarray.Dataset) -> Iterator[Problem]:
    """Say what is wrong with each row of a table, or point of a grid, that broke a rule.

    Examples
    --------
    >>> import strategic as st
    >>> from strategic.sweeps import sweep
    >>> model = st.load("ai-mier")
    >>> found = sweep(model, None, "surplus", points={"relation.alignment": [0.5, 3.0]})
    >>> [str(problem) for problem in bad_rows(model, found)]
    ['row 2, relation.alignment: must be at least -1 and at most 1 (got 3.0)']
    """
    if "status" not in dataset:
        return
    status, known = dataset["status"], set(lever_names(model.family))
    moved = {str(n): c for n, c in dataset.coords.items() if n in known and c.ndim == 1}
    told: set[str] = set()
    for number in np.flatnonzero(status.values == int(Status.INVALID)):
        position = np.unravel_index(number, status.shape)
        at = {dim: int(i) for dim, i in zip(status.dims, position, strict=True)}
        values = {name: float(column.values[at[column.dims[0]]]) for name, column in moved.items()}
        row = f"row {at[POINT] + 1}" if POINT in at else ""
        held = [f"{dim}={values[str(dim)]:g}" for dim in at if str(dim) in values]
        for problem in _problems_at(model, values):
            # What a column of the table breaks by itself it breaks along every other axis too.
            own = problem.where in moved and moved[problem.where].dims == (POINT,)
            own = own and any(lever(model.family, problem.where).problems(values[problem.where]))
            place = ", ".join(part for part in [row, *([] if own else held), problem.where] if part)
            if place not in told:
                told.add(place)
                yield replace(problem, where=place)


def _problems_at(model: Model, values: Mapping[str, float]) -> tuple[Problem, ...]:
    """Set the levers of a model to one point and see what is wrong with it."""
    try:
        points_at(model, values)
    except ParameterError as error:
        return error.problems
    return ()


def guesses_of_points(model: Model, file: str | Path) -> tuple[str, ...]:
    r"""Say what is guessed of a table of points, and which columns are only carried along.

    Parameters
    ----------
    model : Model
        Its parameters and intensities are the columns of numbers.
    file : path
        A CSV file with a header, as spreadsheets write it: commas, semicolons, tabs, bars or
        blanks separate entries, and commas that separate none may be decimal.

    Raises
    ------
    FileError
        When there is no such file, or it names no columns.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "points.csv"
    ...     _ = file.write_text("harm;county\n1,5;Fulton\n2;Cobb\n")
    ...     guesses_of_points(st.load("hawk-dove"), file)[1:]  # doctest: +NORMALIZE_WHITESPACE
    ('numbers were read with a decimal comma',
     'carried along, as no parameter has these names: county')
    """
    are_numbers, known = _are_levers(model), lever_names(model.family)
    names, notes = guesses_of_columns(Path(file), are_numbers=are_numbers)
    further = [name for name in names if not are_numbers(name) and _is_storable(_word(name))]
    if not further:
        return notes
    said = (f"{name} ({near})" if (near := nearest(name, known)) else name for name in further)
    return (*notes, f"carried along, as no parameter has these names: {', '.join(said)}")


def _is_storable(name: str) -> bool:
    """Whether a store, whose variables are folders, can hold a column of this name."""
    return not {"", ".", ".."} & set(name.split("/"))


def _are_levers(model: Model) -> Callable[[str], bool]:
    known = set(lever_names(model.family))
    return lambda name: _word(name) in known


def _read(model: Model, file: str | Path) -> dict[str, Array]:
    """Read the columns of a CSV file: numbers (empty cells NaN) or texts (empty cells empty)."""
    import pyarrow as pa

    are_numbers = _are_levers(model)
    table = read_text_columns(Path(file), are_numbers=are_numbers)
    if len(set(table.column_names)) < table.num_columns:
        raise FileError("two columns have the same name", where=str(file))
    columns: dict[str, Array] = {}
    for name in table.column_names:
        column, kind = table[name], table[name].type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            values = column.to_numpy()  # whole numbers with gaps become doubles
        elif pa.types.is_null(kind):
            values = np.full(len(column), np.nan)
        else:
            texts = ["" if value is None else str(value) for value in column.to_pylist()]
            values = np.array(texts, dtype=object)
        columns[_word(name)] = values
    with reading(file):
        return columns | {n: _numbers(n, columns[n]) for n in columns if are_numbers(n)}


def _arrays(points: Mapping[str, Any]) -> dict[str, Array]:
    columns = {_word(name): np.atleast_1d(np.asarray(values)) for name, values in points.items()}
    lengths = {name: values.shape for name, values in columns.items()}
    if len(set(lengths.values())) > 1 or any(len(shape) != 1 for shape in lengths.values()):
        raise SweepError("columns must have one length", where="points", value=lengths)
    return {
        name: values.astype(object) if values.dtype.kind in "US" else values
        for name, values in columns.items()
    }


def _word(name: object) -> str:
    """Join a column's name to one word: attributes list names with spaces between them."""
    return "_".join(str(name).split())


def _numbers(name: str, values: Array) -> Array:
    if values.dtype.kind in "biuf":
        return values.astype(float)
    numbers = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        try:
            numbers[row] = value or np.nan
        except (TypeError, ValueError):
            where = f"row {row + 1}, {name}"
            comma = isinstance(value, str) and "," in value
            remedy = "write decimals with a point" if comma else ""
            raise SweepError("must be a number", where=where, value=value, remedy=remedy) from None
    return numbers
