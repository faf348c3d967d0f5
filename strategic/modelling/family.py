"""Families of games: declared parameters, the games they give, measures and mechanisms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import GameError, MeasureError, ModelError, ParameterError, Problem, nearest
from strategic.games import Game
from strategic.games.game import size_text
from strategic.modelling.equations import Equations
from strategic.modelling.letters import Letter
from strategic.modelling.measure import Measure, MeasureGroup
from strategic.modelling.mechanism import Mechanism
from strategic.modelling.own_code import told_as
from strategic.modelling.parameter import Parameter
from strategic.modelling.part import Part
from strategic.modelling.points import Points, check_shapes
from strategic.modelling.registry import address_of, look_up, shared_group
from strategic.modelling.rule import Rule
from strategic.modelling.timeline import EventField, Timeline


@dataclass(frozen=True, eq=False, repr=False)
class Family:
    """A parameterised game, or several of the same parameters, and everything said about them.

    Parameters
    ----------
    name, title : str
        The kind that model files name, and what reports call it.
    parameters : mapping of str to Parameter
        Every parameter by its dotted name.
    games : mapping of str to callable
        From `Points` to a `Game` with their shape as batch; the first is the default, if any.
    measures : mapping of str to Measure
        Everything that can be measured; `strategic.modelling.games.game_measures` makes those of
        any game (equilibrium counts, best welfare) from its payoffs.
    mechanisms : mapping of str to Mechanism
        Everything that can be done to a model.
    rule : callable, optional
        From `Points` to the rules that parameters must keep together: it yields a `Rule` with one
        truth value per point, whether all points keep it or none. A point that breaks one is
        invalid: alone it is an error, in a grid its measures are undefined and its neighbours are
        measured as ever. (A `Problem` in place of a `Rule` says that no point is valid.)
    event_fields : tuple of EventField
        What a dated event may carry besides its date, text and changed parameters.
    parts : tuple of Part
        What a model holds beyond parameters, and the tables of model files that say it.
    tables : mapping of str to str
        What each table of parameters of a model file describes, such as ``"government"``.
    template : str
        The end of a new model file, after its parameters: a timeline, claims, comments.
    caveat : str
        What the numbers rest on; reports say it under their title.
    verdict : str or callable
        What decides the outcome of a single model: a function from the model and a keyword ``seed``
        to one object of plain fields (a dataclass or a mapping), or its address
        ``"module:NAME"``. `strategic.verdict` returns it, and reports show it as JSON.
    reporting : str or strategic.reports.Reporting
        Its report sections, verdict and explorer, or their address ``"module:NAME"``; without
        one a report shows every game of the family, its mechanisms, claims and parameters.
    replay, simulate : str
        Addresses of what `strategic.replay` and `strategic.simulate` call; empty without paths.
    outcomes : tuple of str
        Labels and whole numbers that say what becomes of a model, and that mechanisms flip; all
        labels by default.
    warnings : str
        Address of a function from a model to sentences about what makes its answers doubtful.
    populations : callable, optional
        From `Points` to the `strategic.evolution.PopulationGame` that its players play as
        populations; by default the first game, one population per player.
    groups : mapping of str to MeasureGroup
        Measures that are made when they are asked for: ``stable.CORNER``.
    equations : Equations
        How the payoffs of its games are written as formulas.
    ways : mapping of str to strategic.estimation.Way
        Ways of play that only this family has, for estimation from observed behaviour.
    home : str, optional
        Where a module holds this very family, as ``module:NAME``: other processes look it up there,
        as functions without a name would not survive copying.
    letters : tuple of Letter
        Letters of formulas that are neither parameters nor measures.
    declared : mapping of str to mapping
        Measures added by formula, and how (`strategic.modelling.own_measures.with_measures`).

    Examples
    --------
    A pool that two villages fish:

    >>> growth = Parameter("pool.growth", 2.0, "Growth of the stock.", lower=0.0)
    >>> catch = Measure("catch", lambda points: points["pool.growth"] / 2, "Sustainable catch.")
    >>> Family("pool", "Fishery", {"pool.growth": growth}, {}, {"catch": catch})
    <Family pool: 1 parameters, 0 games, 1 measures, 0 mechanisms>
    """

    name: str
    title: str
    parameters: Mapping[str, Parameter]
    games: Mapping[str, Callable[[Points], Game]]
    measures: Mapping[str, Measure] = field(default_factory=dict)
    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)
    rule: Callable[[Points], Iterable[Rule | Problem]] | None = None
    event_fields: tuple[EventField, ...] = ()
    parts: tuple[Part, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    caveat: str = ""
    verdict: Any = ""
    reporting: Any = ""
    replay: str = ""
    simulate: str = ""
    outcomes: tuple[str, ...] = ()
    warnings: str = ""
    populations: Callable[[Points], Any] | None = None
    groups: Mapping[str, MeasureGroup] = field(default_factory=dict)
    equations: Equations = field(default_factory=Equations)
    ways: Mapping[str, Any] = field(default_factory=dict)
    home: str = ""
    letters: tuple[Letter, ...] = ()
    declared: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an entry under another's name: listings and look-ups would disagree."""
        for what in ("parameters", "measures", "mechanisms"):
            for key, entry in getattr(self, what).items():
                if entry.name != key:
                    rule = f"must be listed under its own name '{entry.name}'"
                    raise ModelError(rule, where=f"{what} of '{self.name}'", value=key)

    def __reduce__(self) -> str | tuple[Any, ...]:
        if self.home and look_up(self.home) is self:  # not a changed copy that kept the address
            return look_up, (self.home,)
        if self.home and self.declared and self._is_home_but_for_measures():
            again = look_up("strategic.modelling.own_measures:declared_again")
            return again, (self.home, dict(self.declared))
        fields = (getattr(self, name) for name in self.__dataclass_fields__)
        return Family, tuple(fields)

    def _is_home_but_for_measures(self) -> bool:
        home, added = look_up(self.home), {"measures", "declared"}
        kept = {n: m for n, m in self.measures.items() if n not in self.declared}
        return kept == dict(home.measures) and all(
            getattr(self, name) is getattr(home, name)
            for name in self.__dataclass_fields__
            if name not in added
        )

    def __repr__(self) -> str:
        counts = {
            "parameters": len(self.parameters),
            "games": len(self.games),
            "measures": len(self.measures),
            "mechanisms": len(self.mechanisms),
        }
        held = ", ".join(f"{count} {what}" for what, count in counts.items())
        return f"<Family {self.name}: {held}>"

    def points(self, values: Mapping[str, ArrayLike], *, path: Timeline | None = None) -> Points:
        """Fill in the defaults and check every value.

        Returns
        -------
        Points
            In a grid, points that break a rule between parameters are marked as not valid.

        Raises
        ------
        ParameterError
            Naming every unknown or out-of-range parameter, its rule and its value; and every rule
            between parameters that a single point breaks, or that is broken by what does not vary.
        """
        self.check(values)
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        check_shapes(values)
        return self.judged(Points({**defaults, **values}, path=path))

    def judged(self, points: Points) -> Points:
        """Mark the points that break a rule between parameters.

        Raises
        ------
        ParameterError
            When there is a single point, or the rule speaks only of what does not vary.
        """
        if self.rule is None:
            return points
        problems: list[Problem] = []
        with told_as(ParameterError, f"rule of '{self.name}'"):
            broken = list(self.rule(points)) if points.valid.any() else []
        for found in broken:
            rule = found if isinstance(found, Rule) else _kept_nowhere(found, points)
            kept = np.asarray(rule.kept, dtype=bool)
            if kept.ndim:
                points = points if kept.all() else points.but_where(kept)
            elif not kept:
                problems.append(rule.problem(points))
        if problems:
            raise ParameterError.from_problems(problems)
        return points

    def ruled(self) -> frozenset[str]:
        """Name the parameters that the rules between parameters speak of."""
        if self.rule is None:
            return frozenset()
        noted = _Noted({name: p.default for name, p in self.parameters.items()})
        list(self.rule(noted))
        return frozenset(noted.read)

    def changed(self, points: Points, changes: Mapping[str, ArrayLike]) -> Points:
        """Set what a mechanism makes of the valid points; where it breaks a rule, mark the point.

        Raises
        ------
        ParameterError
            When the mechanism sets an unknown parameter, or breaks a rule at a single point.
        """
        kept = np.ones((), dtype=bool)
        whole = {}
        for name, value in changes.items():
            if name not in self.parameters or not np.ndim(value):
                self.check({name: value})
            allowed = self.parameters[name].allowed(np.asarray(value, dtype=float))
            kept = kept & points.spread(allowed, elsewhere=False)
            whole[name] = points.spread(value, points[name])
        after = points.change(whole)
        return self.judged(after if kept.all() else after.but_where(kept))

    def check(self, values: Mapping[str, ArrayLike]) -> None:
        """Raise one error that names every bad or unknown parameter."""
        problems: list[Problem] = []
        for name, value in values.items():
            if name in self.parameters:
                problems += self.parameters[name].problems(value)
            else:
                known = nearest(name, self.parameters)
                problems.append(Problem("no such parameter", name, value, known))
        if problems:
            raise ParameterError.from_problems(problems)

    def measure(self, name: str) -> Measure:
        """Find a measure by name, one of the family or of its games (`of_games`).

        A dated one may carry its date, ``regime_at@2014Q3``, and one of an equilibrium says which,
        ``payoff.row@best-welfare``.

        Raises
        ------
        MeasureError
            When there is none, with the nearest name.
        """
        stem, _, which = name.partition("@")
        found = self.measures.get(stem) or self._of_group(stem)
        if found is None and "." in stem:
            found = self.of_games.get(stem)
        if found is None or (which and not (found.dated or found.selections or found.of_data)):
            grouped = (f"{group.name}.{word}" for group in self.groups.values()
                       for word in group.known)  # fmt: skip
            raise self._unknown("measure", name, [*self.measures, *grouped, *self.of_games])
        return found.at(which) if which else found

    @cached_property
    def of_games(self) -> Mapping[str, Measure]:
        """The measures of any game for each game of the family, as ``GAME.MEASURE``.

        Empty where the only game has them without a prefix. Names of players and actions are those
        at the defaults; a game without finite payoffs there has none.
        """
        from strategic.modelling.games import game_measures

        if len(self.games) == 1 and "pure_count" in self.measures:
            return {}
        points = Points({name: parameter.default for name, parameter in self.parameters.items()})
        found: dict[str, Measure] = {}
        for name, build in self.games.items():
            try:
                with told_as(GameError, f"game '{name}'"), np.errstate(all="ignore"):
                    game = build(points)
            except GameError:
                continue
            found |= game_measures(
                partial(_payoffs_of, build, game.shape),
                game.shape,
                players=game.players,
                actions=game.actions,
                prefix=f"{name}.",
            )
        return found

    def _of_group(self, name: str) -> Measure | None:
        stem, _, rest = name.partition(".")
        group = self.groups.get(stem) or shared_group(stem, self)
        return group.find(rest) if group is not None else None

    def mechanism(self, name: str) -> Mechanism:
        """Find a mechanism by name."""
        if name not in self.mechanisms:
            raise self._unknown("mechanism", name, self.mechanisms)
        return self.mechanisms[name]

    def game(self, name: str | None = None) -> Callable[[Points], Game]:
        """Find a game by name; the first by default."""
        if not self.games and self.populations is not None:
            rule = "the model has no payoff matrix: its payoffs are formulas in shares"
            raise ModelError(rule, where="game", remedy="try 'strategic evolve'")
        if not self.games:
            rule = f"the family '{self.name}' has measures but no games"
            raise ModelError(rule, where="game", remedy="see 'strategic measures'")
        chosen = next(iter(self.games)) if name is None else name
        if chosen not in self.games:
            rule = f"no such game of {self.name}"
            remedy = nearest(chosen, self.games) or f"one of {', '.join(self.games)}"
            raise MeasureError(rule, where="game", value=chosen, remedy=remedy)
        return self.games[chosen]

    def action(self, name: str) -> Callable[..., Any]:
        """Find the function behind a verb that not every family has: ``replay``, ``simulate``."""
        address = getattr(self, name)
        if not address:
            rule = f"models of the family '{self.name}' have no paths to {name}"
            raise ModelError(rule, where="MODEL", remedy="see 'strategic report'")
        found: Callable[..., Any] = look_up(address)
        return found

    def _unknown(self, what: str, name: str, known: Iterable[str]) -> MeasureError:
        remedy = nearest(name.partition("@")[0], known)
        return MeasureError(f"no such {what} of {self.name}", where=what, value=name, remedy=remedy)


