"""What the status of a single game means, where more is known than the status says."""

from __future__ import annotations

from strategic.equilibria.result import Equilibria
from strategic.equilibria.solution import Solution
from strategic.status import Status

MOST_PROFILES = 10_000
"""Of games that are searched for dominated actions only to word a message."""
_OF_MORE = {
    Status.FOUND_SOME: (
        "The game is degenerate: payoffs are tied. Every pure and every regular equilibrium is "
        "listed, and the ends of the pieces on which one player is indifferent (no index); other "
        "equilibria that are not regular may exist."
    ),
    Status.NOT_FINISHED: (
        "Not even all regular equilibria are proved to be listed: in some support, equilibria "
        "touch or form curves, or the limit of cells was reached. Those listed were verified."
    ),
}
"""For games with three and more players."""


_OF_SYMMETRIC = {
    Status.COMPLETE: (
        "Every symmetric equilibrium was found; a certificate proves that no other is symmetric."
    ),
    Status.COMPLETE_EXACT: (
        "Every symmetric equilibrium was found; exact arithmetic settled what rounding left open."
    ),
    Status.COMPONENTS: (
        "Every extreme symmetric equilibrium was found; payoffs are tied, so these may span "
        "connected sets of symmetric equilibria."
    ),
    Status.FOUND_SOME: (
        "The symmetric equilibria listed were verified; payoffs are tied, and others that are not "
        "isolated, or touch ties, may exist."
    ),
}
"""For the method `symmetric`, whose list is complete for its kind."""


def message(found: Solution) -> str:
    """Say what is known about the solution of a single game.

    Pure equilibria are found by comparing all profiles, so their list is complete for its kind,
    though the status, which scripts read, calls it a part of all equilibria.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> message(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]], method="pure"))
    'It is the only equilibrium, mixed ones included: iterated dominance leaves no other.'
    >>> message(solve([[1, 0], [0, 1]], [[1, 0], [0, 1]], method="pure"))
    'Every equilibrium in pure strategies was found; mixed ones were not looked for.'
    """
    if found.method == "all" and len(found.games.shape) > 2 and int(found.status) in _OF_MORE:
        return _OF_MORE[Status(int(found.status))]
    if found.method == "symmetric" and int(found.status) in _OF_SYMMETRIC:
        return _OF_SYMMETRIC[Status(int(found.status))]
    if found.method != "pure" or not isinstance(found, Equilibria):
        return Status(int(found.status)).message
    from strategic.equilibria.concepts.pure import pure_mask

    count, pure = len(found), int(pure_mask(found.games).sum())
    if count < pure:
        return "Every strict equilibrium was found; other pure and mixed ones were not looked for."
    if not count:
        return "There is no equilibrium in pure strategies; there is one in mixed strategies."
    if count == 1 and _solved_by_dominance(found):
        return (
            "It is the only equilibrium, mixed ones included: iterated dominance leaves no other."
        )
    return "Every equilibrium in pure strategies was found; mixed ones were not looked for."


def _solved_by_dominance(found: Solution) -> bool:
    from strategic.equilibria.concepts.dominance import Dominance

    game = found.games
    small = game.payoffs[0].size <= MOST_PROFILES
    return small and Dominance(mixed=False).reduction(game).solved
