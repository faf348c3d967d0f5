"""Chances of what a leader and a follower do, with their derivatives, as functions of contrasts.

A contrast is a difference of payoffs that one of the two compares. In units of the shocks' scale::

    t_a  (U2[a, 0] - U2[a, 1]) / sqrt 2    the follower at the answered action a of the leader
    g_a   U1[a, 0] - U1[a, 1]              what the answer to a is worth to the leader
    c     U1[0, 1] - U1[1, 1]              the leader's actions, both answered by the second

With ``q_a = Phi(t_a)``, the chance of the first answer, the leader takes its first action with
chance ``Phi((c + q_0 g_0 - q_1 g_1) / D)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from strategic.arrays import Array

_ROOT_TWO = np.sqrt(2.0)


@dataclass(frozen=True)
class Tree:
    """Who moves where, and what kind of shocks they have.

    Parameters
    ----------
    answered : tuple of two bool
        Whether the follower moves after each action of the leader.
    private : bool
        Whether shocks belong to the outcomes, known only to the player whose payoffs they are;
        else to actions (agent error).

    Examples
    --------
    >>> tree = Tree((True, False), private=False)
    >>> tree.contrasts, tree.outcomes
    (('t0', 'g0', 'c'), ((0, 0), (0, 1), (1, 0)))
    """

    answered: tuple[bool, bool]
    private: bool

    @cached_property
    def moves(self) -> tuple[int, ...]:
        """The leader's actions after which the follower moves."""
        return tuple(a for a in (0, 1) if self.answered[a])

    @cached_property
    def contrasts(self) -> tuple[str, ...]:
        """Names of the contrasts: those of the follower, of its answers' worth, and ``c``."""
        return (*(f"t{a}" for a in self.moves), *(f"g{a}" for a in self.moves), "c")

    @cached_property
    def outcomes(self) -> tuple[tuple[int, int], ...]:
        """The pairs of actions that are told apart; the second is 0 where nobody answers."""
        return tuple((a, b) for a in (0, 1) for b in (0, 1) if b == 0 or self.answered[a])

    def compare(self, leader: Array, follower: Array) -> Array:
        """Form the contrasts of payoffs ``(..., 2, 2)``: an array ``(..., contrasts)``."""
        own = [(follower[..., a, 0] - follower[..., a, 1]) / _ROOT_TWO for a in self.moves]
        worth = [leader[..., a, 0] - leader[..., a, 1] for a in self.moves]
        return np.stack([*own, *worth, leader[..., 0, 1] - leader[..., 1, 1]], axis=-1)


def chances(tree: Tree, at: Array) -> Array:
    """Chances of the outcomes ``(O, ...)`` from contrasts ``(J, ...)``.

    Examples
    --------
    >>> chances(Tree((True, False), private=False), np.zeros(3))
    array([0.25, 0.25, 0.5 ])
    """
    from scipy.special import ndtr

    y = _Leading(tree, at).index
    found = []
    for action, answer in tree.outcomes:
        chance = ndtr(y if action == 0 else -y)
        if tree.answered[action]:
            t = at[tree.moves.index(action)]
            chance = chance * ndtr(t if answer == 0 else -t)
        found.append(chance)
    return np.stack(found)


class Choices:
    """What was done in every row: its log chance, with derivatives by the contrasts.

    Parameters
    ----------
    tree : Tree
    at : array (J, P, R)
        Contrasts in units of the scale, at P points in R rows.
    action, answer : arrays of int (R,)
        What the leader did, and the follower.

    Examples
    --------
    >>> tree, none = Tree((True, False), private=False), np.array([0])
    >>> done = Choices(tree, np.zeros((3, 1, 1)), none, none)
    >>> float(np.exp(done.value[0, 0])), done.first[:, 0, 0].round(3)
    (0.25, array([0.798, 0.282, 0.564]))
    """

    def __init__(self, tree: Tree, at: Array, action: Array, answer: Array) -> None:
        self.at = at
        self._leading = _Leading(tree, at)
        self._signs = [np.where(action == 0, 1.0, -1.0)]
        self._signed = [self._signs[0] * self._leading.index]
        self._rows = [np.flatnonzero(action == move) for move in tree.moves]
        for j, rows in enumerate(self._rows):
            self._signs.append(np.where(answer[rows] == 0, 1.0, -1.0))
            self._signed.append(self._signs[-1] * at[j][:, rows])

    @cached_property
    def value(self) -> Array:
        """Log chances ``(P, R)``."""
        from scipy.special import log_ndtr

        value: Array = log_ndtr(self._signed[0])
        for rows, x in zip(self._rows, self._signed[1:], strict=True):
            value[:, rows] += log_ndtr(x)
        return value

    @cached_property
    def _ratios(self) -> list[Array]:
        return [inverse_mills(x) for x in self._signed]

    @cached_property
    def first(self) -> Array:
        """First derivatives ``(J, P, R)``."""
        leads, *answers = (sign * r for sign, r in zip(self._signs, self._ratios, strict=True))
        made = leads * self._leading.slopes
        for j, (rows, slope) in enumerate(zip(self._rows, answers, strict=True)):
            made[j][:, rows] += slope
        return np.asarray(made)

    @cached_property
    def second(self) -> Array:
        """Second derivatives ``(J, J, P, R)``."""
        pairs = zip(self._signed, self._ratios, strict=True)
        leads, *answers = (-ratio * (x + ratio) for x, ratio in pairs)
        slopes = self._leading.slopes
        made = leads * slopes[:, None] * slopes[None]
        made += self._signs[0] * self._ratios[0] * self._leading.bends
        for j, (rows, bend) in enumerate(zip(self._rows, answers, strict=True)):
            made[j, j][:, rows] += bend
        return np.asarray(made)


