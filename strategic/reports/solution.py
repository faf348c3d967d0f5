"""The answer to ``strategic solve``: the game, its solution, and a cross-check."""

from __future__ import annotations

from dataclasses import asdict

from strategic.equilibria import Equilibria, Solution
from strategic.equilibria.messages import message
from strategic.equilibria.sizes import advice
from strategic.errors import MethodError
from strategic.games.matrix import MOST_PROFILES
from strategic.games.rationalising import Rationalisation
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block
from strategic.reports.rounded import (
    rationalised_document,
    rationalised_note,
    rounding_matters,
)
from strategic.status import Status


def solution_answer(
    found: Solution,
    *,
    exact: bool = False,
    check_seconds: float = 0.0,
    rationalised: Rationalisation | None = None,
) -> Answer:
    """Lay out what a method found out about one game.

    Parameters
    ----------
    found : Solution
        Of a single game.
    exact : bool
        Give every number as a fraction such as ``"1/3"``.
    check_seconds : float
        Seconds that nashpy may take for a cross-check; none by default.
    rationalised : Rationalisation, optional
        How the payoffs of the game were made of those that were given.

    Raises
    ------
    MethodError
        When fractions or a cross-check are asked for, and the answer is not a list of equilibria.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> solution_answer(solve([[1, 0]], [[0, 1]])).document["equilibria"][0]["payoffs"]
    [0.0, 1.0]
    """
    asked, opinion = found, None
    if exact or check_seconds:
        if not isinstance(asked, Equilibria):
            raise MethodError(
                "fractions and cross-checks need a list of equilibria",
                value=found.method,
                remedy=advice(asked.games.shape, proved=True),
            )
        found = asked.exact() if exact else found
        if check_seconds:
            from strategic.equilibria.cross_check import cross_check

            opinion = cross_check(asked, seconds=check_seconds)
    document = found.document()
    if opinion is not None:
        document["check"] = asdict(opinion)
    matters = rounding_matters(asked) if rationalised is None else None
    document["rationalised"] = rationalised and rationalised_document(rationalised)
    document["rounded"] = matters and matters.document()
    game, status = found.games, Status(int(found.status))
    shown = game.tables(exact=exact) if game.payoffs[0].size <= MOST_PROFILES else []
    notes = [message(asked), *found.notes()]
    if opinion is not None:
        notes.append(f"cross-check ({opinion.tool}): {opinion.says}")
    if rationalised is not None:
        notes.append(rationalised_note(rationalised))
    if matters is not None:
        notes.append(matters.note())
    blocks = [Block("game", "", tables=shown)] if shown else []
    shown_as = found.told_apart()
    lines, tables = shown_as.lines(), shown_as.tables()
    solution = Block("solution", "", lines=lines, tables=tables, notes=notes)
    return Answer(document, [*blocks, solution], status)
