"""How relationships are reported: the sections, the verdict, the explorer and the comparison."""

from __future__ import annotations

from strategic.families.relationship.reporting import _references as references
from strategic.families.relationship.reporting._base import base, base_block
from strategic.families.relationship.reporting._brief import brief
from strategic.families.relationship.reporting._candidates import (
    candidates,
    candidates_block,
    has_rivals,
)
from strategic.families.relationship.reporting._choices import PHASE_AXES, choices, choices_block
from strategic.families.relationship.reporting._departments import (
    departments,
    departments_block,
    has_departments,
)
from strategic.families.relationship.reporting._flips import FLIPS
from strategic.families.relationship.reporting._glance import QUESTIONS
from strategic.families.relationship.reporting._mechanisms import MECHANISMS
from strategic.families.relationship.reporting._officials import officials, officials_block
from strategic.families.relationship.reporting._path import path, path_block
from strategic.families.relationship.reporting._readings import READINGS
from strategic.families.relationship.reporting._repeated import repeated, repeated_block
from strategic.families.relationship.reporting._replay import replay_answer
from strategic.families.relationship.reporting._robustness import robustness, robustness_block
from strategic.families.relationship.reporting._sector import (
    has_sector,
    sector_block,
    sector_years,
)
from strategic.families.relationship.reporting._simulation import simulation_answer
from strategic.families.relationship.reporting._surroundings import (
    organisations,
    organisations_block,
)
from strategic.families.relationship.reporting._trust import trust, trust_block
from strategic.families.relationship.reporting._verdict import opening
from strategic.families.relationship.reporting._warnings import warnings
from strategic.families.relationship.reporting.figures._look import LOOKS
from strategic.modelling import Model
from strategic.reports import Reporting, Section
from strategic.reports.sections import CLAIMS, EQUATIONS, PARAMETERS, population_section

__all__ = ["REPORTING", "warnings"]


def _has_path(model: Model) -> bool:
    return model.path is not None


REPORTING = Reporting(
    sections=(
        Section("path", path, path_block, applies=_has_path),
        Section("base", base, base_block, references=references.BASE),
        population_section("base", called="the one-shot game", told=False),
        Section("trust", trust, trust_block, references=references.TRUST),
        Section("repeated", repeated, repeated_block, references=references.REPEATED),
        Section("choices", choices, choices_block, references=references.CHOICES),
        Section("departments", departments, departments_block, applies=has_departments),
        Section("officials", officials, officials_block, references=references.OFFICIALS),
        Section(
            "organisations",
            organisations,
            organisations_block,
            references=references.ORGANISATIONS,
        ),
        Section(
            "candidates",
            candidates,
            candidates_block,
            applies=has_rivals,
            references=references.CANDIDATES,
        ),
        Section("sector", sector_years, sector_block, applies=has_sector),
        MECHANISMS,
        FLIPS,
        Section("robustness", robustness, robustness_block, references=references.ROBUSTNESS),
        EQUATIONS,
        CLAIMS,
        PARAMETERS,
    ),
    verdict=opening,
    sliders=(*PHASE_AXES, "relation.alignment"),
    path_sliders=(*PHASE_AXES, "trust.government"),
    readings=READINGS,
    mapped="relationship_type",
    looks=LOOKS,
    brief=brief,
    glance=QUESTIONS,
    replay=replay_answer,
    simulate=simulation_answer,
)
