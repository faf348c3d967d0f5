"""What the functions of a family raise, told as one error that names the function."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from strategic.errors import StrategicError


@contextmanager
def told_as(error: type[StrategicError], where: str) -> Iterator[None]:
    """Turn whatever a family's function raises into an error that names the function.

    Families come from other packages too, and their functions may raise anything. What this
    package raises on purpose, exhausted memory and missing optional packages keep their own words.

    Examples
    --------
    >>> from strategic.errors import MeasureError
    >>> try:
    ...     with told_as(MeasureError, "measure 'ratio'"):
    ...         1 / 0
    ... except MeasureError as error:
    ...     print(error)
    measure 'ratio': raised ZeroDivisionError: division by zero; 'strategic --debug' shows where
    """
    try:
        yield
    except (StrategicError, MemoryError, ImportError):
        raise
    except Exception as problem:
        rule = f"raised {type(problem).__name__}: {problem}"
        raise error(rule, where=where, remedy="'strategic --debug' shows where") from problem
