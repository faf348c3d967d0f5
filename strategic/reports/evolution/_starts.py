"""Where paths start: starts as people write them, even lattices, and random draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import UsageError
from strategic.evolution.populations import PopulationGame

Shares = tuple[Array, ...]
_RANDOM = "random:"
MOST_STARTS = 1_000_000


def starts_of(wanted: object, game: PopulationGame, *, seed: int = 0) -> Shares:
    """Make starts: one array ``(N, n_i)`` per population.

    Parameters
    ----------
    wanted : int, str, or sequence of arrays
        About so many starts on an even lattice; ``"random:N"`` drawn evenly; a number in a text;
        or the shares themselves.
    game : PopulationGame
        Whose actions are counted.
    seed : int
        Of random starts.

    Raises
    ------
    UsageError
        When it is none of these.
    """
    if isinstance(wanted, str):
        if wanted.startswith(_RANDOM):
            return _drawn(_count(wanted.removeprefix(_RANDOM), wanted), game, seed)
        return _lattice(_count(wanted, wanted), game)
    if isinstance(wanted, int | np.integer):
        return _lattice(_count(str(wanted), wanted), game)
    if isinstance(wanted, Sequence):
        return _given(wanted, game)
    raise UsageError("must be a number, random:N or shares", where="starts", value=wanted)


def read_start(text: str, game: PopulationGame) -> list[list[float]]:
    """Read one start from the command line: ``0.2,0.5`` or ``x=0.2,y=0.5``; ``a:b:c`` for more.

    Every population gives the share of its first action, or all its shares with colons between.

    Raises
    ------
    UsageError
        When it is no start of this game.
    """
    from strategic.catalogue._population_settings import start_of, start_problem

    remedy = f"such as --start {','.join(_example(size) for size in game.sizes)}"
    names = [_first_name(game, i) for i in range(len(game.sizes))]
    places: dict[int, str] = {}
    for number, part in enumerate(text.split(",")):
        name, equals, value = part.rpartition("=")
        if equals and name.strip() not in names:
            rule = f"no such population or share; known: {', '.join(map(str, names))}"
            raise UsageError(rule, where="--start", value=part)
        places[names.index(name.strip()) if equals else number] = value
    if sorted(places) != list(range(len(game.sizes))):
        rule = f"needs {len(game.sizes)} shares, one per population"
        raise UsageError(rule, where="--start", value=text, remedy=remedy)
    try:
        entries = [[float(v) for v in places[k].split(":")] for k in sorted(places)]
    except ValueError:
        raise UsageError("must be numbers", where="--start", value=text, remedy=remedy) from None
    plain = [own[0] if len(own) == 1 else own for own in entries]
    problem = start_problem(plain, game.sizes)
    if problem is not None:
        raise UsageError(problem.rule, where="--start", value=text, remedy=remedy)
    return [list(own) for own in start_of(plain)]


def joined_starts(starts: Sequence[Sequence[Sequence[float]]]) -> Shares:
    """Put single starts, each one list of shares per population, into one array per population."""
    return tuple(np.array(own) for own in zip(*starts, strict=True))


def _first_name(game: PopulationGame, population: int) -> str:
    """Name the share of a population's first action, as formulas do, or the population."""
    shares = game.formulas.shares if game.formulas is not None else {}
    named = [name for name, place in shares.items() if place == (population, 0)]
    return named[0] if named and game.sizes[population] == 2 else game.players[population]


def _example(size: int) -> str:
    return "0.5" if size == 2 else ":".join([f"{1 / size:.2g}"] * (size - 1) + ["..."])


def _count(text: str, value: object) -> int:
    if not text.isdigit() or not 0 < int(text) <= MOST_STARTS:
        rule = f"must be a number of starts up to {MOST_STARTS:,}, or random:N"
        raise UsageError(rule, where="--starts", value=value)
    return int(text)


def _lattice(count: int, game: PopulationGame) -> Shares:
    """Lay about ``count`` starts evenly over the inside: as fine a lattice as fits into it."""
    steps = 1
    while steps < count and _points_of(steps + 1, game.sizes) <= count:
        steps += 1
    lattices = [_inside(steps, size) for size in game.sizes]
    places = np.indices([len(own) for own in lattices]).reshape(len(lattices), -1)
    return tuple(own[chosen] for own, chosen in zip(lattices, places, strict=True))


def _points_of(steps: int, sizes: tuple[int, ...]) -> int:
    from math import comb, prod

    return prod(comb(steps + size - 2, size - 1) for size in sizes)


def _inside(steps: int, size: int) -> Array:
    """All shares in multiples of ``1 / (steps + size - 1)`` that are above 0, as rows."""
    total = steps + size - 1
    cuts = np.array(list(combinations(range(1, total), size - 1)), dtype=int)
    ends = np.pad(cuts.reshape(len(cuts), size - 1), ((0, 0), (1, 1)), constant_values=(0, total))
    return np.asarray(np.diff(ends, axis=1) / total)


def _drawn(count: int, game: PopulationGame, seed: int) -> Shares:
    rng = np.random.default_rng(seed)
    return tuple(rng.dirichlet(np.ones(size), count) for size in game.sizes)


def _given(wanted: Sequence[ArrayLike], game: PopulationGame) -> Shares:
    arrays = tuple(np.atleast_2d(np.asarray(own, dtype=float)) for own in wanted)
    if tuple(own.shape[-1] for own in arrays) != game.sizes:
        rule = f"needs one array per population, with {game.sizes} shares on the last axis"
        raise UsageError(rule, where="starts", value=[own.shape for own in arrays])
    return arrays
