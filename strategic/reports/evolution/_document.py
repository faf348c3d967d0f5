"""The analysis of populations as plain data: what ``strategic evolve --json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.evolution import DYNAMICS, FinitePopulations, RestPoints, rest_points
from strategic.evolution.populations import PopulationGame
from strategic.modelling.evolution_measures import corner_names
from strategic.reports.evolution._along import stable_along
from strategic.reports.evolution._names import end_names, point_names, share_entries
from strategic.reports.evolution._told import sentences_of
from strategic.reports.sections.provenance import provenance
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.reports.evolution._evolving import Evolution

_NO_MORE: dict[str, Any] = dict.fromkeys(("conditions", "conditions_latex", "thresholds", "ties"))
"""Of rest points that are no corners."""


def document_of(made: Evolution) -> dict[str, Any]:
    """Put an analysis into plain data.

    Keys: ``model``, ``populations``, ``dynamics``, ``equations`` (LaTeX), ``rest_points``,
    ``complete``, ``mixed`` (rest points as formulas), ``paths``, ``basins``, ``stages``,
    ``finite``, ``sentences``, ``provenance``.
    """
    model, game = made.model, made.game
    title = model.title or model.slug or model.family.title
    rest = rest_entries(made)
    document: dict[str, Any] = {
        "model": {"slug": model.slug, "title": title, "kind": model.family.name},
        "populations": population_entries(game),
        "dynamics": {
            "name": made.settings.dynamics,
            "title": DYNAMICS[made.settings.dynamics].title,
            "noise": made.settings.noise,
            "horizon": made.settings.horizon,
        },
        "equations": made.equations,
        "rest_points": rest,
        "complete": bool(made.rest_points.complete),
        "stable_along": stable_along(made),
        "paths": path_entries(made),
        "basins": basin_entries(made),
    }
    if made.symbols.missing:
        document["missing"] = made.symbols.missing
    if len(made.games) > 1 or made.settings.stages:
        document["stages"] = stage_entries(made)
    if made.finite is not None:
        document["finite"] = finite_entries(made, made.finite)
    document["mixed"] = [
        {"name": point.name, "shares": dict(point.shares)} for point in made.symbols.mixed
    ]
    document["sentences"] = sentences_of(document)
    document["provenance"] = provenance(model, options=dict(made.asked), seed=made.seed)
    document["references"] = list(made.references().keys)
    return document


def population_entries(game: PopulationGame) -> list[dict[str, Any]]:
    """Name populations, their actions, and the shares that formulas speak of."""
    named = game.formulas.shares if game.formulas is not None else {}
    return [
        {
            "name": player,
            "actions": list(actions),
            "shares": {name: actions[a] for name, (i, a) in named.items() if i == number},
        }
        for number, (player, actions) in enumerate(zip(game.players, game.actions, strict=True))
    ]


def finite_entries(made: Evolution, found: FinitePopulations) -> dict[str, Any]:
    """Describe finite populations: the long run, and who takes whom over at each corner."""
    game, names = made.game, corner_names(made.game.actions)
    law = found.law.ravel()
    invasions = []
    for corner, profile in zip(names, np.ndindex(*game.sizes), strict=True):
        for i, (player, actions) in enumerate(zip(game.players, game.actions, strict=True)):
            for a, action in enumerate(actions):
                if a != profile[i]:
                    chance = float(found.fixation[i][(*profile, a)])
                    neutral = chance * found.sizes[i]
                    invasions.append(
                        {"at": corner, "population": player, "action": action,
                         "fixation": chance, "times_neutral": neutral}
                    )  # fmt: skip
    return {
        "sizes": list(found.sizes),
        "intensity": made.intensity,
        "long_run": {name: float(share) for name, share in zip(names, law, strict=True)},
        "shares": share_entries(game, list(found.shares)),
        "invasions": invasions,
    }


def rest_entries(made: Evolution) -> list[dict[str, Any]]:
    """Describe rest points; corners with their sign conditions and thresholds besides."""
    entries = plain_rest_entries(made.game, made.rest_points)
    return [{**entry, **made.symbols.corners.get(entry["name"], _NO_MORE)} for entry in entries]


def plain_rest_entries(game: PopulationGame, rest: RestPoints) -> list[dict[str, Any]]:
    """Describe the rest points of a single game: shares, kind, eigenvalues, verdict."""
    names = point_names(game, rest)
    return [
        {
            "name": names[row],
            "shares": share_entries(game, [own[row] for own in rest.shares]),
            "kind": str(rest.kind[row]),
            "eigenvalues": [[float(v.real), float(v.imag)] for v in rest.eigenvalues[row]],
            "verdict": str(rest.verdict[row]),
            "nash": bool(rest.nash[row]),
        }
        for row in range(len(rest))
    ]


def path_entries(made: Evolution) -> list[dict[str, Any]]:
    """Describe paths: where they start, where they end and when they are settled."""
    found, game = made.ended, made.game
    settled = np.asarray(found.settled)
    names = end_names(made.games[-1][1], made.last_rest_points, found.end, settled)
    return [
        {
            "start": share_entries(game, [own[k] for own in made.starts]),
            "end": share_entries(game, [own[k] for own in found.end]),
            "t": float(found.time[k]),
            "settled_at": float(found.settled_at[k]),
            "at": names[k],
            "status": Status(int(found.status[k])).label,
        }
        for k in range(len(names))
    ]


def basin_entries(made: Evolution) -> dict[str, Any]:
    """Describe basins: the share of starts that lead to each corner, and what of it is proved."""
    found = made.basins()
    shares, errors, proved = (a.ravel() for a in (found.share, found.error, found.certified))
    return {
        name: {"share": float(share), "error": float(error), "certified": float(certain)}
        for name, share, error, certain in zip(
            corner_names(made.game.actions), shares, errors, proved, strict=True
        )
    }


def stage_entries(made: Evolution) -> list[dict[str, Any]]:
    """Describe the stages: when they begin, what they change and which corners are stable."""
    entries = []
    names = [stage.name for stage in made.settings.stages]
    changes: Sequence[dict[str, float]] = [dict(stage.set) for stage in made.settings.stages]
    first = [""] * (len(made.games) - len(names))
    first_changes: list[dict[str, float]] = [{} for _ in first]
    for (since, game), name, change in zip(
        made.games, [*first, *names], [*first_changes, *changes], strict=True
    ):
        rest = plain_rest_entries(game, rest_points(game))
        entries.append(
            {
                "from": since,
                "name": name,
                "set": change,
                "ess": [entry["name"] for entry in rest if "ESS" in entry["verdict"]],
                "rest_points": rest,
            }
        )
    return entries
