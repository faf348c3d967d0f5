"""Rest points of the logit dynamics, which are logit quantal response equilibria."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.evolution._scan import lattice
from strategic.evolution.all_rest_points import RestPoints, rest_points
from strategic.evolution.populations import Payoffs, PopulationGame
from strategic.evolution.stability import VERDICTS, replicator_eigenvalues, verdicts
from strategic.games import Game
from strategic.status import Status

_STARTS = 200
_STEPS = 80
_TURN = 4
"""Steps after which starts are looked at for whether they go round: mostly in two steps."""
_LONGEST = 4.0
"""Of a step in the logarithm of the odds."""
_CLOSE, _SAME = 1e-11, 1e-7
_AT_ONCE = 1 << 18
_IN_CACHE = 1 << 14
"""Starts whose steps are taken together."""


def quantal_rest_points(game: Game | PopulationGame, /, *, noise: float) -> RestPoints:
    """Look for the rest points of the logit dynamics.

    Parameters
    ----------
    game : Game or PopulationGame
        One or a batch.
    noise : float
        The logit response to payoffs u is in proportion to ``exp(u / noise)``.

    Returns
    -------
    RestPoints
        Each with the eigenvalues of the logit dynamics. `complete` is False: Newton's method from
        many starts, and from every Nash equilibrium among the rest points of the replicator
        dynamics, proves what it finds and not that nothing is missing. `nash` is False, as noise
        leaves every action in use.

    Raises
    ------
    GameError
        When noise is not positive.

    Notes
    -----
    Covered are the replicator dynamics (`rest_points`) and these. The best-response, Smith and
    Brown-von Neumann-Nash dynamics rest exactly at the Nash equilibria (the `nash` rows of
    `rest_points`, and their continua), and strict ones attract under all of them (Sandholm 2010,
    Population Games and Evolutionary Dynamics, chapter 8); the verdicts on mixed rest points are
    those of the replicator dynamics alone.

    Examples
    --------
    >>> coordination = Game.from_payoffs([[2, 0], [0, 1]], [[2, 0], [0, 1]])
    >>> quantal_rest_points(coordination, noise=0.2).verdict.tolist()
    ['stable', 'saddle', 'stable']
    >>> quantal_rest_points(coordination, noise=2.0).verdict.tolist()
    ['stable']
    """
    if not noise > 0:
        raise GameError("must be positive", where="noise", value=noise)
    populations = PopulationGame.of(game)
    batch = populations.batch_shape
    points, shares = _starts(populations)
    found = []
    for start in range(0, len(points), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        place = np.unravel_index(points[part], batch) if batch else (None,)
        found.append(_solved(populations.source.at(place), [s[:, part] for s in shares], noise))
    good = np.concatenate([kept for _, kept in found])
    ends = [np.concatenate(same, axis=1) for same in zip(*(e for e, _ in found), strict=True)]
    points, ends = _distinct(points[good], [end[:, good] for end in ends])
    return _table(populations, points, ends, noise)


def _starts(game: PopulationGame) -> tuple[Array, list[Array]]:
    """Give starts as pairs of a point and shares: a lattice at every point, and Nash equilibria."""
    count = int(np.prod(game.batch_shape, dtype=int))
    grid = lattice(game.sizes, _STARTS)
    size = grid[0].shape[1]
    known = rest_points(game)
    known = known.where(np.flatnonzero(known.nash))
    points = np.concatenate([np.repeat(np.arange(count), size), known.point])
    shares = [
        np.concatenate([np.tile(part, count), 0.999 * near.T + 0.001 / near.shape[1]], axis=1)
        for part, near in zip(grid, known.shares, strict=True)
    ]
    order = np.argsort(points, kind="stable")
    return points[order], [share[:, order] for share in shares]


def _solved(source: Payoffs, shares: list[Array], noise: float) -> tuple[list[Array], Array]:
    """Solve ``noise * log(x_a / x_1) = u_a - u_1`` by Newton's method in the logarithms of odds.

    Each start stops when its own step is small, so that others of its batch do not matter.
    """
    ends = np.cumsum([len(share) for share in shares])[:-1]
    odds = np.concatenate([np.log(share / share[0]) for share in shares])
    found = odds.copy()
    left, good = np.arange(odds.shape[1]), np.zeros(odds.shape[1], dtype=bool)
    before = odds.copy()
    for number in range(_STEPS):
        size = np.empty(left.size)
        for start in range(0, left.size, _IN_CACHE):
            part = slice(start, start + _IN_CACHE)
            own = source if source.batch_shape == (1,) else source.at(part)
            size[part] = _step(own, np.split(odds[:, part], ends), noise)
        done, going = size <= _CLOSE, size > _CLOSE
        found[:, left[done]] = odds[:, done]
        good[left[done]] = True
        if number % _TURN == 0:  # a start that is back exactly where it was never converges
            going &= (odds != before).any(axis=0)
            before = odds.copy()
        if not going.any():
            break
        if not going.all():
            kept = np.flatnonzero(going)
            left, odds, before = left[kept], odds[:, kept], before[:, kept]
            source = source if source.batch_shape == (1,) else source.at(kept)
    return [_of_odds(part) for part in np.split(found, ends)], good


def _step(source: Payoffs, odds: list[Array], noise: float) -> Array:
    """Move logarithms of odds by a step of Newton's method, and give how long it is."""
    shares = [_of_odds(part) for part in odds]
    payoffs, jacobians = source.payoffs(shares), source.jacobians(shares)
    points = odds[0].shape[1]
    free = sum(map(len, odds)) - len(odds)
    # Points first, as they are solved.
    matrix, value = np.empty((points, free, free)), np.empty((points, free, 1))
    row = 0
    for i, (own, part) in enumerate(zip(payoffs, odds, strict=True)):
        rows, column = slice(row, row + len(part) - 1), 0
        value[:, rows, 0] = (noise * part[1:] - (own[1:] - own[0])).T
        for j, share in enumerate(shares):
            slope = noise * np.eye(len(part) - 1)[:, :, None] if i == j else np.zeros((1, 1, 1))
            if jacobians[i][j].any():  # mostly nothing depends on the own population
                block = jacobians[i][j][1:] - jacobians[i][j][0]
                mean = (block * share).sum(axis=1, keepdims=True)
                slope = slope - share[1:] * (block[:, 1:] - mean)
            matrix[:, rows, column : column + len(share) - 1] = np.moveaxis(slope, -1, 0)
            column += len(share) - 1
        row = rows.stop
    step = -_solutions(matrix, value)
    size = np.abs(step).max(axis=0)
    step = step * np.minimum(1.0, _LONGEST / np.maximum(size, 1e-300))
    start = 0
    for part in odds:
        part[1:] += step[start : start + len(part) - 1]
        start += len(part) - 1
    return np.asarray(size)


