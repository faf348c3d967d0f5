"""What every letter of formulas stands for: parameters, measures and what only formulas name.

The notation page, ``strategic explain`` of a letter and the tests read this one list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from strategic.latex import plain, symbols
from strategic.modelling import Family
from strategic.modelling.letters import OF_ALL_FORMULAS, OF_ANY_GAME, Letter
from strategic.modelling.registry import address_of, kinds, look_up

_APART = re.compile(r", (?![^({]*[)}])")
"""Where one symbol ends and another begins: a comma outside parentheses and braces."""

_NO_LETTER = re.compile(r"[&|]|\\(?:begin|left|text|sum|lim|min|max|mid|#|\{)(?![a-z}])")
"""What stands before an equals sign only where no letter is defined."""


@dataclass(frozen=True)
class Symbol:
    r"""A letter of formulas and what it stands for.

    Parameters
    ----------
    symbol : str
        LaTeX.
    names : tuple of str
        The parameter or the measures that it is in code; empty for what only formulas name.
    kind : {"parameter", "measure", "letter"}
        What these are.
    meaning, unit, formula : str
        In words; the unit, empty for a pure number and for what has none; LaTeX, where the letter
        is defined by others.
    family : str
        The family of models it belongs to; empty for those of every game.

    Examples
    --------
    >>> found = symbols_called("theta_G")[0]
    >>> found.symbol, found.names, found.kind
    ('\\theta_G', ('trust.government',), 'parameter')
    """

    symbol: str
    names: tuple[str, ...]
    kind: str
    meaning: str
    unit: str = ""
    formula: str = ""
    family: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """What a user may type for it: LaTeX, one line of text, and the names of its letters."""
        bare = re.sub(r"\\mathrm|\\mathcal|[\\{} ]", "", self.symbol.partition("(")[0])
        return tuple(dict.fromkeys([self.symbol, plain(self.symbol), bare, _first(self.symbol)]))


def notation(family: Family | None = None, /) -> tuple[Symbol, ...]:
    """List the letters of a family's formulas; of those of any game where none is named.

    Parameters
    ----------
    family : Family, optional
        Such as that of a model.

    Returns
    -------
    tuple of Symbol
        Parameters, then measures by the letter their formula begins with, then other letters.

    Examples
    --------
    >>> import strategic as st
    >>> listed = notation(st.load("ai-mier").family)
    >>> next(one.meaning for one in listed if one.symbol == "h")
    'Probability of an incident per period of cooperation (h_C)'
    """
    if family is None:
        return tuple(_of_letters((*OF_ALL_FORMULAS, *OF_ANY_GAME), ""))
    return (
        *_of_parameters(family),
        *_of_measures(family),
        *_of_letters(family.letters, family.name),
    )


def _of_parameters(family: Family) -> Iterator[Symbol]:
    for one in family.parameters.values():
        if one.symbol:
            yield Symbol(
                one.symbol, (one.name,), "parameter", one.meaning, one.unit, family=family.name
            )


def _of_measures(family: Family) -> Iterator[Symbol]:
    """Yield every letter that a measure's formula begins with, once for all players."""
    found: dict[str, list[str]] = {}
    for measure in family.measures.values():
        symbol = _defined_by(measure.formula)
        if symbol:
            found.setdefault(symbol, []).append(measure.name)
    for symbol, names in found.items():
        first = family.measures[names[0]]
        meaning = together([family.measures[name].meaning for name in names])
        formula = first.formula.partition(" = ")[2]
        yield Symbol(symbol, tuple(names), "measure", meaning, first.unit, formula, family.name)


def together(meanings: list[str], /) -> str:
    """Say once what holds for several players.

    Examples
    --------
    >>> together(["Gain of the row player.", "Gain of the column player."])
    'Gain of the row/column player.'
    """
    words = [re.split(r"(\W+)", meaning) for meaning in meanings]
    if len({len(own) for own in words}) > 1:
        return meanings[0]
    return "".join("/".join(dict.fromkeys(same)) for same in zip(*words, strict=True))


