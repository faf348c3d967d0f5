"""What nashpy finds for a game, compared with our answer; regret decides who is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import regret
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.papers import Cited

_SAME = 1e-6
_NO_REGRET = 1e-9


@dataclass(frozen=True)
class Extra:
    """A profile that only the other solver reports."""

    strategies: tuple[tuple[float, ...], ...]
    regret: float


@dataclass(frozen=True, kw_only=True)
class CrossCheck(Cited):
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

    made_by = ("cross_check",)

    tool: str = "nashpy"
    finished: bool
    seconds: float
    agrees: bool | None = None
    right: str | None = None
    missing: tuple[int, ...] = ()
    extra: tuple[Extra, ...] = ()
    says: str


def cross_check(equilibria: Equilibria, *, seconds: float = 10.0) -> CrossCheck:
    """Let nashpy enumerate supports of one game, and compare its answer with ours.

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
    A profile is an equilibrium if and only if its regret is zero. So nashpy has missed a profile
    of ours without regret, and a profile of nashpy's with regret is no equilibrium. In a degenerate
    game a profile without regret may lie inside a component, of which we list the extreme points.

    References
    ----------
    Knight, V. and Campbell, J. (2018). Nashpy: a Python library for the computation of Nash
    equilibria. Journal of Open Source Software 3, 904.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> print(cross_check(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]])).says)
    nashpy finds the same 1 equilibrium.
    """
    games = equilibria.games
    if games.batch_shape:
        raise MethodError("nashpy is asked about single games", remedy="take one with .of(i)")
    if len(equilibria.strategies) != 2:
        raise MethodError("nashpy solves two players", value=len(equilibria.strategies))
    started = time.perf_counter()
    try:
        answer = subprocess.run(  # noqa: S603 - our own module, fed with numbers
            [sys.executable, "-m", "strategic.equilibria._nashpy_process", str(os.getpid())],
            input=json.dumps({"row": games.row.tolist(), "column": games.column.tolist()}),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired:
        failure = f"did not finish in {seconds:g} s"
    except subprocess.CalledProcessError as error:
        failure = f"failed: {(error.stderr.strip().splitlines() or ['no message'])[-1]}"
    else:
        theirs = [(np.array(x), np.array(y)) for x, y in json.loads(answer.stdout)]
        return _compared(equilibria, theirs, time.perf_counter() - started)
    return CrossCheck(
        finished=False, seconds=time.perf_counter() - started, says=f"nashpy {failure}."
    )


def _compared(
    equilibria: Equilibria, theirs: list[tuple[Array, Array]], seconds: float
) -> CrossCheck:
    """Match both lists; ours must be without regret, and nothing without regret be left out."""
    ours = [np.concatenate(profile) for profile in equilibria]
    others = [np.concatenate(profile) for profile in theirs]
    missing = tuple(e for e, mine in enumerate(ours) if not _among(mine, others))
    extra = tuple(
        Extra(
            (tuple(x.tolist()), tuple(y.tolist())),
            float(regret(equilibria.games, (x[None], y[None]))[0]),
        )
        for (x, y), other in zip(theirs, others, strict=True)
        if not _among(other, ours)
    )
    agrees = not missing and not extra
    # A share of the range: at a common level of 1e15 anything is a small share of the payoffs.
    tolerance = _NO_REGRET * max(
        float(0.5 * t.max() - 0.5 * t.min()) for t in equilibria.games.payoffs
    )
    wrong = [item.regret for item in extra if not item.regret <= tolerance]  # NaN is wrong too
    inside = len(extra) - len(wrong)
    ours_hold = bool((equilibria.regret[list(missing)] <= tolerance).all())
    if not ours_hold or (inside and not equilibria.degenerate):
        right = "nashpy"
    else:
        right = "strategic" if missing or wrong else "both"
    parts = []
    if missing:
        worst = float(equilibria.regret[list(missing)].max())
        parts.append(f"misses {_counted(len(missing))} (regret at most {worst:.2g})")
    if inside:
        place = " inside a component" if equilibria.degenerate else " that we do not list"
        parts.append(f"reports {_counted(inside)}{place}")
    if wrong:
        parts.append(f"reports {len(wrong)} that are none (regret up to {max(wrong):.2g})")
    verdict = f"by regret {right} {'are' if right == 'both' else 'is'} right"
    return CrossCheck(
        finished=True,
        seconds=seconds,
        agrees=agrees,
        right=right,
        missing=missing,
        extra=extra,
        says=f"nashpy finds the same {_counted(len(equilibria))}."
        if agrees
        else f"nashpy {' and '.join(parts)}; {verdict}.",
    )


def _among(profile: Array, others: list[Array]) -> bool:
    return any(float(np.abs(profile - other).max()) < _SAME for other in others)


def _counted(number: int) -> str:
    return f"{number} equilibri{'um' if number == 1 else 'a'}"
