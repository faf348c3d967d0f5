"""A model: a family with values, mechanisms, and perhaps a path of dated events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import GameError, MeasureError, ModelError, ParameterError
from strategic.games import Game
from strategic.modelling.family import Family
from strategic.modelling.own_code import told_as
from strategic.modelling.part import variants_of
from strategic.modelling.points import Points
from strategic.modelling.registry import look_up
from strategic.modelling.timeline import Timeline
from strategic.papers import Cited, reached
from strategic.whole_numbers import check_whole


@dataclass(frozen=True, eq=False, repr=False)
class Model(Cited):
    """One model of a family, or a whole grid of them.

    Parameters
    ----------
    family : Family
        What the parameters mean and what can be measured.
    values : mapping of str to array_like
        Parameters that differ from their defaults; arrays make a grid of models.
    mechanisms : tuple of (str, intensity)
        Applied to the values in this order (those marked ``last`` at the end).
    path : Timeline, optional
        Start, horizon and dated events.
    slug, title : str
        For reports.
    origin : mapping of str to str
        Where it came from (``file``, ``sha256``).
    claims : tuple
        Statements of its file that can be checked.
    parts : mapping of str to object
        What it holds beyond parameters, by the names of the family's parts.
    notes : tuple of str
        What was guessed when its file was read, a sentence each.

    Examples
    --------
    >>> from strategic.modelling import family_of
    >>> model = Model(family_of("relationship"), {"relation.alignment": [0.0, 0.5]})
    >>> model.points.shape, model.with_mechanism("legitimacy").mechanisms
    ((2,), (('legitimacy', 1.0),))
    """

    family: Family
    values: Mapping[str, ArrayLike] = field(default_factory=dict)
    mechanisms: tuple[tuple[str, ArrayLike], ...] = ()
    path: Timeline | None = None
    slug: str = ""
    title: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[Any, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        name = self.slug or self.title or self.family.name
        parts = [self.family.title, f"{len(self.values)} values set"]
        parts += [f"{mechanism}={np.asarray(e)}" for mechanism, e in self.mechanisms]
        if self.path is not None:
            parts.append(f"path {self.path.dates[0]} to {self.path.dates[-1]}")
        return f"<Model {name}: {', '.join(parts)}>"

    @cached_property
    def points(self) -> Points:
        """All parameter values, defaults filled in, checked, mechanisms applied."""
        return self.points_at({})

    def points_at(self, changes: Mapping[str, ArrayLike]) -> Points:
        """Values after changes (which come before the mechanisms); the rest stays as it is.

        In a grid, points that break a rule between parameters, or that a mechanism drives out of
        its ranges, are marked as not valid.
        """
        points = self._points_of({**self.values, **changes})
        if not self.parts:
            return points
        variants = {
            name: self._points_of({**self.values, **changes, **own}, own)
            for name, own in variants_of(self.parts).items()
        }
        return points.joined(self.parts, variants)

    def _points_of(
        self, values: Mapping[str, ArrayLike], own: Mapping[str, ArrayLike] | None = None
    ) -> Points:
        points = self.family.points(values, path=self.path)
        points = points if own is None else points.owning(own)
        if not self.mechanisms:
            return self._judged_along_path(points)
        chosen = [(self.family.mechanism(name), intensity) for name, intensity in self.mechanisms]
        shape = np.broadcast_shapes(points.shape, *(np.shape(intensity) for _, intensity in chosen))
        if shape != points.shape:
            points = points.but_where(np.ones(shape, dtype=bool))
        for mechanism, intensity in sorted(chosen, key=lambda pair: pair[0].last):
            if points.valid.any():
                with told_as(MeasureError, f"mechanism '{mechanism.name}'"):
                    changed = mechanism.operate(points.selected, points.pick(intensity))
                points = self.family.changed(points, changed)
        return self._judged_along_path(points)

    def _judged_along_path(self, points: Points) -> Points:
        """Mark the points at which dated events would break a rule between parameters."""
        dated = [event for event in self.path.events if event.set] if self.path else []
        if not dated:
            return points
        ruled, now = self.family.ruled(), points
        for event in sorted(dated, key=lambda event: event.date):
            now = now.change({k: v for k, v in event.set.items() if k not in points.own})
            if ruled & event.set.keys():
                points = points.but_where(self.family.judged(now).valid)
        return points

    def change(self, changes: Mapping[str, ArrayLike]) -> Model:
        """Return the model with some parameters replaced.

        Examples
        --------
        >>> import strategic as st
        >>> closer = st.relationship().change({"relation.alignment": 0.2})
        >>> float(closer.points["relation.alignment"])
        0.2
        """
        self.family.check(changes)
        return replace(self, values={**self.values, **changes})

    def with_mechanism(self, name: str, intensity: ArrayLike = 1.0) -> Model:
        """Return the model with one more mechanism applied."""
        self.family.mechanism(name)
        return replace(self, mechanisms=(*self.mechanisms, (name, intensity)))

    def without(self, *events: str) -> Model:
        """Return the model without the events of these names or dates."""
        if self.path is None:
            raise ParameterError("the model has no dated events", where="without", value=events)
        return replace(self, path=self.path.without(*events))

    def game(self, name: str | None = None) -> Game:
        """Build one of the family's games; the first by default.

        That of a single model is built once.
        """
        if self.points.shape:
            return self._built(name)
        if name not in self._games:
            self._games[name] = self._built(name)
        return self._games[name]

    @cached_property
    def _games(self) -> dict[str | None, Game]:
        return {}

    def _built(self, name: str | None) -> Game:
        try:
            build = self.family.game(name)
            points, label = self.points, name or next(iter(self.family.games))
            silent = np.errstate(over="ignore", invalid="ignore")
            with told_as(GameError, f"game '{label}'"), silent:
                game = build(points)
        except (GameError, ModelError) as error:  # such as a payoff that overflowed float64
            raise error.in_file(self.origin.get("file", "")) from error.__cause__
        title = self.title or self.slug
        return game if game.title == title else replace(game, title=title)

    def behind(self) -> list[Any]:
        """Name what makes its games and what its mechanisms do."""
        mechanisms = [self.family.mechanism(name).operate for name, _ in self.mechanisms]
        return reached(*self.family.games.values(), *mechanisms)

    def verdict(self, *, seed: int = 0) -> Any:
        """Say what decides the outcome of this single model; see `strategic.verdict`."""
        return verdict(self, seed=seed)

    def __getattr__(self, name: str) -> Game:
        """Build a game of the family by its name: ``model.base``."""
        if name.startswith("_") or name not in self.family.games:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self.game(name)


def verdict(model: Model, *, seed: int = 0) -> Any:
    """Say what decides the outcome of a single model, as its family sums it up.

    Every sentence of a report rests on this one object, which is computed once per model.

    Parameters
    ----------
    model : Model
        A single model (no grid) of a family that has verdicts, such as a relationship.
    seed : int
        Seed of what is random in it, such as the points nearby that robustness tries.

    Returns
    -------
    object
        The family's verdict, an object of plain fields.

    Raises
    ------
    ModelError
        When the family has no verdicts.
    ParameterError
        When the model is a grid of several.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.verdict(st.load("ai-mier"))
    >>> found.trust.status, found.trust.missing, found.path.first
    ('missing', ('government',), '2014Q3')
    """
    check_whole(seed=seed)
    check_whole(seed=seed)
    if model.points.shape:
        rule = "a verdict needs a single model"
        raise ParameterError(rule, where="model", value=f"a grid of shape {model.points.shape}")
    if not model.family.verdict:
        rule = f"models of the family '{model.family.name}' have no verdict"
        raise ModelError(rule, where="MODEL", remedy="see 'strategic measures'")
    chosen = model.family.verdict
    judge = look_up(chosen) if isinstance(chosen, str) else chosen
    silent = np.errstate(over="ignore", invalid="ignore")
    with told_as(ModelError, f"verdict of '{model.family.name}'"), silent:
        return judge(model, seed=seed)


def measure(model: Model, *names: str) -> dict[str, Any]:
    """Measure a model; arrays over its grid, plain values for a single model.

    Parameters
    ----------
    model : Model
        From `strategic.load` or `strategic.relationship`.
    *names : str
        Names of measures; all measures that need no path by default.

    Returns
    -------
    dict
        Value by name; labels as text.

    Examples
    --------
    >>> import strategic as st
    >>> round(st.measure(st.load("ai-mier"), "surplus")["surplus"], 6)
    0.656848
    """
    chosen = names or tuple(n for n, m in model.family.measures.items() if not m.of_path)
    found = [model.family.measure(name) for name in chosen]
    return {m.name: m.decode(m.compute(model.points)) for m in found}


def warnings_of(model: Model) -> list[str]:
    """Say what makes the answers of a single model doubtful, as its family judges.

    Of a grid nothing is said.

    Examples
    --------
    >>> import strategic as st
    >>> warnings_of(st.load("ai-mier"))
    []
    """
    if not model.family.warnings or model.points.shape:
        return []
    found: list[str] = look_up(model.family.warnings)(model)
    return found


def replay(model: Model, **options: Any) -> Any:
    """Play the dated events of a model: who does what in every period, without chance.

    Parameters
    ----------
    model : Model
        Of a family with paths, such as a relationship with a timeline.
    **options
        Passed on to the family.

    Returns
    -------
    object
        The path, as the family describes it.

    Raises
    ------
    ModelError
        When models of the family have no paths.

    Examples
    --------
    >>> import strategic as st
    >>> st.replay(st.load("ai-mier")).strip()[12:20]
    'dd...dCC'
    """
    return model.family.action("replay")(model, **options)


def simulate(model: Model, **options: Any) -> Any:
    """Draw random paths of a model, or of every model of a grid.

    Parameters
    ----------
    model : Model
        Of a family with random paths, such as a relationship.
    **options
        Passed on to the family: ``paths``, ``periods``, ``seed``, ``workers``, ``executor``.

    Returns
    -------
    object
        The paths, as the family describes them.

    Raises
    ------
    ModelError
        When models of the family have no paths.

    Examples
    --------
    >>> import strategic as st
    >>> st.simulate(st.load("ai-mier"), paths=3).paths
    3
    """
    return model.family.action("simulate")(model, **options)