def _defined_by(formula: str) -> str:
    """Name the letter before the equals sign, if one stands alone there."""
    symbol, equals, _ = formula.partition(" = ")
    alone = equals and "(" not in symbol and not _NO_LETTER.search(symbol)
    return symbol if alone and symbols(symbol) == [plain(symbol)] else ""


def _of_letters(listed: tuple[Letter, ...], family: str) -> Iterator[Symbol]:
    for one in listed:
        for symbol in _APART.split(one.symbol):
            yield Symbol(symbol, (), "letter", one.meaning, one.unit, one.formula, family)


def symbols_called(name: str, /) -> list[Symbol]:
    r"""Find what a letter stands for, however it is typed.

    Parameters
    ----------
    name : str
        LaTeX (``\delta``), text (``δ``) or letters by their names (``delta``); of a player
        (``x_G``) what holds for every i (``x_i``) where it has nothing of its own.

    Examples
    --------
    >>> [one.names for one in symbols_called("δ")]
    [('relation.discount',)]
    >>> symbols_called("x_G")[0].names
    ('incentive_government', 'incentive_organisation')
    """
    known = _by_spelling()
    return list(known.get(name) or known.get(player_of(name)) or ())


def player_of(name: str, /) -> str:
    """Write of any player what is written of one.

    Examples
    --------
    >>> player_of("x_G"), player_of("phi_0")
    ('x_i', 'phi_0')
    """
    return re.sub(r"_[A-Z](?![\w{])", "_i", name)


def legend(formulas: Iterable[str], family: Family | None = None, /) -> dict[str, str]:
    r"""Say what the letters of formulas mean, but those that the formulas themselves define.

    Parameters
    ----------
    formulas : iterable of str
        LaTeX.
    family : Family, optional
        Whose letters they are; of any game where none is named.

    Returns
    -------
    dict
        From letters, as one line of text shows them, to their meaning.

    Examples
    --------
    >>> import strategic as st
    >>> legend([r"s = q_J - q_G"], st.load("ai-mier").family)
    {'q_J': 'service both produce together', 'q_G': 'service the government produces alone'}
    """
    written, known = list(formulas), _meanings(family)
    defined = {name for formula in written for name in _defined(formula)}
    found: dict[str, str] = {}
    for formula in written:
        for letter in symbols(formula):
            told = known.get(letter) or known.get(player_of(letter), "")
            if told and letter not in defined and told not in found.values():
                found[letter] = told
    return found


@lru_cache(maxsize=8)
def _meanings(family: Family | None) -> dict[str, str]:
    """Say what each letter means, and of any player what is said of each."""
    listed = [*notation(), *(notation(family) if family else ())]  # the family has the last word
    own = {plain(one.symbol.partition("(")[0]): one.meaning for one in listed}
    players: dict[str, list[str]] = {}
    for letter, meaning in own.items():
        players.setdefault(player_of(letter), []).append(meaning)
    found = {letter: together(meanings) for letter, meanings in players.items()} | own
    short = {letter: meaning.partition(";")[0].rstrip(".") for letter, meaning in found.items()}
    return {letter: text[:1].lower() + text[1:] for letter, text in short.items() if letter != "i"}


def _defined(formula: str) -> Iterator[str]:
    """Name the letters before the equals signs of a formula's parts."""
    for part in formula.split(r", \quad "):
        symbol, equals, _ = part.partition(" = ")
        if equals and not _NO_LETTER.search(symbol):
            yield from symbols(symbol)[:1]


@cache
def _by_spelling() -> dict[str, tuple[Symbol, ...]]:
    found: dict[str, dict[Symbol, None]] = {}
    families = (look_up(address_of(kind)) for kind in kinds() if ":" in address_of(kind))
    listed = [*(one for family in families for one in notation(family)), *notation()]
    for one in listed:
        for spelling in one.spellings:
            same = found.setdefault(spelling, {})
            if all((one.meaning, one.names) != (other.meaning, other.names) for other in same):
                same[one] = None
    return {spelling: tuple(several) for spelling, several in found.items()}


def _first(symbol: str) -> str:
    """Write the letter of a function without its arguments."""
    return next(iter(symbols(symbol)), symbol)
