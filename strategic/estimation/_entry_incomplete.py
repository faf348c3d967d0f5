"""Entry with private shocks: every player knows its own only, and expects the others to enter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation._entry_likelihood import Chances, Tables
from strategic.estimation._entry_selection import SELECTION, weights_of
from strategic.estimation._markets import first_actions
from strategic.estimation._private_beliefs import Beliefs, all_beliefs, expected, value_and_jacobian


@dataclass(frozen=True, eq=False)
class PrivateShocks:
    """Bayesian equilibria and a rule of selection; a `Rule` of `EntryLikelihood`.

    Parameters
    ----------
    players : tuple of str
    labels : tuple of str
        Of the outcomes.
    selection : str
        ``share``, ``equal``, ``welfare`` or ``payoff.PLAYER``.
    between : bool
        Whether equilibria of index -1, which lie between others as mixed ones do, are played too.

    Notes
    -----
    Where equilibria come and go as the numbers change, the likelihood jumps (unless only one is
    played there): several starts are needed, and a maximum next to a jump is not confirmed.

    References
    ----------
    Seim, K. (2006). An empirical model of firm entry with endogenous product-type choices. RAND
    Journal of Economics 37, 619-640.
    Bajari, P., Hong, H., Krainer, J. and Nekipelov, D. (2010). Estimating static models of
    strategic interactions. Journal of Business and Economic Statistics 28, 469-482.
    """

    players: tuple[str, ...]
    labels: tuple[str, ...]
    selection: str = "share"
    between: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The number of the selection, unless there is none."""
        return () if self.selection == "equal" else (SELECTION,)

    @property
    def bounds(self) -> Array:
        """A share is one of 0 to 1, a weight any number."""
        ends = (0.0, 1.0) if self.selection == "share" else (-np.inf, np.inf)
        return np.array([ends] * len(self.names)).reshape(-1, 2)

    @property
    def starts(self) -> Array:
        """Indifference between equilibria."""
        return np.array([0.5 if self.selection == "share" else 0.0] * len(self.names))

    @property
    def needs_payoffs(self) -> bool:
        """Whether equilibria are judged by what players expect."""
        return self.selection not in ("share", "equal")

    def observed(
        self, gains: Array, own: Array, seen: Array, tables: Tables = None, *, slopes: bool = False
    ) -> Chances:
        """Give the chances of observed outcomes, and their derivatives by the adjoint equation."""
        shape, played, weight, tilt = self._played(gains, own, tables)
        table = gains.reshape(-1, *gains.shape[2:])[played.game]
        first = np.asarray(first_actions(seen, len(self.players)))[played.game % shape[1]]
        gain = np.stack(
            [expected(table[:, i], _others(played.chances, i)) for i in range(len(self.players))],
            axis=1,
        )
        chance, pull = _chance_and_pull(gain, first)
        total = _summed(weight * chance, played.game, shape, known=True)
        if not slopes:
            return Chances(total)
        by_gain = (
            self._by_gain(table, played.chances, gain, pull) * (weight * chance)[:, None, None]
        )
        return Chances(
            total,
            _summed(by_gain, played.game, shape),
            _summed((tilt * chance)[:, None], played.game, shape)[..., : len(self.names)],
        )

    def every(self, gains: Array, own: Array, tables: Tables = None) -> Array:
        """Give the chances of all outcomes."""
        shape, played, weight, _ = self._played(gains, own, tables)
        return _summed(weight[:, None] * joint(played.chances), played.game, shape, known=True)

    def several(self, gains: Array) -> Array:
        """Tell which markets have several equilibria that are played."""
        played = self._kept(all_beliefs(gains.reshape(-1, *gains.shape[2:])))
        count = np.bincount(played.game, minlength=int(np.prod(gains.shape[:2])))
        return np.asarray(count > 1, dtype=float).reshape(gains.shape[:2])

    def proved(self, gains: Array) -> Array:
        """Tell which markets have all their equilibria listed, up to rounding."""
        found = all_beliefs(gains.reshape(-1, *gains.shape[2:]))
        return np.asarray(found.proved.reshape(gains.shape[:2]))

    def _played(
        self, gains: Array, own: Array, tables: Tables
    ) -> tuple[tuple[int, int], Beliefs, Array, Array]:
        """List the equilibria that are played, with their weights and the slopes of these."""
        shape = (gains.shape[0], gains.shape[1])
        flat = gains.reshape(-1, *gains.shape[2:])
        played = self._kept(all_beliefs(np.where(np.isfinite(flat), flat, 0.0)))
        number = own[played.game // shape[1], 0] if self.names else np.zeros(len(played.game))
        worth = None
        if tables is not None and self.needs_payoffs:
            sides = [own_table.reshape(-1, *own_table.shape[2:]) for own_table in tables]
            worth = self._worth(flat, sides, played)
        weights = weights_of(self.selection, played.game, worth, number)
        lost = np.asarray(~np.isfinite(flat).all(axis=(1, 2)))
        return shape, played, np.where(lost[played.game], np.nan, weights.values), weights.slopes

    def _kept(self, found: Beliefs) -> Beliefs:
        """Leave those between others out."""
        if self.between:
            return found
        stays = np.asarray(found.index > 0)
        has = np.zeros(len(found.proved), dtype=bool)
        has[found.game[stays]] = True
        keep = stays | ~has[found.game]
        return Beliefs(found.game[keep], found.chances[keep], found.index[keep], found.proved)

    def _worth(self, flat: Array, tables: list[Array], played: Beliefs) -> Array:
        """Compute what players expect: E max(gain + shock, 0) above the second action's payoff."""
        from scipy.special import ndtr

        total = np.zeros(len(played.game))
        for i, name in enumerate(self.players):
            if self.selection not in ("welfare", f"payoff.{name}"):
                continue
            others = _others(played.chances, i)
            out = np.moveaxis(tables[i], i + 1, 1)[:, 1].reshape(len(flat), -1)[played.game]
            gain = expected(flat[played.game, i], others)
            dense = np.exp(-0.5 * gain**2) / np.sqrt(2.0 * np.pi)
            total += expected(out, others) + gain * ndtr(gain) + dense
        return total

    def _by_gain(self, table: Array, chances: Array, gain: Array, pull: Array) -> Array:
        """Differentiate the log chance of an outcome by the gains, equilibrium by equilibrium.

        ``x = Phi(g(x))`` and a small change ``h`` of the gains give ``(I - J) dx = phi h``; the
        outcome changes by ``pull dx``, so that one system with the transposed matrix does for all.
        """
        players = chances.shape[1]
        _, jacobian = value_and_jacobian(table, chances)
        matrix = np.swapaxes(np.eye(players) - jacobian, 1, 2)
        dense = np.exp(-0.5 * gain**2) / np.sqrt(2.0 * np.pi)
        with np.errstate(invalid="ignore"):
            adjoint = np.linalg.solve(matrix, pull[:, :, None])[..., 0] * dense
        rivals = [joint(np.delete(chances, i, axis=1)) for i in range(players)]
        return np.asarray(adjoint[:, :, None] * np.stack(rivals, axis=1))


def joint(chances: Array) -> Array:
    """Multiply independent chances of first actions: (E, n) to (E, 2**n) profiles in C order."""
    found = np.ones((len(chances), 1))
    for one in chances.T:
        both = np.stack([one, 1.0 - one], axis=1)
        found = (found[:, :, None] * both[:, None, :]).reshape(len(chances), -1)
    return found


def _others(chances: Array, player: int) -> list[Array]:
    return [chances[:, j] for j in range(chances.shape[1]) if j != player]


def _chance_and_pull(gain: Array, first: Array) -> tuple[Array, Array]:
    """Chance of what was done at these expected gains, and its log's slopes by the chances."""
    from scipy.special import ndtr

    taken = np.where(first, ndtr(gain), ndtr(-gain))
    with np.errstate(divide="ignore"):
        pull = np.where(first, 1.0, -1.0) / np.maximum(taken, 1e-300)
    return taken.prod(axis=1), pull


def _summed(values: Array, game: Array, shape: tuple[int, int], *, known: bool = False) -> Array:
    """Add up equilibria by game; where there is none, NaN if asked."""
    found = np.zeros((shape[0] * shape[1], *values.shape[1:]))
    np.add.at(found, game, values)
    if known:
        has = np.bincount(game, minlength=len(found)) > 0
        found[~has] = np.nan
    return found.reshape(*shape, *values.shape[1:])
