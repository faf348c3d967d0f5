"""What a benchmark stores: times of ours and of others in turns, single numbers, and checks.

Samples are kept as they were measured, ``samples[name][sitting][round]``: a sitting is one process
of its own, a round one turn of everybody. Medians, ranges, ratios and verdicts are made from them
whenever they are shown, so a stored run can always be looked at in another way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import Any

OURS = "strategic"
Samples = dict[str, list[list[float]]]


@dataclass(frozen=True)
class Spread:
    """Median, lowest and highest of what was measured."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        return cls(median(values), min(values), max(values))

    @property
    def inverted(self) -> Spread:
        """The same of one over the values: times the time instead of times as fast."""
        return Spread(1 / self.middle, 1 / self.high, 1 / self.low)

    def __str__(self) -> str:
        middle, low, high = (shown(v) for v in (self.middle, self.low, self.high))
        return middle if low == high else f"{middle} ({low}-{high})"


def shown(value: float) -> str:
    """Write a number with two digits, or three where the first of them is a one.

    Examples
    --------
    >>> shown(0.1561), shown(41.6), shown(1234.5), shown(0.0)
    ('0.156', '42', '1,230', '0')
    """
    if not value or value != value:  # noqa: PLR0124 - a missing number stays one
        return f"{value:g}"
    first = f"{value:.2e}".lstrip("-")[0]
    rounded = float(f"{value:.{2 if first == '1' else 1}e}")
    if abs(rounded) >= 1e7 or abs(rounded) < 1e-4:
        return f"{rounded:.3g}"
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.3g}"


@dataclass(frozen=True)
class Wanted:
    """A target of a line.

    Parameters
    ----------
    faster : float, optional
        At least so many times as fast as ``than``: 1/3 allows three times its time.
    than : str, optional
        Another of the race; the fastest of them when not said.
    most, least : float, optional
        Bounds on the number itself, in the unit of the line.
    """

    faster: float | None = None
    than: str | None = None
    most: float | None = None
    least: float | None = None


@dataclass(frozen=True)
class Verdict:
    """A target in words, the number it is about, and whether that number meets it."""

    target: str
    brief: str
    found: str
    met: bool

    def __str__(self) -> str:
        return f"wanted {self.brief}: {'met' if self.met else 'NOT MET'}"


@dataclass(frozen=True)
class Line:
    """One case of a topic: what everybody took in turns, or a number of ours alone.

    Parameters
    ----------
    topic, case : str
        They name the line across runs.
    unit : str
        Of the samples, such as ``us per game``.
    samples : dict of str to list of list of float
        By name, sitting and round; the fixed name ``strategic`` is ours.
    better : {"lower", "higher"}
        Which way is progress. Races are times, so lower.
    clock : str
        ``processor``, ``wall``, or empty where no time was measured.
    wanted : tuple of Wanted
        Targets.
    told : dict of str to str
        What else is worth knowing of the case: disagreements, errors, sizes, a digest of answers.
    """

    topic: str
    case: str
    unit: str
    samples: Samples
    better: str = "lower"
    clock: str = ""
    wanted: tuple[Wanted, ...] = ()
    told: dict[str, str] = field(default_factory=dict)

    @property
    def others(self) -> list[str]:
        """The others that were raced, the fastest first."""
        names = [name for name in self.samples if name != OURS]
        return sorted(names, key=lambda name: self.spread(name).middle)

    def spread(self, name: str = OURS) -> Spread:
        """Median and range of the times of one, over all rounds."""
        return Spread.of([value for sitting in self.samples[name] for value in sitting])

    def ratio(self, other: str) -> Spread:
        """Tell how many times as fast as another ours is: ratios of the same round."""
        return Spread.of([value for sitting in self.ratios(other) for value in sitting])

    def ratios(self, other: str) -> list[list[float]]:
        """Divide another's times by ours of the same round, by sitting."""
        pairs = zip(self.samples[other], self.samples[OURS], strict=True)
        return [[b / a for b, a in zip(*pair, strict=True)] for pair in pairs]

    def verdicts(self) -> Iterator[Verdict]:
        """Compare medians with targets; a target against one who did not run is left out."""
        for wanted in self.wanted:
            if wanted.faster is not None:
                than = wanted.than or next(iter(self.others), None)
                if than in self.samples:
                    found = self.ratio(than)
                    words, brief = _times(wanted.faster)
                    brief += f" ({than})" if than != self.others[0] else ""
                    met = found.middle >= wanted.faster
                    written = str(found if wanted.faster >= 1 else found.inverted)
                    yield Verdict(f"{words} {than}", brief, written, met)
            own = self.spread()
            if wanted.most is not None:
                met = own.middle <= wanted.most
                target = f"at most {wanted.most:g}"
                yield Verdict(f"{target} {self.unit}", target, str(own), met)
            if wanted.least is not None:
                met = own.middle >= wanted.least
                target = f"at least {wanted.least:g}"
                yield Verdict(f"{target} {self.unit}", target, str(own), met)

    def joined(self, later: Line) -> Line:
        """Add the sittings of the same line that came later; who missed one is left out."""
        both = [name for name in self.samples if name in later.samples]
        samples = {name: self.samples[name] + later.samples[name] for name in both}
        return replace(self, samples=samples)

    def stored(self) -> dict[str, Any]:
        """Give what JSON can hold; targets keep the keys that are set."""
        wanted = [{k: v for k, v in asdict(w).items() if v is not None} for w in self.wanted]
        return {**asdict(self), "wanted": wanted}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Line:
        return cls(**{**stored, "wanted": tuple(Wanted(**w) for w in stored["wanted"])})


def _times(faster: float) -> tuple[str, str]:
    """Write a ratio of speeds in words, and briefly beside the ratio that was found."""
    if faster >= 1:
        return f"at least {faster:g} times as fast as", f"at least {faster:g}"
    return f"at most {1 / faster:.3g} times the time of", f"at most {1 / faster:.3g} times the time"


@dataclass(frozen=True)
class Check:
    """A statement that must hold whatever the machine: so many wrong of so many, none allowed."""

    topic: str
    case: str
    wrong: int
    of: int
    told: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.of > 0 and not self.wrong

    def __str__(self) -> str:
        if not self.of:
            return "NOT CHECKED: who could tell is not installed"
        return f"{'pass' if self.passed else 'FAIL'}: {self.wrong:,} wrong of {self.of:,}"

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Check:
        return cls(**{key: value for key, value in stored.items() if key != "passed"})
