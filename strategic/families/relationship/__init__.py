"""The relationship between a government and a social organisation, as a family of games.

The sources behind it give signs and types only: every functional form and every number in it is
ours, unless a file says that it was estimated from data.

A model comes from `relationship` or from a file; its games, measures and mechanisms are those of
`RELATIONSHIP`.  `replay` and `simulate` play the trust engine over dated events, `robustness` moves
all parameters at once.  Further models that no measure covers in full: `drift` (capabilities that
change with the type of relationship), `partners_game` (one government, n organisations) and
`cooperative_with_views` (officials with a continuous distribution of `Views`).
`Departments` decide together, and `sector` follows the organisations of a `Sector` by year.
`produce`, `detection`, `base_terms`, `settle` and `payoff_magnitude` are what families with further
players build on.
"""

from strategic.families.relationship._as_written import payoff_magnitude, settle
from strategic.families.relationship._base_game import BaseTerms, base_terms, detection
from strategic.families.relationship._departments import Department, Departments
from strategic.families.relationship._drift import Drift, drift
from strategic.families.relationship._family import RELATIONSHIP, relationship
from strategic.families.relationship._mechanisms import checked_intensity
from strategic.families.relationship._officials import Views, cooperative_with_views
from strategic.families.relationship._partners import partners_game
from strategic.families.relationship._production import produce
from strategic.families.relationship._robustness import Robustness, robustness
from strategic.families.relationship._sector import Sector, SectorYears, sector
from strategic.families.relationship._simulation import Simulation, simulate
from strategic.families.relationship._trust import TrustPath, replay

__all__ = [
    "RELATIONSHIP",
    "BaseTerms",
    "Department",
    "Departments",
    "Drift",
    "Robustness",
    "Sector",
    "SectorYears",
    "Simulation",
    "TrustPath",
    "Views",
    "base_terms",
    "checked_intensity",
    "cooperative_with_views",
    "detection",
    "drift",
    "partners_game",
    "payoff_magnitude",
    "produce",
    "relationship",
    "replay",
    "robustness",
    "sector",
    "settle",
    "simulate",
]
