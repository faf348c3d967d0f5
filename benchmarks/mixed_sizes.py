"""Games with payoffs of mixed size, ties and levels: answers with status ok against exact ones.

``python -m benchmarks mixed_sizes`` compares 100,000 games per method with `_plain_programs`;
the tests compare a few hundred.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks import _plain_programs as plain
from benchmarks._recorder import Bench
from strategic.arrays import Array
from strategic.equilibria import solve
from strategic.games.game import Game
from strategic.status import Status

SHAPES = [(m, n) for m in (2, 3, 4) for n in (2, 3, 4)]
MORE_PLAYERS = [(2, 2, 2), (2, 3, 2)]
METHODS = ("correlated", "coarse", "zero_sum", "commitment", "pessimistic")
CHUNK, GAMES = 25, 100_000
ROUNDING, CLOSE, PROVED = Fraction(1, 2**50), Fraction(1, 2**36), Fraction(1, 2**30)
"""Errors allowed where doubles may answer: of the value, and of `_allowed`. Else none but one
rounding."""


def hard_games(shape: tuple[int, ...], count: int, rng: np.random.Generator) -> list[Array]:
    """Draw one table per player, every game of one of eight kinds that tolerances get wrong."""
    players = len(shape)
    size = (players, count, *shape)
    few = rng.integers(-5, 6, size).astype(float)
    level = rng.integers(-9, 10, (players, count)).reshape(players, count, *[1] * players)
    kinds = [
        few * 10.0 ** rng.integers(-9, 10, size),
        few * np.where(rng.random(size) < 0.25, 10.0 ** rng.integers(4, 10, size), 1.0),
        rng.integers(0, 3, size) + 1e12,
        rng.standard_normal(size) * 10.0 ** rng.uniform(-9, 9, size),
        1e12 + rng.standard_normal(size),
        rng.integers(-2, 3, size) + rng.integers(-1, 2, size) * 1e-9,
        rng.integers(-1, 2, size) * 10.0**level,
        few + rng.integers(-1, 2, size) * 1e9,
    ]
    kind = rng.integers(0, len(kinds), count)
    return [np.stack(side)[kind, np.arange(count)] for side in zip(*kinds, strict=True)]


def written(tables: list[Array], how: int) -> tuple[Game, list[Any]]:
    """Write games as doubles, decimals or long fractions; give the exact payoffs as lists too."""
    if how == 0:
        game, number = Game(payoffs=tuple(tables)), Fraction
    elif how == 1:
        game, number = Game(payoffs=tuple(tables), decimal=True), lambda v: Fraction(repr(v))
    else:  # beyond doubles: a large common level and thirds
        number = lambda v: Fraction(v) / 3 + 10**18  # noqa: E731
        exact = [np.frompyfunc(lambda v: number(float(v)), 1, 1)(table) for table in tables]
        if len(tables) == 2 and (tables[0] == -tables[1]).all():
            exact[1] = -exact[0]
        return Game.from_payoffs(*exact), [table.tolist() for table in exact]
    convert = np.frompyfunc(lambda v: number(float(v)), 1, 1)
    return game, [convert(table).tolist() for table in tables]


def differences(method: str, seed: int) -> Iterator[str]:
    """Compare one chunk of games of one shape; tell every answer with status ok that is wrong."""
    rng = np.random.default_rng([METHODS.index(method), seed])
    shapes = SHAPES + MORE_PLAYERS * (method in ("correlated", "coarse"))
    shape = shapes[rng.integers(len(shapes))]
    tables = hard_games(shape, CHUNK, rng)
    if method == "zero_sum":
        tables[1] = -tables[0]
    game, exact = written(tables, (0, 0, 0, 1, 2)[rng.integers(5)])
    aims = ("welfare", "egalitarian", *range(len(shape)))
    compare = {"correlated": _correlated, "coarse": _correlated, "zero_sum": _zero_sum}
    for number, wrong in compare.get(method, _commitment)(
        method, game, exact, aims[rng.integers(len(aims))]
    ):
        payoffs = game.of_batch(number).texts()
        yield f"{method} seed {seed} game {number}: {wrong}; payoffs {payoffs}"


def _correlated(method: str, game: Game, exact: Any, aim: Any) -> Iterator[tuple[int, str]]:
    coarse = method == "coarse"
    found = solve(game, method=method, objective=aim, workers=1)
    for number in _ok(found):
        one = [side[number] for side in exact]
        best = plain.correlated(one, game.shape, aim, coarse=coarse)
        if found.value[number] != float(best) or found.gain[number] != 0:
            yield number, f"{aim} {found.value[number]!r} for {float(best)!r}"
        shares = [Fraction(share) for share in found.probabilities[number].flat]
        gain = plain.gain_from_disobeying(one, game.shape, shares, coarse=coarse)
        if gain > Fraction(1, 2**49) * _largest(one):
            yield number, f"gains {float(gain)!r}"


def _zero_sum(_: str, game: Game, exact: Any, __: Any) -> Iterator[tuple[int, str]]:
    found = solve(game, method="zero_sum", workers=1)
    rows, columns = found.unique_row, found.unique_column
    for number in _ok(found):
        row = exact[0][number]
        value, only_row, only_column = plain.zero_sum(row)
        if not near(found.value[number], value, row) or found.gap[number] != 0:
            yield number, f"value {found.value[number]!r} for {float(value)!r}"
        if (rows[number], columns[number]) != (only_row, only_column):
            yield number, f"unique {rows[number], columns[number]} for {only_row, only_column}"
        one = found.of(number)
        x, y = ([Fraction(share) for share in side[0]] for side in one.strategies)
        low = min(sum(p * a for p, a in zip(x, c, strict=True)) for c in zip(*row, strict=True))
        high = max(sum(p * a for p, a in zip(y, line, strict=True)) for line in row)
        # Rounded strategies guarantee the value but for their rounding.
        rounding = Fraction(1, 2**46) * _largest([row])
        short = max(value - low / sum(x), high / sum(y) - value)
        if short > rounding + _allowed(value, row):
            yield number, f"guarantees {float(low)!r} and {float(high)!r} for {float(value)!r}"


def _commitment(method: str, game: Game, exact: Any, _: Any) -> Iterator[tuple[int, str]]:
    pessimistic = method == "pessimistic"
    found = solve(game, method="commitment", pessimistic=pessimistic, workers=1)
    for number in _ok(found):
        own, theirs = (side[number] for side in exact)
        best = plain.commitment(own, theirs, pessimistic=pessimistic)
        earned, pure = found.payoffs[number, 0], found.pure.payoffs[number, 0]
        fast = game.shape == (2, 2)
        if not (near(earned, best, own) if fast else earned == float(best)):
            yield number, f"leader {earned!r} for {float(best)!r}"
        x = [Fraction(share) for share in found.leader[number]]
        against = [
            sum(p * line[j] for p, line in zip(x, theirs, strict=True)) for j in range(len(own[0]))
        ]
        if max(against) - against[found.reply[number]] > Fraction(1, 2**49) * _largest([theirs]):
            yield number, "the follower replies otherwise"
        kept = plain.pure_commitment(own, theirs, pessimistic=pessimistic)
        if pure != float(kept) or kept > best:
            yield number, f"pure {pure!r} for {float(kept)!r}"


def near(found: float, exact: Fraction, table: Any) -> bool:
    """Whether a value is what doubles can tell."""
    allowed = ROUNDING * abs(exact) + _allowed(exact, table)
    return abs(Fraction(float(found)) - exact) <= allowed


def _allowed(value: Fraction, table: Any) -> Fraction:
    """Give the largest error allowed, by the rule of `_exact_program.accurate`."""
    first = min((a for line in table for a in line), key=abs)
    share = CLOSE if 2 in (len(table), len(table[0])) else PROVED
    return share * min(abs(value), abs(value - first))


def _ok(found: Any) -> list[int]:
    return np.flatnonzero(found.status == Status.OK).tolist()  # type: ignore[no-any-return]


def _largest(tables: Any) -> Fraction:
    """Largest difference of payoffs, to the first payoff of each player."""
    flat = [np.array(table, dtype=object).reshape(-1) for table in tables]
    return max(abs(payoff - table[0]) for table in flat for payoff in table)


def _chunk(task: tuple[str, int]) -> tuple[str, list[str], int]:
    method, seed = task
    return method, list(differences(method, seed)), CHUNK


def run(bench: Bench) -> None:
    count = (1000 if bench.quick else GAMES) // CHUNK
    bench.title("Games with payoffs of mixed size against exact answers, with status ok")
    with get_context("spawn").Pool() as pool:
        for method in METHODS:
            wrong, total = [], 0
            tasks = [(method, seed) for seed in range(count)]
            for _, told, size in pool.imap_unordered(_chunk, tasks, chunksize=4):
                total += size
                wrong += told
            first = {f"wrong {k}": line for k, line in enumerate(wrong[:5], 1)}
            bench.check(f"{method}, payoffs of mixed size", len(wrong), total, first)
