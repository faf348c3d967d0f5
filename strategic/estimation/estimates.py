"""What an estimation found: numbers with errors and a status each, and how good the fit is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.estimation._ways import way_of
from strategic.estimation.parts import Estimate, Part
from strategic.estimation.summary import (
    numbers_table,
    sentences,
    summary,
    summary_html,
)
from strategic.markup import Table
from strategic.papers import Cited

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from numpy.typing import ArrayLike

    from strategic.estimation.comparison import Comparison
    from strategic.estimation.likelihood import Likelihood
    from strategic.estimation.maximum import Maximum
    from strategic.estimation.posterior_draws import Posterior
    from strategic.estimation.profiles import Profile
    from strategic.modelling import Family, Model


@dataclass(frozen=True, eq=False, repr=False)
class Estimates(Cited):
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
    models : mapping of str to Model
        The games that were played, by name.
    pool : callable, optional
        Fits all groups together, where that can be told from this fit.
    guesses : tuple of str, optional
        What was guessed of the data, a sentence each.

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
    models: Mapping[str, Model] = field(default_factory=dict)
    pool: Callable[[], Estimates] | None = None
    guesses: tuple[str, ...] = ()

    def behind(self) -> Iterable[Any]:
        """Name the way of play, the likelihoods, and where maxima and errors come from."""
        way, parts = way_of(self.play, self._family), self.parts.values()
        likelihoods = [part.likelihood for part in parts if part.likelihood is not None]
        held = [one for likelihood in likelihoods for one in vars(likelihood).values()]
        kinds = dict.fromkeys(type(one) for one in (*likelihoods, *held))
        steps = {
            "_entry_inequalities:Inequalities": self.scope == "region",
            "climbing:climb": any(part.maximum is not None for part in parts),
            "uncertainty:bootstrap": "bootstrap" in self.errors,
            "uncertainty:covariance": "sandwich" in self.errors or "cluster" in self.errors,
        }
        return [
            *way.behind(),
            *(kind for kind in kinds if kind.__module__.startswith("strategic.")),
            *(f"strategic.estimation.{step}" for step, taken in steps.items() if taken),
        ]

    @property
    def _family(self) -> Family | None:
        return next((model.family for model in self.models.values()), None)

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
        named = self.settings.get("cluster") is not None
        return sum(len(p.per_cluster) if named else p.units for p in self.parts.values())

    @property
    def free(self) -> int:
        """Number of free numbers."""
        return sum(part.free for part in self.parts.values())

    @property
    def identified(self) -> int:
        """Number of directions of the free numbers that the data tell: the dimension of the model.

        It is the rank of the information where that is regular (Rothenberg 1971). Numbers at a
        bound and those that grow for ever count; of two of which only the product matters, one.
        """
        return self.free - sum(part.loose for part in self.parts.values())

    @property
    def aic(self) -> float:
        """Akaike's criterion, ``2 k - 2 log L``, k the number of `identified` numbers."""
        return 2 * self.identified - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, ``k log n - 2 log L``, k as in `aic`, n the number of clusters."""
        return self.identified * log(self.clusters) - 2 * self.log_likelihood

    @property
    def certified(self) -> bool:
        """Whether the certificate of every maximum holds; `scope` says what it certifies."""
        return all(part.certificate["holds"] for part in self.parts.values())

    @property
    def notes(self) -> list[str]:
        """Sentences about the whole, led by the group where there are several."""
        return [
            f"{name}: {note}" if name else note
            for name, part in self.parts.items()
            for note in part.notes
        ]

    @property
    def scope(self) -> str:
        """What is known of the maxima, in the group where that is least.

        ``global``: no higher one, proved; ``scan``: the highest that a scan of the whole range
        found, refined; ``local``: slope 0 and curvature negative, the highest that several starts
        reached. A ``region`` has no maximum.
        """
        scopes = {str(part.certificate.get("scope", "local")) for part in self.parts.values()}
        return next(scope for scope in ("region", "local", "scan", "global") if scope in scopes)

    @cached_property
    def pooled(self) -> Comparison | None:
        """The likelihood ratio of these numbers, one set per group, against one set for all.

        None where the data are not divided, or have clusters, for which it is no chi-square.
        """
        from strategic.estimation.comparison import likelihood_ratio

        narrower = self.pool() if self.pool is not None else None
        if narrower is None or narrower.identified >= self.identified:
            return None
        return likelihood_ratio(self, narrower)

    def value(self, name: str, group: str = "") -> float:
        """Return one estimate by its name."""
        return next(e.estimate for e in self.parameters if (e.name, e.group) == (name, group))

    @property
    def per_unit(self) -> Array:
        """Log likelihood of every independent unit, group by group."""
        return np.concatenate([part.per_cluster for part in self.parts.values()])

    @property
    def repeats(self) -> Array:
        """Choices that each entry of `per_unit` stands for as one."""
        parts = self.parts.values()
        return np.concatenate(
            [np.ones(len(p.per_cluster)) if p.repeats is None else p.repeats for p in parts]
        )

    @property
    def model(self) -> Model:
        """The model with the estimated parameters put in; see `fitted` for several."""
        return self.fitted()

    def fitted(self, game: str = "", group: str = "") -> Model:
        """Return a model with the estimates of its parameters put in.

        Parameters that columns set, or that are predicted from them, have their means over rows.
        Numbers that are no parameters, such as a rationality, are left out.

        Parameters
        ----------
        game : str
            Which game, where there are several.
        group : str
            Whose estimates, where the data were divided.

        Raises
        ------
        MethodError
            When it is not said which game or group.
        """
        model = self.models[_only(self.models, game, "game")]
        part = self.parts[_only(self.parts, group, "group")]
        known = model.family.parameters
        found = {
            one.name: one.estimate
            for one in part.estimates
            if one.name in known and np.isfinite(one.estimate)
        }
        return model.change({**part.values, **found})

    def covariance(self, group: str = "") -> Array:
        """Covariance of a group's numbers, in the order of its likelihood's names."""
        return np.asarray(self.parts[_only(self.parts, group, "group")].covariance)

    def profile(self, name: str, values: ArrayLike | None = None, *, group: str = "") -> Profile:
        """Compute the profile likelihood of one number; see `strategic.estimation.profiles`."""
        from strategic.estimation.profiles import profile

        return profile(*self._smooth(group), name, values)

    def posterior(
        self,
        prior: Mapping[str, str],
        *,
        draws: int = 4000,
        seed: int = 0,
        group: str = "",
        executor: Executor | None = None,
    ) -> Posterior:
        """Draw from the posterior under a prior; see `strategic.estimation.posterior`."""
        from strategic.estimation.posterior_draws import posterior

        return posterior(*self._smooth(group), prior, draws=draws, seed=seed, executor=executor)

    def compare(self, other: Estimates) -> Comparison:
        """Compare with another fit to the same choices.

        Fits of one way of play of which one has more numbers, such as by group against pooled, are
        compared by their likelihood ratio, others by Vuong's test.
        """
        from strategic.estimation.comparison import likelihood_ratio, vuong

        if self.play != other.play or self.identified == other.identified:
            return vuong(self, other)
        wider = self.identified > other.identified
        return likelihood_ratio(*((self, other) if wider else (other, self)))

    def predict(self) -> list[dict[str, Any]]:
        """Predicted beside observed frequencies, one row each."""
        rows: list[dict[str, Any]] = self.document()["predicted"]
        return rows

    def _smooth(self, group: str) -> tuple[Likelihood, Maximum]:
        part = self.parts[_only(self.parts, group, "group")]
        if part.likelihood is None or part.maximum is None:
            rule = "has no maximum to compute this from"
            raise MethodError(rule, where=f"play '{self.play}'")
        return part.likelihood, part.maximum

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

    def to_xarray(self) -> xr.Dataset:
        """Return the numbers along ``name``, and ``group`` where the data are divided."""
        index = ["group", "name"] if any(self.parts) else ["name"]
        # By way of the table: an estimate that a group does not have is NaN there.
        made: xr.Dataset = self.to_pandas().set_index(index).to_xarray()
        return made

    def _simulation(self) -> dict[str, float]:
        """Tell by how much other draws change the log likelihood, where it was simulated."""
        errors = [part.certificate.get("simulation_error") for part in self.parts.values()]
        told = [float(error) for error in errors if error is not None]
        return {"simulation_error": float(np.linalg.norm(told))} if told else {}

    @staticmethod
    def _pooled(test: Comparison) -> dict[str, Any]:
        return {
            "log_likelihood_gained": test.difference,
            "statistic": test.statistic,
            "freedom": test.freedom,
            "p_value": test.p_value,
        }

    def document(self) -> dict[str, Any]:
        """Describe everything as plain data."""
        parts = list(self.parts.values())
        return {
            "play": self.play,
            "observations": self.observations,
            "clusters": self.clusters,
            "free": self.free,
            "identified": self.identified,
            "log_likelihood": self.log_likelihood,
            "log_likelihood_uniform": float(sum(part.uniform for part in parts)),
            "log_likelihood_saturated": float(sum(part.saturated for part in parts)),
            "aic": self.aic,
            "bic": self.bic,
            "certificate": {
                "holds": self.certified,
                "gap": float(max(part.certificate["gap"] for part in parts)),
                "kind": parts[0].certificate["kind"],
                "scope": self.scope,
                **self._simulation(),
            },
            "errors": self.errors,
            "settings": dict(self.settings),
            **({"pooled": self._pooled(self.pooled)} if self.pooled else {}),
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
            "notes": self.notes,
            "predicted": [
                {**({"group": name} if name else {}), **row}
                for name, part in self.parts.items()
                for row in part.predicted
            ],
        }

    def table(self) -> Table:
        """Lay out the numbers."""
        return numbers_table(self)

    def sentences(self) -> list[str]:
        """Say how good the fit is, what is known of the maximum, and what the data cannot tell."""
        return sentences(self)

    def summary(self) -> str:
        """Write header, table and caveats as plain text, as packages of econometrics do."""
        return summary(self)

    def _repr_html_(self) -> str:
        return summary_html(self)


def _only(known: Mapping[str, Any], name: str, what: str) -> str:
    """Give the name of the one there is, or check that of one of several."""
    if not name and len(known) == 1:
        return next(iter(known))
    if name not in known:
        remedy = f"one of {', '.join(known)}"
        raise MethodError(f"no such {what}", where=what, value=name, remedy=remedy)
    return name
