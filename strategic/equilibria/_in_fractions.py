"""Lists of equilibria as exact fractions: arrays of whole numbers, and objects when read."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._two_players import with_one_axis
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria._whole_list import WholeList
    from strategic.equilibria._whole_numbers import WholeNumbers
    from strategic.equilibria.enumeration.players.exact_profiles import ExactProfiles


class _WhenRead(cached_property[Any]):
    """A field that an exact list leaves unmade; no default, so that a dataclass asks for it."""

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Any:
        if instance is None:
            raise AttributeError(self.attrname)
        return super().__get__(instance, owner)


class InFractions:
    """What `Equilibria` offers in exact numbers.

    The exact list of two players is held in whole numbers. Its fields of Fractions are not in the
    instance until they are read, and are made then: nobody pays for objects that nobody sees.
    """

    games: Game
    game: Array
    status: Array
    per_row: ClassVar[tuple[str, ...]]
    _held: tuple[WholeList, slice] | None = None

    if TYPE_CHECKING:
        strategies: tuple[Array, ...]
        regret: Array

        def _check_all(self, what: str) -> None: ...

    else:  # an instance that holds doubles, or fractions given by somebody, never asks these

        @_WhenRead
        def strategies(self) -> tuple[Array, ...]:
            """Give one mixed strategy per player and equilibrium."""
            whole, rows = self._held
            return whole.read(0, rows), whole.read(1, rows)

        @_WhenRead
        def payoffs(self) -> Array:
            """Give what each player expects."""
            whole, rows = self._held
            return whole.read("payoffs", rows)

        @_WhenRead
        def regret(self) -> Array:
            """Give the largest gain from deviating, recomputed from the payoffs."""
            whole, rows = self._held
            return whole.read("regret", rows)

    def fractions(self) -> tuple[Array, ...]:
        """Give the strategies as exact fractions, one object array ``(E, n_i)`` per player.

        Shares of three and more players may be irrational. Those equilibria of a batch are NaN;
        `has_fractions` tells which, and ``of(game).fractions()`` why.

        Raises
        ------
        MethodError
            When the result does not list all extreme equilibria of two players; or when some
            share of a single game of more is no fraction, with an interval that holds it.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> row, column = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).fractions()
        >>> print(row[2, 0], column[2, 0])
        2/3 1/3
        """
        if len(self.games.shape) == 2:
            self._check_all("exact fractions")
            return self._fractions
        exact = self._exact_profiles
        if exact.problem and not self.games.batch_shape:
            raise exact.problem.with_traceback(None)  # which may be asked for again
        return exact.strategies

    def has_fractions(self) -> Array:
        """Tell which equilibria are known as fractions: array ``(E,)`` of bool.

        Those of two players all are. Of three and more players those are not whose shares are
        irrational (or of denominators beyond 2^32), nor some that are ends of a continuum or too
        close to others. They are NaN in `fractions` and `exact` of a batch, where their game has
        the status ``no_fractions``.

        Raises
        ------
        MethodError
            When the result does not list all extreme equilibria of two players.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> found = solve(*np.floor(np.random.default_rng(1).random((3, 50, 2, 2, 2)) * 4))
        >>> found.game[~found.has_fractions()]
        array([ 0, 27, 34])
        """
        if len(self.games.shape) == 2:
            self._check_all("exact fractions")
            return np.ones(len(self.game), dtype=bool)
        return self._exact_profiles.known

    @cached_property
    def _fractions(self) -> tuple[Array, ...]:
        if self.in_fractions:
            return self.strategies
        return tuple(side.fractions() for side in self.whole_strategies())

    @cached_property
    def _exact_profiles(self) -> ExactProfiles:
        from strategic.equilibria.enumeration.players import exact_profiles as players

        if not self.in_fractions:
            return players.exact_profiles(with_one_axis(self.games), self.strategies, self.game)
        known = self.strategies[0][:, 0] == self.strategies[0][:, 0]  # NaN differs from itself
        problem = None
        if not known.all():
            problem = MethodError(
                "is not known as fractions",
                where=f"equilibrium {np.flatnonzero(~known)[0]}",
                remedy="use the list before exact(), whose doubles are right to 15 digits or so",
            )
        return players.ExactProfiles(self.strategies, known.astype(bool), problem)

    def whole_strategies(self) -> tuple[WholeNumbers, ...]:
        """Give the strategies of two players as whole weights over their totals, in arrays.

        What `fractions` gives, in bulk: no object per share where 64 bits hold the numbers.

        Returns
        -------
        pair of WholeNumbers
            ``numerators`` ``(E, n_i)`` and ``denominators`` ``(E,)``, not reduced.

        Raises
        ------
        MethodError
            When the result does not list all extreme equilibria of two players.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> row, column = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).whole_strategies()
        >>> row.numerators.tolist(), row.denominators.tolist()
        ([[1, 0], [0, 1], [2, 1]], [1, 1, 3])
        """
        self._check_all("exact fractions")
        if len(self.games.shape) != 2:
            raise MethodError(
                "whole weights are of two players",
                value=f"{len(self.games.shape)} players",
                remedy="fractions() gives what is rational with more",
            )
        return self._whole_strategies

    @cached_property
    def _whole_strategies(self) -> tuple[WholeNumbers, ...]:
        from strategic.equilibria._exact import nearest_doubles
        from strategic.equilibria._whole_mixtures import listed_mixtures

        if self._held:
            whole, rows = self._held
            return tuple(side[rows] for side in whole.sides)
        sides = self.strategies
        if self.in_fractions:
            sides = tuple(map(nearest_doubles, sides))
        return listed_mixtures(with_one_axis(self.games), sides, self.game)

    def whole_payoffs(self) -> tuple[WholeNumbers, WholeNumbers]:
        """Give payoffs and what a deviation gains of two players, exactly, in arrays.

        Returns
        -------
        payoffs, gains : WholeNumbers ``(E, 2)``
            Gains are recomputed from the payoffs; all are zero.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> payoffs, gains = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).whole_payoffs()
        >>> payoffs.fractions()[2].tolist(), gains.numerators.any()
        ([Fraction(2, 3), Fraction(2, 3)], np.False_)
        """
        self.whole_strategies()
        return self._whole_payoffs

    @cached_property
    def _whole_payoffs(self) -> tuple[WholeNumbers, WholeNumbers]:
        if self._held:
            whole, rows = self._held
            return whole.payoffs_and_gains(rows)
        from strategic.equilibria._whole_payoffs import whole_payoffs_and_gains

        return whole_payoffs_and_gains(with_one_axis(self.games), self._whole_strategies, self.game)

    def fraction_payoffs(self) -> Array:
        """Give the payoffs as exact fractions, object array ``(E, players)``; see `fractions`."""
        if len(self.games.shape) == 2:
            return self.whole_payoffs()[0].fractions()
        return self._payoffs_and_regrets(self.fractions())[0]

    def _payoffs_and_regrets(self, strategies: tuple[Array, ...]) -> tuple[Array, Array]:
        """Give exact payoffs and regrets of three and more players; NaN of what is not known."""
        from strategic.equilibria.concepts._players_payoffs import payoffs_of_fractions

        known, games = self._exact_profiles.known, with_one_axis(self.games)
        if known.all():
            return payoffs_of_fractions(games, strategies, self.game)
        payoffs = np.full((len(known), len(strategies)), np.nan, dtype=object)
        regrets = np.full(len(known), np.nan, dtype=object)
        some = tuple(side[known] for side in strategies)
        payoffs[known], regrets[known] = payoffs_of_fractions(games, some, self.game[known])
        return payoffs, regrets

    def exact(self) -> Self:
        """Give the same equilibria with strategies, payoffs and regrets as exact fractions.

        Of two players the strategies are solved for here, as whole numbers in arrays. Fractions are
        made of them, and payoffs and regrets computed, when they are read; after `of` or in a
        table only those of the equilibria that are asked for.

        Shares of three and more players may be irrational. Of a batch, the numbers of those
        equilibria are NaN, and their games have the status ``no_fractions`` instead of what is
        known about their list, which this list in doubles keeps.

        Raises
        ------
        MethodError
            As `fractions` does.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).exact().document()["equilibria"][2]["payoffs"]
        ['2/3', '2/3']
        """
        if len(self.games.shape) == 2:
            from strategic.equilibria._whole_list import WholeList

            whole = WholeList(with_one_axis(self.games), self.game, self.whole_strategies())
            return self._of_whole(whole, slice(0, len(self.game)), {})
        # Regrets of exact strategies are exact too: zero is proved, not rounded.
        strategies = self.fractions()
        payoffs, regrets = self._payoffs_and_regrets(strategies)
        changed: dict[str, Any] = {"strategies": strategies, "payoffs": payoffs, "regret": regrets}
        unknown = self.game[~self.has_fractions()]
        if unknown.size:
            status = self.status.copy()
            status.reshape(-1)[unknown] = Status.NO_FRACTIONS
            changed["status"] = status
        return replace(self, **changed)  # type: ignore[type-var]

    def _of_whole(self, whole: WholeList, rows: slice, changed: dict[str, Any]) -> Self:
        """Make an exact list of some rows of another; other fields are as they are or changed."""
        made = object.__new__(type(self))
        names = {field.name for field in fields(self)} - _MADE_WHEN_READ  # type: ignore[arg-type]
        kept = {name: getattr(self, name) for name in names - changed.keys()}
        vars(made).update(kept | changed, _held=(whole, rows))
        return made

    def _some(self, rows: slice, **changed: Any) -> Self:
        """Take some equilibria; what is exact is not made before it is read."""
        names = {*self.per_row, "game"} - changed.keys()
        if self._held:
            whole, among = self._held
            start, stop, _ = rows.indices(len(self.game))
            taken = {name: getattr(self, name)[rows] for name in names - _MADE_WHEN_READ}
            rows = slice(among.start + start, among.start + max(start, stop))
            return self._of_whole(whole, rows, taken | changed)
        taken = {name: getattr(self, name)[rows] for name in names} | changed
        strategies = tuple(side[rows] for side in self.strategies)
        return replace(self, strategies=strategies, **taken)  # type: ignore[type-var]

    def __getstate__(self) -> dict[str, Any]:
        """Give what is copied or sent elsewhere: of an exact list its own rows only."""
        state = dict(vars(self))
        if self._held and len(self._held[0].game) > len(self.game):
            whole, rows = self._held
            sides = tuple(side[rows] for side in whole.sides)
            own = type(whole)(with_one_axis(self.games), self.game, sides)
            state["_held"] = own, slice(0, len(self.game))
        return state

    @property
    def in_fractions(self) -> bool:
        """Whether the numbers are exact fractions rather than doubles."""
        return self._held is not None or bool(self.regret.dtype == object)


_MADE_WHEN_READ = {"strategies", "payoffs", "regret"}
