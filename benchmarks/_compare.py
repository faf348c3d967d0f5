"""What changed between two runs beyond noise: ``python -m benchmarks compare A B``.

The number compared is the logarithm of how many times as fast as a peer ours was in the same
round, so that a slow hour or another processor, which hits both, cancels; where no peer ran, of our
time, on the same machine only. One number per sitting, the median of its rounds: rounds of one
process share its addresses and its moment, so they are no independent witnesses of how a line
varies, and two runs of a single sitting tell nothing.

Three sittings say little about the variance of their line. All lines of a run together say much
more, so each variance is drawn towards what is common, as far as the variances themselves agree
(Smyth 2004, "Linear models and empirical Bayes methods for assessing differential expression in
microarray experiments", SAGMB 3(1), section 6.2), and means are compared by Welch's test. Dozens
of lines are looked at: which of them changed is decided by Benjamini and Hochberg (1995) at a
level of 5%, so that where nothing changed, nothing is reported in 95 of 100 comparisons.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import special, stats

from benchmarks._lines import OURS, Line, Spread
from benchmarks._runs import Run, UnknownRunError, found
from benchmarks._tables import about

LEVEL = 0.05
SMALL = 0.1
"""A change of a tenth is small: an interval within it says that there is none to speak of."""
FINEST = 1e-3
"""Standard deviations are at least a thousandth: samples are stored with four digits."""
MOST_SHARED = 6.0
"""Degrees of freedom that other lines may lend. Sittings have heavier tails than the normal law for
which more would be right: with 100, unchanged runs of two or three sittings were called changed
in one comparison of three or nine (seeded trials with bursts of load); with 6, in one of twenty."""
REFERENCES = {
    "QuantEcon": "quantecon",
    "Gambit": "pygambit",
    "nashpy": "nashpy",
    "Axelrod": "axelrod",
    "SciPy": "scipy",
    "solve_ivp": "scipy",
    "odeint": "scipy",
    "numpy": "numpy",
    "import numpy": "numpy",
    "EM in numpy": "numpy",
    "statsmodels": "statsmodels",
}
"""By what a name starts with, the package whose version must be the same in both runs.

