"""One estimated number, and what one way of play found in one part of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from strategic.arrays import Array

if TYPE_CHECKING:
    from strategic.estimation.likelihood import Likelihood
    from strategic.estimation.maximum import Maximum

STATUSES = {
    "ok": "an interior maximum",
    "at_bound": "at the edge of what is possible",
    "infinite": "no finite maximum: the likelihood rises for ever",
    "not_identified": "the data cannot tell it from others, or its maximum is not confirmed",
    "interval": "low and high bound what the data allow; nothing between them is likelier",
}
"""What can be said of an estimate."""


@dataclass(frozen=True)
class Estimate:
    """One number.

    Parameters
    ----------
    name : str
        Dotted: ``rationality``, ``share.TFT``, ``tremble``, or a parameter of the model.
    estimate, error, low, high : float
        Its value, standard error and 95% interval; NaN where there is none.
    status : str
        One of `STATUSES`.
    group : str
        Which part of the data, where it was divided.
    note : str
        The direction in which it is not identified, or why it is at a bound.

    Examples
    --------
    >>> Estimate("rationality", 1.5, 0.2, 1.1, 1.9).status
    'ok'
    """

    name: str
    estimate: float
    error: float
    low: float
    high: float
    status: str = "ok"
    group: str = ""
    note: str = ""


class Predicted(Sequence[Mapping[str, Any]]):
    """Predicted beside observed frequencies, made when they are read.

    Parameters
    ----------
    make : callable
        Gives the rows.

    Examples
    --------
    >>> Predicted(lambda: [{"observed": 0.5, "predicted": 0.4}])[0]["predicted"]
    0.4
    """

    def __init__(self, make: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        self._make = make

    @cached_property
    def _rows(self) -> list[Mapping[str, Any]]:
        return [*self._make()]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        return self._rows[place]


@dataclass(frozen=True, eq=False)
class Part:
    """What one way of play found in one part of the data.

    Parameters
    ----------
    estimates : tuple of Estimate
    log_likelihood, uniform, saturated : float
        At the maximum, of uniform play, and of the observed frequencies themselves.
    per_cluster : array
        Log likelihood of every cluster at the maximum.
    certificate : Mapping
        What is known of the maximum: ``kind``, ``gap``, ``holds`` and ``scope`` (see
        `strategic.estimation.Estimates.scope`; ``local`` where nothing is said).
    observations : int
    predicted : sequence of mappings
        Predicted and observed frequencies side by side.
    free, loose : int
        Number of free numbers, and of directions of them along which the likelihood never changes.
    likelihood, maximum : Likelihood and Maximum, optional
        What profiles, posteriors and predictions are computed from.
    covariance : array (K, K), optional
        Of the likelihood's numbers; NaN where one has no standard error.
    repeats : array, optional
        Choices that each entry of ``per_cluster`` stands for, where they are independent of each
        other and alike, as in a table of counts.
    notes : tuple of str
        Sentences about the whole, such as how many rows have several equilibria.
    errors : str
        Where intervals come from, where it is not as the way of play says.
    values : mapping of str to float
        Means over rows of parameters that columns set, or that are predicted from them.

    Examples
    --------
    >>> import numpy as np
    >>> one = Estimate("tau", 1.5, 0.2, 1.1, 1.9)
    >>> known = {"kind": "a scan", "gap": 0.0, "holds": True, "scope": "scan"}
    >>> Part((one,), -9.0, -10.0, -8.0, np.array([-9.0]), known, 20).estimates[0].name
    'tau'
    """

    estimates: tuple[Estimate, ...]
    log_likelihood: float
    uniform: float
    saturated: float
    per_cluster: Array
    certificate: Mapping[str, Any]
    observations: int
    predicted: Sequence[Mapping[str, Any]] = ()
    free: int = 0
    loose: int = 0
    likelihood: Likelihood | None = None
    maximum: Maximum | None = None
    covariance: Array | None = None
    repeats: Array | None = None
    notes: tuple[str, ...] = ()
    errors: str = ""
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """Number of independent units: every choice is one where choices are alike."""
        several = len(self.per_cluster) > 1 and self.repeats is None
        return len(self.per_cluster) if several else self.observations