def family_of(kind: str) -> Family:
    """Find the family of a kind.

    Parameters
    ----------
    kind : str
        One of `kinds`.

    Returns
    -------
    Family

    Raises
    ------
    ModelError
        When there is none, or what its address holds is no family of this kind.

    Examples
    --------
    >>> family_of("relationship").title
    'Government and social organisation'
    """
    address = address_of(kind)
    found = look_up(address)
    if not isinstance(found, Family) or found.name != kind:
        rule = f"must hold a Family named '{kind}'"
        raise ModelError(rule, where=address, value=getattr(found, "name", found))
    return found


def _payoffs_of(
    build: Callable[[Points], Game], shape: tuple[int, ...], points: Points
) -> tuple[np.ndarray[Any, Any], ...]:
    game = build(points)
    if game.shape != shape:
        raise MeasureError(
            "measures of a game are of the players and actions it has at the defaults",
            where="measure",
            value=size_text(game.shape),
            remedy=f"leave it {size_text(shape)}, or use a measure of the family",
        )
    return tuple(np.broadcast_to(p, points.shape + shape) for p in game.payoffs)


def _kept_nowhere(problem: Problem, points: Points) -> Rule:
    return Rule(problem.where, problem.rule, np.zeros(points.shape), problem.remedy)


class _Noted(Points):
    """A point that notes which of its parameters are read."""

    def __init__(self, values: Mapping[str, ArrayLike]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        self.read.add(name)
        return super().__getitem__(name)
