"""The logit equations of many games at once, with their derivatives, batch axis last."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

import numpy as np

from strategic.arrays import Array

_COMMON = 1e150
"""Payoffs below it, and above its inverse, are halved and not scaled: that is faster."""


class LogitSystem(ABC):
    """Equations ``G(w, t) = 0`` for log-odds ``w`` (unknowns, games) at rationality ``t``."""

    @abstractmethod
    def unknowns(self) -> int:
        """Count the unknown log-odds."""

    @abstractmethod
    def keep(self, chosen: Array) -> LogitSystem:
        """Keep the chosen games."""

    @abstractmethod
    def evaluate(self, w: Array, rationality: Array) -> tuple[Array, Array, Array]:
        """Values ``(unknowns, games)``, derivatives ``(unknowns, unknowns + 1, games)``, mixtures.

        The last column of the derivatives is by rationality; mixtures are those of `strategies`,
        ``(actions of all players, games)``.
        """

    @abstractmethod
    def followed(self) -> list[slice]:
        """Where the log-odds of the first players stand whose mixtures follow from them alone."""

    def equations(self, w: Array, rationality: Array) -> tuple[Array, Array]:
        """Values and derivatives of `evaluate`."""
        return self.evaluate(w, rationality)[:2]

    def outset(self) -> Array:
        """Slope of the log-odds by rationality at uniform play, ``(unknowns, games)``."""
        nobody = np.zeros((self.unknowns(), self.games()))
        return np.asarray(-self.equations(nobody, nobody[0])[1][:, -1])

    @abstractmethod
    def games(self) -> int:
        """Count the games."""

    @abstractmethod
    def strategies(self, w: Array, rationality: Array) -> tuple[Array, ...]:
        """One mixture ``(n_i, games)`` per player."""


class _OfOne(LogitSystem):
    """A system in the log-odds of one player: gains over the first action ``(n - 1, m, games)``."""

    gains: Array

    def unknowns(self) -> int:
        """One log-odds per action but the first."""
        return len(self.gains)

    def games(self) -> int:
        """Count the games."""
        return int(self.gains.shape[-1])

    def followed(self) -> list[slice]:
        """Point to that player's: the other one replies, or plays alike."""
        return [slice(0, len(self.gains))]


class TwoPlayers(_OfOne):
    """Two players, reduced to the log-odds of the first: ``w = t D q(t B' p(w))``."""

    def __init__(self, row: Array, column: Array) -> None:
        self.gains, self.column = row[1:] - row[0], column
        self.beside = column[1:] - column[0]

    def outset(self) -> Array:
        """Slope at uniform play, where the second player's reply does not move yet."""
        return np.asarray(added(self.gains.swapaxes(0, 1)) / self.gains.shape[1])

    def keep(self, chosen: Array) -> TwoPlayers:
        """Keep the chosen games."""
        kept = object.__new__(TwoPlayers)
        kept.gains, kept.column = (part.take(chosen, axis=2) for part in (self.gains, self.column))
        kept.beside = kept.column[1:] - kept.column[0]
        return kept

    def strategies(self, w: Array, rationality: Array) -> tuple[Array, ...]:
        """Both mixtures; the second is the logit reply to the first."""
        p = from_log_odds(w)
        return p, softmax(rationality * added(self.column * p[:, None]))

    def evaluate(self, w: Array, rationality: Array) -> tuple[Array, Array, Array]:
        """Values, derivatives and mixtures; see the class."""
        (size, columns, games), gains = self.gains.shape, self.gains
        mixtures = np.empty((size + 1 + columns, games))
        p, q = mixtures[: size + 1], mixtures[size + 1 :]
        p[0], p[1:] = 0.0, w
        _choose(p)
        # v_j is what column j earns against p; dv_j / dw_k = p_k (B_kj - v_j), and the softmax q
        # of t v turns by t q_j (dv_j - its mean under q). The rows of `turns` are B_k - v, which
        # is (B_k - B_0) - (v - B_0), and last v itself, by which q turns with t.
        turns = np.empty((size + 1, columns, games))
        earned = added(self.beside * p[1:, None])
        np.subtract(self.beside, earned, out=turns[:size])
        np.add(earned, self.column[0], out=turns[size])
        np.multiply(rationality, turns[size], out=q)
        _choose(q)
        turns -= added((turns * q).swapaxes(0, 1))[:, None]
        weighted = gains * q
        u = added(weighted.swapaxes(0, 1))
        derivatives = np.empty((size, size + 1, games))
        np.multiply(weighted[:, None, 0], turns[:, 0], out=derivatives)
        product = np.empty_like(derivatives)
        for j in range(1, columns):  # one column after the other, so that the bits are fixed
            derivatives += np.multiply(weighted[:, None, j], turns[:, j], out=product)
        derivatives[:, :size] *= p[1:] * -(rationality**2)
        diagonal = derivatives.reshape(size * (size + 1), games)[:: size + 2]
        diagonal += 1.0
        # The last column is the derivative by t, which stands in t D q and inside q as well.
        derivatives[:, size] = -(u + rationality * derivatives[:, size])
        u *= rationality
        return np.subtract(w, u, out=u), derivatives, mixtures


