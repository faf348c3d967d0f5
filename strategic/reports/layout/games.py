"""How the one-shot games of a report are laid out."""

from __future__ import annotations

import math

import numpy as np

from strategic.games import Game
from strategic.games.matrix import MOST_PROFILES
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.equilibria_table import equilibria_table
from strategic.reports.figures.beliefs import draw_beliefs
from strategic.reports.figures.best_reply import draw_best_replies
from strategic.reports.figures.replicator import draw_replicator, shaded_end

PROVED = "Equilibria: all there are, proved complete"


def base_block(section: Data) -> Block:
    """Lay out the 2x2 game."""
    game = game_of(section)
    thresholds = {side: _or_nan(value) for side, value in section["trust_threshold"].items()}
    return Block(
        name="base",
        title="Cooperate or act alone: the game of one period",
        sentences=section["sentences"],
        tables=[game.table(), equilibria_table(section["equilibria"], game, caption=PROVED)],
        notes=[
            "C: cooperate; D: withhold, or act alone. Acting alone on both sides is worth 0.",
            "x: what a side gains by answering cooperation with cooperation (R) rather than "
            "withholding (b); c: what it loses if the other withholds; theta*: the chance of the "
            "other's cooperation from which it cooperates.",
        ],
        figures=[
            Figure(
                "beliefs",
                "Belief needed and belief held",
                "For each side, the chance of the other's cooperation from which it cooperates, "
                "and the chance it believes in at the start.",
                lambda: draw_beliefs(thresholds, section["belief"]),
            ),
            _best_replies(game),
            _learning(game),
        ],
        formulas=["incentive", "threshold"],
    )


def game_block(section: Data) -> Block:
    """Lay out a game of one's own."""
    game = Game(
        payoffs=tuple(np.asarray(table, dtype=float) for table in section["payoffs"]),
        players=tuple(section["players"]),
        actions=tuple(tuple(names) for names in section["actions"]),
    )
    tables = [game.table()] if game.payoffs[0].size <= MOST_PROFILES else []
    if section["equilibria"]:
        tables.append(equilibria_table(section["equilibria"], game))
    components = [
        f"Component {k}: equilibria {', '.join(map(str, part['equilibria']))}, "
        f"index {part['index']:+d}."
        for k, part in enumerate(section["components"])
        if len(part["equilibria"]) > 1
    ]
    return Block(
        name="game",
        title="The game",
        sentences=[*section["sentences"], *components],
        tables=tables,
        figures=[_best_replies(game), _learning(game)] if game.shape == (2, 2) else [],
    )


def _best_replies(game: Game) -> Figure:
    return Figure(
        "best-replies",
        "Best replies",
        "Each player's best reply to every mixture of the other; "
        "the dots where the curves meet are the equilibria.",
        lambda: draw_best_replies(game),
    )


def _learning(game: Game) -> Figure:
    goal = shaded_end(game)
    basin = f"; from the shaded region they end at {goal[0]} and {goal[1]}" if goal else ""
    return Figure(
        "replicator",
        "Where learning leads",
        f"Two populations that imitate success are carried along the arrows{basin}.",
        lambda: draw_replicator(game),
    )


def choices_block(section: Data) -> Block:
    """Lay out the 4x4 game."""
    game = game_of(section)
    return Block(
        name="choices",
        title="Cooperate, capture, restrict or substitute: the government leads",
        sentences=section["sentences"],
        tables=[game.table(), equilibria_table(section["equilibria"], game, caption=PROVED)],
        notes=[
            "Government: C cooperate, K capture, R restrict, S substitute.",
            "Organisation: P partner, Y comply, X resist, E exit.",
        ],
    )


def game_of(section: Data) -> Game:
    """Build the game of a section again, for its table and figures."""
    sides = list(section["payoffs"])
    return Game(
        payoffs=tuple(np.asarray(section["payoffs"][side], dtype=float) for side in sides),
        players=tuple(sides),
        actions=tuple(tuple(section["actions"][side]) for side in sides),
    )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
