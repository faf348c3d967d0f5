"""Estimate entry games by simulation: the search, and how much of the result is chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.estimation._market_likelihood import DRAWS, SimulatedEntry
from strategic.estimation._markets import Markets
from strategic.estimation._rough_maximum import rough_maximum
from strategic.estimation._ways import Request
from strategic.estimation.likelihood import heights
from strategic.estimation.maximum import Maximum, maximise
from strategic.estimation.parts import Part
from strategic.estimation.uncertainty import joined, part_of
from strategic.whole_numbers import check_whole

_MOST_DRAWS = 1_000_000
_ROUNDS = 6
_TRIED = 32
_KEPT = 2
_EFFECTIVE = 0.5
"""Least effective share of the draws, of nine in ten markets, with which a search may end."""
_REPEATS = 8
_SETTLED = 0.25
"""Where the likelihood jumps nothing is proved: numbers are told if so little is to be gained."""
_MUCH = 0.1
"""Errors of simulation above this share of a standard error are told number by number."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """How much of a result is chance of the draws.

    Parameters
    ----------
    height : float
        Standard deviation of the log likelihood over other draws.
    moves : array (K,)
        Standard deviation of the estimates.
    """

    height: float
    moves: Array


def simulated_part(
    request: Request, markets: Markets, *, selection: str = "welfare", mixed: bool = False
) -> Part:
    """Estimate payoffs and the selection from all equilibria of simulated markets.

    Parameters
    ----------
    request : Request
        Its option ``draws`` is read, and its seed.
    markets : Markets
    selection, mixed : str, bool
        As of `SimulatedEntry`.

    Raises
    ------
    MethodError
        When an option is wrong, or no start gives the observed markets a chance.
    """
    draws = draws_of(request.options, DRAWS)
    likelihood = SimulatedEntry(markets, selection, mixed, draws, request.seed)
    likelihood, maximum = search(likelihood)
    simulation = simulation_error(likelihood, maximum)
    rough = likelihood.rough(maximum.point[None])
    settled = maximum.gap <= _SETTLED if rough else maximum.holds
    part = part_of(
        likelihood, replace(maximum, holds=settled), observations=len(markets.observed),
        group=request.group,
        clustered=request.cluster is not None, samples=request.bootstrap or 0, seed=request.seed,
        executor=request.executor,
        notes=_notes(likelihood, maximum.point, simulation), payoffs=markets.payoffs,
    )  # fmt: skip
    told: dict[str, object] = {"draws": draws, "simulation_error": simulation.height}
    if rough:
        told["holds"] = False
        told["kind"] = (
            "the likelihood jumps wherever a mixed equilibrium begins or ends, and a search by "
            "scores over wide steps ended here"
        )
    estimates = []
    for one, move in zip(part.estimates, simulation.moves, strict=True):
        note = one.note
        if one.status == "ok" and move > _MUCH * one.error:
            note = joined(note, f"differs by about {move:.2g} with other draws: take more")
        estimates.append(replace(one, note=note))
    certificate = {**part.certificate, **told}
    return replace(part, estimates=tuple(estimates), certificate=certificate)


def draws_of(options: Mapping[str, Any], usual: int) -> int:
    """Read how many draws a market has.

    Raises
    ------
    MethodError
        When it is no whole number from 1 to a million.

    Examples
    --------
    >>> draws_of({}, 128), draws_of({"draws": "64"}, 128)
    (128, 64)
    """
    value = options.get("draws")
    check_whole(draws=value)
    if value is None:
        return usual
    try:
        number = int(str(value))
    except ValueError:
        raise MethodError("must be a whole number", where="draws", value=value) from None
    if not 1 <= number <= _MOST_DRAWS:
        rule = f"must be at least 1 and at most {_MOST_DRAWS:,}"
        raise MethodError(rule, where="draws", value=value)
    return number


def search(likelihood: SimulatedEntry) -> tuple[SimulatedEntry, Maximum]:
    """Find the maximum, with draws that are good there.

    Returns
    -------
    likelihood : SimulatedEntry
        With cells drawn near the maximum, where not all of them are looked at.
    maximum : Maximum

    Raises
    ------
    MethodError
        When no start gives the observed markets a chance.
    """
    starts = _starts(likelihood)
    for _ in range(_ROUNDS):
        maximum = _maximised(likelihood, starts)
        if likelihood.everything or _good(likelihood, maximum.point):
            break
        likelihood = replace(likelihood, centre=maximum.point)
        starts = maximum.point[None]
    return likelihood, maximum


def _maximised(likelihood: SimulatedEntry, starts: Array) -> Maximum:
    if likelihood.rough(starts[:1]):
        smooth = replace(likelihood, mixed=False)
        first = None if smooth.rough(starts[:1]) else maximise(smooth, starts)
        best = heights(likelihood, starts).argmax()
        return rough_maximum(likelihood, starts[best] if first is None else first.point)
    found = maximise(likelihood, starts)
    if found is None:
        rule = "no start gives the observed markets a chance"
        raise MethodError(rule, where="entry", remedy="set parameters to other values")
    return (
        found if not likelihood.rough(found.point[None]) else rough_maximum(likelihood, found.point)
    )


def _good(likelihood: SimulatedEntry, point: Array) -> bool:
    """Whether draws still stand for their markets far from where they were drawn."""
    effective, covered = likelihood.effective(point)
    least = float(np.quantile(effective, 0.1))
    return least >= _EFFECTIVE and abs(float(covered.mean()) - 1.0) <= 0.05


def _starts(likelihood: SimulatedEntry) -> Array:
    """Give the model's own values, and the best of some random points.

    A rival's effect of 0 is an edge between two slopes, so that there may be a maximum on either
    side; random points are on both.
    """
    rng = np.random.default_rng(likelihood.seed)
    own, size = likelihood.starts, likelihood.sizes
    tried = np.clip(rng.normal(size=(_TRIED, len(own))) * size, *likelihood.bounds.T)
    level = heights(likelihood, tried).reshape(_KEPT, -1)
    best = level.argmax(axis=1) + np.arange(_KEPT) * level.shape[1]
    return np.vstack([own, tried[best]])


def simulation_error(likelihood: SimulatedEntry, maximum: Maximum) -> Simulation:
    """Look at the maximum through other draws.

    With other draws the maximum would be where their slope is 0: about the covariance times the
    slope they have here, away from here.
    """
    point = maximum.point[None]
    values, slopes = [], []
    for k in range(1, _REPEATS + 1):
        other = replace(likelihood, seed=likelihood.seed + 1_000_003 * k)
        values.append(float(heights(other, point)[0]))
        slopes.append(other.gradient(point)[0].sum(axis=0))
    moves = np.array(slopes) @ maximum.covariance
    return Simulation(float(np.std(values, ddof=1)), np.asarray(moves.std(axis=0, ddof=1)))


def _notes(likelihood: SimulatedEntry, point: Array, simulation: Simulation) -> tuple[str, ...]:
    """Say how often there is something to select, and how much is left to chance."""
    several = float(likelihood.everywhere(point).several.mean())
    decides = "decides" if likelihood.selects else "assumes"
    kinds = "pure and mixed equilibria" if likelihood.mixed else "pure equilibria"
    notes = [
        f"In {several:.1%} of the markets several equilibria are expected ({kinds}): there the "
        f"selection ({likelihood.selection}) {decides} which is played."
    ]
    exact = likelihood.everything and not likelihood.selects and not likelihood.mixed
    if exact and simulation.height < 1e-9:
        notes.append("Nothing is simulated: every cell of the shocks has its exact probability.")
        return tuple(notes)
    notes.append(
        f"Simulated with {likelihood.draws} draws per market (shifted golden-ratio points, seed "
        f"{likelihood.seed}): the log likelihood has a simulation error of {simulation.height:.2g}."
    )
    if not likelihood.everything and not _good(likelihood, point):
        notes.append("The draws represent some markets badly: take more of them.")
    return tuple(notes)
