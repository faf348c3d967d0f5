"""A game as it stands: payoffs, every equilibrium, components."""

from __future__ import annotations

from functools import partial
from typing import Any

from strategic.equilibria import equilibria_table, solve
from strategic.equilibria.listing import signed
from strategic.equilibria.messages import message
from strategic.errors import MethodError
from strategic.games import Game
from strategic.games.matrix import MOST_PROFILES
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.best_reply import draw_best_replies
from strategic.reports.figures.best_reply_region import draw_best_reply_region
from strategic.reports.figures.cube import draw_cube
from strategic.reports.figures.replicator import draw_replicator, shaded_end
from strategic.reports.game_facts import GameFacts
from strategic.reports.game_told import (
    deviations_table,
    dominance_sentences,
    dominance_table,
    equilibria_text,
    index_sentence,
    left_out_sentences,
    reasons_table,
    welfare_sentences,
)
from strategic.reports.section import Section
from strategic.status import Status


def game_section(name: str = "") -> Section:
    """Make the section of one game of a family; of its first game without a name.

    Examples
    --------
    >>> import strategic as st
    >>> game_section().describe(st.load("hawk-dove"), 0)["sentences"][1]
    'The indices of the equilibria sum to +1, as in every game, so that without ties their number
    is odd.'
    """
    key = f"game_{name}" if name else "game"
    return Section(key, partial(_describe, name), partial(_layout, name))


def _describe(name: str, model: Model, _seed: int) -> dict[str, Any]:
    """Solve a game; where not all equilibria can be found, list the pure ones and say why."""
    game, limit = model.game(name or None), []
    try:
        found = solve(game)
    except MethodError as problem:
        found = solve(game, method="pure")
        limit = [f"Only pure equilibria are listed: {problem.problems[0].rule}."]
    if found.status == Status.NOT_FINISHED and not len(found):
        limit = [f"Only pure equilibria are listed: {note}." for note in found.notes()]
        found = solve(game, method="pure")
    facts = GameFacts(found.told_apart())
    count = len(found)
    kind = "pure " if found.method == "pure" else ""
    extreme = bool(found.degenerate) and len(game.shape) == 2
    what = "extreme equilibria" if extreme else "equilibria"
    counted = f"{count} {kind}{what}" if count != 1 else f"a single {kind}equilibrium"
    opening = f"The game has {counted}."
    if not extreme and found.status in (Status.FOUND_SOME, Status.NOT_FINISHED):
        opening = f"Of the game's equilibria {count} {'is' if count == 1 else 'are'} listed."
    sentences = [
        f"{opening} {message(found)}",
        index_sentence(facts),
        *limit,
        *left_out_sentences(facts),
        *dominance_sentences(facts),
        *welfare_sentences(facts),
    ]
    document = found.document()
    return {
        **document.pop("game"),
        **document,
        "sentences": [sentence for sentence in sentences if sentence],
        **facts.document(),
    }


def _layout(name: str, section: Data, model: Model) -> Block:
    game = model.game(name or None).told_apart()
    tables = game.tables() if game.payoffs[0].size <= MOST_PROFILES else []
    if section["equilibria"]:
        caption = "Equilibria by number; regret: the largest gain from deviating alone"
        tables.append(equilibria_table(section["equilibria"], game, caption=caption))
    if len(game.shape) > 2:
        tables += [reasons_table(section), deviations_table(section)]
    tables += map(dominance_table, _eliminations(section["dominance"]))
    components = [
        f"Component {k} holds {equilibria_text(part['equilibria'])}; its index is "
        f"{signed(part['index'])}."
        for k, part in enumerate(section["components"])
        if len(part["equilibria"]) > 1
    ]
    figures = []
    if game.shape == (2, 2):
        figures = [best_replies_figure(game, name), learning_figure(game, name)]
    if game.shape == (2, 2, 2):
        figures = binary_figures(game, name)
    return Block(
        name=f"game-{name}" if name else "game",
        title=f"The game: {name.replace('_', ' ')}" if name else "The game",
        sentences=[*section["sentences"], *components],
        tables=[table for table in tables if table.rows],
        figures=figures,
    )


def _eliminations(dominance: Data) -> list[Data]:
    """Take strict elimination, and weak elimination where it goes further."""
    return sorted(
        {len(reduced["eliminated"]): reduced for reduced in [*dominance.values()][::-1]}.values(),
        key=lambda reduced: len(reduced["eliminated"]),
    )


def best_replies_figure(game: Game, suffix: str = "") -> Figure:
    """Best replies of a 2x2 game, drawn where it is asked for."""
    return Figure(
        "best-replies" + (f"-{suffix}" if suffix else ""),
        "Best replies",
        "Each player's best reply to every mixture of the other; "
        "the dots where the curves meet are the equilibria.",
        lambda: draw_best_replies(game),
    )


def learning_figure(game: Game, suffix: str = "") -> Figure:
    """Replicator dynamics of a 2x2 game, drawn where it is asked for."""
    goal = shaded_end(game)
    basin = f"; from the shaded region they end at {goal[0]} and {goal[1]}" if goal else ""
    return Figure(
        "replicator" + (f"-{suffix}" if suffix else ""),
        "Replicator dynamics",
        f"Two populations that imitate the successful move along the arrows{basin}.",
        lambda: draw_replicator(game),
    )


def binary_figures(game: Game, suffix: str = "") -> list[Figure]:
    """Best replies of a 2x2x2 game: the cube of all mixtures, and a square for each player."""
    end = f"-{suffix}" if suffix else ""
    first = "; ".join(
        f"{name} plays {actions[0]}"
        for name, actions in zip(game.players, game.actions, strict=True)
    )
    cube = Figure(
        f"best-replies-cube{end}",
        "Best-reply surfaces",
        f"Axes: the probabilities that {first}. Each player's surface lies on the face of the "
        "action that is best, and climbs between the faces where the player is indifferent; "
        "the dots where all three meet are the equilibria listed, by their numbers.",
        lambda: draw_cube(game),
    )
    squares = [
        Figure(
            f"best-replies-{player}{end}",
            f"Best replies of {name}",
            f"Hatched: {game.actions[player][0]} is best; else {game.actions[player][1]} is; on "
            f"the line {name} is indifferent. The dots are the equilibria listed, by their "
            "numbers.",
            partial(draw_best_reply_region, game, player),
        )
        for player, name in enumerate(game.players)
    ]
    return [cube, *squares]


GAME = game_section()
