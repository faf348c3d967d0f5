"""Parts of a model beyond its parameters: further tables of its file, variants of its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """A part of a family's models that parameters cannot say, such as a list of members.

    Parameters
    ----------
    name : str
        Its key in `Model.parts`.
    fields : str
        Address of a function from the family to the keys it adds to model files, each with the
        type and default that the validation library wants. A key that is a table of parameters
        gets the fields of that type besides.
    read : str
        Address of a function from the checked text of a file, the family and the timeline to the
        part; None where the file says nothing of it.

    Notes
    -----
    A part with an attribute ``variants``, parameter values by name, makes variants of every model:
    `Points.variants` holds their points, mechanisms and dated changes applied.

    Examples
    --------
    >>> Part("members", "package.module:fields", "package.module:read").name
    'members'
    """

    name: str
    fields: str
    read: str


def variants_of(parts: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    """Collect the variants of a model's parts: the values that each has of its own."""
    return {
        name: own for part in parts.values() for name, own in getattr(part, "variants", {}).items()
    }
