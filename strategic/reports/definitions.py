"""How the numbers of a section are defined: formulas that are registered, and their letters."""

from __future__ import annotations

from strategic.catalogue.notation import legend as meanings_of
from strategic.latex import mathml
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
    told = meanings_of(_formulas(family, names), family)
    return "; ".join(f"{letter}: {meaning}" for letter, meaning in told.items()) + "."


def _formulas(family: Family, names: tuple[str, ...]) -> list[str]:
    letters = {letter.symbol: letter.definition for letter in family.letters}
    return [
        family.measures[name].formula if name in family.measures else letters[name]
        for name in names
    ]
