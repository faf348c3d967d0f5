"""The registry of ways of play: one record each, and everything that lists them reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from typing import Any

from strategic.errors import MethodError, nearest
from strategic.estimation.observations import Observations
from strategic.estimation.parts import Part
from strategic.executors import each_in_order
from strategic.modelling import Family, Model
from strategic.papers import Cited, reached


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be estimated, from what, and how errors are found.

    Parameters
    ----------
    models : mapping of str to Model
        The games by name; one for most ways of play.
    table : Observations
        The data of one group.
    group : str
        Its name; empty where the data are not divided.
    free : tuple of str
        Parameters of the model to be estimated too.
    cluster : str, optional
        Column of independent units.
    bootstrap : int, optional
        Samples of units drawn with replacement; what the way of play does without is its own.
    seed : int
        Of whatever is random.
    strategies : str
        Strategies as users type them.
    formulas : mapping of str to str
        Parameters that are linear predictors of columns: ``{"base": "income + size"}``.
    options : mapping
        Options of one way of play only.
    executor : concurrent.futures.Executor, optional
        Where bootstrap samples, or groups, are fitted.

    Examples
    --------
    >>> import strategic as st
    >>> table = Observations({"count": [1]})
    >>> Request({"": st.load("inspection")}, table).model.slug
    'inspection'
    """

    models: Mapping[str, Model]
    table: Observations
    group: str = ""
    free: tuple[str, ...] = ()
    cluster: str | None = None
    bootstrap: int | None = None
    seed: int = 0
    strategies: str = ""
    formulas: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    executor: Executor | None = None

    @property
    def model(self) -> Model:
        """The one model."""
        return next(iter(self.models.values()))

    def of(self, group: str, table: Observations) -> Request:
        """Return the same request for one group."""
        return replace(self, group=group, table=table)


@dataclass(frozen=True)
class Way(Cited):
    """One way of play.

    Parameters
    ----------
    name : str
        ``strategic estimate MODEL DATA --play NAME``.
    meaning : str
        What is assumed about choices, in one line.
    columns : str
        The columns of its table.
    home : str
        Module and function, from a `Request` to a `Part`.
    errors : str
        Where errors come from without options, in words.
    draws : str
        Module and function that draws its table, from a `strategic.estimation.drawing.Plan` and a
        generator of random numbers.
    options : mapping of str to str
        Options of its own and what they mean, in one line each.
    together : str
        Module and function that estimates all groups at once, from a `Request` and the column that
        divides the data to a `Part` per group; without it groups are estimated one by one.
    regular : bool
        Whether twice the log likelihood ratio of groups against all of them is chi-square.
    plain : str
        Where errors come from with ``bootstrap=0``, of a way whose usual errors are a bootstrap.
    asked : tuple of str
        Numbers of its own that are estimated only where they are named as free.
    reads : tuple of str
        Which of ``free``, ``formulas`` and ``strategies`` it reads.

    Examples
    --------
    >>> WAYS["strategies"].errors
    'bootstrap of subjects'
    """

    name: str
    meaning: str
    columns: str
    home: str
    errors: str
    draws: str
    options: Mapping[str, str] = field(default_factory=dict)
    together: str = ""
    regular: bool = False
    plain: str = ""
    asked: tuple[str, ...] = ()
    reads: tuple[str, ...] = ("free", "formulas")

    def behind(self) -> list[Any]:
        """Name what of its own module it uses; likelihoods and maxima name more of a fit."""
        home = self.home.partition(":")[0]
        return [used for used in reached(self.load()) if used.__module__ == home]

    def check(self, options: Mapping[str, Any], **given: Any) -> None:
        """Raise an error where an option, or other input, is none of this way of play."""
        for name, value in given.items():
            if value and name not in self.reads:
                readers = [way.name for way in WAYS.values() if name in way.reads]
                shown = value if isinstance(value, str) else ", ".join(value)
                rule = f"means nothing to the way of play '{self.name}'"
                remedy = f"leave it out, or choose one of {', '.join(readers)}"
                raise MethodError(rule, where=name, value=shown, remedy=remedy)
        for name, value in options.items():
            if name not in self.options:
                rule = f"no such option of the way of play '{self.name}'"
                listed = f"one of {', '.join(self.options)}" if self.options else "it has none"
                remedy = nearest(name, self.options) or listed
                raise MethodError(rule, where=name, value=value, remedy=remedy)

    def load(self) -> Callable[[Request], Part]:
        """Import the function that estimates."""
        made: Callable[[Request], Part] = _imported(self.home)
        return made

    def groups(self, request: Request, by: str | None) -> dict[str, Part]:
        """Estimate every group of the table, at once where the way of play can."""
        if by is not None and self.together:
            found: dict[str, Part] = _imported(self.together)(request, by)
            return found
        fit, groups = self.load(), request.table.groups(by)
        asked = [request.of(name, part) for name, part in groups.items()]
        there = None
        if len(groups) > 1:  # each with its samples
            there, asked = request.executor, [replace(one, executor=None) for one in asked]
        return dict(zip(groups, each_in_order(fit, asked, executor=there), strict=True))

    def drawn(self) -> Callable[[Any, Any], dict[str, list[Any]]]:
        """Import the function that draws data."""
        made: Callable[[Any, Any], dict[str, list[Any]]] = _imported(self.draws)
        return made


