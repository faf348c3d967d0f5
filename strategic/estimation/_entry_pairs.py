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

Every outcome is computed as "both take the first action", after the actions of those who did not
have been exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from strategic.arrays import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS
_CLOSE = 0.25
"""Effects of the rival below which means over the interval are found by quadrature: the closed
form then loses digits, and eight nodes are exact to the last."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Chances of outcomes of many pairs of players.

    Parameters
    ----------
    chance : array (...)
        With the selection.
    lower, upper : arrays (...)
        Chance that the outcome is sure to happen, and that it can happen, whatever equilibrium is
        selected where there are several.
    several : array (...)
        Chance that there are several equilibria.
    by_gain : array (..., 2, 2), optional
        Derivatives of the chance by the gains: player, then the rival's action.
    by_share, by_mixed : arrays (...), optional
        By the two numbers of the selection.
    """

    chance: Array
    lower: Array
    upper: Array
    several: Array
    by_gain: Array | None = None
    by_share: Array | None = None
    by_mixed: Array | None = None


def pair_chances(
    gains: Array,
    seen: Array,
    share: Array,
    mixed: Array,
    *,
    mixed_counts: bool = False,
    slopes: bool = False,
) -> Pairs:
    """Compute the chance of an outcome of two players with complete information.

    Parameters
    ----------
    gains : array (..., 2, 2)
        Gain of the first action over the second: player, then rival's action (first, second).
    seen : array of int (...)
        The outcome: cell of the game, 0 where both take the first action.
    share : array (...)
        Where there are two pure equilibria and one of them is played: how often it is the one in
        which player 1 takes the first action.
    mixed : array (...)
        How often the mixed equilibrium is played where there are pure ones.
    mixed_counts : bool
        Whether bounds allow for the mixed equilibrium where there are pure ones.
    slopes : bool
        Whether derivatives are wanted.

    Returns
    -------
    Pairs

    References
    ----------
    Bresnahan, T. F. and Reiss, P. C. (1990). Entry in monopoly markets. Review of Economic Studies
    57, 531-553.
    Tamer, E. (2003). Incomplete simultaneous discrete response model with multiple equilibria.
    Review of Economic Studies 70, 147-165.

    Examples
    --------
    >>> even, never = np.array(0.5), np.array(0.0)
    >>> found = pair_chances(np.array([[-1.0, 1], [-1, 1]]), np.arange(4), even, never)
    >>> found.chance.round(4), found.several.round(4)
    (array([0.0252, 0.4748, 0.4748, 0.0252]), array([0.4661, 0.4661, 0.4661, 0.4661]))
    """
    outs = np.stack([seen // 2 == 1, seen % 2 == 1], axis=-1)  # who took the second action
    sign = np.where(outs, -1.0, 1.0)
    rival_out = outs[..., ::-1]
    into = sign * np.where(rival_out, gains[..., 1], gains[..., 0])
    out = sign * np.where(rival_out, gains[..., 0], gains[..., 1])
    chosen = np.where(outs[..., 0], 1.0 - share, share)
    kinds = _Kinds.of(into, out)
    helped = kinds.helped
    alike, target = helped[..., 0] == helped[..., 1], helped.all(axis=-1)
    always, depends = kinds.always, kinds.depends
    both = depends.prod(axis=-1)
    sure = _sure(always, depends, helped)
    play = np.where(target, (1.0 - mixed) * chosen, 0.0)
    weight = np.where(alike, mixed, 1.0)
    mix = kinds.rival.prod(axis=-1)
    further = np.where(alike, mix if mixed_counts else 0.0, mix)
    found = Pairs(
        chance=sure + play * both + weight * mix,
        lower=sure + np.where(alike, 0.0, mix),
        upper=sure + np.where(target, both, further),
        several=np.where(alike, both, 0.0),
    )
    return _with_slopes(found, kinds, (play, weight, chosen, mixed), outs) if slopes else found


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Chances that each of the two players (last axis) is of each kind.

    ``depends`` times the mean chance of the rival's first action when both mix is ``rival``.
    """

    into: Array
    out: Array
    helped: Array
    always: Array
    depends: Array
    rival: Array

    @classmethod
    def of(cls, into: Array, out: Array) -> _Kinds:
        from scipy.special import ndtr

        # The difference of two tails, taken on the side where both are small.
        flip = np.where(out + into > 0.0, -1.0, 1.0)
        depends = np.abs(ndtr(flip * into) - ndtr(flip * out))
        rival = np.abs(into - out) * _mean_of_rival(into, out, depends)
        return cls(into, out, into > out, ndtr(np.minimum(into, out)), depends, rival)


def _density(x: Array) -> Array:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))


def _mean_of_rival(into: Array, out: Array, depends: Array) -> Array:
    """Average ``t phi(out + t (into - out))`` over t in [0, 1].

    A player whose shock is ``-(out + t effect)`` is indifferent where the rival takes its first
    action with chance t: times the size of the effect, this is the mean of t over these shocks.
    """
    effect = into - out
    close = np.abs(effect) < _CLOSE
    safe = np.where(close, 1.0, effect)
    width = np.where(effect > 0.0, depends, -depends)
    found = (_density(out) - _density(into) - out * width) / safe**2
    if close.any():
        heights = _density(out[close][:, None] + effect[close][:, None] * _NODES)
        found[close] = heights @ (_WEIGHTS * _NODES)
    return np.asarray(np.maximum(found, 0.0))


def _sure(always: Array, depends: Array, helped: Array) -> Array:
    """Add up the pairs of kinds with one equilibrium, in which both take the first action."""
    follows = np.where(helped, depends, 0.0)
    return np.asarray(
        always[..., 0] * (always[..., 1] + follows[..., 1]) + follows[..., 0] * always[..., 1]
    )


def _with_slopes(
    found: Pairs, kinds: _Kinds, rule: tuple[Array, Array, Array, Array], outs: Array
) -> Pairs:
    """Add derivatives: the chance is bilinear in what is said of the two players."""
    play, weight, chosen, mixed = rule
    helped = kinds.helped
    into, out = _density(kinds.into), _density(kinds.out)
    effect = np.abs(kinds.into - kinds.out)
    sign = np.where(helped, 1.0, -1.0)
    mean = kinds.rival / np.where(effect > 0.0, effect, 1.0)
    rest = _mean_of_rival(kinds.out, kinds.into, kinds.depends)  # of 1 - t
    by_gain = np.empty((*helped.shape, 2))
    # Derivatives of always, depends and rival, by the gains with the rival in and out.
    for place, slopes in enumerate(
        (
            (np.where(helped, 0.0, into), sign * into, sign * (into - mean)),
            (np.where(helped, out, 0.0), -sign * out, -sign * rest),
        )
    ):
        always, depends, rival = slopes
        other = np.s_[..., ::-1]
        follows = np.where(helped, kinds.depends, 0.0)[other]
        own = always * (kinds.always[other] + follows)
        own += np.where(helped, depends, 0.0) * kinds.always[other]
        own += play[..., None] * depends * kinds.depends[other]
        by_gain[..., place] = own + weight[..., None] * rival * kinds.rival[other]
    # Back to the players' own actions.
    swapped = outs[..., ::-1, None]
    by_gain = np.where(swapped, by_gain[..., ::-1], by_gain)
    by_gain *= np.where(outs, -1.0, 1.0)[..., None]
    both = kinds.depends.prod(axis=-1)
    target, alike = helped.all(axis=-1), helped[..., 0] == helped[..., 1]
    turn = np.where(outs[..., 0], -1.0, 1.0)
    return replace(
        found,
        by_gain=by_gain,
        by_share=np.where(target, (1.0 - mixed) * turn * both, 0.0),
        by_mixed=np.where(alike, kinds.rival.prod(axis=-1) - target * chosen * both, 0.0),
    )
