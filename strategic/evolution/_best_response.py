"""Best-response dynamics: straight pieces from kink to kink.

While every population has one best reply b, shares move straight towards it:
``x(t) = b + (x(0) - b) e^-t``. A kink comes where another action becomes as good. There the next
target is the action whose payoff rises faster; where each of two actions would make the other one
better (which needs payoffs that depend on a population's own shares), the path slides along their
tie, towards the mixture that keeps it. Both follow from one condition: the target is a best reply
in the first order (Gilboa and Matsui 1991; Hofbauer 1995).

Around a mixed equilibrium that play circles, as in matching pennies, kinks come ever faster:
deviations shrink as e^-t, and the number of kinks grows as e^t. Where what will be left of a
deviation at the next stop is below a ten millionth, the path is taken to the equilibrium.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from strategic.arrays import Array
from strategic.evolution._circled import equilibria_near
from strategic.evolution._course import Course, Ends, fresh_ends
from strategic.evolution._crossings import first_fall, first_root
from strategic.evolution._flows import Flow, payoffs_of
from strategic.evolution._gains import Polynomials
from strategic.evolution._settling import largest_differences
from strategic.evolution._starts import Lanes
from strategic.evolution.dynamics import summed
from strategic.status import Status

_TIE = 1e-11
"""Payoffs that differ by less, relative to the largest difference, are equal."""
_CIRCLING, _CLOSE, _LEFT = 100, 1e-2, 1e-7
"""Kinks between two looks at whether a path circles around an equilibrium; regret below which it
may, relative to the largest payoff difference; deviation at the next stop that counts as none."""
_SLIDE = 0.01
"""Length of a piece along a tie that is not straight."""
_GOING = -1


@dataclass(eq=False)
class _Block:
    """Paths under way; points last."""

    flow: Flow
    number: Array
    shares: list[Array]
    target: list[Array]
    spread: Array
    time: Array
    place: Array
    pieces: Array
    code: Array
    regret: Array
    """At the last look, and its time."""
    looked: Array

    def kept(self, keep: Array) -> _Block:
        """Take some of the columns."""
        return _Block(
            self.flow.at(keep),
            self.number[keep],
            [x[:, keep] for x in self.shares],
            [b[:, keep] for b in self.target],
            *(
                getattr(self, name)[keep]
                for name in ("spread", "time", "place", "pieces", "code", "regret", "looked")
            ),
        )

    def along(self, length: Array) -> list[Array]:
        """Shares after a part of the way to the target."""
        return [x + length * (b - x) for x, b in zip(self.shares, self.target, strict=True)]


class Watch(Protocol):
    """Sees the straight pieces of paths."""

    near: Array
    """Which paths are where they are waited for; others are not taken to an equilibrium."""

    def __call__(
        self, number: Array, time: Array, shares: list[Array], target: list[Array], part: Array, /
    ) -> None:
        """See when and where pieces begin, and which part of the way to their targets they go."""


def follow_pieces(course: Course, lanes: Lanes, watch: Watch | None = None) -> Ends:
    """Follow best-response paths to their ends."""
    found = fresh_ends(course, lanes)
    for (flow, stops, places, last), (start, game) in zip(
        course.flows(lanes), course.segments, strict=True
    ):
        alive = found.status == Status.MOVING
        points = len(alive)
        blank = np.zeros(points)
        block = _Block(
            flow,
            np.arange(points),
            [x.copy() for x in found.end],
            [np.zeros_like(x) for x in found.end],
            largest_differences(flow.gains, game.sizes, points),
            *(blank.copy(), np.zeros(points, dtype=np.int64), np.zeros(points, dtype=np.int64)),
            np.where(alive, _GOING, found.status),
            *(np.full(points, np.inf), blank.copy()),
        )
        _stage(course, block.kept(alive), stops, places, found, start=start, last=last, watch=watch)
    return found


def _stage(
    course: Course,
    block: _Block,
    stops: Array,
    places: Array,
    found: Ends,
    *,
    start: float,
    last: bool,
    watch: Watch | None,
) -> None:
    straight = isinstance(block.flow.gains, Polynomials) and len(block.shares) <= 2
    with np.errstate(all="ignore"):
        while block.number.size:
            payoffs = payoffs_of(block.flow, block.shares)
            block.code[~np.isfinite(np.concatenate(payoffs)).all(axis=0)] = Status.INVALID
            sliding = _choose(block, payoffs)
            _rest(block, payoffs)
            _end_circling(
                block, payoffs, stops, True if watch is None else watch.near[block.number]
            )
            length = _next_kink(block, payoffs, straight=straight)
            if not straight:
                length = np.where(sliding, np.minimum(length, _SLIDE), length)
            time, before = start + block.time, block.shares
            part = _move(block, length, stops, places, found)
            if watch is not None:
                watch(block.number, time, before, block.target, part)
            block.pieces += 1
            out = (block.code == _GOING) & (block.pieces >= course.max_steps)
            block.code[out] = Status.NOT_FINISHED
            done = block.code != _GOING
            if done.any():
                _write(block.kept(done), stops, places, found, start=start, last=last)
                block = block.kept(~done)


def _choose(block: _Block, payoffs: list[Array]) -> Array:
    """Set the targets; tell which paths slide along a tie."""
    sliding = np.zeros(block.number.size, dtype=bool)
    tied = [u >= u.max(axis=0) - 4 * _TIE * block.spread for u in payoffs]
    for number, (best, before) in enumerate(zip(tied, block.target, strict=True)):
        # what was aimed at stays the target while it is a best reply
        kept = np.where(best, before, 0.0)
        first = np.argmax(np.where(kept.any(axis=0), kept, best.astype(float)), axis=0)
        block.target[number] = np.eye(len(best))[:, first]
    if not any((best.sum(axis=0) > 1).any() for best in tied):
        return sliding
    for _ in range(2):  # ties of two populations at once settle in the second round
        for number, best in enumerate(tied):
            several = np.flatnonzero(best.sum(axis=0) > 1)
            if several.size:
                part = block.kept(several)
                choice, mixed = _resolve(part, number, best[:, several])
                block.target[number][:, several] = choice
                sliding[several] |= mixed
    return sliding


def _resolve(part: _Block, number: int, best: Array) -> tuple[Array, Array]:
    """Choose among a population's equally good actions by how fast their payoffs rise.

    Returns
    -------
    choice : ndarray (n, points)
        The target.
    mixed : ndarray of bool (points,)
        Whether it is a mixture, along which the tie lasts.
    """
    size, points = best.shape
    incumbent = part.target[number].argmax(axis=0)
    rises = []
    for action in range(size):
        part.target[number] = np.eye(size)[:, np.full(points, action)]
        rises.append(_rise(part)[number])
    rise = np.stack(rises)  # [target, action, points]
    rise = np.where(best[None], rise, -np.inf)
    own = np.einsum("aap->ap", rise)
    margin = np.where(best, own - rise.max(axis=1), -np.inf)
    consistent = margin >= -_TIE * part.spread
    ranked = consistent + 0.5 * (np.arange(size)[:, None] == incumbent)
    choice = np.eye(size)[:, np.argmax(np.where(consistent, ranked, -1.0), axis=0)]
    none = ~consistent.any(axis=0)
    if none.any():
        # Of two actions each makes the other rise faster: mix them so that both rise alike.
        a = np.argmax(best, axis=0)
        c = size - 1 - np.argmax(best[::-1], axis=0)
        where = np.arange(points)
        toward_a = rise[a, a, where] - rise[a, c, where]
        toward_c = rise[c, a, where] - rise[c, c, where]
        weight = toward_c / (toward_c - toward_a)
        mixture = np.zeros_like(choice)
        mixture[a, where] = weight
        mixture[c, where] += 1.0 - weight
        choice = np.where(none, mixture, choice)
    return choice, np.asarray(none)


def _rise(part: _Block) -> list[Array]:
    """How payoffs change at first on the way to the targets."""
    linear = isinstance(part.flow.gains, Polynomials) and len(part.shares) <= 2
    step = np.ones(part.number.size) if linear else np.full(part.number.size, 1e-5)
    ahead = payoffs_of(part.flow, part.along(step))
    behind = payoffs_of(part.flow, part.along(-step))
    return [(up - down) / (2 * step) for up, down in zip(ahead, behind, strict=True)]


def _rest(block: _Block, payoffs: list[Array]) -> None:
    """End the paths that are at an equilibrium: nobody has a reason to move."""
    rests = block.code == _GOING
    strict = np.ones_like(rests)
    for x, u in zip(block.shares, payoffs, strict=True):
        best = u >= u.max(axis=0) - 4 * _TIE * block.spread
        rests &= (best | (x <= _TIE)).all(axis=0)
        strict &= best.sum(axis=0) == 1
    block.code[rests] = np.where(strict | (block.pieces > 0), Status.SETTLED, Status.AT_REST)[rests]


def _next_kink(block: _Block, payoffs: list[Array], *, straight: bool) -> Array:
    """Part of the way to the targets after which another action becomes best; else infinite."""
    points = block.number.size
    tolerance = _TIE * block.spread
    if straight:
        after = payoffs_of(block.flow, block.target)
        found = np.full(points, np.inf)
        for u, v, b in zip(payoffs, after, block.target, strict=True):
            top = b.argmax(axis=0)[None]
            before = np.take_along_axis(u, top, axis=0) - u
            there = np.take_along_axis(v, top, axis=0) - v
            meets = (b == 0.0) & (there < -tolerance) & (before > tolerance)
            part = np.where(meets, before / (before - there), np.inf)
            found = np.minimum(found, part.min(axis=0))
        return found
    if isinstance(block.flow.gains, Polynomials):
        power = -np.frexp(block.spread)[1]  # no product of small payoffs may underflow
        gaps = np.ldexp(_gap_polynomials(block), power)
        return first_root(gaps, np.ldexp(tolerance, power))
    return first_fall(lambda length: _least_gap(block, length), tolerance)


def _gap_polynomials(block: _Block) -> Array:
    """Give by how much targets are ahead as coefficients ``(power, row, point)`` in the length.

    Multilinear payoffs are polynomials along a piece, of one degree less than there are
    populations: their values at as many points give them exactly.
    """
    count = len(block.shares)
    points = np.linspace(0.0, 1.0, count)
    values = np.stack([_gaps(block, np.full(block.number.size, s)) for s in points])
    inverse = np.linalg.inv(np.vander(points, increasing=True))
    found = np.zeros_like(values)
    for power in range(count):
        for place in range(count):
            found[power] += inverse[power, place] * values[place]
    found[0] = values[0]
    return found


def _gaps(block: _Block, length: Array) -> Array:
    """By how much the targets are ahead of every other action, after a part of the way."""
    payoffs = payoffs_of(block.flow, block.along(length))
    found = []
    for u, b in zip(payoffs, block.target, strict=True):
        top = np.take_along_axis(u, b.argmax(axis=0)[None], axis=0)
        # an action that is part of the target is never behind it
        found.append(np.where(b > 0.0, block.spread, top - u))
    return np.concatenate(found)


def _least_gap(block: _Block, length: Array) -> Array:
    """By how much the targets are ahead of all other actions, after a part of the way."""
    return np.asarray(_gaps(block, length).min(axis=0))


def _move(block: _Block, length: Array, stops: Array, places: Array, found: Ends) -> Array:
    """Move to the next kink or stop, whichever comes first; straight to the end where none is.

    Give the part of the way to the target.
    """
    going = block.code == _GOING
    left = stops[block.place] - block.time
    needed = -np.log1p(-np.minimum(length, 1.0))
    free = going & np.isinf(length) & np.isinf(left)
    stopping = going & ~free & (left <= needed)
    part = np.where(stopping, -np.expm1(-left), np.minimum(length, 1.0))
    part = np.where(going, part, 0.0)
    moved = block.along(part)
    block.shares = [np.where(free, b, x) for x, b in zip(moved, block.target, strict=True)]
    block.code[free] = Status.SETTLED
    block.time = np.where(going & ~free, block.time + np.where(stopping, left, needed), block.time)
    if not stopping.any():
        return part
    at = block.place[stopping]
    block.time[stopping] = stops[at]
    for place in np.unique(at):
        if place < len(places):
            here = stopping & (block.place == place)
            for x, share in zip(found.shares, block.shares, strict=True):
                x[:, places[place], block.number[here]] = share[:, here]
    block.code[np.flatnonzero(stopping)[at == len(stops) - 1]] = Status.MOVING
    block.place[stopping] = np.minimum(at + 1, len(stops) - 1)
    return part


def _end_circling(block: _Block, payoffs: list[Array], stops: Array, allowed: Array | bool) -> None:
    """Take paths that circle around an equilibrium to it, once they are as good as there."""
    due = (block.pieces % _CIRCLING == _CIRCLING - 1) & (block.code == _GOING)
    due = np.flatnonzero(due & allowed)
    if not due.size:
        return
    regrets = [u.max(axis=0) - summed(x * u) for x, u in zip(block.shares, payoffs, strict=True)]
    regret = np.max(regrets, axis=0)[due] / block.spread[due]
    passed = block.time[due] - block.looked[due]
    # Regret shrinks as e^-t around an equilibrium that attracts, not on a cycle that does.
    shrinks = regret <= block.regret[due] * np.exp(-0.5 * passed)
    block.regret[due], block.looked[due] = regret, block.time[due]
    left = np.sqrt(regret) * np.exp(-(stops[block.place[due]] - block.time[due]))
    close = due[shrinks & (regret < _CLOSE) & (left < _LEFT)]
    if not close.size:
        return
    part = block.kept(close)
    equilibria, found = equilibria_near(part.flow, part.shares, part.spread, tie=_TIE)
    for x, y in zip(block.shares, equilibria, strict=True):
        x[:, close[found]] = y[:, found]
    block.code[close[found]] = Status.SETTLED


def _write(
    done: _Block, stops: Array, places: Array, found: Ends, *, start: float, last: bool
) -> None:
    number = done.number
    rests = (done.code == Status.SETTLED) | (done.code == Status.AT_REST)
    for x, share in zip(found.end, done.shares, strict=True):
        x[:, number] = np.where(done.code == Status.INVALID, np.nan, share)
    for place, moment in enumerate(places):
        ahead = (done.place <= place) & (done.code != Status.MOVING)
        for x, share in zip(found.shares, done.shares, strict=True):
            x[:, moment, number[ahead]] = np.where(rests[ahead], share[:, ahead], np.nan)
    found.steps[number] += done.pieces
    if not last:  # what rests waits for the next stage
        done.code[rests] = Status.MOVING
        done.time[rests] = stops[-1]
    found.time[number] = start + done.time
    found.status[number] = done.code
