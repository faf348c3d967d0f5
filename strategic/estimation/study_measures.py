"""Estimates as measures of a model, ``estimate.NAME``: what claims of its file may speak of."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from strategic.errors import MeasureError, nearest
from strategic.estimation._estimate import estimate
from strategic.estimation.estimates import Estimates
from strategic.estimation.parts import STATUSES
from strategic.estimation.study import Study
from strategic.modelling import Family, Measure, MeasureGroup, Model, Points
from strategic.modelling.registry import ESTIMATE

_WHOLE = ("log_likelihood", "log_likelihood_uniform", "log_likelihood_saturated", "aic", "bic",
          "observations", "clusters")  # fmt: skip
"""Numbers of the whole fit that are measures too."""
_BELIEVED = ("mean", "deviation")
_BESIDE = ("error", "low", "high", "status", *_BELIEVED)
"""What an estimate has besides its value: ``estimate.NAME.low``; the last ones are those of the
posterior under the prior of the file."""

_FORMULA = r"\hat \theta = \operatorname*{arg\,max}_\theta \sum_t \ln \Pr(a_t \mid \theta)"


def estimates_group(family: Family) -> MeasureGroup:
    """Make the measures ``estimate.NAME`` of models whose file states a study.

    Examples
    --------
    >>> import strategic as st
    >>> estimates_group(st.load("inspection").family).make("rationality.status").kind
    'label'
    """
    return MeasureGroup(
        ESTIMATE,
        "NAME",
        "What the data of the [estimate] block say: an estimate by its name, with "
        f"{', '.join(f'NAME.{what}' for what in _BESIDE)}, and @GROUP where the data are divided; "
        f"{', '.join(_WHOLE)}.",
        (),
        partial(_measure, family),
        open=True,
        formula=_FORMULA,
    )


def _measure(family: Family, name: str) -> Measure:
    label = name.endswith(".status")
    return Measure(
        f"{ESTIMATE}.{name}",
        partial(_measured, family, name),
        f"Estimated from the data of the model's file: {name}.",
        kind="label" if label else "float",
        labels=tuple(STATUSES) if label else (),
        of_data=True,
        formula=_FORMULA,
    )


def _measured(family: Family, name: str, points: Points, group: str = "") -> float:
    study = points.parts.get(ESTIMATE)
    where = f"measure '{ESTIMATE}.{name}'"
    if study is None:
        raise MeasureError("needs an [estimate] block in the model file", where=where)
    values = {n: float(v) for n, v in points.items() if not np.isnan(v)}
    fit = _fitted(study, Model(family, values, path=points.path, parts=points.parts))
    if group:
        if group not in fit.parts:
            remedy = nearest(group, fit.parts) or f"one of {', '.join(filter(None, fit.parts))}"
            rule = "no such part of the data" if any(fit.parts) else "the data are not divided"
            raise MeasureError(rule, where=where, value=group, remedy=remedy * any(fit.parts))
        fit = replace(fit, parts={group: fit.parts[group]})
    return _read(fit, name, study, where)


def _fitted(study: Study, model: Model) -> Estimates:
    """Estimate once for each set of values of the model: several claims read one fit."""
    key = (dict(model.values), model.path)
    found = next((fit for known, fit in study.fits if known == key), None)
    if found is None:
        found = estimate(model)
        study.fits.append((key, found))
    return found


def _read(fit: Estimates, name: str, study: Study, where: str) -> float:
    """Read one number of a fit by the name that a measure has for it."""
    if name in _WHOLE:
        return float(fit.document()[name])
    known = [one.name for one in fit.parameters]
    stem, _, beside = name.rpartition(".")
    if name in known:
        stem, beside = name, "estimate"
    elif stem not in known or beside not in _BESIDE:
        listed = [*known, *_WHOLE, *(f"{n}.{what}" for n in known for what in _BESIDE)]
        raise MeasureError(
            "no such estimate", where=where, value=name, remedy=nearest(name, listed)
        )
    if known.count(stem) > 1:
        parts = ", ".join(fit.parts)
        rule = "differs between the parts of the data; say which, as in "
        rule += f"{ESTIMATE}.{name}@{next(iter(fit.parts))}"
        raise MeasureError(rule, where=where, remedy=f"one of {parts}")
    if beside in _BELIEVED:
        return _of_posterior(fit, stem, beside, study, where)
    value = getattr(next(one for one in fit.parameters if one.name == stem), beside)
    return float([*STATUSES].index(value) if beside == "status" else value)


def _of_posterior(fit: Estimates, name: str, what: str, study: Study, where: str) -> float:
    prior = study.prior_of(fit.play)
    if not prior:
        remedy = f'such as {name} = "normal(0, 1)"'
        raise MeasureError(
            "needs an [estimate.prior] in the model file", where=where, remedy=remedy
        )
    group = next(group for group, part in fit.parts.items()
                 if name in [one.name for one in part.estimates])  # fmt: skip
    found = fit.posterior(prior, seed=study.seed or 0, group=group)
    return float(getattr(found, what)[found.names.index(name)])
