"""Rounds of elimination of dominated actions in many games at once.

Games with equally many actions left are looked at together. Payoffs are whole numbers, so what is
compared is exact; what a mixture gains is settled by one linear program per action that neither a
pure action dominates nor any profile makes a best reply.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria._whole_games import WholeGames, whole_games
from strategic.equilibria.concepts._dominating import dominating_mixtures, nearest_margins
from strategic.equilibria.concepts._reduction import Kind
from strategic.games.game import Game

_CELLS_AT_ONCE = 1 << 16


@dataclass(eq=False)
class Rounds:
    """What was eliminated in a batch.

    Parameters
    ----------
    kept : list of arrays of bool ``(games, n_i)``
        The actions left.
    gave_up : array of bool ``(games,)``
        Whether a program was too large for exact arithmetic; such a round is dropped.
    found : list of tuples
        Parts of the eliminations: game, round, player, action, dominator ``(E, n_player)``, margin.
    """

    kept: list[Array]
    gave_up: Array
    found: list[tuple[Array, int, int, Array, Array, Array]] = field(default_factory=list)


class Rule(NamedTuple):
    """What goes: the kind of dominance, and whether mixtures dominate too."""

    kind: Kind
    mixed: bool

    @property
    def strict(self) -> bool:
        """Whether only what is worse against everything goes."""
        return self.kind == "strict"


def eliminated(games: Game, rule: Rule, *, rounds: int | None) -> Rounds:
    """Eliminate dominated actions of every game of a batch with one axis, round by round.

    Parameters
    ----------
    games : Game
        Of one batch axis; games that lack payoffs stay whole.
    rule : Rule
    rounds : int, optional
        Stop after so many rounds.
    """
    count = len(games.payoffs[0])
    state = Rounds([np.ones((count, n), dtype=bool) for n in games.shape], np.zeros(count, bool))
    last = math.inf if rounds is None else rounds
    for part in whole_games(games):
        active, number = np.arange(len(part.games)), 0
        while active.size and number < last:
            number += 1
            changed = np.zeros(len(part.games), dtype=bool)
            for shape, lanes in _by_shape(state, part, active):
                size = max(_CELLS_AT_ONCE // math.prod(shape), 1)
                for block in block_slices(len(lanes), size):
                    some = lanes[block]
                    changed[some] = _one_round(part, some, state, number, rule)
            active = np.flatnonzero(changed)
    return state


def _by_shape(
    state: Rounds, part: WholeGames, active: Array
) -> list[tuple[tuple[int, ...], Array]]:
    """Group games by how many actions are left to each player."""
    games = part.games[active]
    left = np.stack([mask[games].sum(axis=1) for mask in state.kept], axis=1)
    sizes = tuple(mask.shape[1] + 1 for mask in state.kept)
    key = np.ravel_multi_index(tuple(left.T), sizes)
    return [
        (tuple(int(n) for n in np.unravel_index(one, sizes)), active[key == one])
        for one in np.unique(key).tolist()
    ]


class _Found(NamedTuple):
    """Actions of one player that are dominated: places of games and actions, by what."""

    player: int
    games: Array
    place: Array
    weights: Array
    margin: Array


def _one_round(part: WholeGames, lanes: Array, state: Rounds, number: int, rule: Rule) -> Array:
    """Find all of a round before any goes, so the order inside a round is moot.

    Gives which of the games, all with equally many actions left, lost some.
    """
    games = part.games[lanes]
    left = [np.nonzero(mask[games])[1].reshape(len(lanes), -1) for mask in state.kept]
    count, gave_up = len(left), np.zeros(len(lanes), dtype=bool)
    axes = [
        actions.reshape(len(lanes), *(-1 if i == axis else 1 for i in range(count)))
        for axis, actions in enumerate(left)
    ]
    cells = (lanes.reshape(-1, *(1,) * count), *axes)
    unit, found, open_actions = part.unit[lanes], [], []
    for player in range(count):
        table = np.moveaxis(part.tables[player][cells], 1 + player, 0)
        own = np.ascontiguousarray(np.moveaxis(table, 1, -1)).reshape(len(table), -1, len(lanes))
        for place in range(len(own)):
            pure, rest, gains = _pure_dominators(own, place, unit, rule)
            found.append(_Found(player, *pure))
            if rest.size:
                open_actions.append((player, place, rest, gains))
    found += _mixed_dominators(open_actions, unit, rule, gave_up)
    state.gave_up[games[gave_up]] = True
    changed = np.zeros(len(lanes), dtype=bool)
    for part_of in found:
        on = np.flatnonzero(~gave_up[part_of.games])
        if on.size:
            which, player = part_of.games[on], part_of.player
            dominator = np.zeros((len(on), state.kept[player].shape[1]))
            dominator[np.arange(len(on))[:, None], left[player][which]] = part_of.weights[on]
            action = left[player][which, part_of.place[on]]
            state.found.append(
                (games[which], number, player, action, dominator, part_of.margin[on])
            )
            state.kept[player][games[which], action] = False
            changed[which] = True
    return changed


def _pure_dominators(
    own: Array, place: int, unit: Array, rule: Rule
) -> tuple[tuple[Array, Array, Array, Array], Array, Array]:
    """Find the pure action that dominates one action by the largest least gain.

    ``own`` is ``(actions, profiles, games)``. Gives games, places, weights and margins; then the
    games in which a mixture might dominate, and the gains of the other actions there.
    """
    actions = len(own)
    gains = own - own[place]
    least, most = gains.min(axis=1), gains.max(axis=1)
    pure = least > 0 if rule.strict else (least >= 0) & (most > 0)
    pure = pure.astype(bool)
    beaten = pure.any(axis=0)
    dominated = np.flatnonzero(beaten)
    best = np.where(pure, least, -1)[:, dominated].argmax(axis=0)
    margin = nearest_margins(least[best, dominated], unit[dominated])
    found = dominated, np.full(len(dominated), place), np.eye(actions)[best], margin
    if not rule.mixed or actions < 3:  # a mixture needs two other actions
        return found, dominated[:0], gains
    others = np.arange(actions) != place
    top = gains[others].max(axis=0)
    # Of a best reply to some profile no mixture gains more there.
    beaten |= (top <= 0 if rule.strict else top < 0).astype(bool).any(axis=0)
    rest = np.flatnonzero(~beaten)
    return found, rest, gains[others][..., rest]


def _mixed_dominators(
    open_actions: list[tuple[int, int, Array, Array]], unit: Array, rule: Rule, gave_up: Array
) -> list[_Found]:
    """Find mixtures that dominate, for all actions of all players with programs of one shape."""
    found, shapes = [], {gains.shape[:2] for *_, gains in open_actions}
    for shape in sorted(shapes):
        some = [parts for parts in open_actions if parts[3].shape[:2] == shape]
        games = np.concatenate([rest for _, _, rest, _ in some])
        gains = np.concatenate([gains for *_, gains in some], axis=2)
        solved = dominating_mixtures(gains, unit[games], rule.kind)
        which, shares, margin, open_programs = solved
        gave_up[games[open_programs]] = True
        owner = np.repeat(np.arange(len(some)), [len(rest) for _, _, rest, _ in some])[which]
        for number, (player, place, _, _) in enumerate(some):
            mine = np.flatnonzero(owner == number)
            weights = np.insert(shares[mine], place, 0.0, axis=1)
            places = np.full(len(mine), place)
            found.append(_Found(player, games[which[mine]], places, weights, margin[mine]))
    return found
