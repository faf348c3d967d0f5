"""Status codes of batch results, each with a message that says what to do.

A batch never raises because of one bad point: every point carries one of these codes.
"""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """What is known about one game or one parameter point.

    Examples
    --------
    >>> Status.COMPLETE.label, Status.COMPLETE.failed
    ('complete', False)
    """

    COMPLETE = 0
    COMPLETE_EXACT = 1
    COMPONENTS = 2
    NOT_FINISHED = 3
    FOUND = 4
    FOUND_SOME = 5
    OK = 6
    INVALID = 7
    NO_VALUE = 8
    SELF_ENFORCING = 9
    UNENFORCEABLE = 10
    NO_NEWS = 11
    NO_PRICE = 12
    NOT_CONVERGED = 13
    NO_EQUILIBRIUM = 14
    REACHED = 15
    SEVERAL = 16
    NO_CHOICE = 17
    SETTLED = 18
    AT_REST = 19
    MOVING = 20
    UNDECIDED = 21
    DOES_NOT_FIT = 22
    MISSING = 23
    NO_FRACTIONS = 24

    @property
    def label(self) -> str:
        """The name users see, such as ``complete_exact``."""
        return self.name.lower()

    @property
    def message(self) -> str:
        """One sentence: what this status means and what to do about it."""
        return _MESSAGES[self]

    @property
    def failed(self) -> bool:
        """Whether the point has no usable answer (the command line then exits with 3)."""
        return self in _FAILED


_MESSAGES = {
    Status.COMPLETE: "Every equilibrium was found; a sign certificate proves the list complete.",
    Status.COMPLETE_EXACT: (
        "Every equilibrium was found; exact rational arithmetic settled the signs that floating "
        "point left undecided."
    ),
    Status.COMPONENTS: (
        "Every extreme equilibrium was found; the game is degenerate, so these may span "
        "connected components of equilibria."
    ),
    Status.NOT_FINISHED: "The method stopped early; raise its limit or use another method.",
    Status.FOUND: "One equilibrium was found and verified; there may be others.",
    Status.FOUND_SOME: "The equilibria listed were verified; the list is not proved complete.",
    Status.OK: "The value is defined and was computed.",
    Status.INVALID: "The inputs at this point are not valid (NaN, infinite or out of range).",
    Status.NO_VALUE: (
        "Cooperation pays no more than acting alone, so no punishment can sustain it."
    ),
    Status.SELF_ENFORCING: "No deviation from cooperation is profitable; no punishment is needed.",
    Status.UNENFORCEABLE: "No such punishment sustains cooperation at this point.",
    Status.NO_NEWS: (
        "An incident is just as likely with trustworthy partners, so it is uninformative."
    ),
    Status.NO_PRICE: "No payment makes both sides willing; the payment is left unchanged.",
    Status.NOT_CONVERGED: "The iteration did not reach its tolerance; check the residual.",
    Status.NO_EQUILIBRIUM: "There is no equilibrium of the kind requested.",
    Status.REACHED: (
        "The path came to its end, within the regret shown of an equilibrium; that equilibrium "
        "was not verified exactly."
    ),
    Status.SEVERAL: "The game has several equilibria; choose one of them by another rule.",
    Status.NO_CHOICE: (
        "The rule selects no equilibrium of this game: none beats every other, or the rule is not "
        "defined here."
    ),
    Status.SETTLED: "The path has settled at a rest point that attracts all near it.",
    Status.AT_REST: (
        "The path is at rest where it does not attract all near it; a disturbance may end this."
    ),
    Status.UNDECIDED: (
        "The path stands still, but an action that has nearly vanished gains so little that it may "
        "be rounding; whether it comes back is not decided."
    ),
    Status.DOES_NOT_FIT: (
        "The method does not take this game, whose payoffs are not of the kind it is for; use "
        "another method."
    ),
    Status.MOVING: "The path was still moving at the horizon; its end is where it was then.",
    Status.MISSING: "Nothing was computed at this point; growing the sweep computes it.",
    Status.NO_FRACTIONS: (
        "Some equilibria are not known as fractions, mostly because shares are irrational; they "
        "are NaN here, and the list in doubles has them."
    ),
}
_FAILED = frozenset(
    {
        Status.NOT_FINISHED,
        Status.INVALID,
        Status.NOT_CONVERGED,
        Status.DOES_NOT_FIT,
        Status.MISSING,
        Status.NO_FRACTIONS,
    }
)
