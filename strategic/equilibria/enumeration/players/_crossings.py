"""Where two polynomials in two unknowns are zero together, both unknowns positive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._findings import Profile
from strategic.equilibria.enumeration.players._whole_polynomials import (
    Form,
    Line,
    added,
    common,
    content,
    form_added,
    form_multiplied,
    form_quotient,
    form_trimmed,
    multiplied,
    put,
    quotient,
    subresultants,
    trimmed,
)
from strategic.equilibria.enumeration.players._whole_roots import WholeRoot, positive_roots

_LINEAR = 2
"""Coefficients of a polynomial of degree one."""

Weights = Sequence[Line]
"""Of the actions of a player: polynomials in one unknown, known up to one positive factor."""


@dataclass(frozen=True)
class Crossing:
    """One place where both polynomials are zero.

    Parameters
    ----------
    root : WholeRoot
        The value of one unknown, in which all the rest is written.
    first, second : pairs of Line
        Below and above the line of the fraction that each unknown is, both positive.
    """

    root: WholeRoot
    first: Weights
    second: Weights


@dataclass(frozen=True)
class Crossings:
    """Where two polynomials cross, and what they share.

    Parameters
    ----------
    points : list of Crossing
        All isolated common zeros among others; ``factor`` may be zero there too.
    factor : Form
        Their greatest common divisor, zero on a curve, where no Jacobian is regular.
    slopes : Form
        The determinant of the Jacobian of what is left of both.
    """

    points: list[Crossing]
    factor: Form
    slopes: Form

    @property
    def curve(self) -> bool:
        """Whether the factor may be zero where both unknowns are positive."""
        return has_both_signs(self.factor)


@dataclass(frozen=True)
class Eliminated:
    """Roots of the indifference equations of a support, and whether some may form curves.

    Parameters
    ----------
    roots : list of (shares, index or None)
        All isolated roots, all shares positive, at which nobody gains by deviating. None marks a
        multiple root, and one at which some deviation gains nothing.
    curve : bool
        Whether roots may form curves, at none of which the Jacobian is regular.
    """

    roots: list[tuple[Profile, int | None]]
    curve: bool


def has_both_signs(f: Form) -> bool:
    """Whether some coefficients are positive and others negative."""
    numbers = [c for line in f for c in line if c]
    return min(numbers) < 0 < max(numbers)


def crossings(f: Form, g: Form) -> Crossings:
    """Find where two polynomials that are not zero are zero together.

    Raises
    ------
    UnsettledError
        When one unknown does not tell the places apart.

    Notes
    -----
    At a root of the resultant the subresultant of degree one gives the other unknown, unless it is
    zero throughout: then more than one place have the first unknown in common.
    """
    factor, (f, g), chain = _apart(f, g)
    slopes = form_added(
        form_multiplied(_slope(f), _slope_of_second(g)),
        form_multiplied(_slope_of_second(f), _slope(g)),
        -1,
    )
    if len(f) == 1 and len(g) == 1:
        return Crossings([], factor, slopes)  # both depend on the first alone, and share no root
    if min(len(f), len(g)) == 1:
        line, form = (f[0], g) if len(f) == 1 else (g[0], f)
        low, high = form if len(form) == _LINEAR else ([], [])
        roots, ends = positive_roots(line), [[1]]
    else:
        low, high = chain[-2] if len(chain[-2]) == _LINEAR else ([], [])
        # It is zero, though nothing is, where both leading coefficients are.
        roots, ends = positive_roots(chain[-1][0]), [f[-1], g[-1]]
    points = []
    for root in roots:
        if not root.sign(high):
            if not root.sign(low):  # they meet at infinity otherwise
                points += _all_above(root, f, g)
            continue
        if root.sign(high) < 0:
            low, high = [-c for c in low], [-c for c in high]
        point = Crossing(root, ([1], [0, 1]), (high, [-c for c in low]))
        if is_positive(root, point.second) and (
            any(root.sign(end) for end in ends)
            or not any(map(root.sign, put([f, g], point.first, point.second)))
        ):
            points.append(point)
    return Crossings(points, factor, slopes)


def _apart(f: Form, g: Form) -> tuple[Form, tuple[Form, Form], list[Form]]:
    """Take the common factor out of two polynomials, and give their subresultants then."""
    ends = content(f), content(g)
    f, g = ([quotient(line, end) for line in form] for form, end in ((f, ends[0]), (g, ends[1])))
    shared = common(*ends)
    chain, factor = subresultants(f, g), [shared]
    if len(chain[-1]) > 1:
        last = content(chain[-1])
        plain = [quotient(line, last) for line in chain[-1]]
        f, g = form_quotient(f, plain), form_quotient(g, plain)
        chain, factor = subresultants(f, g), [multiplied(line, shared) for line in plain]
    own = [quotient(end, shared) for end in ends]
    if own != [[1], [1]]:
        f, g = (
            [multiplied(line, end) for line in form] for form, end in zip((f, g), own, strict=True)
        )
        chain = subresultants(f, g)
    return factor, (f, g), chain


def _all_above(root: WholeRoot, f: Form, g: Form) -> list[Crossing]:
    """Find all places with a given first unknown, which must be a fraction.

    Raises
    ------
    UnsettledError
        When it is none.
    """
    if root.width:
        raise UnsettledError
    below, above = root.low.denominator, root.low.numerator
    if root.inverse:
        below, above = above, below
    lines = []
    for form in (f, g):
        most = max(map(len, form)) - 1
        lines.append(
            trimmed(
                [
                    sum(c * above**step * below ** (most - step) for step, c in enumerate(line))
                    for line in form
                ]
            )
        )
    shared = common(*lines)
    if not shared:
        raise UnsettledError
    first = [below], [above]
    return [Crossing(other, first, ([1], [0, 1])) for other in positive_roots(shared)]


def is_positive(root: WholeRoot, weights: Weights) -> bool:
    """Whether all weights have one sign, which is not zero, at a root."""
    signs = {root.sign(weight) for weight in weights}
    return len(signs) == 1 and 0 not in signs


def _slope(f: Form) -> Form:
    """Differentiate by the first unknown."""
    return form_trimmed([[place * c for place, c in enumerate(line)][1:] for line in f])


def _slope_of_second(f: Form) -> Form:
    return [[place * c for c in line] for place, line in enumerate(f)][1:]


def at_weights(row: Array, weights: Sequence[Weights]) -> Line:
    """Mix a table by weights of every player; an axis of length one is left as it is."""
    total: Line = []
    for place in product(*(range(n) for n in row.shape)):
        value = int(row[place])
        if value:
            chosen = [w[a] for w, a, n in zip(weights, place, row.shape, strict=True) if n > 1]
            term = [value]
            for weight in chosen:
                term = multiplied(term, weight)
            total = added(total, term)
    return total


def gain_sign(root: WholeRoot, weights: Sequence[Weights], row: Array) -> int:
    """Give the sign of a gain where the players mix as they do at a root."""
    sign = root.sign(at_weights(row, weights))
    for pair, size in zip(weights, row.shape, strict=True):
        if size > 1:
            sign *= root.sign(pair[0])
    return sign


def shares_at(root: WholeRoot, weights: Sequence[Weights]) -> Profile:
    """Give the shares of the actions of every player."""
    return tuple(root.shares(own) if len(own) > 1 else (Fraction(1),) for own in weights)