class TwinPlayers(_OfOne):
    """Two players in the same position who play alike: ``w = t D p(w)``.

    In a symmetric game the branch from uniform play is symmetric as long as it meets no other one;
    where branches of unequal play leave it, it goes straight on, and nothing here tells of them.
    """

    def __init__(self, row: Array) -> None:
        self.gains = row[1:] - row[0]

    def keep(self, chosen: Array) -> TwinPlayers:
        """Keep the chosen games."""
        kept = object.__new__(TwinPlayers)
        kept.gains = self.gains.take(chosen, axis=2)
        return kept

    def strategies(self, w: Array, rationality: Array) -> tuple[Array, ...]:
        """Give the same mixture twice."""
        del rationality
        p = from_log_odds(w)
        return p, p

    def evaluate(self, w: Array, rationality: Array) -> tuple[Array, Array, Array]:
        """Values, derivatives and mixtures; see the class."""
        size, p = len(w), from_log_odds(w)
        u = added((self.gains * p).swapaxes(0, 1))
        derivatives = np.empty((size, size + 1, w.shape[1]))
        np.subtract(u[:, None], self.gains[:, 1:], out=derivatives[:, :size])
        derivatives[:, :size] *= rationality * p[1:]
        for place in range(size):
            derivatives[place, place] += 1.0
        np.negative(u, out=derivatives[:, size])
        return w - rationality * u, derivatives, np.concatenate([p, p])


class ManyPlayers(LogitSystem):
    """Any number of players: ``w_i = t (u_i(., s_-i) - u_i(0, s_-i))`` for every player."""

    def __init__(self, tables: Sequence[Array]) -> None:
        self.tables = tuple(tables)
        self.shape = self.tables[0].shape[:-1]
        ends = accumulate(n - 1 for n in self.shape)
        self.places = [slice(e - n + 1, e) for e, n in zip(ends, self.shape, strict=True)]

    def unknowns(self) -> int:
        """One log-odds per action but the first of every player."""
        return int(sum(self.shape)) - len(self.shape)

    def games(self) -> int:
        """Count the games."""
        return int(self.tables[0].shape[-1])

    def followed(self) -> list[slice]:
        """Point to everybody's."""
        return self.places

    def keep(self, chosen: Array) -> ManyPlayers:
        """Keep the chosen games."""
        return ManyPlayers([table.take(chosen, axis=-1) for table in self.tables])

    def strategies(self, w: Array, rationality: Array) -> tuple[Array, ...]:
        """All mixtures."""
        del rationality
        return tuple(from_log_odds(w[place]) for place in self.places)

    def evaluate(self, w: Array, rationality: Array) -> tuple[Array, Array, Array]:
        """Values, derivatives and mixtures; see the class."""
        size, mixtures = len(w), self.strategies(w, rationality)
        values = np.empty_like(w)
        derivatives = np.zeros((size, size + 1, w.shape[1]))
        for place in range(size):
            derivatives[place, place] = 1.0
        if len(mixtures) == 1:  # nobody else to average over: the gains are constants
            mean = self.tables[0][1:] - self.tables[0][0]
            derivatives[:, size] = -mean
            return w - rationality * mean, derivatives, mixtures[0]
        for i, mine in enumerate(self.places):
            for j, theirs in enumerate(self.places):
                if i == j:
                    continue
                # Linear in s_j for fixed others, so every pair needs one contraction only; the
                # mean is the same for every j, up to rounding.
                pair = _against(self.tables[i], mixtures, (i, j))
                gains = pair[1:] - pair[0]
                mean = added((gains * mixtures[j]).swapaxes(0, 1))
                slopes = (gains[:, 1:] - mean[:, None]) * mixtures[j][1:]
                derivatives[mine, theirs] -= rationality * slopes
            derivatives[mine, size] = -mean
            values[mine] = w[mine] - rationality * mean
        return values, derivatives, np.concatenate(mixtures)


def _against(table: Array, mixtures: Sequence[Array], kept: tuple[int, int]) -> Array:
    """Average a payoff table over everybody but two players; axes (own, other, games)."""
    for player in reversed(range(len(mixtures))):
        if player not in kept:
            mixture, later = mixtures[player], (1,) * (table.ndim - player - 2)
            beside = mixture.reshape(len(mixture), *later, mixture.shape[1])
            table = added(np.moveaxis(table * beside, player, 0))
    return table if kept[0] < kept[1] else table.swapaxes(0, 1)


