"""What is said of a name: one entry, whatever the name stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from strategic.catalogue.entries import Source


@dataclass(frozen=True)
class Explanation:
    """What a name stands for.

    Parameters
    ----------
    name, kind : str
        Such as ``incident_limit`` and ``measure``.
    meaning : str
        One or a few sentences.
    family : str
        The family of models that has it; empty for what any game has, and for methods.
    formula : str
        LaTeX; see `strategic.latex`.
    facts : mapping of str to str
        Unit, range, default and the like, in the order in which they are shown.
    statements : tuple of Source
        What the sources say about it.
    references : tuple of str
        Papers.
    examples : tuple of str
        Commands that show it.
    models : tuple of str
        Models of the catalogue that claim something of it.
    claims : tuple of str
        What a model claims, each checked by ``strategic check``.

    Examples
    --------
    >>> from strategic.catalogue.explaining import explained
    >>> (found,) = explained("incident_limit")
    >>> found.kind, found.family, found.facts["unit"]
    ('measure', 'relationship', 'per period')
    """

    name: str
    kind: str
    meaning: str
    family: str = ""
    formula: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[Source, ...] = ()
    references: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        statements = [{"id": s.id, "source": s.source, "quote": s.quote} for s in self.statements]
        return {**vars(self), "facts": dict(self.facts), "statements": statements}
