"""Conditions under which corners are stable, as formulas in the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from strategic.arrays import Array
from strategic.evolution._corner_gains import gain_at_corner
from strategic.evolution._polynomials import Rational, Terms
from strategic.evolution.corner_table import corners
from strategic.evolution.payoff_formulas import text_of
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.games.formula import Tree
from strategic.papers import Cited


@dataclass(frozen=True, eq=False)
class CornerCondition(Cited):
    """One condition of one corner: those who deviate to one action must earn less.

    Attributes
    ----------
    corner : int
        Number of the corner, as in `strategic.evolution.Corners`.
    name : str
        Its actions joined by "-".
    population, action : int
        Who deviates, and to what.
    value : array, shape of the batch
        The eigenvalue: what the deviation gains. The condition holds where it is negative.
    parameters : tuple of str
        Names of the parameters, in the order of exponents.
    tree : Tree or None
        The gain as a formula in the parameters; None where payoffs are no formulas.
    gain : Rational or None
        The same multiplied out; None where that is not possible.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F - C", "x - 2"], shares=["x", "y"], values={"F": 2.0, "C": 1.0}
    ... )
    >>> first = corner_conditions(game)[0]
    >>> first.name, first.condition, float(first.value)
    ('1-1', 'C - F < 0', -1.0)
    """

    made_by = ("strategic.evolution.replicator:replicator_field",)

    corner: int
    name: str
    population: int
    action: int
    value: Array
    parameters: tuple[str, ...] = ()
    tree: Tree | None = None
    gain: Rational | None = None

    @property
    def formula(self) -> str:
        """The eigenvalue as a formula, terms multiplied out; a number where there is none."""
        if self.gain is not None:
            top = terms_text(self.gain.top, self.parameters)
            if not self.gain.divides:
                return top
            return f"({top}) / ({terms_text(self.gain.bottom, self.parameters)})"
        if self.tree is not None:
            return text_of(self.tree)
        return f"{float(self.value):.6g}" if self.value.ndim == 0 else ""

    @property
    def condition(self) -> str:
        """The condition, common factors left out, such as "F + S - C1 < 0"."""
        if self.gain is None or self.gain.divides:
            return f"{self.formula} < 0"
        return f"{terms_text(without_content(self.gain.top), self.parameters)} < 0"


def corner_conditions(game: Game | PopulationGame, /) -> list[CornerCondition]:
    """List the conditions under which every corner is an evolutionarily stable strategy.

    Parameters
    ----------
    game : Game or PopulationGame
        One or a batch.

    Returns
    -------
    list of CornerCondition
        By corner, population and action.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F + S - C1 - S * y", "2 * x * (G - C2)"],
    ...     shares=["x", "y"], values={"F": 1, "S": 2, "C1": 4, "G": 1, "C2": 2},
    ... )
    >>> [(entry.name, entry.condition) for entry in corner_conditions(game)][-2:]
    [('2-2', 'F + S - C1 < 0'), ('2-2', '0 < 0')]
    """
    populations = PopulationGame.of(game)
    table, formulas = corners(populations), populations.formulas
    found = []
    for number, (profile, moves) in enumerate(
        zip(table.profiles.tolist(), table.deviations, strict=True)
    ):
        for place, (population, action) in enumerate(moves):
            value = table.eigenvalues[..., number, place]
            tree = gain = None
            names: tuple[str, ...] = ()
            if formulas is not None:
                names = tuple(formulas.values)
                tree, gain = gain_at_corner(formulas, tuple(profile), population, action)
            found.append(
                CornerCondition(
                    number, table.names[number], population, action, value, names, tree, gain
                )
            )
    return found


def terms_text(terms: Terms, names: tuple[str, ...]) -> str:
    """Write a polynomial: positive terms first, in the order of the parameters.

    Examples
    --------
    >>> terms_text({(0, 1): Fraction(-1), (2, 0): Fraction(3, 2)}, ("a", "b"))
    '1.5*a ** 2 - b'
    """
    ordered = sorted(terms.items(), key=lambda item: (item[1] < 0, sum(item[0]), _order(item[0])))
    text = ""
    for exponents, value in ordered:
        factors = [
            name if power == 1 else f"{name} ** {power}"
            for name, power in zip(names, exponents, strict=True)
            if power
        ]
        size = abs(value)
        if size != 1 or not factors:
            factors.insert(0, number_text(size))
        sign = ("-" if value < 0 else "") if not text else (" - " if value < 0 else " + ")
        text += sign + "*".join(factors)
    return text or "0"


def number_text(number: Fraction) -> str:
    """Write a fraction: as a decimal where that is short.

    Examples
    --------
    >>> number_text(Fraction(3, 2)), number_text(Fraction(1, 3))
    ('1.5', '1/3')
    """
    if number.denominator == 1:
        return str(number.numerator)
    short = f"{float(number):.12g}"
    return short if Fraction(short) == number else str(number)


def without_content(terms: Terms) -> Terms:
    """Divide a polynomial by the largest number that all its coefficients share."""
    if not terms:
        return terms
    values = [Fraction(value) for value in terms.values()]
    content = Fraction(
        gcd(*(value.numerator for value in values)), lcm(*(value.denominator for value in values))
    )
    return {exponents: value / content for exponents, value in terms.items()}


def _order(exponents: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-power for power in exponents)
