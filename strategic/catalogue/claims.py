"""Claims: what a model file says about its own measures, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Claim:
    """One statement about one measure of a model.

    Parameters
    ----------
    id, says : str
        Its name in the file, and the statement in words.
    measure : str
        What is measured.
    predicate : str
        One of ``equals``, ``at_least``, ``at_most``, ``increases_with``, ``decreases_with``,
        ``unchanged_by``.
    target : float or str
        What the measure is compared with; a parameter or a mechanism for the last three.
    sources : tuple of str
        The statements and propositions it stands for.
    set, mechanisms : mapping of str to float
        Changes made before measuring.
    without : tuple of str
        Events left out before measuring.
    over : tuple of float
        Range of the parameter (two values), or the points themselves (more than two).
    tolerance : float
        Relative; numbers closer than this are equal.
    """

    id: str
    says: str
    measure: str
    predicate: str
    target: float | str
    sources: tuple[str, ...] = ()
    set: Mapping[str, float] = field(default_factory=dict)
    mechanisms: Mapping[str, float] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    over: tuple[float, ...] = ()
    tolerance: float = 1e-6