Names that are not here are ways of our own, such as one worker beside two: they change with our
code, so nothing can be measured against them.
"""


@dataclass(frozen=True)
class Change:
    """One line of both runs.

    Parameters
    ----------
    line : Line
        As it is in the later run.
    beside : str
        The peer it is measured against; empty where times or numbers are compared.
    before, after : Spread
        Times as fast as the peer, or the number itself.
    gain : float
        Logarithm of the progress: of speed, or of a number of which more is better.
    low, high : float
        Its 95% interval, of this line alone.
    chance : float
        Of a difference as large where nothing changed; nan where nothing can be told.
    verdict : str
        ``better``, ``worse``, ``no change`` or ``cannot tell``.
    why : str
        Why nothing can be told.
    """

    line: Line
    beside: str
    before: Spread
    after: Spread
    gain: float = np.nan
    low: float = np.nan
    high: float = np.nan
    chance: float = np.nan
    verdict: str = "cannot tell"
    why: str = ""


@dataclass(frozen=True)
class _Pair:
    """Progress of one line by sitting, before and after."""

    change: Change
    before: np.ndarray
    after: np.ndarray


def compare(before: Run, after: Run) -> list[Change]:
    """Compare the lines that both runs have."""
    pairs = [
        _pair(old, new, before, after)
        for new in after.lines
        if (old := before.line(new.topic, new.case)) is not None
    ]
    told = [pair for pair in pairs if isinstance(pair, _Pair)]
    tested = iter(_decided(_tested(told)))
    return [next(tested) if isinstance(pair, _Pair) else pair for pair in pairs]


def _pair(old: Line, new: Line, before: Run, after: Run) -> _Pair | Change:
    """Take what can be compared of a line, or say why nothing can."""
    reference = _reference(old, new, before, after)
    spreads = [line.ratio(reference) if reference else line.spread() for line in (old, new)]
    change = Change(new, reference, *spreads)
    sides = [_progress(line, reference) for line in (old, new)]
    if (old.unit, old.clock, old.better) != (new.unit, new.clock, new.better):
        why = "it is measured in another way"
    elif not reference and before.machine != after.machine:
        why = "other machines or versions, and no peer of the same version ran on both"
    elif min(len(side) for side in sides) < 2:
        why = "a single sitting does not tell how much the line varies"
    elif not all(np.isfinite(side).all() for side in sides):
        why = "numbers that are not positive have no ratio"
    else:
        return _Pair(change, *sides)
    return replace(change, why=why)


def _reference(old: Line, new: Line, before: Run, after: Run) -> str:
    """Name the fastest peer that took part in both runs, in the same version."""
    for name in new.others:
        package = next((p for start, p in REFERENCES.items() if name.startswith(start)), None)
        versions = [run.machine["packages"].get(package) for run in (before, after)]
        if name in old.samples and package and versions[0] == versions[1]:
            return name
    return ""


def _progress(line: Line, reference: str) -> np.ndarray:
    """Logarithms of speed by sitting: more is better."""
    sittings = line.ratios(reference) if reference else line.samples[OURS]
    upwards = bool(reference) or line.better == "higher"
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.array([np.median(np.log(sitting)) for sitting in sittings])
    return values if upwards else -values


def _tested(pairs: Sequence[_Pair]) -> Iterator[Change]:
    """Compare means by Welch's test, with variances drawn towards those of the other lines."""
    if not pairs:
        return
    sides = list(zip(*((pair.before, pair.after) for pair in pairs), strict=True))
    variances, freedoms = zip(*(shrunk(side) for side in sides), strict=True)
    for number, pair in enumerate(pairs):
        of_means = [
            variance[number] / len(side[number])
            for variance, side in zip(variances, sides, strict=True)
        ]
        error = float(np.sqrt(sum(of_means)))
        parts = [v**2 / freedom[number] for v, freedom in zip(of_means, freedoms, strict=True)]
        freedom = sum(of_means) ** 2 / sum(parts)
        gain = float(pair.after.mean() - pair.before.mean())
        reach = error * float(stats.t.ppf(1 - LEVEL / 2, freedom))
        chance = float(2 * stats.t.sf(abs(gain) / error, freedom))
        yield replace(pair.change, gain=gain, low=gain - reach, high=gain + reach, chance=chance)


