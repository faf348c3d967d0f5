"""What a topic talks to: it gives works and numbers, the recorder times, prints and stores them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks._lines import OURS, Check, Line, Wanted
from benchmarks._tables import line_in_words

Work = Callable[[], Any]
SCALES = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
CLOCKS: dict[str, Callable[[], float]] = {
    "processor": time.process_time,
    "wall": time.perf_counter,
}


@dataclass(frozen=True)
class Timed:
    """What a work says of itself where the clock around its call would tell something else.

    ``items`` is the number of things done, where the work decides how many; ``answer`` is what
    the topic gets to see.
    """

    seconds: float
    items: float | None = None
    answer: Any = None


class Bench:
    """The recorder of one topic in one sitting.

    Parameters
    ----------
    topic : str
        Name of the topic: the file it is in.
    quick : bool
        Whether the topic should take fewer and smaller cases.
    large : bool, optional
        Whether it should take those too that need gigabytes of disk and minutes.
    show : callable
        Takes lines of text as they come; ``print`` or nothing.

    Examples
    --------
    >>> bench = Bench("sums", quick=True, show=lambda text: None)
    >>> numbers = list(range(1000))
    >>> answers = bench.race(
    ...     "a thousand whole numbers",
    ...     {"strategic": lambda: sum(numbers), "a loop": lambda: max(sum(numbers[:k])
    ...      for k in range(1000))},
    ...     unit="us per number", items=1000, wanted=Wanted(faster=20))
    >>> answers["strategic"], bench.lines[0].others
    (499500, ['a loop'])
    >>> [verdict.met for verdict in bench.lines[0].verdicts()]
    [True]
    """

    def __init__(
        self,
        topic: str,
        *,
        quick: bool,
        large: bool = False,
        show: Callable[[str], object] = print,
    ) -> None:
        self.topic, self.quick, self.large = topic, quick, large
        self.lines: list[Line] = []
        self.checks: list[Check] = []
        self._show = show

    def title(self, text: str) -> None:
        """Say what the lines that follow are about; not stored."""
        self._show(f"\n{text}")

    def race(
        self,
        case: str,
        works: Mapping[str, Work],
        *,
        unit: str,
        items: float | Mapping[str, float] = 1.0,
        rounds: int = 5,
        clock: str = "processor",
        wanted: Wanted | Iterable[Wanted] = (),
        told: Callable[[dict[str, Any]], dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Let ours and others work in turns, and record the time of each by thing done.

        Parameters
        ----------
        case : str
            Name of the line; it must stay the same from run to run.
        works : dict of str to callable
            What is timed, ours under ``"strategic"``. A work may return a `Timed`.
        unit : str
            ``s``, ``ms``, ``us`` or ``ns``, and of what: ``"us per game"``.
        items : float or dict of str to float
            Things done by one call, of all or by name; 1 where a name is missing.
        rounds : int
            Turns of everybody; every second one runs backwards, so that a drift hits all alike.
            Three and more come after a turn that is not timed, in which libraries load, tables are
            made and functions compiled.
        clock : {"processor", "wall"}
            Processor time of this process, or time on the wall where several work at once.
        wanted : Wanted or several
            Targets.
        told : callable, optional
            From the answers by name to what else is worth knowing of the case.

        Returns
        -------
        dict of str to object
            What each work returned in the last round.
        """
        if OURS not in works:
            raise ValueError(f"works of {case!r} must hold {OURS!r}, got {sorted(works)}")
        scale, taken = SCALES[unit.split(maxsplit=1)[0]], {name: [] for name in works}
        answers: dict[str, Any] = {}
        if rounds > 2:  # long works run once or twice, and their first use is little of them
            for work in works.values():
                work()
        gc.collect()  # what the case before left behind is nobody's work here
        for turn in range(rounds):
            for name in list(works)[:: -1 if turn % 2 else 1]:
                done = _timed(works[name], CLOCKS[clock])
                some = items.get(name, 1.0) if isinstance(items, Mapping) else items
                each = done.seconds / (some if done.items is None else done.items)
                taken[name].append(_rounded(scale * max(each, 1e-12)))
                answers[name] = done.answer
        samples = {name: [values] for name, values in taken.items()}
        extra = told(answers) if told else {}
        self._add(case, unit, samples, clock=clock, wanted=wanted, told=extra)
        return answers

    def value(
        self,
        case: str,
        value: float,
        *,
        unit: str,
        better: str = "lower",
        wanted: Wanted | Iterable[Wanted] = (),
        told: dict[str, str] | None = None,
    ) -> None:
        """Record a number that is not a time in a race: memory, a rate, an error."""
        samples = {OURS: [[_rounded(float(value))]]}
        self._add(case, unit, samples, better=better, wanted=wanted, told=told or {})

    def check(self, case: str, wrong: int, of: int, told: dict[str, str] | None = None) -> None:
        """Record a statement that must hold on any machine: how many are wrong of how many."""
        made = Check(self.topic, case, int(wrong), int(of), told or {})
        self.checks.append(made)
        self._show(f"  {case}: {made}" + "".join(f"; {k}: {v}" for k, v in made.told.items()))

    def left_out(self, why: str) -> None:
        """Say what this run does not have, and why."""
        self._show(f"  left out: {why}")

    def _add(self, case: str, unit: str, samples: Any, *, wanted: Any, **rest: Any) -> None:
        wants = (wanted,) if isinstance(wanted, Wanted) else tuple(wanted)
        line = Line(self.topic, case, unit, samples, wanted=wants, **rest)
        if any(case == other.case for other in self.lines):
            raise ValueError(f"two lines of {self.topic} are called {case!r}")
        self.lines.append(line)
        self._show(line_in_words(line))


def one_by_one(
    solve: Callable[[Any], Any], games: list[Any], *, patience: float = float("inf")
) -> Work:
    """Make a work of a peer that takes one game at a time, for as long as patience lasts.

    Its answer is the list of answers to the games it got to.
    """

    def work() -> Timed:
        answers: list[Any] = []
        start = time.process_time()
        for game in games:
            answers.append(solve(game))
            if time.process_time() - start > patience:
                break
        return Timed(time.process_time() - start, len(answers), answers)

    return work


def _timed(work: Work, clock: Callable[[], float]) -> Timed:
    start = clock()
    done = work()
    seconds = clock() - start
    return done if isinstance(done, Timed) else Timed(seconds, answer=done)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
