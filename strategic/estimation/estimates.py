"""What an estimation found: numbers with errors and a status each, and how good the fit is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.games.matrix import number_text
from strategic.markup import Table

if TYPE_CHECKING:
    import pandas as pd

FEW_CLUSTERS = 20
"""Clusters below which their errors are told to be doubtful."""
STATUSES = {
    "ok": "an interior maximum",
    "at_bound": "at the edge of what is possible",
    "infinite": "no finite maximum: the likelihood rises for ever",
    "not_identified": "the data cannot tell it from others",
    "interval": "low and high bound what the data allow; no confidence interval",
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
        How the maximum was proved: ``kind``, ``gap``, ``holds``.
    observations : int
    predicted : sequence of mappings
        Predicted and observed frequencies side by side.

    Examples
    --------
    >>> one = Estimate("tau", 1.5, 0.2, 1.1, 1.9)
    >>> proof = {"kind": "a scan", "gap": 0.0, "holds": True}
    >>> Part((one,), -9.0, -10.0, -8.0, np.array([-9.0]), proof, 20).estimates[0].name
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


@dataclass(frozen=True, eq=False, repr=False)
class Estimates:
    """Estimated numbers of a model, from observed behaviour.

    Parameters
    ----------
    play : str
        The way of play.
    parts : mapping of str to Part
        By group; one with an empty name where the data were not divided.
    errors : str
        Where errors come from, in words.
    settings : mapping
        Options that matter: clusters, samples, seed.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["inspector", "contractor"], "action": ["inspect", "work"],
    ...           "count": [30, 20]}
    >>> found = st.estimate(st.load("inspection"), counts)
    >>> found.certified, found.parameters[0].name
    (True, 'rationality')
    """

    play: str
    parts: Mapping[str, Part]
    errors: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[Estimate, ...]:
        """Every estimate, group by group."""
        return tuple(one for part in self.parts.values() for one in part.estimates)

    @property
    def log_likelihood(self) -> float:
        """Sum over groups."""
        return float(sum(part.log_likelihood for part in self.parts.values()))

    @property
    def observations(self) -> int:
        """Number of observed choices."""
        return sum(part.observations for part in self.parts.values())

    @property
    def clusters(self) -> int:
        """Number of independent units: every choice is one where no clusters were named."""
        return sum(
            len(part.per_cluster) if len(part.per_cluster) > 1 else part.observations
            for part in self.parts.values()
        )

    @property
    def free(self) -> int:
        """Number of free numbers."""
        return sum(part.free for part in self.parts.values())

    @property
    def aic(self) -> float:
        """Akaike's criterion, ``2 k - 2 log L``."""
        return 2 * self.free - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, ``k log n - 2 log L``, n the number of clusters."""
        return self.free * log(self.clusters) - 2 * self.log_likelihood

    @property
    def certified(self) -> bool:
        """Whether every maximum is proved to be global."""
        return all(part.certificate["holds"] for part in self.parts.values())

    def value(self, name: str, group: str = "") -> float:
        """Return one estimate by its name."""
        return next(e.estimate for e in self.parameters if (e.name, e.group) == (name, group))

    def __repr__(self) -> str:
        return (
            f"<Estimates: {self.play}, {self.observations} observations, "
            f"log likelihood {self.log_likelihood:.6g}>"
        )

    def to_pandas(self) -> pd.DataFrame:
        """Return one row per number."""
        import pandas as pd

        names = ("group", "name", "estimate", "error", "low", "high", "status", "note")
        rows = [{name: getattr(one, name) for name in names} for one in self.parameters]
        frame = pd.DataFrame(rows)
        return frame if any(self.parts) else frame.drop(columns="group")

    def document(self) -> dict[str, Any]:
        """Describe everything as plain data."""
        parts = list(self.parts.values())
        return {
            "play": self.play,
            "observations": self.observations,
            "clusters": self.clusters,
            "log_likelihood": self.log_likelihood,
            "log_likelihood_uniform": float(sum(part.uniform for part in parts)),
            "log_likelihood_saturated": float(sum(part.saturated for part in parts)),
            "aic": self.aic,
            "bic": self.bic,
            "certificate": {
                "holds": self.certified,
                "gap": float(max(part.certificate["gap"] for part in parts)),
                "kind": parts[0].certificate["kind"],
            },
            "errors": self.errors,
            "settings": dict(self.settings),
            "parameters": [
                {
                    "name": one.name,
                    **({"group": one.group} if one.group else {}),
                    "estimate": one.estimate,
                    "error": one.error,
                    "low": one.low,
                    "high": one.high,
                    "status": one.status,
                    "note": one.note,
                }
                for one in self.parameters
            ],
            "predicted": [
                {**({"group": name} if name else {}), **row}
                for name, part in self.parts.items()
                for row in part.predicted
            ],
        }

    def table(self) -> Table:
        """Lay out the numbers."""
        grouped = any(self.parts)
        header = ["group"] * grouped + ["", "estimate", "error", "95% low", "95% high", "status"]
        rows = [
            [one.group] * grouped
            + [one.name]
            + [_shown(one.estimate, 7), *(_shown(x, 4) for x in (one.error, one.low, one.high))]
            + [one.status]
            for one in self.parameters
        ]
        return Table(header, rows)

    def sentences(self) -> list[str]:
        """Say how good the fit is, what is proved, and what the data cannot tell."""
        found = self.document()
        low, high = found["log_likelihood_uniform"], found["log_likelihood_saturated"]
        certificate = found["certificate"]
        proved = (
            f"The maximum is proved: {certificate['kind']} (gap {certificate['gap']:.1g})."
            if certificate["holds"]
            else f"The maximum is not proved: {certificate['kind']}."
        )
        units = "" if self.clusters == self.observations else f" in {self.clusters} clusters"
        return [
            f"{self.observations} observations{units}; log likelihood {self.log_likelihood:.6f}, "
            f"between {low:.6f} of uniform play and {high:.6f} of the observed frequencies; "
            f"AIC {self.aic:.2f}, BIC {self.bic:.2f}.",
            proved,
            f"Errors: {self.errors}.",
            *self._few_clusters(),
            *[f"{_named(one)} {one.note}." for one in self.parameters if one.note],
        ]

    def _few_clusters(self) -> list[str]:
        """Warn where errors rest on few independent units."""
        least = min(len(part.per_cluster) for part in self.parts.values())
        if least == 1 or least >= FEW_CLUSTERS:
            return []
        return [
            f"Only {least} clusters{' in a group' if len(self.parts) > 1 else ''}: errors may be "
            "too small, and intervals too short."
        ]

    def summary(self) -> str:
        """Write header, table and sentences as plain text."""
        lines = [f"play: {self.play}", "", self.table().markdown(), "", *self.sentences()]
        return "\n".join(lines)


def _named(one: Estimate) -> str:
    return f"{one.name} of {one.group}" if one.group else one.name


def _shown(value: float, digits: int) -> str:
    return "" if np.isnan(value) else number_text(float(f"{value:.{digits}g}"))
