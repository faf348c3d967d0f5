"""Entry by two players with complete information: chances of the four outcomes in closed form.

The gain of a player's first action is ``out`` where the rival takes its second action, ``in`` where
it takes its first, each plus one standard normal shock. Each player therefore is of one of three
kinds: it takes the first action whatever the rival does (always), never, or it depends on the rival
(takes it only without the rival where ``in < out``, only with it where ``in > out``).

Only where both depend is there something to decide. Alike in sign, there are two pure equilibria
and a mixed one (one of the two enters, or both or neither do); of opposite signs there is none but
the mixed one. In the mixed equilibrium a player's chance makes the rival indifferent, so that it is
linear in the rival's shock, and the two chances are independent: their moments are those of
truncated normal shocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS
_CLOSE = 0.25
"""Effects of the rival below which means over the interval are found by quadrature: the closed
form then loses digits, and eight nodes are exact to the last."""
BOTH, FIRST, SECOND, NEITHER = range(4)
"""Outcomes, numbered as the cells of the game: who takes the first action."""


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Chances that one player is of each kind; or their derivatives, stacked in front."""

    always: Array
    never: Array
    depends: Array
    """Chance of the kind whose best action depends on the rival."""
    rival: Array
    """``depends`` times the mean chance that the rival takes its first action when both mix."""
    helped: Array
    """Whether the rival's first action makes the own one better."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Chances of the outcomes of many pairs of players.

    Parameters
    ----------
    lower, upper : arrays (..., 4)
        Chance that an outcome is sure to happen, and that it can happen, whatever equilibrium is
        selected where there are several.
    chance : array (..., 4)
        With the selection.
    by_gain : array (..., 4, 2, 2)
        Its derivatives by the gains, player by player, rival in and rival out.
    by_share, by_mixed : arrays (..., 4)
        By the two numbers of the selection.
    several : array (...)
        Chance that there are several equilibria.
    """

    lower: Array
    upper: Array
    chance: Array
    by_gain: Array
    by_share: Array
    by_mixed: Array
    several: Array


def pair_chances(gains: Array, share: Array, mixed: Array, *, mixed_counts: bool = False) -> Pairs:
    """Compute the chances of the outcomes of two players with complete information.

    Parameters
    ----------
    gains : array (..., 2, 2)
        Gain of the first action over the second: player, then rival's action (first, second).
    share : array (...)
        Where there are two pure equilibria and one of them is played: how often it is the one in
        which player 1 takes the first action.
    mixed : array (...)
        How often the mixed equilibrium is played where there are pure ones.
    mixed_counts : bool
        Whether bounds allow for the mixed equilibrium where there are pure ones.

    Returns
    -------
    Pairs

    References
    ----------
    Bresnahan, T. and Reiss, P. (1990). Entry in monopoly markets. Review of Economic Studies 57.
    Tamer, E. (2003). Incomplete simultaneous discrete response model with multiple equilibria.
    Review of Economic Studies 70.
    """
    (one, slopes_one), (two, slopes_two) = _kinds(gains[..., 0, :]), _kinds(gains[..., 1, :])
    alike = (one.helped == two.helped)[..., None]
    # Two equilibria where neither is helped or both are; none in pure strategies where one is.
    kind = np.where(one.helped == two.helped, np.where(one.helped, 1, 0), 2)
    lead, other = _LEAD[kind], _OTHER[kind]
    pure = lead * share[..., None] + other * (1.0 - share[..., None])
    weight = np.where(alike, mixed[..., None], 1.0)
    both = (one.depends * two.depends)[..., None]
    mix = _mixed(one, two)
    sure = _sure(one, two) + np.where(alike, 0.0, mix)
    further = np.where(alike & (lead + other == 0.0), mix, 0.0) if mixed_counts else 0.0

    def outcomes(first: _Kinds, second: _Kinds) -> Array:
        decided = (1.0 - mixed[..., None]) * pure * (first.depends * second.depends)[..., None]
        return np.asarray(_sure(first, second) + decided + weight * _mixed(first, second))

    slopes = [outcomes(slopes_one, two), outcomes(one, slopes_two)]
    return Pairs(
        lower=sure,
        upper=sure + (lead + other) * both + further,
        chance=outcomes(one, two),
        by_gain=np.moveaxis(np.stack(slopes), (0, 1), (-2, -1)),
        by_share=(1.0 - mixed[..., None]) * (lead - other) * both,
        by_mixed=np.where(alike, mix - pure * both, 0.0),
        several=np.where(alike, both, 0.0)[..., 0],
    )


