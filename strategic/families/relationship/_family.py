"""The relationship between a government and a social organisation, as one family of games."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from strategic.estimation import Way
from strategic.families.relationship._base_game import base_game
from strategic.families.relationship._choices import choices_game
from strategic.families.relationship._departments import Departments
from strategic.families.relationship._equations import EQUATIONS
from strategic.families.relationship._file_template import TABLES, TEMPLATE
from strategic.families.relationship._joint_rules import joint_rules
from strategic.families.relationship._letters import LETTERS
from strategic.families.relationship._mechanisms import MECHANISMS
from strategic.families.relationship._parameters import PARAMETERS
from strategic.families.relationship._partners import organisations_game
from strategic.families.relationship._repetition import stage_game
from strategic.families.relationship._seats import OFFICIALS
from strategic.families.relationship._sector import Sector
from strategic.families.relationship.measures import MEASURES
from strategic.modelling import EventField, Family, Model, Part, Timeline

RELATIONSHIP = Family(
    name="relationship",
    title="Government and social organisation",
    parameters=PARAMETERS,
    games={
        "base": base_game,
        "choices": choices_game,
        "repeated": stage_game,
        "organisations": organisations_game,
    },
    equations=EQUATIONS,
    measures=MEASURES,
    mechanisms=MECHANISMS,
    letters=LETTERS,
    rule=joint_rules,
    event_fields=(
        EventField("government", "log-odds added to its belief"),
        EventField("organisation", "log-odds added to its belief"),
        EventField("incident", "an incident happens, whatever the regime", flag=True),
        EventField(
            "official",
            "a new official takes office; a hostile one withholds until the next",
            words=OFFICIALS,
        ),
    ),
    parts=(
        Part(
            "departments",
            "strategic.families.relationship._file_parts:department_fields",
            "strategic.families.relationship._file_parts:read_departments",
        ),
        Part(
            "sector",
            "strategic.families.relationship._file_parts:sector_fields",
            "strategic.families.relationship._file_parts:read_sector",
        ),
    ),
    tables=TABLES,
    template=TEMPLATE,
    caveat="The sources give signs and types; every functional form and number here is ours "
    "unless a file says that it was estimated from data.",
    verdict="strategic.families.relationship._judge:verdict",
    reporting="strategic.families.relationship.reporting:REPORTING",
    replay="strategic.families.relationship._trust:replay",
    simulate="strategic.families.relationship._simulation:simulate",
    outcomes=(
        "relationship_type",
        "cooperation_is_equilibrium",
        "binding_constraint",
        "path_kind",
        "cooperation_periods",
        "recorded_incident",
    ),
    warnings="strategic.families.relationship.reporting:warnings",
    ways={
        "trust": Way(
            "trust",
            "each side cooperates from its threshold of trust on, with logistic noise",
            "relationship, period, government, organisation, incident",
            "strategic.families.relationship._trust_estimation:trust_part",
            "curvature of the likelihood, by relationship where there are several",
            "strategic.families.relationship._trust_draws:draw_paths",
            {"sides": "whose choices count: both, government or organisation"},
            reads=("free",),
        )
    },
    home="strategic.families.relationship:RELATIONSHIP",
)


def relationship(
    values: Mapping[str, ArrayLike] | None = None,
    *,
    path: Timeline | None = None,
    departments: Departments | None = None,
    sector: Sector | None = None,
    slug: str = "",
    title: str = "",
) -> Model:
    """Make a relationship from parameter values; the rest keep their defaults.

    Parameters
    ----------
    values : mapping of str to array_like, optional
        Values by dotted name; arrays broadcast together and make a grid of models.
    path : Timeline, optional
        Start, horizon and dated events.
    departments : Departments, optional
        Departments of the government with views and beliefs of their own, deciding together.
    sector : Sector, optional
        The years of the sector, for `sector`.
    slug, title : str
        For reports.

    Returns
    -------
    Model
        With games ``base`` (2x2), ``choices`` (4x4), ``repeated`` (2x2) and ``organisations``
        (the government and several organisations), measures and mechanisms.

    Raises
    ------
    ParameterError
        Naming every unknown or out-of-range parameter.

    Notes
    -----
    The functional forms and all default numbers are ours; the sources give signs and types only.

    Examples
    --------
    >>> model = relationship({"relation.alignment": [0.2, 0.9]})
    >>> model.base.batch_shape
    (2,)
    """
    chosen = dict(values or {})
    RELATIONSHIP.points(chosen)
    for event in path.events if path else ():
        RELATIONSHIP.check(event.set)
    for department in departments.members if departments else ():
        RELATIONSHIP.points({**chosen, **department.set})
    given = {"departments": departments, "sector": sector}
    parts = {name: part for name, part in given.items() if part is not None}
    return Model(RELATIONSHIP, chosen, path=path, slug=slug, title=title, parts=parts)
