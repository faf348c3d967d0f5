"""A game whose players are populations: every rest point, and which of them are stable."""

from __future__ import annotations

from functools import partial
from typing import Any

from strategic.errors import StrategicError
from strategic.evolution.populations import PopulationGame
from strategic.modelling import Model, population_game
from strategic.reports.blocks import Block, Data
from strategic.reports.section import Section
from strategic.reports.words import spoken

_MOST_SUPPORTS = 600
"""Larger games have no such section: ``strategic evolve`` takes those up to 20,000."""
_REFERENCES = ("Selten1980", "HofbauerSigmund1998")


def population_section(game: str = "", *, called: str = "", told: bool = True) -> Section:
    """Make the section on the populations of one game of a family.

    Parameters
    ----------
    game : str
        Its name; what `strategic.modelling.population_game` finds without one.
    called : str
        What the heading calls the game; its name by default.
    told : bool
        Whether sentences sum it up; without, the section is for reference.

    Examples
    --------
    >>> import strategic as st
    >>> population_section().describe(st.load("coordination"), 0)["sentences"][0]
    '2 of 4 corners are evolutionarily stable: left-left, right-right.'
    """
    key = f"populations_{game}" if game else "populations"
    return Section(
        key,
        partial(_describe, game, told=told),
        partial(_layout, key, called or spoken(game), told=told),
        applies=partial(_applies, game),
        references=_REFERENCES,
    )


def _game(name: str, model: Model) -> PopulationGame:
    return PopulationGame.of(model.game(name)) if name else population_game(model)


def _applies(name: str, model: Model) -> bool:
    """Whether there is a game of populations, of a size that a report is the place for."""
    if not (model.family.games or model.family.populations):
        return False
    try:
        game = _game(name, model)
    except StrategicError:  # said by the section of the game itself
        return False
    supports = 1
    for size in game.sizes:
        supports *= 2 ** min(size, 12) - 1
    alone = (len(game.sizes) == 1 and game.game is not None) or min(game.sizes) < 2
    return not alone and len(game.sizes) <= 6 and supports <= _MOST_SUPPORTS


def _describe(name: str, model: Model, _seed: int, *, told: bool) -> dict[str, Any]:
    from strategic.evolution import rest_points
    from strategic.reports.evolution._document import plain_rest_entries, population_entries
    from strategic.reports.evolution._told import rest_sentences

    game = _game(name, model)
    found = rest_points(game)
    rest, complete = plain_rest_entries(game, found), bool(found.complete)
    described = {
        "populations": population_entries(game),
        "rest_points": rest,
        "complete": complete,
    }
    if told:
        described["sentences"] = [*rest_sentences(rest, complete=complete)]
    return described


def _layout(key: str, called: str, section: Data, model: Model, *, told: bool) -> Block:
    from strategic.reports.evolution._layout import (
        notes_of,
        rest_table,
        shares_note,
        symbols_of_entries,
    )

    figures: list[Any] = []
    if told and not called and (not model.family.games or len(section["populations"]) != 2):
        from strategic.reports.evolution import evolve
        from strategic.reports.evolution._figures import path_figures

        figures = path_figures(evolve(model))
    return Block(
        key.replace("_", "-"),
        f"The players as populations{f': {called}' if called else ''}",
        sentences=section.get("sentences", ()),
        tables=[rest_table(section["rest_points"], symbols_of_entries(section["populations"]))],
        notes=[shares_note(section["populations"]), *notes_of(section["rest_points"])],
        figures=figures,
        detail=not told,
    )


POPULATIONS = population_section()
