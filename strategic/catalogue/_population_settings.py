"""``[evolution]`` and ``[[stages]]`` of a game file: how populations adapt, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.catalogue._problems import raise_any
from strategic.errors import ParameterError, Problem, nearest
from strategic.evolution import DYNAMICS
from strategic.modelling import Family
from strategic.modelling.populations import EvolutionSettings, Stage, Start

if TYPE_CHECKING:
    from strategic.catalogue.schema import GameFile
    from strategic.catalogue.tables import EvolutionTable


def settings_of(table: GameFile, family: Family) -> EvolutionSettings:
    """Read how the populations of a file adapt.

    Raises
    ------
    ModelError
        One problem per unknown way to adapt, start that is none, or stage out of order.
    """
    given, sizes = table.evolution, tuple(map(len, table.actions))
    raise_any([*_bad_dynamics(given), *_bad_starts(given, sizes), *_bad_stages(table, family)])
    return EvolutionSettings(
        given.dynamics,
        given.noise,
        given.horizon,
        tuple(start_of(start) for start in given.starts),
        tuple(Stage(s.since, dict(s.set), s.name, s.says) for s in table.stages),
    )


def start_of(entries: list[Any]) -> Start:
    """Turn one entry per population, a share of the first action or all shares, into shares."""
    whole = [[entry, 1 - entry] if isinstance(entry, float | int) else entry for entry in entries]
    return tuple(tuple((np.array(own) / sum(own)).tolist()) for own in whole)


def start_problem(entries: list[Any], sizes: tuple[int, ...]) -> Problem | None:
    """Say what keeps entries from being a start, if anything does."""
    if len(entries) != len(sizes):
        rule = f"must have {len(sizes)} entries, one per population"
        return Problem(rule, value=len(entries))
    for number, (entry, size) in enumerate(zip(entries, sizes, strict=True)):
        own = entry if isinstance(entry, list) else [entry]
        numbers = [e for e in own if isinstance(e, float | int) and not isinstance(e, bool)]
        if len(numbers) < len(own) or any(not 0 <= share <= 1 for share in numbers):
            return Problem("must be shares between 0 and 1", f"[{number}]", entry)
        if not isinstance(entry, list) and size != 2:
            return Problem(f"must be an array of {size} shares", f"[{number}]", entry)
        if isinstance(entry, list) and (len(own) != size or abs(sum(own) - 1) > 1e-6):
            return Problem(f"must be {size} shares that sum to 1", f"[{number}]", entry)
    return None


def _bad_dynamics(table: EvolutionTable) -> Iterator[Problem]:
    if table.dynamics not in DYNAMICS:
        rule = f"must be one of {', '.join(DYNAMICS)}"
        remedy = nearest(table.dynamics, DYNAMICS)
        yield Problem(rule, "evolution.dynamics", table.dynamics, remedy)


def _bad_starts(table: EvolutionTable, sizes: tuple[int, ...]) -> Iterator[Problem]:
    for number, start in enumerate(table.starts):
        problem = start_problem(start, sizes)
        if problem is not None:
            yield replace(problem, where=f"evolution.starts[{number}]{problem.where}")


def _bad_stages(table: GameFile, family: Family) -> Iterator[Problem]:
    before, horizon = -1.0, table.evolution.horizon
    for number, stage in enumerate(table.stages):
        if horizon is not None and stage.since >= horizon:
            rule = f"must begin before the horizon of [evolution], {horizon:g}"
            yield Problem(rule, f"stages[{number}].from", stage.since)
        if stage.since <= before:
            rule = "must begin after the stage before it"
            yield Problem(rule, f"stages[{number}].from", stage.since)
        before = stage.since
        try:
            family.check(stage.set)
        except ParameterError as error:
            for problem in error.problems:
                yield replace(problem, where=f"stages[{number}].set.{problem.where}")
