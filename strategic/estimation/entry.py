"""Entry and participation: several players choose at once, each with a shock of its own.

The shock, standard normal and independent across players, is added to the payoff of the first of a
player's two actions (to enter). Players know all shocks (``information = complete``) or their own
only (``incomplete``). Where a market has several equilibria a rule says which is played.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation._drawn_payoffs import drawn_payoffs
from strategic.estimation._entry_bounds import bounds_part
from strategic.estimation._entry_complete import KnownShocks
from strategic.estimation._entry_counts import EntrantCounts
from strategic.estimation._entry_incomplete import PrivateShocks
from strategic.estimation._entry_likelihood import EntryLikelihood, Rule, gains_of
from strategic.estimation._entry_selection import MIXED, SELECTION, checked_rule
from strategic.estimation._entry_simulated import draws_of, simulated_part
from strategic.estimation._entry_starts import starts_of
from strategic.estimation._entry_table import (
    COUNT,
    check_game,
    columns_of,
    counts_entrants,
    read_counts,
    read_profiles,
)
from strategic.estimation._market_likelihood import DRAWS
from strategic.estimation._market_outcomes import drawn_outcomes
from strategic.estimation._markets import Markets, first_actions
from strategic.estimation._ways import Request
from strategic.estimation.maximum import maximise
from strategic.estimation.parts import Part
from strategic.estimation.payoffs_by_row import PayoffsByRow
from strategic.estimation.uncertainty import part_of
from strategic.games import Game

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

_INFORMATION = ("complete", "incomplete")


@dataclass(frozen=True)
class Setting:
    """The options of one estimation, checked."""

    complete: bool
    selection: str
    mixed: bool
    entrants: bool | None

    @classmethod
    def of(cls, game: Game, options: Mapping[str, Any]) -> Setting:
        """Read the options.

        Raises
        ------
        MethodError
            When a value is none of those there are.
        """
        check_game(game)
        draws_of(options, DRAWS)  # wrong ones are told also where none are needed
        information = str(options.get("information") or "complete")
        if information not in _INFORMATION:
            remedy = nearest(information, _INFORMATION)
            rule = "must be complete or incomplete"
            raise MethodError(rule, where="information", value=information, remedy=remedy)
        complete = information == "complete"
        many = len(game.shape) > 2 and complete
        usual = "welfare" if many else "share"
        rule = checked_rule(str(options.get("selection") or usual), game.players, share=not many)
        entrants = None if options.get("entrants") is None else _flag(options, "entrants")
        return cls(complete, rule, _flag(options, "mixed"), entrants)

    def simulated(self, players: int) -> bool:
        """Whether chances have no closed form."""
        closed = players == 2 and self.selection in ("share", "equal")
        return self.complete and not closed

    def rule(self, game: Game, *, entrants: bool) -> Rule:
        """Give the rule that turns payoffs into chances, where there is a closed form.

        Raises
        ------
        MethodError
            When numbers of entrants are to be explained by private shocks.
        """
        if entrants:
            if not self.complete:
                told = "needs columns of players, not 'count'"
                raise MethodError(told, where="information", value="incomplete")
            return EntrantCounts(game.players)
        labels = labels_of(game)
        if self.complete:
            return KnownShocks(labels, self.selection, self.mixed)
        return PrivateShocks(game.players, labels, self.selection, self.mixed)


def _flag(options: Mapping[str, Any], name: str) -> bool:
    value = options.get(name, False)
    known = {"true": True, "false": False, "1": True, "0": False}
    found = known.get(str(value).lower())
    if found is None:
        raise MethodError("must be true or false", where=name, value=value)
    return found


def labels_of(game: Game) -> tuple[str, ...]:
    """Name the outcomes: the players' actions, joined.

    Examples
    --------
    >>> labels_of(Game.from_payoffs([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    ('1-1', '1-2', '2-1', '2-2')
    """
    return tuple("-".join(cell) for cell in product(*game.actions))


def entry_part(request: Request) -> Part:
    """Estimate payoffs, and how equilibria are selected, from who entered which market."""
    game = request.model.game()
    setting = Setting.of(game, request.options)
    entrants = counts_entrants(request.table, game.players, setting.entrants)
    markets = _markets(request, game, entrants=entrants)
    if setting.selection == "none" and not entrants:
        near = replace(setting, complete=setting.complete and len(game.shape) == 2)
        near = replace(near, selection="equal", mixed=False)
        start = EntryLikelihood(markets, near.rule(game, entrants=False))
        return bounds_part(request, start, complete=setting.complete, mixed=setting.mixed)
    if setting.simulated(len(game.shape)) and not entrants:
        return simulated_part(request, markets, selection=setting.selection, mixed=setting.mixed)
    rule = setting.rule(game, entrants=entrants)
    likelihood = EntryLikelihood(markets, rule)
    starts = starts_of(likelihood, request.seed)
    if isinstance(rule, EntrantCounts):
        rule.check(likelihood.gains(starts, np.arange(request.table.rows))[0])
    maximum = maximise(likelihood, starts)
    if maximum is None:
        told = "no start gives the observed markets a chance"
        raise MethodError(told, where="entry", remedy="set parameters to other values")
    return part_of(
        likelihood, maximum, observations=request.table.rows, group=request.group,
        clustered=request.cluster is not None, samples=request.bootstrap or 0, seed=request.seed,
        executor=request.executor,
        notes=_notes(likelihood, maximum.point), payoffs=likelihood.markets.payoffs,
    )  # fmt: skip


def _notes(likelihood: EntryLikelihood, point: Array) -> tuple[str, ...]:
    """Say how often there is something to select, and what is known of the lists."""
    rule = likelihood.rule
    if isinstance(rule, EntrantCounts):
        return ("The number of entrants is the same in all equilibria: nothing is selected.",)
    share = likelihood.several(point)
    decides = "decides" if rule.names else "assumes"
    notes = [f"In {share:.1%} of the markets several equilibria are expected: there the selection "
             f"({rule.selection}) {decides} which is played."]  # fmt: skip
    if isinstance(rule, PrivateShocks):
        proved = likelihood.proved(point)
        notes.append(
            f"All Bayesian equilibria are listed, up to rounding, in {proved:.1%} of rows."
        )
    return tuple(notes)


def _markets(request: Request, game: Game, *, entrants: bool) -> Markets:
    """Read outcomes, covariates and units."""
    table = request.table
    own = [COUNT] if entrants else columns_of(table, game.players)
    seen = read_counts(table, len(game.shape)) if entrants else read_profiles(table, game)
    units = table.codes(request.cluster)[0] if request.cluster else np.arange(table.rows)
    free = [name for name in request.free if name not in (SELECTION, MIXED)]
    payoffs = PayoffsByRow.of(request.model, table, free, request.formulas, taken=own)
    return Markets(tuple(game.players), payoffs, seen, np.asarray(units))


def draw_markets(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw markets from known payoffs and a known selection, and who enters them.

    Options are those of the way of play, ``formulas``, and ``covariates``: a table whose rows are
    taken in turn, or names of columns to be drawn from the standard normal distribution.
    """
    game = plan.model.game()
    setting = Setting.of(game, plan.options)
    if setting.selection == "none":
        raise MethodError("data are drawn with a rule", where=SELECTION, value="none")
    columns, _, payoffs = drawn_payoffs(
        plan, rng, taken=[*game.players, COUNT], own=(SELECTION, MIXED)
    )
    if setting.entrants:
        return {
            COUNT: _sampled(plan, EntrantCounts(game.players), payoffs, rng).tolist(),
            **columns,
        }
    if setting.simulated(len(game.shape)):
        value = 0.0 if setting.selection == "equal" else plan.take(SELECTION)
        first = drawn_outcomes(
            payoffs, players=game.players, selection=setting.selection, value=value,
            mixed=setting.mixed, rng=rng,
        )  # fmt: skip
    else:
        rule = setting.rule(game, entrants=False)
        first = first_actions(_sampled(plan, rule, payoffs, rng), len(game.shape))
    takes = {
        name: [actions[0] if enters else actions[1] for enters in first[:, i].tolist()]
        for i, (name, actions) in enumerate(zip(game.players, game.actions, strict=True))
    }
    return {**takes, **columns}


def _sampled(plan: Plan, rule: Rule, payoffs: tuple[Array, ...], rng: np.random.Generator) -> Array:
    """Draw one outcome per row from its chances."""
    own = np.array([[plan.take(*one) for one in zip(rule.names, rule.bounds, strict=True)]])
    tables = tuple(table[None] for table in payoffs)
    steps = rule.every(gains_of(tables), own, tables)[0].cumsum(axis=1)
    return np.asarray((rng.random(len(steps))[:, None] * steps[:, -1:] > steps).sum(axis=1))
