"""Payoffs of every row of a table, as functions of the free numbers: covariates enter here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, MethodError, nearest
from strategic.estimation.observations import Observations
from strategic.modelling import Model

FUNCTIONS = ("log", "log10", "log2", "exp", "I", "C", "center", "scale", "poly", "bs", "cs", "cc")
"""What formulas of covariates may call; nothing else, since they may come with a file."""
_CALL = re.compile(r"([^\W\d]\w*)\s*\(")
_FOREIGN = re.compile(r"[\[\]{};@\"'\\=]|__|\blambda\b|(?<![\d\s])\.(?!\d)|\.(?=[^\W\d])")
_QUOTED = re.compile(r"`[^`]*`")
_ABSENT = re.compile(r"`([^`]+)` is not present in the dataset")
_PROBES = 4
_CLOSE = 1e-9
_RANK = 1e-10


@dataclass(frozen=True, eq=False)
class PayoffsByRow:
    """Payoffs of a model whose parameters come from columns, formulas and free numbers.

    Parameters
    ----------
    model : Model
    names : tuple of str
        The K free numbers: parameters, then ``PARAMETER.COLUMN`` of linear predictors.
    bounds : array (K, 2)
    starts : array (K,)
        The model's own values; zero for coefficients but the constant, which has the model's.
    rows : int
        Number of rows, R.
    columns : mapping of str to array (R,)
        Parameters that the table sets row by row.
    designs : mapping of str to array (R, columns)
        Parameters that are linear predictors.
    affine : bool
        Whether payoffs are proved to be affine in the free numbers.

    Examples
    --------
    >>> import strategic as st
    >>> from strategic.estimation import read_observations
    >>> table = read_observations({"gain": [1.0, 2.0, 3.0]})
    >>> found = PayoffsByRow.of(st.load("inspection"), table, free=[])
    Traceback (most recent call last):
    ...
    strategic.errors.MethodError: free: needs at least one number to estimate; ...
    """

    model: Model
    names: tuple[str, ...]
    bounds: Array
    starts: Array
    rows: int
    columns: Mapping[str, Array]
    designs: Mapping[str, Array]
    free: tuple[str, ...]
    affine: bool = False
    base: tuple[Array, ...] = ()
    """Where affine: payoffs with all free numbers at zero, one array ``(R, *shape)`` per player."""
    slopes: tuple[Array, ...] = ()
    """Where affine: what one unit of each number adds, ``(K, R, *shape)`` per player."""

    @classmethod
    def of(
        cls,
        model: Model,
        table: Observations,
        free: Sequence[str],
        formulas: Mapping[str, str] | None = None,
        *,
        taken: Collection[str] = (),
    ) -> PayoffsByRow:
        """Read covariates, and see how payoffs depend on the free numbers.

        Parameters
        ----------
        model : Model
        table : Observations
            A column whose name is a parameter sets it row by row.
        free : sequence of str
            Parameters to be estimated.
        formulas : mapping of str to str, optional
            Parameters that are linear predictors of columns.
        taken : collection of str
            Columns that mean something else, such as ``count``.

        Raises
        ------
        FileError, MethodError
            Where a parameter or column is unknown, has a gap, or cannot be told from others.
        """
        known = model.family.parameters
        asked = (*free, *(formulas or {}))
        for name in asked:
            if name not in known:
                remedy = nearest(name, known) or f"one of {', '.join(known)}"
                raise MethodError("no such parameter", where="free", value=name, remedy=remedy)
        if len(set(asked)) < len(asked):
            raise MethodError("names a parameter twice", where="free", value=", ".join(asked))
        twice = next((one for one in asked if one in table.columns and one not in taken), None)
        if twice is not None:
            rule = f"is set row by row by the column of this name in {table.source}"
            remedy = "estimate others, or take the column out"
            raise MethodError(rule, where="free", value=twice, remedy=remedy)
        if not asked:
            rule = "needs at least one number to estimate"
            raise MethodError(rule, where="free", remedy=f"such as {', '.join([*known][:3])}")
        columns = {
            name: table.numbers(name)
            for name in table.columns
            if name in known and name not in taken and name not in asked
        }
        for name, values in columns.items():
            _in_range(known[name], values, table, name)
        designs: dict[str, Array] = {}
        labels: list[str] = []
        for name, formula in (formulas or {}).items():
            terms, designs[name] = design(formula, table, name)
            labels += [f"{name}.{term}" for term in terms]
        own_values = {name: float(model.points[name]) for name in asked}
        own = [(known[name].lower, known[name].upper) for name in free]
        starts = [own_values[name] for name in free]
        for name in designs:
            first = designs[name].shape[1] * [0.0]
            if (designs[name][:, 0] == 1.0).all():
                first[0] = own_values[name]
            starts += first
        bounds = np.array([*own, *[(-np.inf, np.inf)] * len(labels)], dtype=float).reshape(-1, 2)
        made = cls(
            model, (*free, *labels), bounds, np.array(starts), table.rows, columns, designs,
            tuple(free),
        )  # fmt: skip
        return made._taken_apart() if made._multilinear() else made

    def at(self, points: Array) -> tuple[Array, ...]:
        """Compute payoffs at some points of the free numbers.

        Parameters
        ----------
        points : array (P, K)

        Returns
        -------
        tuple of arrays (P, R, n_1, ..., n_p)
            One per player; NaN where a parameter leaves its range.
        """
        if self.affine:
            return tuple(
                base + np.tensordot(points, slope, axes=1)
                for base, slope in zip(self.base, self.slopes, strict=True)
            )
        return self._evaluated(points)

    def means(self, point: Array) -> dict[str, float]:
        """Give the mean over rows of every parameter that columns or predictors set.

        Parameters
        ----------
        point : array (K,)
            The free numbers.
        """
        found = {name: float(column.mean()) for name, column in self.columns.items()}
        first = len(self.free)
        for name, matrix in self.designs.items():
            width = matrix.shape[1]
            found[name] = float((matrix @ point[first : first + width]).mean())
            first += width
        return found

    def _evaluated(self, points: Array) -> tuple[Array, ...]:
        shape = (len(points), self.rows)
        values: dict[str, Array] = {name: column[None] for name, column in self.columns.items()}
        for k, name in enumerate(self.free):
            values[name] = points[:, k, None]
        first = len(self.free)
        for name, matrix in self.designs.items():
            values[name] = points[:, first : first + matrix.shape[1]] @ matrix.T
            first += matrix.shape[1]
        good = np.ones(shape, dtype=bool)
        known = self.model.family.parameters
        for name, value in values.items():
            allowed = known[name].allowed(value)
            good = good & allowed
            values[name] = np.where(allowed, value, float(self.model.points[name]))
        values = {name: np.broadcast_to(value, shape) for name, value in values.items()}
        changed = self.model.change(values)
        good = good & changed.points.valid
        game = changed.game()
        sides = [np.broadcast_to(payoff, (*shape, *game.shape)) for payoff in game.payoffs]
        if good.all():
            return tuple(sides)
        mask = good.reshape(*shape, *(1 for _ in game.shape))
        return tuple(np.where(mask, side, np.nan) for side in sides)

    def _multilinear(self) -> bool:
        """Tell whether payoffs are proved polynomials, at most linear in each free parameter."""
        sources = (measure.game for measure in self.model.family.measures.values())
        source = next((one for one in sources if one is not None), None)
        if source is None or source.degree is None or self.model.mechanisms:
            return False
        degrees = [source.degree(name) for name in (*self.free, *self.designs)]
        return all(degree is not None and degree <= 1 for degree in degrees)

    def _taken_apart(self) -> PayoffsByRow:
        """Read base and slopes off, if no two numbers are multiplied with each other.

        A polynomial that is linear in each number is affine in all if it is at random points.
        """
        width = len(self.names)
        inside = np.clip(self.starts, *self._margins())
        step = np.where(inside + 1.0 < self.bounds[:, 1], 1.0, -1.0)
        room = np.where(step > 0, self.bounds[:, 1] - inside, inside - self.bounds[:, 0])
        step *= np.minimum(1.0, 0.5 * np.where(np.isfinite(room) & (room > 0), room, 2.0))
        rng = np.random.default_rng(0)
        probes = inside + rng.random((_PROBES, width)) * step
        at = self._evaluated(np.concatenate([inside[None], inside + np.diag(step), probes]))
        bases, slopes = [], []
        for side in at:
            axes = (width, *([1] * (side.ndim - 1)))
            slope = (side[1 : width + 1] - side[0]) / step.reshape(axes)
            told = side[0] + np.tensordot(probes - inside, slope, axes=1)
            size = max(1.0, float(np.abs(side).max(initial=0.0)))
            if not (np.abs(told - side[width + 1 :]) <= _CLOSE * size).all():
                return self
            bases.append(side[0] - np.tensordot(inside, slope, axes=1))
            slopes.append(slope)
        fields: dict[str, Any] = {**self.__dict__, "affine": True}
        return PayoffsByRow(**{**fields, "base": tuple(bases), "slopes": tuple(slopes)})

    def _margins(self) -> tuple[Array, Array]:
        """Bounds, a little inside where the bound itself may be excluded."""
        low, high = self.bounds.T
        width = np.where(np.isfinite(high - low), high - low, 1.0)
        return low + 1e-3 * width, high - 1e-3 * width


def design(formula: str, table: Observations, name: str = "formula") -> tuple[list[str], Array]:
    """Make the matrix of a linear predictor.

    Parameters
    ----------
    formula : str
        As in R, such as ``"1 + income + log(size)"``; a constant is there unless ``0`` is.
        Functions are those of `FUNCTIONS`.
    table : Observations
    name : str
        For errors.

    Returns
    -------
    list of str
        Its terms; the constant is called ``constant``.
    array (R, terms)

    Raises
    ------
    FileError, MethodError
        When formulaic is not installed; when the formula cannot be read, has gaps, or its terms
        are collinear.

    Examples
    --------
    >>> from strategic.estimation import read_observations
    >>> terms, matrix = design("income", read_observations({"income": [1, 2, 4]}))
    >>> terms, matrix.tolist()
    (['constant', 'income'], [[1.0, 1.0], [1.0, 2.0], [1.0, 4.0]])
    """
    try:
        from formulaic import Formula
        from formulaic.errors import FormulaicError
    except ImportError:
        rule, remedy = "needs the package formulaic", "pip install 'strategic[formulas]'"
        raise MethodError(rule, where=f"formula of '{name}'", remedy=remedy) from None
    _allowed(formula, name)
    import pandas as pd

    frame = pd.DataFrame({key: _typed(column) for key, column in table.columns.items()})
    try:
        made = Formula(formula).get_model_matrix(frame, na_action="ignore")
    except (FormulaicError, SyntaxError, NameError, KeyError, ValueError, TypeError) as error:
        raise _unread(formula, name, error, table) from None
    matrix = np.asarray(made, dtype=float)
    terms = ["constant" if term == "Intercept" else str(term) for term in made.columns]
    gaps = np.argwhere(~np.isfinite(matrix))
    if len(gaps):
        row, column = gaps[0]
        where = table.place(terms[column], int(row))
        raise FileError("must be a finite number", where=where, value=float(matrix[row, column]))
    _told_apart(matrix, terms, name)
    return terms, matrix


def _unread(formula: str, name: str, error: Exception, table: Observations) -> MethodError:
    """Say why a formula cannot be read: mostly there is no such column."""
    where = f"formula of '{name}'"
    absent = _ABSENT.search(str(error))
    if absent:
        remedy = nearest(absent[1], table.columns) or f"columns are {', '.join(table.columns)}"
        return MethodError("no such column", where=where, value=absent[1], remedy=remedy)
    told = str(error).splitlines()[0] if str(error) else type(error).__name__
    return MethodError(f"cannot be read: {told}", where=where, value=formula)


def _allowed(formula: str, name: str) -> None:
    """Raise an error where a formula would run more than arithmetic on columns."""
    bare = _QUOTED.sub("x", formula)
    called = next((call for call in _CALL.findall(bare) if call not in FUNCTIONS), None)
    foreign = _FOREIGN.search(bare)
    if called or foreign:
        rule = "may only add, multiply and transform columns"
        remedy = f"functions are {', '.join(FUNCTIONS)}; quote names with backticks"
        value = called or (foreign.group() if foreign else "")
        raise MethodError(rule, where=f"formula of '{name}'", value=value, remedy=remedy)


def _told_apart(matrix: Array, terms: Sequence[str], name: str) -> None:
    """Raise an error where a column is a combination of those before it."""
    size = np.linalg.norm(matrix, axis=0)
    scaled = matrix / np.where(size > 0, size, 1.0)
    for k in range(len(terms)):
        before = scaled[:, :k]
        rest = scaled[:, k] - (
            before @ np.linalg.lstsq(before, scaled[:, k], rcond=None)[0] if k else 0.0
        )
        if size[k] == 0.0 or np.linalg.norm(rest) <= _RANK**0.5:
            others = ", ".join(terms[:k]) or "zero"
            rule = f"has collinear columns: '{terms[k]}' follows from {others}"
            raise MethodError(rule, where=f"formula of '{name}'", remedy="leave one out")


def _typed(column: Array) -> list[Any]:
    """Read a column as numbers where all its entries are numbers, else as text."""
    try:
        return [float(entry) for entry in column]
    except (TypeError, ValueError):
        return [str(entry) for entry in column]


def _in_range(parameter: Any, values: Array, table: Observations, name: str) -> None:
    bad = np.flatnonzero(~parameter.allowed(values))
    if len(bad):
        row = int(bad[0])
        raise FileError(parameter.rule, where=table.place(name, row), value=values[row])