def _solutions(matrix: Array, value: Array) -> Array:
    """Solve ``(points, n, n)`` for ``(points, n, 1)``; ones where that is singular or infinite."""
    finite = np.isfinite(matrix)
    if finite.all():
        try:
            return np.asarray(np.linalg.solve(matrix, value)[..., 0].T)
        except np.linalg.LinAlgError:
            pass  # one of them is singular
    safe = finite.all(axis=(1, 2)) & (np.abs(np.linalg.det(np.nan_to_num(matrix))) > 0)
    usable = np.where(safe[:, None, None], matrix, np.eye(matrix.shape[1]))
    return np.asarray(np.linalg.solve(usable, np.where(safe[:, None, None], value, 1.0))[..., 0].T)


def _of_odds(odds: Array) -> Array:
    weights = np.exp(odds - odds.max(axis=0))
    return np.asarray(weights / weights.sum(axis=0))


def _distinct(points: Array, shares: list[Array]) -> tuple[Array, list[Array]]:
    """Keep each rest point of a point once, ordered by its shares, the first ones falling."""
    rows = [row for share in shares for row in share]
    order = np.lexsort((*(-np.round(row, 6) for row in rows[::-1]), points))
    points, shares = points[order], [share[:, order] for share in shares]
    kept = np.ones(len(points), dtype=bool)
    most = int(np.bincount(points).max()) if len(points) else 0
    left = np.arange(len(points))  # most are like the one before
    for behind in range(1, most):
        left = left[left >= behind]
        left = left[points[left] == points[left - behind]]
        gaps = [np.abs(s[:, left] - s[:, left - behind]).max(axis=0) for s in shares]
        close = np.max(gaps, axis=0) < _SAME
        kept[left[close]] = False
        left = left[~close]
    return points[kept], [share[:, kept] for share in shares]


def _table(game: PopulationGame, points: Array, shares: list[Array], noise: float) -> RestPoints:
    batch = game.batch_shape
    source = game.source.at(np.unravel_index(points, batch) if batch else (None,))
    payoffs, jacobians = source.payoffs(shares), source.jacobians(shares)
    support = tuple(tuple(range(n)) for n in game.sizes)
    # The logit response changes by the replicator dynamics' matrix over the noise.
    inside, _ = replicator_eigenvalues(shares, payoffs, jacobians, support)
    eigenvalues = inside / noise - 1.0
    size = np.max([np.abs(own).max(axis=0) for own in payoffs], axis=0)
    residual = [
        np.abs(_of_odds((own - own[0]) / noise) - x).max(axis=0)
        for x, own in zip(shares, payoffs, strict=True)
    ]
    found = np.bincount(points, minlength=int(np.prod(batch, dtype=int))).reshape(batch)
    code = verdicts(eigenvalues, inside=eigenvalues.shape[1], size=size / noise)
    return RestPoints(
        game=game,
        point=points,
        shares=tuple(share.T for share in shares),
        support=tuple(np.ones(share.T.shape, dtype=bool) for share in shares),
        kind=np.full(len(points), "interior"),
        eigenvalues=eigenvalues,
        verdict=np.array(VERDICTS)[code],
        nash=np.zeros(len(points), dtype=bool),
        residual=np.max(residual, axis=0),
        complete=np.zeros(batch, dtype=bool)[()],
        status=np.where(found, Status.FOUND_SOME, Status.NOT_CONVERGED).astype(np.int8)[()],
    )
