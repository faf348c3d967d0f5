"""What nashpy says about a game, compared with our answer; regret decides who is right."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import regret
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError

_SAME = 1e-6
_NO_REGRET = 1e-9


@dataclass(frozen=True)
class Extra:
    """A profile that only the other solver reports."""

    strategies: tuple[tuple[float, ...], ...]
    regret: float


@dataclass(frozen=True)
class CrossCheck:
    """How another solver's equilibria compare with ours.

    Parameters
    ----------
    tool : str
        Name of the other solver.
    finished : bool
        Whether it answered within the time limit.
    seconds : float
        Time it took.
    agrees : bool or None
        Whether both sets are the same; None when it did not finish.
    right : str or None
        ``"both"``, ``"strategic"`` or ``"nashpy"``, by regret; None when it did not finish.
    missing : tuple of int
        Our equilibria that it does not report.
    extra : tuple of Extra
        Its profiles that we do not report, with their regrets.
    says : str
        The same in a sentence.
    """

    tool: str
    finished: bool
    seconds: float
    agrees: bool | None
    right: str | None
    missing: tuple[int, ...]
    extra: tuple[Extra, ...]
    says: str


def cross_check(equilibria: Equilibria, *, seconds: float = 10.0) -> CrossCheck:
    """Let nashpy enumerate the supports of one game and compare its answer with ours.

    Parameters
    ----------
    equilibria : Equilibria
        All equilibria of a single two-player game.
    seconds : float, default 10
        Time limit for nashpy, which runs in a process of its own.

    Returns
    -------
    CrossCheck

    Raises
    ------
    MethodError
        When the result is of a batch or of more players.

    Notes
    -----
    A profile is an equilibrium if and only if its regret is zero. So a profile of ours that nashpy
    does not report is a miss of nashpy if its regret is zero, and a profile of nashpy's with
    regret is none. In a degenerate game profiles without regret may lie inside a component, of
    which we list the extreme ones.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> print(cross_check(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]])).says)
    nashpy finds the same 1 equilibrium.
    """
    _check_single(equilibria)
    started = time.perf_counter()
    try:
        theirs = _ask_nashpy(equilibria, seconds)
    except subprocess.TimeoutExpired:
        return _unfinished(time.perf_counter() - started, f"did not finish in {seconds:g} s")
    except subprocess.CalledProcessError as failure:
        lines = failure.stderr.strip().splitlines() or ["no message"]
        return _unfinished(time.perf_counter() - started, f"failed: {lines[-1]}")
    return _compared(equilibria, theirs, time.perf_counter() - started)


def _check_single(equilibria: Equilibria) -> None:
    if equilibria.games.batch_shape:
        raise MethodError("nashpy is asked about single games", remedy="take one with .of(i)")
    if len(equilibria.strategies) != 2:
        raise MethodError("nashpy solves two players", value=len(equilibria.strategies))


def _ask_nashpy(equilibria: Equilibria, seconds: float) -> list[tuple[Array, Array]]:
    games = equilibria.games
    question = json.dumps({"row": games.row.tolist(), "column": games.column.tolist()})
    answer = subprocess.run(  # our own module, fed with numbers
        [sys.executable, "-m", "strategic.equilibria._nashpy_process"],
        input=question,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=True,
    )
    return [(np.array(x), np.array(y)) for x, y in json.loads(answer.stdout)]


def _unfinished(seconds: float, what: str) -> CrossCheck:
    return CrossCheck(
        tool="nashpy",
        finished=False,
        seconds=seconds,
        agrees=None,
        right=None,
        missing=(),
        extra=(),
        says=f"nashpy {what}.",
    )


def _compared(
    equilibria: Equilibria, theirs: list[tuple[Array, Array]], seconds: float
) -> CrossCheck:
    ours = [np.concatenate(profile) for profile in equilibria]
    others = [np.concatenate(profile) for profile in theirs]
    missing = tuple(e for e, mine in enumerate(ours) if not _among(mine, others))
    extra = tuple(
        Extra((tuple(x.tolist()), tuple(y.tolist())), _regret(equilibria, x, y))
        for (x, y), other in zip(theirs, others, strict=True)
        if not _among(other, ours)
    )
    agrees = not missing and not extra
    right = "both" if agrees else _right(equilibria, missing, extra)
    return CrossCheck(
        tool="nashpy",
        finished=True,
        seconds=seconds,
        agrees=agrees,
        right=right,
        missing=missing,
        extra=extra,
        says=_sentence(equilibria, missing, extra, right),
    )


def _among(profile: Array, others: list[Array]) -> bool:
    return any(float(np.abs(profile - other).max()) < _SAME for other in others)


def _regret(equilibria: Equilibria, x: Array, y: Array) -> float:
    return float(regret(equilibria.games, (x[None], y[None]))[0])


def _right(equilibria: Equilibria, missing: tuple[int, ...], extra: tuple[Extra, ...]) -> str:
    """Decide by regret: ours must have none, and no others outside of components may be without."""
    ours_hold = all(equilibria.regret[e] <= _tolerance(equilibria) for e in missing)
    theirs_hold = [item for item in extra if item.regret <= _tolerance(equilibria)]
    complete = bool(equilibria.degenerate) or not theirs_hold
    if ours_hold and complete:
        return "both" if not missing and len(theirs_hold) == len(extra) else "strategic"
    return "nashpy"


def _tolerance(equilibria: Equilibria) -> float:
    return _NO_REGRET * max(float(np.abs(table).max()) for table in equilibria.games.payoffs)


def _sentence(
    equilibria: Equilibria, missing: tuple[int, ...], extra: tuple[Extra, ...], right: str
) -> str:
    if not missing and not extra:
        return f"nashpy finds the same {_equilibria(len(equilibria))}."
    tolerance = _tolerance(equilibria)
    inside = sum(item.regret <= tolerance for item in extra)
    parts = []
    if missing:
        worst = max(float(equilibria.regret[e]) for e in missing)
        parts.append(f"misses {_equilibria(len(missing))} (regret at most {worst:.2g})")
    if inside:
        place = " inside a component" if equilibria.degenerate else " that we do not list"
        parts.append(f"reports {_equilibria(inside)}{place}")
    if inside < len(extra):
        worst = max((item.regret for item in extra if not item.regret <= tolerance), default=np.nan)
        parts.append(f"reports {len(extra) - inside} that are none (regret up to {worst:.2g})")
    return f"nashpy {' and '.join(parts)}; by regret {right} {_is(right)} right."


def _equilibria(number: int) -> str:
    return f"{number} equilibri{'um' if number == 1 else 'a'}"


def _is(right: str) -> str:
    return "are" if right == "both" else "is"
