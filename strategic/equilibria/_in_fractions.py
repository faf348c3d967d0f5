"""Lists of equilibria as exact fractions: one object per number, or arrays of whole numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._two_players import with_one_axis
from strategic.errors import MethodError
from strategic.games.game import Game

if TYPE_CHECKING:
    from strategic.equilibria._whole_numbers import WholeNumbers


class InFractions:
    """What `Equilibria` offers in exact numbers."""

    games: Game
    game: Array
    strategies: tuple[Array, ...]
    regret: Array

    if TYPE_CHECKING:

        def _check_all(self, what: str) -> None: ...

    def fractions(self) -> tuple[Array, ...]:
        """Give the strategies as exact fractions, one object array ``(E, n_i)`` per player.

        Raises
        ------
        MethodError
            When the result does not list all extreme equilibria of two players; or when some
            share of three and more players is no fraction, with an interval that holds it.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> row, column = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).fractions()
        >>> print(row[2, 0], column[2, 0])
        2/3 1/3
        """
        if len(self.strategies) == 2:
            self._check_all("exact fractions")
        return self._fractions

    @cached_property
    def _fractions(self) -> tuple[Array, ...]:
        if len(self.strategies) > 2:
            from strategic.equilibria.enumeration.players.exact_profiles import exact_profiles

            return exact_profiles(with_one_axis(self.games), self.strategies, self.game)
        if self.in_fractions:
            return self.strategies
        return tuple(side.fractions() for side in self.whole_strategies())

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
        if len(self.strategies) != 2:
            raise MethodError(
                "whole weights are of two players",
                value=f"{len(self.strategies)} players",
                remedy="fractions() gives what is rational with more",
            )
        return self._whole_strategies

    @cached_property
    def _whole_strategies(self) -> tuple[WholeNumbers, ...]:
        from strategic.equilibria._exact import nearest_doubles
        from strategic.equilibria._whole_mixtures import listed_mixtures

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
        from strategic.equilibria._whole_payoffs import whole_payoffs_and_gains

        return whole_payoffs_and_gains(
            with_one_axis(self.games), self.whole_strategies(), self.game
        )

    def fraction_payoffs(self) -> Array:
        """Give the payoffs as exact fractions: object array ``(E, players)``."""
        if len(self.strategies) == 2:
            return self.whole_payoffs()[0].fractions()
        from strategic.equilibria._exact import exact_payoffs

        return exact_payoffs(self.games, self.fractions(), self.game)

    def exact(self) -> Self:
        """Give the same equilibria with strategies, payoffs and regrets as exact fractions.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).exact().document()["equilibria"][2]["payoffs"]
        ['2/3', '2/3']
        """
        from strategic.equilibria._exact import exact_payoffs_and_regret

        # Regrets of exact strategies are exact too: zero is proved, not rounded.
        strategies = self.fractions()
        if len(strategies) == 2:
            earned, gains = self.whole_payoffs()
            payoffs = earned.fractions()
            if gains.numerators.any():
                regrets = gains.fractions().max(axis=1)
            else:  # as for every equilibrium
                regrets = np.full(len(self.game), Fraction(0), dtype=object)
        else:
            payoffs, regrets = exact_payoffs_and_regret(self.games, strategies, self.game)
        changed: dict[str, Any] = {"strategies": strategies, "payoffs": payoffs, "regret": regrets}
        return replace(self, **changed)  # type: ignore[type-var]

    @property
    def in_fractions(self) -> bool:
        """Whether the numbers are exact fractions rather than doubles."""
        return bool(self.regret.dtype == object)
