"""The commented model file that a user starts from, made from the family's own parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from strategic.catalogue.schema import sections_of
from strategic.modelling import Family, Parameter

_HEADER = """\
# A model file. Every key is optional except the title: what is left out keeps the default shown.
# Remove the '# ' before a line to change it. Check the file with: strategic report THIS_FILE
#
# The sources behind the model give signs and types only. Every functional form and every default
# number is a choice of the package, and nothing is estimated from data: put in your own numbers.

title = "My relationship"
"""
_TABLES = {
    "government": "The government: leads, and decides first.",
    "organisation": "The social organisation: answers.",
    "relation": "What they share: the contract, its supervision, the risk, the field, the horizon.",
    "trust": "What each believes of the other, and how beliefs move.",
    "officials": "The people behind the government's choices.",
    "ladder": "The ladder of trust: a relationship whose value has rungs.",
}
_STORY = """\
[path]                            # the story: quarters from the start
start = "2020Q1"
periods = 16

[[events]]                        # before the choice of its quarter
date = "2021Q1"
says = "A public event shows what the organisation can do"
government = 0.5                  # log-odds added to the government's belief
organisation = 0.3

# [[events]]
# date = "2022Q3"
# says = "An accusation in the press"
# incident = true                 # an incident happens, whatever the regime

# [[events]]
# date = "2023Q1"
# says = "Regular reports from now on"
# set = { "trust.reporting" = 0.25 }

# [[claims]]                      # what the model should show; see: strategic check THIS_FILE
# id = "aligned-goals-help"       # measures: strategic measures
# sources = ["I3", "P1"]          # IDs of the sources, or your own
# says = "The more the goals agree, the more there is to share"
# measure = "surplus"
# increases_with = "relation.alignment"
# over = [-1, 1]                  # the range, or more than two points; its bounds by default
# # or: equals, at_least, at_most, decreases_with, unchanged_by
# # and: set, mechanisms, without (changes before measuring), tolerance
"""


def template(family: Family) -> str:
    """Write a model file that runs as it stands and shows everything that can be set.

    Examples
    --------
    >>> from strategic.catalogue import load
    >>> from strategic.families.relationship import RELATIONSHIP
    >>> load(template(RELATIONSHIP)).title
    'My relationship'
    """
    tables = [
        "\n".join(_table(name, parameters)) for name, parameters in sections_of(family).items()
    ]
    return "\n\n".join([_HEADER.rstrip(), *tables, _STORY])


def _table(name: str, parameters: Mapping[str, Parameter]) -> Iterator[str]:
    if name in _TABLES:
        yield f"# {_TABLES[name]}"
    yield f"[{name}]"
    for key, parameter in parameters.items():
        unset = bool(np.isnan(parameter.default))
        value = "..." if unset else f"{parameter.default:g}"
        note = f"{parameter.meaning}; {parameter.rule.removeprefix('must be ')}"
        yield f"# {key} = {value} ".ljust(34) + f"# {note}"
