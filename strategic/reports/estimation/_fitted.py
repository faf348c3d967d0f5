"""A fit with its profiles, posteriors and comparisons: one analysis behind every output format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from strategic.errors import MethodError, nearest
from strategic.estimation import Estimates
from strategic.estimation.summary import sentences, summary
from strategic.papers import Cited
from strategic.reports.sections.provenance import provenance

if TYPE_CHECKING:
    from strategic.estimation.comparison import Comparison
    from strategic.estimation.parts import Estimate
    from strategic.estimation.posterior_draws import Posterior
    from strategic.estimation.profiles import Profile
    from strategic.modelling import Model
    from strategic.reports._report import Report
    from strategic.reports.blocks import Block


@dataclass(frozen=True, eq=False, repr=False)
class Fitted(Cited):
    """Estimates, and what was asked about them besides.

    Parameters
    ----------
    fit : Estimates
        What was found.
    profiles : sequence of (group, Profile)
        Profile likelihoods.
    posteriors : mapping of group to Posterior
        Under priors.
    others : sequence of (Estimates, Comparison)
        Other ways of play on the same data.
    asked : mapping
        Options, for the record.
    stated : Model, optional
        The model whose file names the games, where these are others.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["inspector", "contractor"], "action": ["inspect", "work"],
    ...           "count": [30, 20]}
    >>> made = Fitted(st.estimate(st.load("inspection"), counts))
    >>> made.document["play"], made.report().blocks[0].title
    ('logit', 'Estimates')
    """

    fit: Estimates
    profiles: Sequence[tuple[str, Profile]] = ()
    posteriors: Mapping[str, Posterior] = field(default_factory=dict)
    others: Sequence[tuple[Estimates, Comparison]] = ()
    asked: Mapping[str, Any] = field(default_factory=dict)
    stated: Model | None = None

    def behind(self) -> list[Any]:
        """Name what stands behind the fit, and behind what was asked about it."""
        asked = [one for _, one in (*self.profiles, *self.posteriors.items())]
        return [self.fit, *asked, *(one for pair in self.others for one in pair)]

    @property
    def model(self) -> Model:
        """What the estimates are of: the model named, or the first game that was played."""
        first: Model = self.stated or next(iter(self.fit.models.values()))
        return first

    @cached_property
    def document(self) -> dict[str, Any]:
        """Describe everything as plain data; ``strategic estimate --json`` prints it."""
        model = self.model
        document = {
            "model": {
                "slug": model.slug,
                "title": model.title or model.slug or model.family.title,
                "kind": model.family.name,
            },
            **self.fit.document(),
        }
        if self.profiles:
            document["profiles"] = [_profile(group, one) for group, one in self.profiles]
        if self.posteriors:
            document["posterior"] = [
                {**({"group": group} if group else {}), **one.document()}
                for group, one in self.posteriors.items()
            ]
        if self.others:
            document["comparisons"] = [_against(fit, found) for fit, found in self.others]
        document["sentences"] = sentences(self.fit)
        seed = self.fit.settings.get("seed")
        document["provenance"] = provenance(model, options=dict(self.asked), seed=seed)
        document["references"] = list(self.references().keys)
        return document

    def report(self) -> Report:
        """Lay the analysis out.

        Returns
        -------
        strategic.Report
            With ``.html()``, ``.to_latex()``, ``.to_markdown()`` and ``.json()``.
        """
        from strategic.reports._report import Report
        from strategic.reports.estimation._layout import blocks_of

        title = f"{self.document['model']['title']}: {self.fit.play} estimates"
        titled = {**self.document, "model": {**self.document["model"], "title": title}}
        return Report(self.model, titled, blocks_of(self))

    def beyond_numbers(self) -> list[Block]:
        """Lay out what the summary in plain text does not hold, reference tables apart."""
        from strategic.reports.estimation._layout import blocks_of

        return [block for block in blocks_of(self)[1:] if not block.detail]

    def text(self) -> str:
        """Write header, numbers and sentences as plain text, as packages of econometrics do."""
        return summary(self.fit)

    def columns(self) -> dict[str, list[Any]]:
        """Give the numbers as a table: one row each."""
        frame = self.fit.to_pandas()
        return {str(name): frame[name].tolist() for name in frame.columns}

    def model_file(self) -> str:
        """Write the model's file with the estimates of its parameters put in.

        Raises
        ------
        MethodError
            When the data are divided, several games were played, or no parameter was estimated.
        FileError
            When the model did not come from a TOML file.
        """
        from strategic.catalogue.rewriting import rewritten

        fit, known = self.fit, self.model.family.parameters
        found = [one for one in fit.parameters if one.name in known and isfinite(one.estimate)]
        if len(fit.parts) > 1 or len(fit.models) > 1:
            rule = "needs one game and undivided data: each group has a fitted model of its own"
            raise MethodError(rule, where="FILE.toml", value=f"{len(fit.parts)} groups")
        if not found:
            rule = "no parameter of the model was estimated"
            raise MethodError(rule, where="FILE.toml", remedy="name some with --free or --formula")
        told = "\n".join(_line(one) for one in fit.parameters)
        for name, formula in dict(fit.settings.get("formulas") or {}).items():
            told += f"\n{name} is linear in columns, {formula}: its value below is not estimated."
        head = f"Fitted by 'strategic estimate', way of play {fit.play}, {fit.observations} "
        likely = isfinite(fit.log_likelihood)
        head += "observations" + f", log likelihood {fit.log_likelihood:.6f}" * likely + ":"
        return rewritten(fit.model, heading=f"{head}\n{told}")

    def __repr__(self) -> str:
        return f"<Fitted: {self.fit!r}>"


def _line(one: Estimate) -> str:
    """Write a number with its error, or with its interval where it has none."""
    if not isfinite(one.estimate):
        return f"{one.name} is not told ({one.status})"
    told = f"error {one.error:.4g}, "
    if not isfinite(one.error):
        told = f"{one.low:.4g} to {one.high:.4g}, " if isfinite(one.low + one.high) else ""
    return f"{one.name} = {one.estimate:.10g} ({told}{one.status})"


def fitted(
    fit: Estimates,
    *,
    profiles: Sequence[str] = (),
    prior: Mapping[str, str] | None = None,
    against: Sequence[Estimates] = (),
    draws: int = 4000,
    seed: int = 0,
    asked: Mapping[str, Any] | None = None,
    stated: Model | None = None,
    executor: Executor | None = None,
) -> Fitted:
    """Compute what is asked about a fit besides its numbers.

    Parameters
    ----------
    fit : Estimates
        From `strategic.estimate`.
    profiles : sequence of str
        Numbers whose profile likelihood is wanted, in every group.
    prior : mapping of str to str, optional
        What is believed before, ``{"rationality": "lognormal(0, 1)"}``: posteriors are added.
    against : sequence of Estimates
        Other fits to the same data.
    draws, seed : int
        Of the posterior.
    asked : mapping, optional
        Options, for the record.
    stated : Model, optional
        The model whose file names the games, where these are others.
    executor : concurrent.futures.Executor, optional
        Where the likelihood of posterior draws is computed.

    Returns
    -------
    Fitted

    Raises
    ------
    MethodError
        When there is no such number, or the way of play has no smooth likelihood.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["inspector", "contractor"], "action": ["inspect", "work"],
    ...           "count": [30, 20]}
    >>> fitted(st.estimate(st.load("inspection"), counts)).columns()["name"]
    ['rationality']
    """
    names = [one.name for one in fit.parameters]
    for name in profiles:
        if name not in names:
            remedy = nearest(name, names) or f"one of {', '.join(dict.fromkeys(names))}"
            raise MethodError("no such estimated number", where="profile", value=name,
                              remedy=remedy)  # fmt: skip
    followed = [
        (group, fit.profile(name, group=group))
        for name in profiles
        for group, part in fit.parts.items()
        if name in [one.name for one in part.estimates]
    ]
    believed = {
        group: fit.posterior(prior, draws=draws, seed=seed, group=group, executor=executor)
        for group in (fit.parts if prior else ())
    }
    others = [(other, _compared(fit, other)) for other in against]
    return Fitted(fit, followed, believed, others, asked or {}, stated)


def _compared(fit: Estimates, other: Estimates) -> Comparison:
    """Compare two fits; criteria remain where no test is possible."""
    try:
        found: Comparison = fit.compare(other)
    except MethodError as problem:
        if fit.observations != other.observations:
            raise
        from strategic.estimation.comparison import Comparison

        nothing = float("nan")
        return Comparison(
            "none", fit.log_likelihood - other.log_likelihood, nothing, nothing,
            fit.identified - other.identified, fit.aic - other.aic, fit.bic - other.bic,
            f"there is no test of these: {problem.problems[0].rule}.",
        )  # fmt: skip
    return found


def _profile(group: str, one: Profile) -> dict[str, Any]:
    return {
        "name": one.name,
        **({"group": group} if group else {}),
        "estimate": one.peak,
        "low": one.low,
        "high": one.high,
        "values": one.values.tolist(),
        "log_likelihood": one.heights.tolist(),
    }


def _against(other: Estimates, found: Comparison) -> dict[str, Any]:
    fit = {
        "play": other.play,
        "log_likelihood": other.log_likelihood,
        "free": other.free,
        "identified": other.identified,
        "aic": other.aic,
        "bic": other.bic,
    }
    return {"against": fit, **asdict(found)}
