"""The families of games by kind: those that come with the package, and those of other packages.

The table holds addresses, not objects, so that nothing generic imports a family. Another package
adds its own with an entry point of the group ``strategic.families``::

    [project.entry-points."strategic.families"]
    cournot = "my_package.cournot:FAMILY"
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Any

from strategic.errors import ModelError, StrategicError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "strategic.families"
FAMILIES = {
    "relationship": "strategic.families.relationship:RELATIONSHIP",
    "tripartite": "strategic.families.tripartite:TRIPARTITE",
}
"""Address of every family by its kind; the first is the kind of a file that names none."""
DEFAULT_KIND = next(iter(FAMILIES))
ESTIMATE = "estimate"
"""Key of a model's `strategic.estimation.Study` among its parts, and of its measures."""
SHARED_GROUPS = {ESTIMATE: "strategic.estimation.study_measures:estimates_group"}
"""Address of every group of measures that models of any family may have, by its name: a function
from the family to the group. A model has it that has a part of this name."""


def look_up(address: str) -> Any:
    """Import what an address such as ``"package.module:NAME"`` names.

    Raises
    ------
    ModelError
        When there is no such module or name, or the module cannot be imported.

    Examples
    --------
    >>> look_up("strategic.modelling.registry:GROUP")
    'strategic.families'
    """
    module, _, name = address.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except StrategicError:
        raise
    except Exception as problem:  # whatever the code of another package raises
        rule = f"cannot be imported: {type(problem).__name__}: {problem}"
        raise ModelError(rule, where="family", value=address) from problem


def shared_group(name: str, family: Any) -> Any:
    """Make the group of measures of this name that models of any family may have; else None."""
    return look_up(SHARED_GROUPS[name])(family) if name in SHARED_GROUPS else None


def kinds() -> tuple[str, ...]:
    """List the kinds of all families, those of the package first.

    Returns
    -------
    tuple of str
        What ``kind = "NAME"`` in a model file and ``--kind NAME`` may say.

    Examples
    --------
    >>> "relationship" in kinds()
    True
    """
    return (*FAMILIES, *(kind for kind in _of_other_packages() if kind not in FAMILIES))


def address_of(kind: str) -> str:
    """Say where the family of a kind is defined.

    Raises
    ------
    ModelError
        When no family has this kind; the nearest one is named.
    """
    if kind in FAMILIES:
        return FAMILIES[kind]
    found = _of_other_packages().get(kind)
    if found is None:
        known = kinds()
        rule = f"no such family; a kind is one of {', '.join(known)}"
        raise ModelError(rule, where="kind", value=kind, remedy=nearest(kind, known))
    return found.value


@cache
def _of_other_packages() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # looks through all that is installed

    return {entry.name: entry for entry in entry_points(group=GROUP)}
