"""The analysis of a model whose players are populations: rest points, paths, basins, stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.catalogue.custom import fixed
from strategic.errors import ModelError, ParameterError
from strategic.evolution import (
    Basins,
    FinitePopulations,
    Paths,
    RestPoints,
    finite_populations,
    rest_points,
)
from strategic.evolution import basins as basins_of
from strategic.evolution import paths as paths_of
from strategic.evolution.dynamics import dynamic_named
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.modelling import Model, population_game
from strategic.modelling.long_run_measures import STEPS
from strategic.modelling.populations import EVOLUTION, EvolutionSettings
from strategic.modelling.registry import look_up
from strategic.papers import Cited
from strategic.reports.evolution._sensitivity import check_varied, values_to_try
from strategic.reports.evolution._starts import starts_of
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    from strategic.reports import Report
    from strategic.reports.blocks import Figure

Shares = tuple[Array, ...]
STARTS = 27
"""Starts of paths, about, where nobody asks for others."""
_MOMENTS = 241
"""Times at which figures and tables show paths."""


@dataclass(frozen=True, eq=False, repr=False)
class Evolution(Cited):
    """What becomes of populations: computed when it is asked for, and once.

    Made by `strategic.evolve`.

    Parameters
    ----------
    model : Model
        A single model.
    settings : EvolutionSettings
        Dynamics, noise, horizon and stages.
    starts : tuple of arrays (N, n_i)
        Where paths start.
    seed : int
        Of random starts and of white noise.
    wanted : mapping of str to array or None
        Parameters whose effect on paths is to be shown, and the values to try.
    asked : mapping
        Options on the way here, for the provenance.
    sizes : tuple of int
        Individuals of each population, where they are finite too.
    intensity : float
        Of selection in them.

    Examples
    --------
    >>> import strategic as st
    >>> st.evolve(st.load("coordination")).document["sentences"][0]
    '2 of 4 corners are evolutionarily stable: left-left, right-right.'
    """

    model: Model
    settings: EvolutionSettings
    starts: Shares
    seed: int = 0
    wanted: Mapping[str, ArrayLike | None] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    intensity: float = 1.0

    def behind(self) -> list[Any]:
        """Name the dynamic, the rest points, and finite populations where they were asked for."""
        finite = [] if self.finite is None else [self.finite]
        dynamic, _ = dynamic_named(self.settings.dynamics, self.settings.noise)
        return [self.rest_points, dynamic.reference, *finite]

    @cached_property
    def finite(self) -> FinitePopulations | None:
        """Fixation and the long run of populations of these sizes; None where none were asked."""
        if not self.sizes:
            return None
        return finite_populations(self.game, self.sizes, self.intensity)

    @cached_property
    def games(self) -> list[tuple[float, PopulationGame]]:
        """When each stage begins, and the game played in it; a single one without stages."""
        staged = self.settings.staged(self.model.points)
        return [(since, population_game(self.model, points)) for since, points in staged]

    @property
    def game(self) -> PopulationGame:
        """The game, that of the first stage where there are several."""
        return self.games[0][1]

    @cached_property
    def rest_points(self) -> RestPoints:
        """Every rest point of the replicator dynamics, with eigenvalues and verdict."""
        return rest_points(self.game)

    @property
    def equations(self) -> list[str]:
        """The equations of motion in LaTeX; empty without the optional package sympy."""
        return [equation.latex for equation in self.symbols.equations]

    @cached_property
    def symbols(self) -> Any:
        """Equations and sign conditions as formulas, where sympy is installed."""
        from strategic.reports.evolution._symbols import symbols_of

        return symbols_of(self.game)

    def paths(self, starts: object = None, **options: Any) -> Paths:
        """Follow paths from starts, through all stages.

        Parameters
        ----------
        starts : int, str or sequence of arrays, optional
            ``27`` for about so many on an even lattice, ``"random:1000"``, or one array
            ``(N, n_i)`` per population; those of this analysis by default.
        **options
            As for `strategic.evolution.paths`: ``dynamics``, ``noise``, ``horizon``, ``times``,
            ``rtol``.

        Returns
        -------
        strategic.evolution.Paths
            With ``end``, ``settled``, ``settled_at``, ``steps``, ``status``, and ``shares`` where
            times were asked for.

        Examples
        --------
        >>> import strategic as st
        >>> found = st.evolve(st.load("coordination")).paths([[[0.9, 0.1]], [[0.6, 0.4]]])
        >>> [share.round(3).tolist() for share in found.end]
        [[[1.0, 0.0]], [[1.0, 0.0]]]
        """
        chosen = self.starts if starts is None else starts_of(starts, self.game, seed=self.seed)
        given = self._options() | {k: v for k, v in options.items() if v is not None}
        # Shares that turn for ever would take as many steps as are allowed.
        if given.get("horizon") is None and given.get("times") is None:
            given.setdefault("max_steps", STEPS)
        later = self.games[1:]
        return paths_of(self.game, chosen, stages=later, seed=self.seed, **given)

    def basins(self, starts: object = "random:1000") -> Basins:
        """Estimate which share of starts leads to each corner, and certify what can be.

        Of several stages it is those of the last.

        Parameters
        ----------
        starts : int or str
            About so many on an even lattice, or ``"random:1000"``.
        """
        given = {k: v for k, v in self._options().items() if k != "horizon"}
        chosen: Any = starts
        return basins_of(self.games[-1][1], chosen, seed=self.seed, max_steps=STEPS, **given)

    def _options(self) -> dict[str, Any]:
        settings = self.settings
        horizon = {} if settings.horizon is None else {"horizon": settings.horizon}
        return {"dynamics": settings.dynamics, "noise": settings.noise, **horizon}

    @cached_property
    def ended(self) -> Paths:
        """The paths of this analysis until they settle, or to the horizon where there is one."""
        return self.paths()

    @cached_property
    def followed(self) -> Paths:
        """The same at the moments that tables and figures over time show."""
        return self.paths(times=self.moments)

    @cached_property
    def drawn(self) -> Paths:
        """The same at as many moments as smooth curves need."""
        return self.paths(times=np.linspace(0.0, self.moments[-1], 6 * _MOMENTS))

    @cached_property
    def moments(self) -> Array:
        """Times at which paths are shown: to the horizon, or until most of them have settled."""
        return np.linspace(0.0, self.settings.horizon or self._until_settled(), _MOMENTS)

    def _until_settled(self) -> float:
        at = np.asarray(self.ended.settled_at, dtype=float)
        settled = at[np.isfinite(at)]
        begun = self.games[-1][0]
        if len(settled) < len(at) / 2:  # cycles, and slow approaches to continua
            rates = np.abs(self.rest_points.eigenvalues)
            rates = rates[np.isfinite(rates) & (rates > 1e-9)]
            return _round_up(begun + 60 / (float(np.median(rates)) if len(rates) else 1.0))
        return _round_up(max(1.1 * float(np.quantile(settled, 0.9)), 1.5 * begun, 1e-3))

    @cached_property
    def last_rest_points(self) -> RestPoints:
        """Rest points of the last stage, where paths end."""
        return self.rest_points if len(self.games) == 1 else rest_points(self.games[-1][1])

    @cached_property
    def vary(self) -> Mapping[str, Array]:
        """Parameters whose effect on paths is shown, and the values tried."""
        return values_to_try(self)

    def changed(self, parameter: str, value: float) -> Evolution:
        """Return the analysis with one parameter changed."""
        return replace(self, model=self.model.change({parameter: value}))

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The analysis as plain data; ``--json`` prints it."""
        from strategic.reports.evolution._document import document_of

        return document_of(self)

    def json(self) -> str:
        """Write the analysis as one strict JSON document."""
        from strategic.reports.strict_json import to_json

        return to_json(self.document)

    def report(self) -> Report:
        """Lay the analysis out.

        Returns
        -------
        strategic.Report
            With ``.text()``, ``.html()``, ``.to_latex()``, ``.to_markdown()`` and ``.json()``.
        """
        from strategic.reports.evolution._layout import blocks_of

        # By its address: reports have sections that show such analyses themselves.
        made: Report = look_up("strategic.reports:Report")(
            self.model, self.document, blocks_of(self)
        )
        return made

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of this analysis by name; in a notebook each shows itself.

        Examples
        --------
        >>> import strategic as st
        >>> list(st.evolve(st.load("coordination")).figures)
        ['square', 'over-time', 'basins']
        """
        return self.report().figures

    def tables(self) -> dict[str, dict[str, list[Any]]]:
        """Give the analysis as tables: columns by title, tables by name."""
        from strategic.reports.evolution._tables import tables_of

        return tables_of(self)

    def __repr__(self) -> str:
        name = self.model.slug or self.model.title or self.model.family.title
        verdicts = self.rest_points.verdict.tolist()
        return (
            f"<Evolution of {name}: {len(verdicts)} rest points, {verdicts.count('ESS')} of them "
            f"evolutionarily stable; {self.settings.dynamics}, {len(self.starts[0])} starts>"
        )

    def _repr_html_(self) -> str:
        return self.report()._repr_html_()


def evolve(
    model: Model | Game,
    *,
    dynamics: str | None = None,
    noise: float | None = None,
    starts: int | str | Sequence[ArrayLike] | None = None,
    horizon: float | None = None,
    vary: Mapping[str, ArrayLike | None] | None = None,
    finite: int | Sequence[int] | None = None,
    intensity: float = 1.0,
    seed: int = 0,
    asked: Mapping[str, Any] | None = None,
) -> Evolution:
    """Let the players of a model be populations that adapt, and see where that leads.

    Parameters
    ----------
    model : Model or Game
        A single model (no grid) of a family with games, or whose payoffs depend on shares.
    dynamics : str, optional
        One of `strategic.evolution.DYNAMICS`: ``"replicator"``, ``"logit"``, ``"best-response"``,
        ``"smith"``, ``"bnn"``; that of the model's file by default, else the replicator.
    noise : float, optional
        Of the logit dynamics, in units of payoffs; of white noise, for the replicator.
    starts : int, str or sequence of arrays, optional
        Where paths start: about so many on an even lattice, ``"random:1000"``, or one array
        ``(N, n_i)`` per population. Those of the model's file by default, else about 27.
    horizon : float, optional
        Time paths are followed for; until they settle by default.
    vary : mapping of str to array, optional
        Parameters whose effect on paths is shown, with the values to try; None chooses some.
    finite : int or sequence of int, optional
        Individuals of every population, or of each: fixation probabilities and the long run with
        rare mutations are added; see `strategic.evolution.finite_populations`.
    intensity : float, default 1
        Intensity of selection in finite populations.
    seed : int
        Of random starts and of white noise.
    asked : mapping, optional
        Options on the way here, for the provenance.

    Returns
    -------
    Evolution
        With ``.rest_points``, ``.equations``, ``.paths(...)``, ``.basins(...)``, ``.report()``.

    Raises
    ------
    ParameterError
        When the model is a grid of several.
    ModelError
        When it has no game.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.evolve(st.load("hawk-dove"))
    >>> found.rest_points.verdict.tolist()
    ['unstable', 'ESS', 'ESS', 'unstable', 'saddle']
    """
    check_whole(starts=starts, finite=finite, seed=seed)
    chosen = fixed(model) if isinstance(model, Game) else model
    if chosen.points.shape:
        rule = "evolution needs a single model"
        raise ParameterError(rule, where="model", value=f"a grid of shape {chosen.points.shape}")
    given: EvolutionSettings = chosen.parts.get(EVOLUTION, EvolutionSettings())
    changes: dict[str, Any] = {"dynamics": dynamics, "noise": noise, "horizon": horizon}
    settings = replace(given, **{k: v for k, v in changes.items() if v is not None})
    if dynamics is not None and noise is None and dynamics != given.dynamics:
        settings = replace(settings, noise=None)
    dynamic_named(settings.dynamics, settings.noise)  # raises where the two do not fit
    if horizon is not None and not 0 < horizon < np.inf:
        rule, remedy = (
            "must be finite and above 0",
            "leave it out to follow paths until they settle",
        )
        raise ParameterError(rule, where="horizon", value=horizon, remedy=remedy)
    game = population_game(chosen)
    if game.game is not None and len(game.sizes) == 1:
        rule = "populations need at least two players, or one that plays against itself"
        raise ModelError(rule, where="players", value=1, remedy='say populations = "one"')
    if min(game.sizes) < 2:
        rule = "every population needs at least two actions"
        raise ModelError(rule, where="actions", value=game.sizes, remedy="leave that player out")
    if starts is None and settings.starts:
        starts = [np.array([start[i] for start in settings.starts]) for i in range(len(game.sizes))]
    check_varied(chosen, vary or {})
    return Evolution(
        replace(chosen, parts={**chosen.parts, EVOLUTION: settings}),
        settings,
        starts_of(STARTS if starts is None else starts, game, seed=seed),
        seed,
        vary or {},
        asked or {},
        _sizes(finite, len(game.sizes)),
        intensity,
    )


def _sizes(finite: int | Sequence[int] | None, populations: int) -> tuple[int, ...]:
    if finite is None:
        return ()
    given = (finite,) * populations if isinstance(finite, int) else tuple(finite)
    if len(given) != populations:
        rule = f"must be one number, or one for each of {populations} populations"
        raise ParameterError(rule, where="finite", value=len(given))
    return given


def _round_up(value: float) -> float:
    """Round up to two leading digits, so that axes end at numbers people read."""
    scale = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(np.ceil(value / scale) * scale)