_LEAD = np.array([[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
_OTHER = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
"""The pure equilibrium with player 1's first action, and the other one, where both depend: neither
is helped, both are, or one is (no pure equilibrium)."""


def _kinds(gains: Array) -> tuple[_Kinds, _Kinds]:
    """Find the chances of the kinds and, stacked, their derivatives by the gains (in, out)."""
    from scipy.special import ndtr

    into, out = gains[..., 0], gains[..., 1]
    effect = into - out
    helped = effect > 0.0
    dense_in, dense_out = _density(into), _density(out)
    plain, weighted = _means(out, effect)
    size, sign = np.abs(effect), np.where(helped, 1.0, -1.0)
    chances = _Kinds(
        always=ndtr(np.minimum(into, out)),
        never=ndtr(-np.maximum(into, out)),
        depends=size * plain,
        rival=size * weighted,
        helped=helped,
    )
    slopes = _Kinds(
        always=np.stack([~helped * dense_in, helped * dense_out]),
        never=np.stack([-dense_in * helped, -dense_out * ~helped]),
        depends=sign * np.stack([dense_in, -dense_out]),
        rival=sign * np.stack([dense_in - weighted, weighted - plain]),
        helped=helped,
    )
    return chances, slopes


def _density(x: Array) -> Array:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))


def _means(out: Array, effect: Array) -> tuple[Array, Array]:
    """Average ``phi(out + t effect)`` and ``t phi(out + t effect)`` over t in [0, 1].

    At ``t`` the player is indifferent where the rival enters with chance t: times the size of the
    effect, the first mean is the chance to depend on the rival, the second the mean of t there.
    """
    from scipy.special import ndtr

    close = np.abs(effect) < _CLOSE
    safe = np.where(close, 1.0, effect)
    into = out + safe
    # The difference of two tails, taken on the side where both are small.
    flip = np.where(out + into > 0.0, -1.0, 1.0)
    width = flip * (ndtr(flip * into) - ndtr(flip * out))
    plain = width / safe
    weighted = (_density(out) - _density(into) - out * width) / safe**2
    if close.any():
        at = out[close][:, None] + effect[close][:, None] * _NODES
        heights = _density(at) * _WEIGHTS
        plain[close], weighted[close] = heights.sum(axis=1), heights @ _NODES
    return plain, np.clip(weighted, 0.0, plain)


def _sure(one: _Kinds, two: _Kinds) -> Array:
    """Add up the pairs of kinds that have one equilibrium in pure strategies."""
    up_one, up_two = one.helped, two.helped
    meets_always, meets_never = one.always * two.depends, one.never * two.depends
    met_always, met_never = two.always * one.depends, two.never * one.depends
    return np.stack(
        [
            one.always * two.always + up_two * meets_always + up_one * met_always,
            one.always * two.never + ~up_two * meets_always + ~up_one * met_never,
            one.never * two.always + ~up_two * meets_never + ~up_one * met_always,
            one.never * two.never + up_two * meets_never + up_one * met_never,
        ],
        axis=-1,
    )


def _mixed(one: _Kinds, two: _Kinds) -> Array:
    """Multiply the chances of the mixed equilibrium: each player's from the other's shock."""
    enters, stays = two.rival, two.depends - two.rival
    comes, leaves = one.rival, one.depends - one.rival
    return np.stack([enters * comes, enters * leaves, stays * comes, stays * leaves], axis=-1)
