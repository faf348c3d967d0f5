"""The mixture of largest entropy in a polytope of mixtures, to a certified gap, many at a time."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

SAME_ENTROPY = 1e-9
"""Entropies within it of the largest count as equal."""
_GAP = 1e-12
_STEPS = 200
_CENTRAL, _ON_FACE = 3, 7
"""Steps with a barrier before a face is guessed, and steps on it before the barrier goes on."""
_LEAST_BARRIER = 1e-15
_LEAST_CURVATURE = 1e-12
_LEAST_SHARE = 1e-300


def entropy(strategy: Array) -> Array:
    """Shannon entropy in nats along the last axis.

    Examples
    --------
    >>> entropy(np.array([[1.0, 0.0], [0.5, 0.5]])).round(4).tolist()
    [0.0, 0.6931]
    """
    used = strategy > 0.0
    logs = np.log(np.where(used, strategy, 1.0))
    return np.asarray(np.abs((strategy * logs).sum(axis=-1)))


def largest_entropy(
    mixtures: Array, vertex: Array, first: Array, chosen: Array
) -> tuple[Array, Array]:
    """Find the member of largest entropy of each convex hull.

    Parameters
    ----------
    mixtures : array ``(E, n)``
    vertex, first : arrays of int
        Hull ``k`` has the vertices ``mixtures[vertex[first[k]:first[k + 1]]]``.
    chosen : array of int
        The hulls in question.

    Returns
    -------
    members : array ``(chosen, n)``
    gap : array ``(chosen,)``
        By how much, at most, the entropy of any member exceeds that of the one given.

    Notes
    -----
    Entropy is strictly concave, so there is one such member. Newton's method on the weights of
    the vertices, kept positive by a logarithmic barrier that is lowered step by step (Boyd and
    Vandenberghe 2004, section 11.3), then on the face where the weights are. By concavity the
    entropy of vertex ``v`` and all mixtures is at most that of ``x`` plus the largest
    ``grad(x) (v - x)``, which is the gap.

    References
    ----------
    Jaynes, E. T. (1957). Information theory and statistical mechanics. Physical Review 106,
    620-630.
    Boyd, S. and Vandenberghe, L. (2004). Convex Optimization. Cambridge University Press.

    Examples
    --------
    >>> corners = np.array([[1, 0, 0], [0.0, 0.5, 0.5]])
    >>> members, gap = largest_entropy(corners, np.arange(2), np.array([0, 2]), np.array([0]))
    >>> members.round(4).tolist(), bool(gap[0] <= 1e-11)
    ([[0.3333, 0.3333, 0.3333]], True)
    """
    members, gaps = np.empty((len(chosen), mixtures.shape[1])), np.empty(len(chosen))
    counts = np.diff(first)[chosen]
    for count in np.unique(counts):  # no padding: the bits of one do not depend on the others
        places = np.flatnonzero(counts == count)
        vertices = mixtures[vertex[first[chosen[places], None] + np.arange(count)]]
        if count > 1:  # the same ones come again and again in games with few different payoffs
            _, one, again = np.unique(
                vertices.reshape(len(places), -1), axis=0, return_index=True, return_inverse=True
            )
            found = _of_one_size(vertices[one])
            members[places], gaps[places] = found[0][again], found[1][again]
        else:
            members[places], gaps[places] = _of_one_size(vertices)
    return members, gaps


def _of_one_size(vertices: Array) -> tuple[Array, Array]:
    """Solve polytopes with the same number of vertices together, each as if it were alone.

    After a few steps with a barrier, vertices that add less to entropy than they weigh are left
    out. On the face of the others Newton's method needs no barrier and doubles the digits at every
    step. The gap counts all vertices, so it tells where the face is the wrong one; then the barrier
    goes on from where it was.
    """
    weights = np.full(vertices.shape[:2], 1.0 / vertices.shape[1])
    best, least = _member(weights, vertices), np.full(len(vertices), np.inf)
    lanes, barrier, inside = np.arange(len(vertices)), 0.1, weights
    for step in range(_STEPS):
        x = _member(weights, vertices)
        gap, behind = _gap(x, vertices)
        better = gap < least[lanes]
        best[lanes[better]], least[lanes[better]] = x[better], gap[better]
        on = least[lanes] > _GAP  # what is found leaves, however long others take
        if not on.any():
            break
        if not on.all():
            lanes, weights, inside, behind, vertices, x = (
                part[on] for part in (lanes, weights, inside, behind, vertices, x)
            )
        if step == _CENTRAL:
            inside = weights
        if step == _CENTRAL + _ON_FACE:
            weights = inside
            x = _member(weights, vertices)
        if _CENTRAL <= step < _CENTRAL + _ON_FACE:
            face = np.where(behind > weights, 0.0, weights)
            weights = np.where(face.any(axis=1, keepdims=True), face, weights)
            weights = _newton_step(weights, vertices, _member(weights, vertices), 0.0)
        else:
            weights = _newton_step(weights, vertices, x, barrier)
            barrier = max(barrier / (10.0 if step < _CENTRAL else 3.0), _LEAST_BARRIER)
    return best, np.maximum(least, 0.0)


def _member(weights: Array, vertices: Array) -> Array:
    # Products of matrices go one by one: sums over several axes would depend on the batch.
    x = (weights[:, None, :] @ vertices)[:, 0]
    return np.asarray(x / x.sum(axis=1, keepdims=True))


def _slopes(x: Array) -> Array:
    """Gradient of the entropy up to a constant; zero where no member has a share."""
    return -np.log(np.where(x > 0.0, x, 1.0))


def _gap(x: Array, vertices: Array) -> tuple[Array, Array]:
    """Bound what is missing; tell how much less than the best each vertex adds to entropy."""
    missing = (x <= 0.0) & (vertices > 0.0).any(axis=1)  # only where a face leaves shares out
    slopes = np.where(missing, -np.log(_LEAST_SHARE), _slopes(x))[..., None]
    at = (vertices @ slopes)[..., 0]
    most = at.max(axis=1)
    return most - (x[:, None, :] @ slopes)[:, 0, 0], most[:, None] - at


def _newton_step(weights: Array, vertices: Array, x: Array, barrier: float) -> Array:
    """Step in relative changes of the weights, which keeps small weights accurate."""
    lifted = weights[..., None] * vertices
    inverse = np.where(x > 0.0, 1.0 / np.where(x > 0.0, x, 1.0), 0.0)
    matrix = (lifted * inverse[:, None, :]) @ lifted.swapaxes(1, 2)
    matrix += max(barrier, _LEAST_CURVATURE) * np.eye(weights.shape[1])
    ascent = (lifted @ (_slopes(x) - 1.0)[..., None])[..., 0] + barrier * (weights > 0.0)
    both = np.linalg.solve(matrix, np.stack([ascent, weights], axis=-1))
    free, held = both[..., 0], both[..., 1]
    price = (weights * free).sum(axis=1) / (weights * held).sum(axis=1)
    change = free - price[:, None] * held
    down = np.maximum(-change, 0.0).max(axis=1)
    step = np.where(down > 0.9, 0.9 / np.maximum(down, 0.9), 1.0)
    moved = weights * (1.0 + step[:, None] * change)
    return np.asarray(moved / moved.sum(axis=1, keepdims=True))
