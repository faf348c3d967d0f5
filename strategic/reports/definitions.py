"""How the numbers of a section are defined: formulas that are registered, and their letters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from strategic.catalogue.notation import notation, player_of, together
from strategic.latex import mathml, plain, symbols
from strategic.modelling import Family


def formulas(family: Family, *names: str) -> list[str]:
    """Write formulas of a family for pages, in MathML, each on a line of its own.

    Parameters
    ----------
    family : Family
        Whose measures and letters are meant.
    *names : str
        Of measures, or letters in LaTeX where only formulas name them.

    Examples
    --------
    >>> import strategic as st
    >>> (written,) = formulas(st.load("ai-mier").family, "synergy")
    >>> written[:28]
    '<math display="block"><mi>s<'
    """
    return [mathml(formula, block=True) for formula in _formulas(family, names)]


def legend(family: Family, *names: str) -> str:
    """Say what the letters of formulas mean, but those that the formulas themselves define.

    Examples
    --------
    >>> import strategic as st
    >>> legend(st.load("ai-mier").family, "synergy")  # doctest: +ELLIPSIS
    'q_J: service both produce together; q_G: ...; q_O: service the organisation produces alone.'
    """
    written, known = _formulas(family, names), _meanings(family)
    defined = {name for formula in written for name in _defined(formula)}
    found: dict[str, str] = {}
    for formula in written:
        for letter in symbols(formula):
            told = next((known[name] for name in (letter, player_of(letter)) if name in known), "")
            if told and letter not in defined and told not in found.values():
                found[letter] = told
    return "; ".join(f"{letter}: {told}" for letter, told in found.items()) + "."


def _formulas(family: Family, names: tuple[str, ...]) -> list[str]:
    letters = {letter.symbol: letter.definition for letter in family.letters}
    return [
        family.measures[name].formula if name in family.measures else letters[name]
        for name in names
    ]


@lru_cache(maxsize=8)
def _meanings(family: Family) -> dict[str, str]:
    """Say what each letter means, and of any player what is said of each."""
    own = {plain(one.symbol.partition("(")[0]): one.meaning for one in notation(family)}
    players: dict[str, list[str]] = {}
    for letter, meaning in own.items():
        players.setdefault(player_of(letter), []).append(meaning)
    found = {letter: together(meanings) for letter, meanings in players.items()} | own
    return {
        letter: _lowered(meaning.partition(";")[0].rstrip("."))
        for letter, meaning in found.items()
        if letter != "i"
    }


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _defined(formula: str) -> Iterator[str]:
    """Name the letters before the equals signs of a formula's parts."""
    for part in formula.split(r", \quad "):
        symbol, equals, _ = part.partition(" = ")
        if equals and "\\begin" not in symbol:
            yield from symbols(symbol)[:1]