def from_log_odds(w: Array) -> Array:
    """Mixtures with log-odds ``w`` against the first action.

    Examples
    --------
    >>> from_log_odds(np.array([[0.0]]))
    array([[0.5],
           [0.5]])
    """
    scores = np.empty((len(w) + 1, w.shape[1]))
    scores[0], scores[1:] = 0.0, w
    return _choose(scores)


def softmax(scores: Array) -> Array:
    """Logit choice probabilities over axis 0."""
    return _choose(scores.copy())


def _choose(scores: Array) -> Array:
    """Put logit choice probabilities in the place of scores."""
    scores -= largest(scores)
    np.exp(scores, out=scores)
    scores /= added(scores)
    return scores


def added(terms: Array) -> Array:
    """Sum over axis 0 one after the other, so that the bits do not depend on the batch.

    Examples
    --------
    >>> added(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    if len(terms) < 2:
        return terms[0].copy() if len(terms) else np.zeros(terms.shape[1:])
    total = terms[0] + terms[1]
    for term in terms[2:]:
        total += term
    return np.asarray(total)


def largest(terms: Array) -> Array:
    """Find the largest over axis 0.

    Examples
    --------
    >>> largest(np.array([[1.0, 4.0], [3.0, 2.0]]))
    array([3., 4.])
    """
    return np.asarray(np.maximum.reduce(terms))


@dataclass(frozen=True)
class Units:
    """What one payoff of a scaled game is worth, ``swing`` times two to the ``power``.

    In two numbers, because the range of payoffs may be beyond the doubles, and its inverse, the
    unit of rationality, even for payoffs that are not.
    """

    swing: Array
    power: Array

    def keep(self, chosen: Array) -> Units:
        """Keep the chosen games."""
        return Units(self.swing[chosen], self.power[chosen])

    def scaled(self, rationality: Array | float) -> Array:
        """Turn a rationality into that of the scaled payoffs; infinite beyond the doubles."""
        with np.errstate(over="ignore"):
            return np.asarray(np.ldexp(rationality * self.swing, self.power))

    def original(self, rationality: Array) -> Array:
        """Turn a rationality of the scaled payoffs back; infinite beyond the doubles."""
        with np.errstate(over="ignore"):
            return np.asarray(np.ldexp(rationality / self.swing, -self.power))


def scaled_tables(tables: Iterable[Array]) -> tuple[list[Array], Units]:
    """Bring payoffs ``(n_1, ..., n_p, games)`` to 0..1, each game by one factor for all players.

    Returns
    -------
    tables : list of arrays
    units : Units
        The factors of the games.
    """
    given = list(tables)
    axes = tuple(range(given[0].ndim - 1))
    size = np.max([np.abs(table).max(axis=axes) for table in given], axis=0)
    # Powers of two, which lose no digit, so that no difference overflows or underflows.
    common = ((size < _COMMON) & (size > 1.0 / _COMMON)) | (size == 0.0)
    power = np.where(common, 1, np.frexp(size)[1])
    near = [0.5 * t if common.all() else np.ldexp(t, -power) for t in given]
    low = [table.min(axis=axes) for table in near]
    swings = np.max([t.max(axis=axes) - least for t, least in zip(near, low, strict=True)], axis=0)
    swing = np.where(swings > 0.0, swings, 0.5)
    return [(t - least) / swing for t, least in zip(near, low, strict=True)], Units(swing, power)


def logit_system(tables: list[Array]) -> tuple[LogitSystem, bool]:
    """Make the equations of scaled payoffs ``(n_1, ..., n_p, games)``.

    Returns
    -------
    system : LogitSystem
    swapped : bool
        Whether the system has the two players in reverse order (fewer unknowns).
    """
    if len(tables) != 2:
        return ManyPlayers(tables), False
    row, column = tables
    if row.shape[0] <= row.shape[1]:
        return TwoPlayers(row, column), False
    flipped = [np.ascontiguousarray(table.swapaxes(0, 1)) for table in (column, row)]
    return TwoPlayers(*flipped), True


def unique_below(tables: list[Array]) -> Array:
    """Rationality below which scaled payoffs have one logit equilibrium, one number per game."""
    # The logit reply contracts below t^2 R_1 R_2 = 16 (two players), or t (players - 1) = 2 for
    # payoffs within 0..1; 3.8 and 1.9 leave a margin of a twentieth for rounding.
    if len(tables) != 2:
        return np.full(tables[0].shape[-1], 1.9 / max(len(tables) - 1, 1))
    product = np.ones(tables[0].shape[-1])
    for payoffs in (tables[0], tables[1].swapaxes(0, 1)):
        pairs = combinations(range(len(payoffs)), 2)
        swings = [np.ptp(payoffs[k] - payoffs[i], axis=0) for i, k in pairs]
        product *= np.max(swings, axis=0) if swings else 0.0
    return np.asarray(3.8 / np.sqrt(np.maximum(product, 1e-30)))
