"""Government, social organisation and public, as one family of games."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from strategic.evolution import PopulationGame
from strategic.families.tripartite._letters import EQUATIONS, LETTERS
from strategic.families.tripartite._measures import MEASURES
from strategic.families.tripartite._mechanisms import MECHANISMS
from strategic.families.tripartite._parameters import PARAMETERS
from strategic.families.tripartite._voice import game, with_active_public, with_silent_public
from strategic.modelling import Family, Model, Points
from strategic.modelling.evolution_measures import with_populations

TABLES = {
    "government": "The government, as in a relationship.",
    "organisation": "The social organisation, as in a relationship.",
    "relation": "What these two share: the contract, its supervision, the risk, the field.",
    "exposure": "Which risks of partnership the government bears.",
    "public": "The public: what it gains from services, what speaking up costs it and changes.",
    "costs": "What mechanisms cost the government to run, in full.",
}
"""One line on each table of parameters."""

TEMPLATE = """\
# [[claims]]                      # what the model should show; see: strategic check THIS_FILE
# id = "cheap-voice-is-heard"     # measures: strategic measures --kind tripartite
# sources = ["M6"]                # IDs of the sources, or your own
# says = "A forum makes the public speak up"
# mechanisms = { collaborative_forum = 1.0 }
# measure = "public_speaks"
# equals = "yes"
"""


def populations(points: Points) -> PopulationGame:
    """Let many governments, organisations and publics play the game against one another."""
    return PopulationGame.of(game(points))


_FAMILY = Family(
    name="tripartite",
    title="Government, social organisation and public",
    parameters=PARAMETERS,
    games={
        "tripartite": game,
        "silent_public": with_silent_public,
        "active_public": with_active_public,
    },
    equations=EQUATIONS,
    measures=MEASURES,
    mechanisms=MECHANISMS,
    letters=LETTERS,
    tables=TABLES,
    template=TEMPLATE,
    caveat="The sources give signs and types; every functional form and number here is ours "
    "unless a file says that it was estimated from data.",
    verdict="strategic.families.tripartite._verdict:verdict",
    reporting="strategic.families.tripartite.reporting:REPORTING",
    outcomes=("public_role", "cooperation_is_equilibrium", "public_speaks"),
    home="strategic.families.tripartite:TRIPARTITE",
)
TRIPARTITE = with_populations(_FAMILY, populations, populations(_FAMILY.points({})))


def tripartite(
    values: Mapping[str, ArrayLike] | None = None, *, slug: str = "", title: str = ""
) -> Model:
    """Make a model of government, organisation and public; what is not given keeps its default.

    Parameters
    ----------
    values : mapping of str to array_like, optional
        Values by dotted name; arrays broadcast together and make a grid of models.
    slug, title : str
        For reports.

    Returns
    -------
    Model
        With the games ``tripartite`` (2x2x2), and ``silent_public`` and ``active_public`` (2x2)
        between the first two.

    Raises
    ------
    ParameterError
        Naming every unknown or out-of-range parameter.

    Notes
    -----
    The functional forms and all default numbers are ours; the sources give signs and types only.

    Examples
    --------
    >>> tripartite({"public.opinion": [0.0, 0.5]}).tripartite.batch_shape
    (2,)
    """
    chosen = dict(values or {})
    TRIPARTITE.points(chosen)
    return Model(TRIPARTITE, chosen, slug=slug, title=title)
