"""Claims: what a model file says about its own measures, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CHANGES = ("increases_with", "decreases_with", "unchanged_by")
"""Predicates over a range of a parameter, or of a mechanism's intensity."""

LEVER = "mechanism."
"""What the name of a mechanism's intensity begins with."""


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
        What the measure is compared with; for the last three a parameter, or
        ``mechanism.NAME`` for the intensity of a mechanism.
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

    Examples
    --------
    >>> claim = Claim("c", "More is better", "surplus", "increases_with", "relation.alignment")
    >>> claim.is_about_change, claim.expects
    (True, 'increases with relation.alignment')
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

    @property
    def is_about_change(self) -> bool:
        """Whether the measure is followed over a range."""
        return self.predicate in CHANGES

    @property
    def expects(self) -> str:
        """What must be measured, in words: ``increases with relation.alignment``."""
        target = self.target if isinstance(self.target, str) else f"{self.target:.6g}"
        return " ".join([*self.predicate.split("_"), target])


@dataclass(frozen=True)
class Checked:
    """Whether a claim holds, and what was measured.

    Parameters
    ----------
    slug : str
        The model it was checked in.
    claim : Claim
        What it says.
    holds : bool
        Whether the measure does what the claim says.
    measured : float, str or list
        The value; the values at both ends of the range where the claim is about a change.
    why : str
        Why it does not hold, such as where the measure falls.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.check("hawk-dove")[0]
    >>> found.holds, found.claim.measure
    (True, 'equilibrium_count')
    """

    slug: str
    claim: Claim
    holds: bool
    measured: Any
    why: str = ""
