"""Families of games to test and teach with: seeded, and drawn in batches.

====================  ===========================================================================
`random_games`        payoffs uniform and independent, any number of players
`integer_games`       whole payoffs in a range, so ties and degenerate games are common
`zero_sum_games`      one player wins what the other loses
`covariant_games`     normal payoffs, correlated between players at each action profile
`coordination_games`  only matching actions pay; ``2**n - 1`` equilibria
`blotto_games`        Colonel Blotto: troops spread over battlefields
`ranking_games`       contests: effort is costly and the higher score wins the prize
`tournament_games`    win-lose games on tournaments, whose equilibria need large supports
`unit_vector_games`   each column pays the row player 1 in one row and 0 elsewhere
`half_support_game`   the game that is hardest for support enumeration
====================  ===========================================================================

All but the last take ``count`` (number of games; a single game by default) and ``rng`` (a
generator or its seed). The same seed gives the same games.

References
----------
Nudelman, E., Wortman, J., Shoham, Y. and Leyton-Brown, K. (2004). Run the GAMUT: a comprehensive
approach to evaluating game-theoretic algorithms. In Autonomous Agents and Multiagent Systems
(AAMAS), 880-887. IEEE.

Examples
--------
>>> from strategic.games import families
>>> families.integer_games((2, 2), 100, high=3, rng=0).batch_shape
(100,)
"""

from strategic.games.families._contests import blotto_games, ranking_games
from strategic.games.families._drawn import (
    coordination_games,
    covariant_games,
    integer_games,
    random_games,
    zero_sum_games,
)
from strategic.games.families._hard import half_support_game, tournament_games, unit_vector_games
from strategic.namespaces import listing

__all__ = [
    "blotto_games",
    "coordination_games",
    "covariant_games",
    "half_support_game",
    "integer_games",
    "random_games",
    "ranking_games",
    "tournament_games",
    "unit_vector_games",
    "zero_sum_games",
]

__dir__ = listing(__all__)
