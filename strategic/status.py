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
    Status.COMPLETE: "Every equilibrium was found; the signs are certified, so the set is proved.",
    Status.COMPLETE_EXACT: (
        "Every equilibrium was found; exact rational arithmetic decided what float could not."
    ),
    Status.COMPONENTS: (
        "Every extreme equilibrium was found; the game is degenerate, and they may span "
        "connected sets of equilibria, its components."
    ),
    Status.NOT_FINISHED: "The method stopped before it was done; raise its limit or use another.",
    Status.FOUND: "One equilibrium was found and verified; there may be others.",
    Status.FOUND_SOME: (
        "The equilibria listed were found and verified; that there are no others is not proved."
    ),
    Status.OK: "The value is defined and was computed.",
    Status.INVALID: "The inputs of this point break a rule (NaN, or outside their range).",
    Status.NO_VALUE: "Cooperation is worth no more than acting alone, so nothing can sustain it.",
    Status.SELF_ENFORCING: "Nobody gains by breaking cooperation once; no punishment is needed.",
    Status.UNENFORCEABLE: "No punishment of this kind makes cooperation pay at this point.",
    Status.NO_NEWS: "An incident is as likely under trustworthy partners, so it says nothing.",
    Status.NO_PRICE: "No payment makes both sides willing; the payment is left as it was.",
    Status.NOT_CONVERGED: "The iteration did not reach its tolerance; read the residual.",
    Status.NO_EQUILIBRIUM: "There is no equilibrium of the kind asked for.",
}
_FAILED = frozenset({Status.NOT_FINISHED, Status.INVALID, Status.NOT_CONVERGED})
