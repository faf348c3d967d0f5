"""Games typed with rounded decimals, such as .333333333, turned back into fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from strategic.games._numbers import decimal_places
from strategic.games._rational import rounded_fraction
from strategic.games.game import Game


@dataclass(frozen=True, eq=False)
class Rationalisation:
    """A game with fractions for its rounded payoffs, and what was done.

    Parameters
    ----------
    game : Game
        The game or batch with the new payoffs.
    largest : int
        The largest denominator allowed.
    replaced : dict of Fraction to Fraction
        By the payoff as written, what stands for it; ascending.
    kept : tuple of Fraction
        Decimals that stay as written, though their denominators are larger: no fraction is within
        half a unit of their last digit, or several are. Ascending.

    Examples
    --------
    >>> from strategic.games import read_game
    >>> [str(number) for number in rationalise(read_game("0.333 0.5 / 0.667 0.1234"), 9).kept]
    ['617/5000']
    """

    game: Game
    largest: int
    replaced: dict[Fraction, Fraction]
    kept: tuple[Fraction, ...]


def rationalise(games: Game, largest: int) -> Rationalisation:
    """Replace rounded decimals by fractions, and tell which: see `Game.rationalised`.

    Examples
    --------
    >>> from strategic.games import read_game
    >>> done = rationalise(read_game("0.333 0.5 / 0.667 0.1234"), 9)
    >>> {str(old): str(new) for old, new in done.replaced.items()}
    {'333/1000': '1/3', '667/1000': '2/3'}
    >>> done.kept
    (Fraction(617, 5000),)
    """
    game = games.rationalised(largest)
    replaced, kept = dict[Fraction, Fraction](), set[Fraction]()
    for before, after in zip(games.as_typed(), game.as_typed(), strict=True):
        for old, new in zip(before.reshape(-1), after.reshape(-1), strict=True):
            if old != new and isinstance(old, Fraction):
                replaced[old] = new
            elif isinstance(old, Fraction) and old.denominator > largest:
                kept |= {old} if decimal_places(old) is not None else set()
    return Rationalisation(game, largest, dict(sorted(replaced.items())), tuple(sorted(kept)))


def rounded_payoffs(game: Game) -> dict[Fraction, Fraction]:
    """Find the payoffs that look rounded from fractions, by what each would be; ascending.

    Examples
    --------
    >>> from strategic.games import read_game
    >>> rounded_payoffs(read_game("0.3333 0.5 / 0.3141 1/3"))
    {Fraction(3333, 10000): Fraction(1, 3)}
    """
    numbers = {n for table in game.as_typed() for n in table.flat if isinstance(n, Fraction)}
    pairs = ((number, rounded_fraction(number)) for number in sorted(numbers))
    return {number: fraction for number, fraction in pairs if fraction is not None}