@cache
def _imported(address: str) -> Any:
    module, name = address.split(":")
    return getattr(import_module(module), name)


WAYS = {
    way.name: way
    for way in (
        Way(
            "logit",
            "logit equilibrium on the principal branch, with a rationality to be found",
            "game, player, action, count",
            "strategic.estimation.logit:logit_part",
            "curvature of the multinomial likelihood",
            "strategic.estimation.logit:draw_counts",
            options={"per": "player or game: each has a rationality of its own"},
            together="strategic.estimation.logit:logit_parts",
            regular=True,
        ),
        Way(
            "hierarchy",
            "levels of reasoning, Poisson distributed: each replies best to the lower ones",
            "game, player, action, count",
            "strategic.estimation.hierarchy:hierarchy_part",
            "none; the interval holds what the likelihood does not exclude",
            "strategic.estimation.hierarchy:draw_counts",
            together="strategic.estimation.hierarchy:hierarchy_parts",
            asked=("rationality",),
            reads=("free",),
        ),
        Way(
            "strategies",
            "every subject follows one of several strategies of the repeated game, and errs",
            "subject, match, round, choice, other; perhaps observed_own, observed_other, sample",
            "strategic.estimation.strategies:strategies_part",
            "bootstrap of subjects",
            "strategic.estimation._strategy_draws:draw_matches",
            {
                "tremble": "whose chance of erring is a number of its own: one, strategy or sample",
                "automata": "own strategies as tables with name, states and next, or memory",
            },
            plain="sandwich of the subjects' scores",
            reads=("strategies",),
        ),
        Way(
            "entry",
            "players enter or stay out, each with a shock; all equilibria, and a rule of selection",
            "one per player (an action, or 1 and 0), or count; covariates",
            "strategic.estimation.entry:entry_part",
            "curvature of the likelihood",
            "strategic.estimation.entry:draw_markets",
            {
                "information": "what players know: complete (all shocks) or incomplete (their own)",
                "selection": "share, equal, welfare or payoff.PLAYER; none: bounds without a rule",
                "mixed": "true: mixed equilibria are played beside pure ones too",
                "entrants": "true: the column 'count' has the number of entrants",
                "draws": "simulated markets per row, where there is no closed form",
            },
        ),
        Way(
            "leader",
            "one player commits and the other answers; both choose with normal shocks to payoffs",
            "outcome, covariates",
            "strategic.estimation.leader:leader_part",
            "curvature of the likelihood",
            "strategic.estimation._leader_drawing:draw_outcomes",
            {
                "leader": "the player who commits (default: the first)",
                "shocks": "agent: each action has a shock; private: each outcome has one, known "
                "only to the player whose payoff it is (default: agent)",
                "sigma": "scale of the shocks; estimated where payoffs that are not free fix it, "
                "else 1",
            },
        ),
    )
}
"""Every way of play that games have, in the order in which they are listed; a family may have more
(``Family.ways``)."""


def way_of(play: str, family: Family | None = None) -> Way:
    """Find a way of play by name: of every game, or of this family only.

    Raises
    ------
    MethodError
        When there is none.

    Examples
    --------
    >>> way_of("logit").columns
    'game, player, action, count'
    """
    known: Mapping[str, Way] = {**WAYS, **(family.ways if family else {})}
    if play not in known:
        remedy = nearest(play, known) or f"one of {', '.join(known)}"
        raise MethodError("no such way of play", where="play", value=play, remedy=remedy)
    return known[play]
