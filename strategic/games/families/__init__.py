"""Families of games to test and teach with: drawn at random, seeded, in batches."""

from strategic.games.families.contests import blotto_games, ranking_games
from strategic.games.families.drawn import (
    coordination_games,
    covariant_games,
    integer_games,
    random_games,
    zero_sum_games,
)
from strategic.games.families.hard import half_support_game, tournament_games, unit_vector_games

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
