"""Answers of the methods that are not lists of equilibria: documents, and texts for the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria, solve
from strategic.equilibria.concepts.commitment import pure_commitment
from strategic.equilibria.concepts.correlated import Objective, correlated
from strategic.equilibria.concepts.dominance import eliminate
from strategic.equilibria.concepts.mixed_commitment import mixed_commitment
from strategic.equilibria.concepts.refinement import (
    admissible,
    evolutionarily_stable_set,
    quasi_strict,
    strict,
)
from strategic.equilibria.concepts.selection import (
    best_by_equality,
    best_by_welfare,
    coordination,
    pareto_rank,
)
from strategic.equilibria.listing import mixture_text
from strategic.equilibria.pivoting.zero_sum import zero_sum
from strategic.equilibria.quantal.logit import logit
from strategic.equilibria.quantal.logit_path import logit_path
from strategic.errors import MethodError
from strategic.games import Game
from strategic.games.matrix import number_text
from strategic.reports.explain import elimination_lines
from strategic.status import Status


@dataclass(frozen=True)
class Options:
    """Options of the methods, as the command line has them."""

    objective: str = "welfare"
    rationality: float | None = None
    pessimistic: bool = False
    weak: bool = False


@dataclass(frozen=True)
class Answer:
    """What a method says about one game.

    Parameters
    ----------
    document : dict
        Plain data.
    lines : tuple of str
        The same for people.
    status : Status
        Whether it worked.
    """

    document: dict[str, Any]
    lines: tuple[str, ...]
    status: Status


def concept_answer(game: Game, method: str, options: Options) -> Answer:
    """Answer the question of one method about one game.

    Parameters
    ----------
    game : Game
        A single game.
    method : str
        One of `CONCEPTS`.
    options : Options
        Those of the method count, the others are ignored.

    Returns
    -------
    Answer

    Examples
    --------
    >>> chicken = Game.of([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> print(concept_answer(chicken, "correlated", Options()).lines[0])
    welfare 10.5
    """
    return CONCEPTS[method](game, options)


def _correlated(game: Game, options: Options, *, coarse: bool = False) -> Answer:
    found = correlated(game, objective=_objective(options.objective, game), coarse=coarse)
    cells = [tuple(int(a) for a in cell) for cell in np.argwhere(found.probabilities > 0)]
    names = [[game.actions[player][a] for player, a in enumerate(cell)] for cell in cells]
    chances = [float(found.probabilities[cell]) for cell in cells]
    profiles = [
        {"profile": profile, "probability": chance}
        for profile, chance in zip(names, chances, strict=True)
    ]
    lines = [
        f"{options.objective} {number_text(float(found.value))}",
        *(
            f"  {number_text(chance)}  ({', '.join(profile)})"
            for profile, chance in zip(names, chances, strict=True)
        ),
        f"payoffs {_payoffs(game, found.payoffs)}",
        f"gain from disobeying {float(found.gain):.1g}",
    ]
    document = {
        "objective": options.objective,
        "value": float(found.value),
        "profiles": profiles,
        "payoffs": found.payoffs.tolist(),
        "gain": float(found.gain),
    }
    return Answer(document, tuple(lines), Status(int(found.status)))


def _coarse(game: Game, options: Options) -> Answer:
    return _correlated(game, options, coarse=True)


def _logit(game: Game, options: Options) -> Answer:
    found = logit(game, rationality=1.0 if options.rationality is None else options.rationality)
    lines = [
        f"rationality {number_text(float(found.rationality))}",
        *_mixtures(game, found.strategies),
        f"residual {float(found.residual):.1g}, regret {float(found.regret):.3g}",
    ]
    document = {
        "rationality": float(found.rationality),
        "strategies": [s.tolist() for s in found.strategies],
        "residual": float(found.residual),
        "regret": float(found.regret),
    }
    return Answer(document, tuple(lines), Status(int(found.status)))


def _logit_path(game: Game, options: Options) -> Answer:
    path = logit_path(game, until=options.rationality)
    lines = [
        f"rationality {number_text(float(path.rationality[k]))}: "
        + "; ".join(_mixtures(game, [s[k] for s in path.strategies], near=4))
        for k in _some(len(path.rationality))
    ]
    if path.limit:
        lines += ["limit, verified to be an equilibrium:", *_mixtures(game, path.limit)]
    document = {
        "rationality": path.rationality.tolist(),
        "strategies": [s.tolist() for s in path.strategies],
        "regret": path.regret.tolist(),
        "limit": [side.tolist() for side in path.limit] or None,
    }
    return Answer(document, tuple(lines), path.status)


def _commitment(game: Game, options: Options) -> Answer:
    _two(game, "commitment")
    mixed = mixed_commitment(game.row, game.column, pessimistic=options.pessimistic)
    pure = pure_commitment(game.row, game.column, strong=not options.pessimistic)
    leader, follower = game.players
    reply, cell = game.actions[1][int(mixed.reply)], (int(pure.leader), int(pure.follower))
    names = [game.actions[0][cell[0]], game.actions[1][cell[1]]]
    ties = "against" if options.pessimistic else "for"
    lines = [
        f"{leader} commits to {mixture_text(mixed.leader.tolist(), game.actions[0])}; "
        f"{follower} answers {reply}: payoffs {_payoffs(game, mixed.payoffs)}",
        f"to a pure action: {names[0]}; {follower} answers {names[1]}: "
        f"payoffs {_payoffs(game, pure.payoffs)}",
        f"Where {follower} is indifferent, it decides {ties} {leader}.",
    ]
    document = {
        "ties": ties,
        "mixed": {
            "leader": mixed.leader.tolist(),
            "reply": reply,
            "payoffs": mixed.payoffs.tolist(),
        },
        "pure": {"leader": names[0], "reply": names[1], "payoffs": pure.payoffs.tolist()},
    }
    return Answer(document, tuple(lines), Status(int(mixed.status)))


def _dominance(game: Game, options: Options) -> Answer:
    reduced = eliminate(game, kind="weak" if options.weak else "strict")
    rounds = [
        {
            "round": done.round,
            "player": game.players[done.player],
            "action": game.actions[done.player][done.action],
            "dominator": done.dominator.tolist(),
            "margin": done.margin,
        }
        for done in reduced.eliminations
    ]
    left = [[game.actions[p][a] for a in kept] for p, kept in enumerate(reduced.kept)]
    document = {"kind": "weak" if options.weak else "strict", "eliminated": rounds, "left": left}
    return Answer(document, tuple(elimination_lines(game, reduced)), Status.OK)


def _zero_sum(game: Game, _: Options) -> Answer:
    found = solve(game, method="zero_sum")  # refuses games that are not
    if not len(found):
        return Answer({}, (), Status.NOT_FINISHED)
    solved = zero_sum(game.row)
    unique = (bool(solved.unique_row), bool(solved.unique_column))
    lines = [
        f"value {number_text(float(solved.value))} to {game.players[0]}",
        *(
            f"{line} ({'the only optimum' if only else 'one of several optima'})"
            for line, only in zip(_mixtures(game, (solved.row, solved.column)), unique, strict=True)
        ),
    ]
    document = {
        "value": float(solved.value),
        "strategies": [solved.row.tolist(), solved.column.tolist()],
        "unique": list(unique),
        "gap": float(solved.gap),
    }
    return Answer(document, tuple(lines), Status(int(solved.status)))


def _selection(game: Game, _: Options) -> Answer:
    found = solve(game, method="all" if len(game.shape) == 2 else "pure")
    marks = _marks(found)
    lines = []
    for number, marked in enumerate(marks):
        profile = "; ".join(_mixtures(game, [s[number] for s in found.strategies]))
        what = [name.replace("_", " ") for name, held in marked.items() if held is True]
        lines += [
            f"{number}: {profile}",
            f"   Pareto rank {marked['pareto_rank']}; " + ", ".join(what),
        ]
    document: dict[str, Any] = {"equilibria": marks}
    if game.shape == (2, 2):
        compared = coordination(game)
        for name, verdict in (
            ("payoff_dominant", compared.payoff),
            ("risk_dominant", compared.risk),
        ):
            there = bool(compared.coordinates)
            place = int(verdict)
            document[name] = game.actions[0][place] if there and place >= 0 else None
            if there:
                shown = document[name] if place >= 0 else "neither"
                lines.append(f"{name.replace('_', '-')}: {shown}")
    return Answer(document, tuple(lines), Status.OK if len(found) else Status.NO_EQUILIBRIUM)


def _marks(found: Equilibria) -> list[dict[str, Any]]:
    if not len(found):
        return []
    masks = {
        "strict": strict(found),
        "quasi_strict": quasi_strict(found),
        "perfect" if len(found.strategies) == 2 else "admissible": admissible(found),
    }
    games = found.games
    if len(games.shape) == 2 and np.array_equal(games.row, games.column.T):
        masks["evolutionarily_stable"] = evolutionarily_stable_set(found)
    best = {"best_by_welfare": best_by_welfare(found), "best_by_equality": best_by_equality(found)}
    return [
        {
            "strategies": [s[number].tolist() for s in found.strategies],
            "payoffs": found.payoffs[number].tolist(),
            "pareto_rank": int(rank),
            **{name: bool(mask[number]) for name, mask in masks.items()},
            **{name: int(place) == number for name, place in best.items()},
        }
        for number, rank in enumerate(pareto_rank(found))
    ]


CONCEPTS: dict[str, Callable[[Game, Options], Answer]] = {
    "zero_sum": _zero_sum,
    "correlated": _correlated,
    "coarse": _coarse,
    "logit": _logit,
    "logit_path": _logit_path,
    "commitment": _commitment,
    "dominance": _dominance,
    "selection": _selection,
}
"""Methods whose answer is not just a list of equilibria."""


def _objective(text: str, game: Game) -> Objective:
    if text == "welfare":
        return "welfare"
    if text == "egalitarian":
        return "egalitarian"
    if text in game.players:
        return game.players.index(text)
    if text.isdecimal() and 1 <= int(text) <= len(game.players):
        return int(text) - 1
    raise MethodError(
        f"must be welfare, egalitarian, or a player by name or number 1 to {len(game.players)}",
        where="--objective",
        value=text,
    )


def _two(game: Game, method: str) -> None:
    if len(game.shape) != 2:
        raise MethodError(
            f"method '{method}' is for two players", value=f"{len(game.shape)} players"
        )


def _mixtures(game: Game, strategies: Sequence[Array], *, near: int = 12) -> list[str]:
    return [
        f"{name}: {mixture_text(np.round(strategy, near).tolist(), actions)}"
        for name, strategy, actions in zip(game.players, strategies, game.actions, strict=True)
    ]


def _payoffs(game: Game, payoffs: Array) -> str:
    pairs = zip(game.players, payoffs.tolist(), strict=True)
    return ", ".join(f"{name} {number_text(value)}" for name, value in pairs)


def _some(count: int, most: int = 12) -> list[int]:
    return sorted({int(k) for k in np.linspace(0, count - 1, min(count, most))})
