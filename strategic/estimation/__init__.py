"""From observed behaviour to the numbers of a model.

A likelihood is a family of games, a way of play and a table of choices; `estimate` finds the
numbers that make the choices most likely, says how sure they are, and what the data cannot tell.

====================  =============================================================================
Name                  Purpose
====================  =============================================================================
`estimate`            numbers, errors and statuses of one way of play
`Estimates`           what it returns
`WAYS`                the ways of play, with the columns of their tables
`read_observations`   a table of choices from a csv file, a data frame or columns
====================  =============================================================================
"""

from __future__ import annotations

from strategic.namespaces import listing, loaded_when_used

_MODULE_OF = {
    "Estimate": "estimates",
    "Estimates": "estimates",
    "Observations": "observations",
    "Part": "estimates",
    "Request": "_ways",
    "WAYS": "_ways",
    "Way": "_ways",
    "estimate": "_estimate",
    "read_observations": "observations",
}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - from the one table

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
