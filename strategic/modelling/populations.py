"""Models whose players are populations: the game they play, how they adapt, and in what stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from strategic.errors import ModelError

if TYPE_CHECKING:
    from strategic.evolution.populations import PopulationGame
    from strategic.modelling.model import Model
    from strategic.modelling.points import Points

EVOLUTION = "evolution"
"""Key of a model's `EvolutionSettings` among its parts."""

Start = tuple[tuple[float, ...], ...]
"""Shares of all actions, one tuple per population."""


@dataclass(frozen=True)
class Stage:
    """Parameters that take new values from a time on, until a later stage changes them again.

    Parameters
    ----------
    since : float
        Time at which the stage begins.
    set : mapping of str to float
        The new values.
    name, says : str
        For readers.
    """

    since: float
    set: Mapping[str, float] = field(default_factory=dict)
    name: str = ""
    says: str = ""


@dataclass(frozen=True)
class EvolutionSettings:
    """How the populations of a model adapt, unless a reader asks for something else.

    Parameters
    ----------
    dynamics : str
        One of `strategic.evolution.DYNAMICS`.
    noise : float, optional
        Of dynamics that have some.
    horizon : float, optional
        Time that paths are followed for; until they settle by default.
    starts : tuple
        Where paths start, the first of them for measures; equal shares by default.
    stages : tuple of Stage
        In the order of time.

    Examples
    --------
    >>> EvolutionSettings(horizon=20.0).dynamics
    'replicator'
    """

    dynamics: str = "replicator"
    noise: float | None = None
    horizon: float | None = None
    starts: tuple[Start, ...] = ()
    stages: tuple[Stage, ...] = ()

    def start(self, game: PopulationGame) -> Start:
        """Shares that a single path starts from."""
        if self.starts:
            return self.starts[0]
        return tuple((1 / size,) * size for size in game.sizes)

    def staged(self, points: Points) -> list[tuple[float, Points]]:
        """Points of every stage after the changes of all stages so far; the first begins at 0."""
        found = [(0.0, points)]
        for stage in self.stages:
            points = points.change(stage.set)
            found.append((stage.since, points))
        # a stage from time 0 on replaces what the file's own values would give
        return found[1:] if len(found) > 1 and found[1][0] == 0 else found


def evolution_settings(points: Points) -> EvolutionSettings:
    """Find how the populations of these points adapt."""
    found: EvolutionSettings = points.parts.get(EVOLUTION, EvolutionSettings())
    return found


def population_game(model: Model, points: Points | None = None) -> PopulationGame:
    """Let the players of a model be populations.

    Parameters
    ----------
    model : Model
        Of a family with games, or with payoffs that depend on shares.
    points : Points, optional
        Other points than the model's own.

    Returns
    -------
    strategic.evolution.PopulationGame
        With the points' shape as batch.

    Raises
    ------
    ModelError
        When the family has no game.

    Examples
    --------
    >>> import strategic as st
    >>> population_game(st.load("hawk-dove")).players
    ('first', 'second')
    """
    from strategic.evolution.populations import PopulationGame

    family = model.family
    chosen = model.points if points is None else points
    with np.errstate(over="ignore", invalid="ignore"):
        if family.populations is not None:
            found: PopulationGame = family.populations(chosen)
            return found
        if not family.games:
            rule = f"the family '{family.name}' has no games for populations to play"
            raise ModelError(rule, where="MODEL", remedy="see 'strategic measures'")
        return PopulationGame.of(family.game()(chosen))