class _Leading:
    """The leader's index ``y = N / sqrt(S)``, chance ``Phi(y)`` of the first action."""

    def __init__(self, tree: Tree, at: Array) -> None:
        from scipy.special import ndtr

        self.tree, self.at = tree, at
        moves = len(tree.moves)
        self.t, self.g = at[:moves], at[moves : 2 * moves]
        self.first, self.second = ndtr(self.t), ndtr(-self.t)
        self.sign = [1.0 if move == 0 else -1.0 for move in tree.moves]
        self.gain = at[-1].copy()
        for sign, chance, worth in zip(self.sign, self.first, self.g, strict=True):
            self.gain += sign * chance * worth
        self.spread: Array = np.full(at.shape[1:], 2.0)
        if tree.private:  # shocks of two outcomes, weighted by their chances, where one answers
            for chance, other in zip(self.first, self.second, strict=True):
                self.spread -= 2.0 * chance * other
        self.index = self.gain / np.sqrt(self.spread)

    @cached_property
    def density(self) -> Array:
        return np.asarray(np.exp(-0.5 * self.t**2) / np.sqrt(2.0 * np.pi))

    @cached_property
    def gain_slopes(self) -> Array:
        """First derivatives of N by every contrast."""
        made = np.empty_like(self.at)
        moves = len(self.t)
        for j, sign in enumerate(self.sign):
            made[j] = sign * self.density[j] * self.g[j]
            made[moves + j] = sign * self.first[j]
        made[-1] = 1.0
        return made

    @cached_property
    def spread_slopes(self) -> Array:
        """First derivatives of S by the follower's contrasts; by no other does it change."""
        return np.asarray(2.0 * (self.first - self.second) * self.density)

    @cached_property
    def slopes(self) -> Array:
        """First derivatives of y."""
        made: Array = self.gain_slopes / np.sqrt(self.spread)
        if self.tree.private:
            made[: len(self.t)] -= 0.5 * self.index / self.spread * self.spread_slopes
        return made

    @cached_property
    def bends(self) -> Array:
        """Second derivatives of y."""
        width, moves = len(self.at), len(self.t)
        made = np.zeros((width, *self.at.shape))
        root = np.sqrt(self.spread)
        for j, sign in enumerate(self.sign):
            made[j, j] = -sign * self.t[j] * self.density[j] * self.g[j] / root
            made[j, moves + j] = made[moves + j, j] = sign * self.density[j] / root
        if not self.tree.private:
            return made
        slope, spread = self.spread_slopes, self.spread
        for j in range(moves):
            across = 0.5 * slope[j] / spread
            made[j] -= across * self.gain_slopes / root
            made[:, j] -= across * self.gain_slopes / root
            for other in range(moves):
                made[j, other] += 0.75 * self.index * slope[j] * slope[other] / spread**2
            bend = 4.0 * self.density[j] ** 2 - self.t[j] * slope[j]
            made[j, j] -= 0.5 * self.index * bend / spread
        return made


def inverse_mills(x: Array) -> Array:
    """Give the slope of ``log Phi``, the normal density over the distribution function.

    Examples
    --------
    >>> inverse_mills(np.array([-1e3, 0.0, 50.0])).round(4)
    array([1.000001e+03, 7.979000e-01, 0.000000e+00])
    """
    from scipy.special import erfcx

    with np.errstate(over="ignore"):  # where it overflows the ratio is 0
        return np.asarray(np.sqrt(2.0 / np.pi) / erfcx(-x / _ROOT_TWO))