def shrunk(sides: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the variance of each line from its own sittings and from all lines.

    Parameters
    ----------
    sides : sequence of arrays (sittings,)
        Lines of one run.

    Returns
    -------
    variances, freedoms : arrays (lines,)
        Variances of one sitting, and their degrees of freedom. A line whose variances differ from
        those of others as much as chance makes them gets what is common; where lines are of many
        kinds each keeps its own.
    """
    own = np.array([max(float(np.var(side, ddof=1)), FINEST**2) for side in sides])
    freedom = np.array([len(side) - 1.0 for side in sides])
    prior, common = _prior(own, freedom)
    return (prior * common + freedom * own) / (prior + freedom), prior + freedom


def _prior(variances: np.ndarray, freedom: np.ndarray) -> tuple[float, float]:
    """Fit a scaled inverse chi-squared law to variances by the moments of their logarithms."""
    if len(variances) < 3:
        return 0.0, 1.0
    logs = np.log(variances) - special.digamma(freedom / 2) + np.log(freedom / 2)
    beyond = float(np.var(logs, ddof=1) - special.polygamma(1, freedom / 2).mean())
    prior = 2 * _inverse_trigamma(beyond)
    common = float(np.exp(logs.mean() + special.digamma(prior / 2) - np.log(prior / 2)))
    return min(prior, MOST_SHARED), common


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value for x between a tenth and fifty: trigamma falls in x."""
    low, high = 0.1, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if special.polygamma(1, middle) > value else (low, middle)
    return high


def _decided(changes: Iterator[Change]) -> list[Change]:
    """Say which lines changed, at a false discovery rate of `LEVEL`."""
    tested = list(changes)
    chances = np.sort([change.chance for change in tested])
    below = chances <= LEVEL * np.arange(1, len(chances) + 1) / max(len(chances), 1)
    limit = chances[below].max(initial=-1.0)
    return [replace(change, verdict=_verdict(change, limit)) for change in tested]


def _verdict(change: Change, limit: float) -> str:
    if change.chance <= limit:
        return "better" if change.gain > 0 else "worse"
    small = np.log1p(SMALL)
    return "no change" if -small < change.low and change.high < small else "cannot tell"


def told(before: Run, after: Run) -> str:
    """Say in lines of text what changed between two runs."""
    changes = compare(before, after)
    by = {
        verdict: [change for change in changes if change.verdict == verdict]
        for verdict in ("better", "worse", "cannot tell", "no change")
    }
    text = [f"before: {about(before)}", f"after:  {about(after)}", *_notes(before, after), ""]
    counts = ", ".join(f"{len(some)} {verdict}" for verdict, some in by.items())
    text.append(f"{len(changes)} lines in both: {counts}")
    if not changes:
        topics = [sorted({line.topic for line in run.lines}) for run in (before, after)]
        has = [", ".join(names) or "none" for names in topics]
        text.append(f"no line to compare: topics with lines are {has[0]} before, {has[1]} after")
    for verdict, some in by.items():
        if some:
            text.append(f"\n{verdict}{' (within a tenth)' * (verdict == 'no change')}")
            text += [f"  {_in_words(change)}" for change in some]
    return "\n".join([*text, *_checks(before, after)])


def _notes(before: Run, after: Run) -> Iterator[str]:
    """Warn of what the statistics cannot see."""
    if before.machine == after.machine:
        if max(before.load) > 2 * max(after.load) + 1 or max(after.load) > 2 * max(before.load) + 1:
            yield "note: the load differed; peers in the same rounds take up only a part of that."
        return
    changed = [key for key in before.machine if before.machine[key] != after.machine.get(key)]
    yield (
        f"note: {', '.join(changed)} differ: ratios to peers depend on the machine too, so what "
        "is said to have changed may be the machine."
    )


def _in_words(change: Change) -> str:
    line, beside = change.line, f" times as fast as {change.beside}" if change.beside else ""
    numbers = f"{change.before} -> {change.after}{beside or f' {line.unit}'}"
    said = change.why or _sized(change)
    return f"{line.topic}, {line.case}: {numbers}: {said}"


def _sized(change: Change) -> str:
    """Write the change of time (or of the number) with its interval."""
    sign = 1.0 if change.line.better == "higher" else -1.0
    what = "time" if change.beside or change.line.clock else "value"
    middle, *ends = (100 * np.expm1(sign * v) for v in (change.gain, change.low, change.high))
    low, high = sorted(ends)
    return f"{what} {middle:+.0f}% (95%: {low:+.0f}% to {high:+.0f}%)"


def _checks(before: Run, after: Run) -> Iterator[str]:
    """Compare what must not depend on the machine: checks, and answers to the last bit."""
    earlier: dict[tuple[str, str], Any] = {(c.topic, c.case): c for c in before.checks}
    same, other = 0, []
    for check in after.checks:
        old = earlier.get((check.topic, check.case))
        if old is not None and (old.wrong, old.of) != (check.wrong, check.of):
            yield f"\ncheck {check.topic}, {check.case}: {old} -> {check}"
    old_lines = {(one.topic, one.case): one for one in before.lines} | earlier
    for one in (*after.lines, *after.checks):
        old = old_lines.get((one.topic, one.case))
        digests = [side.told.get("digest") for side in (old, one) if side is not None]
        if len(digests) == 2 and None not in digests:
            same += digests[0] == digests[1]
            other += [f"{one.topic}, {one.case}"] * (digests[0] != digests[1])
    if same or other:
        yield f"\nanswers the same to the last bit: {same} of {same + len(other)} cases"
    yield from (f"  not the same: {case}" for case in other)


def main(words: Sequence[str]) -> int:
    """Compare two stored runs by their names."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks compare",
        description="Say what changed between two stored runs beyond noise.",
    )
    named = "a file, last, last~1 ..., or a commit (HEAD~1): all its clean runs on one machine"
    parser.add_argument("before", metavar="A", help=named)
    parser.add_argument("after", metavar="B", help=named)
    asked = parser.parse_args(words)
    before, after = found(asked.before), found(asked.after)
    if before.quick != after.quick:
        raise UnknownRunError(
            "RUN: must be both quick or both full (got one of each); run the other way too"
        )
    print(told(before, after))
    return 0
