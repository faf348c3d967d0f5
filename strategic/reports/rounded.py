"""What rounded payoffs do to the equilibria of a game: typed thirds, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from strategic.equilibria import Equilibria, Solution, solve
from strategic.games._numbers import decimal_places, format_number
from strategic.games.matrix import MOST_PROFILES
from strategic.games.rationalising import Rationalisation, rounded_payoffs
from strategic.status import Status

_LISTS = ("all", "polytopes", "pure")
"""Methods whose lists do not depend on where a path happens to lead."""
_MOST_NAMED = 6
_MOST_COMPARED = 200


@dataclass(frozen=True, eq=False)
class RoundingMatters:
    """The equilibria of a game hinge on digits beyond those of its payoffs.

    Parameters
    ----------
    payoffs : dict of Fraction to Fraction
        Payoffs that look rounded, by the fraction each would be.
    near : tuple of pairs of int
        Listed equilibria that differ by less than those digits.
    with_fractions : Equilibria
        Those of the game with the fractions.
    """

    payoffs: dict[Fraction, Fraction]
    near: tuple[tuple[int, int], ...]
    with_fractions: Equilibria

    @property
    def largest(self) -> int:
        """The largest denominator of the fractions."""
        return max(fraction.denominator for fraction in self.payoffs.values())

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "payoffs": {format_number(k): str(v) for k, v in self.payoffs.items()},
            "largest_denominator": self.largest,
            "near": [list(pair) for pair in self.near],
            "equilibria": len(self.with_fractions),
            "degenerate": bool(self.with_fractions.degenerate),
            "status": Status(int(self.with_fractions.status)).label,
        }

    def note(self) -> str:
        """Say it in words."""
        said = [f"{_equations(self.payoffs, sign='is near')}: payoffs may have been rounded."]
        if self.near:
            pairs = ", ".join(f"{one} and {other}" for one, other in self.near[:_MOST_NAMED])
            said.append(f"Equilibria {pairs} differ by less than their digits.")
        count, tied = len(self.with_fractions), bool(self.with_fractions.degenerate)
        listed = f"{count} equilibri{'um' if count == 1 else 'a'}"
        kind = "degenerate, with" if tied else "not degenerate, with"
        said.append(
            f"With these fractions the game is {kind} {listed}: see --rationalise {self.largest}."
        )
        return " ".join(said)


def rounding_matters(found: Solution) -> RoundingMatters | None:
    """Tell whether the equilibria of one game hinge on the rounding of its payoffs.

    They do if some payoffs look rounded from fractions, and the game with the fractions has other
    supports, another number of equilibria or ties where this one has none; or if two equilibria
    are nearer to each other than the last digits of those payoffs.

    Examples
    --------
    >>> from strategic.games import read_game
    >>> found = solve(read_game("0.333333 1; 0.333333 0 / 1 0; 0 1"))
    >>> rounding_matters(found) is None
    True
    >>> found = solve(read_game("0.333333 1; 1/3 0 / 1 0; 0 1"))
    >>> rounding_matters(found).largest
    3
    """
    game = found.games
    if not isinstance(found, Equilibria) or found.method not in _LISTS:
        return None
    if game.payoffs[0].size > MOST_PROFILES:
        return None
    payoffs = rounded_payoffs(game)
    if not payoffs:
        return None
    largest = max(fraction.denominator for fraction in payoffs.values())
    again = solve(game.rationalised(largest), method=found.method)
    near = _near(found, max(Fraction(1, 10 ** (decimal_places(n) or 0)) for n in payoffs))
    if not near and _supports(found) == _supports(again) and found.degenerate == again.degenerate:
        return None
    return RoundingMatters(payoffs, near, again)


def _supports(found: Equilibria) -> list[tuple[Any, ...]]:
    rows = zip(*((side > 0).tolist() for side in found.strategies), strict=True)
    return sorted(rows)


def _near(found: Equilibria, unit: Fraction) -> tuple[tuple[int, int], ...]:
    """List pairs of equilibria in which no share differs by more than ten units."""
    count = min(len(found), _MOST_COMPARED)
    shares = np.concatenate([side[:count].astype(np.float64) for side in found.strategies], axis=1)
    pairs = combinations(range(count), 2)
    return tuple((e, f) for e, f in pairs if np.abs(shares[e] - shares[f]).max() < float(10 * unit))


def rationalised_note(done: Rationalisation) -> str:
    """Say which payoffs were replaced, and which were not."""
    said = f"rationalised with denominators up to {done.largest}: "
    said += _equations(done.replaced, sign="=") if done.replaced else "no payoff was replaced"
    if done.kept:
        texts = [format_number(number) for number in done.kept]
        more = f" and {len(texts) - _MOST_NAMED} more" if len(texts) > _MOST_NAMED else ""
        said += f"; as written, with no single such fraction near: {', '.join(texts[:_MOST_NAMED])}"
        said += more
    return said


def rationalised_document(done: Rationalisation) -> dict[str, Any]:
    """Give the same as plain data."""
    return {
        "largest_denominator": done.largest,
        "replaced": {format_number(old): str(new) for old, new in done.replaced.items()},
        "kept": [format_number(number) for number in done.kept],
    }


def _equations(pairs: dict[Fraction, Fraction], *, sign: str) -> str:
    texts = [f"{format_number(old)} {sign} {new}" for old, new in list(pairs.items())[:_MOST_NAMED]]
    more = len(pairs) - len(texts)
    return ", ".join(texts) + (f" and {more} more" if more else "")
