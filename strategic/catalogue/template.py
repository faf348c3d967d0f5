"""The commented model file that a user starts from, made from the family's own parameters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from strategic.catalogue.schema import sections_of
from strategic.catalogue.tables import PREDICATES
from strategic.modelling import DEFAULT_KIND, Family

_HEADER = """\
# A model file. All keys but the title{kind} are optional; the values shown are the defaults.
# Remove the '# ' before a line to change it. To run the model: strategic report THIS_FILE
"""
_CLAIM = """\
# [[claims]]                      # what the model should show; see: strategic check THIS_FILE
# id = "name-of-the-claim"        # measures: strategic measures --kind {family.name}
# says = "What is claimed, in words"
# measure = "{measure}"
# {predicate} = "{target}"
# # or: {others}
"""


_STUDY = """\
# [estimate]                      # estimate numbers from data: strategic estimate THIS_FILE
# data = "choices.csv"            # beside this file; or [estimate.data] with one array per column
# play = "{play}" {space}# others: strategic estimate --list-plays
# free = []                       # parameters to be estimated too; claims: estimate.NAME"""


def template(family: Family) -> str:
    """Write a model file that runs as it stands and shows everything that can be set.

    Examples
    --------
    >>> from strategic.catalogue import load
    >>> from strategic.modelling import family_of
    >>> load(template(family_of("relationship"))).title
    'My relationship'
    """
    default = family.name == DEFAULT_KIND
    header = _HEADER.format(kind="" if default else " and the kind").rstrip()
    if family.caveat:
        header += "\n#\n" + "\n".join(f"# {line}" for line in _wrapped(family.caveat))
    header += f'\n\ntitle = "My {family.name.replace("_", " ")}"'
    if not default:
        header += f'\nkind = "{family.name}"'
    return "\n\n".join(
        [header, *_tables(family), _study(family), family.template or _claim(family)]
    )


def _study(family: Family) -> str:
    """Show how a file states the data that its numbers are estimated from."""
    play = next(iter(family.ways), "logit")
    return _STUDY.format(play=play, space=" " * max(0, 22 - len(play)))


def _tables(family: Family) -> Iterator[str]:
    for name, parameters in sections_of(family).items():
        lines = [f"# {family.tables[name]}"] if name in family.tables else []
        lines.append(f"[{name}]")
        for key, parameter in parameters.items():
            value = (
                "..."
                if np.isnan(parameter.default)
                else repr(float(parameter.default)).removesuffix(".0")
            )
            note = f"{parameter.meaning.rstrip('.')}; {parameter.rule.removeprefix('must be ')}"
            lines.append(f"# {key} = {value} ".ljust(34) + f"# {note}")
        yield "\n".join(lines)


def _claim(family: Family) -> str:
    """Show one claim that the family can make: of a number where it has one, else of a label."""
    measures = sorted(family.measures.values(), key=lambda measure: measure.kind == "label")
    if not measures or not family.parameters:
        return ""
    label = measures[0].kind == "label"
    predicate, target = (
        ("equals", measures[0].labels[0])
        if label
        else ("increases_with", next(iter(family.parameters)))
    )
    allowed = ("equals", "unchanged_by") if label else PREDICATES
    others = ", ".join(name for name in allowed if name != predicate)
    return _CLAIM.format(
        family=family, measure=measures[0].name, predicate=predicate, target=target, others=others
    )


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 98)
