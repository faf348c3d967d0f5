"""Generate ``enumeration_gambit.json.gz``: 2,000 games with all extreme equilibria by Gambit.

Gambit's ``enummixed`` in rational arithmetic is complete; its repetitions are dropped. Payoffs are
integers in a range of less than 2**31, beyond which Gambit gives no answer. QuantEcon and nashpy
are asked too, in doubles; the file tells how many of their answers differ from Gambit's.

Run ``python tests/oracles/enumeration_gambit.py`` where pygambit, quantecon and nashpy are there.
"""

import gzip
import json
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_suffix(".json.gz")
SHAPES = [(2, 2), (2, 3), (3, 2), (3, 3), (3, 4), (4, 3), (4, 4), (2, 5), (5, 2), (5, 5)]
KINDS = ["random", "integer", "tied", "near"]
GAMES = 50  # of each shape and kind


def draw(rng: np.random.Generator, kind: str, shape: tuple[int, int]) -> np.ndarray:
    """Draw one payoff table of integers."""
    if kind == "random":
        return rng.integers(0, 10**6, shape)
    if kind == "integer":
        return rng.integers(0, 4, shape)
    if kind == "tied":
        table = rng.integers(0, 3, shape)
        table[-1] = table[0]
        return table
    return rng.integers(0, 4, shape) * 10**8 + rng.integers(-1, 2, shape)


def gambit(row: np.ndarray, column: np.ndarray) -> list:
    import pygambit

    rational = np.vectorize(lambda value: pygambit.Rational(int(value)), otypes=[object])
    game = pygambit.Game.from_arrays(rational(row), rational(column))
    profiles = {
        tuple(
            tuple(Fraction(str(profile[player][action])) for action in player.strategies)
            for player in game.players
        )
        for profile in pygambit.nash.enummixed_solve(game, rational=True).equilibria
    }
    return sorted(profiles)


def quantecon(row: np.ndarray, column: np.ndarray) -> list:
    import quantecon.game_theory as qe

    players = [qe.Player(row.astype(float)), qe.Player(column.T.astype(float))]
    return qe.support_enumeration(qe.NormalFormGame(players))


def nashpy(row: np.ndarray, column: np.ndarray) -> list:
    import nashpy as peer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(peer.Game(row.astype(float), column.astype(float)).support_enumeration())


def differ(profiles: list, others: list) -> bool:
    """Tell whether two lists of profiles are different sets."""
    mine = [np.concatenate(p).astype(float) for p in profiles]
    theirs = [np.concatenate(p).astype(float) for p in others]

    def within(some: list, rest: list) -> bool:
        return all(any(np.abs(a - b).max() < 1e-7 for b in rest) for a in some)

    return not (within(mine, theirs) and within(theirs, mine))


def main() -> None:
    rng = np.random.default_rng(20_000)
    games, different = [], {}
    for shape in SHAPES:
        for kind in KINDS:
            for _ in range(GAMES):
                row, column = draw(rng, kind, shape), draw(rng, kind, shape[::-1]).T
                known = gambit(row, column)
                games.append(
                    {
                        "kind": kind,
                        "row": row.tolist(),
                        "column": column.tolist(),
                        "equilibria": [
                            [[str(share) for share in mixture] for mixture in profile]
                            for profile in known
                        ],
                    }
                )
                for peer in (quantecon, nashpy):
                    if peer is nashpy and shape == (5, 5):
                        continue  # seconds a game
                    key = f"{peer.__name__} {kind}"
                    different[key] = different.get(key, 0) + differ(known, peer(row, column))
    text = json.dumps({"different": different, "games": games}, separators=(",", ":"))
    FILE.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(games), "games;", different)  # noqa: T201 - a generator reports


if __name__ == "__main__":
    main()
