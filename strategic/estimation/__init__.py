"""From observed behaviour to the numbers of a model.

A likelihood is a family of games, a way of play and a table of choices; `estimate` finds the
numbers that make the choices most likely, says how sure they are, and what the data cannot tell.

====================  =============================================================================
Name                  Purpose
====================  =============================================================================
`estimate`            numbers, errors and statuses of one way of play
`Estimates`           what it returns
`Study`               what the ``[estimate]`` block of a model file states
`WAYS`                the ways of play, with the columns of their tables; `way_of` finds one
`read_observations`   a table of choices from a csv file, a data frame or columns
`draw`                such a table drawn from a known truth
`recover`             bias, coverage and power of an estimation, from many drawn tables
`Likelihood`          what a way of play gives: log likelihoods of independent units
`maximise`            the maximum of a likelihood, with its proof and what has none
`profile`             the best that the other numbers can do at each value of one
`posterior`           weighted draws under a prior
`vuong`               whether one of two fits is closer to the truth
`likelihood_ratio`    whether a narrower fit is rejected against a wider one
====================  =============================================================================
"""

from __future__ import annotations

from strategic.namespaces import listing, loaded_when_used

_MODULE_OF = {
    "Comparison": "comparison",
    "Differenced": "likelihood",
    "Likelihood": "likelihood",
    "Maximum": "maximum",
    "Posterior": "posterior_draws",
    "Profile": "profiles",
    "likelihood_ratio": "comparison",
    "maximise": "maximum",
    "posterior": "posterior_draws",
    "profile": "profiles",
    "vuong": "comparison",
    "Estimate": "parts",
    "Estimates": "estimates",
    "Observations": "observations",
    "Part": "parts",
    "Request": "_ways",
    "Study": "study",
    "Recovery": "recovery",
    "WAYS": "_ways",
    "Way": "_ways",
    "draw": "drawing",
    "estimate": "_estimate",
    "read_observations": "observations",
    "recover": "recovery",
    "way_of": "_ways",
}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - from the one table

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
