"""Solve games for certified equilibria, and see how trust, dependence and incidents move them.

The verbs and nouns of everyday work stand here; each loads when it is first used. What is less
common has a namespace of its own: ``games`` (files, random and hard games), ``equilibria``
(solution methods and concepts), ``repeated`` (the engine of repeated games), ``evolution``
(populations), ``estimation`` (ways of play, tables of choices), ``sweeps`` (regions, grids,
stores), ``batches`` (files of games, long runs), ``modelling`` (families, measures), ``catalogue``
(models and claims), ``reports`` (formats).

Examples
--------
>>> import strategic as st
>>> st.solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]).row
array([[0., 1.]])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic._version import __version__
from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic import (
        batches,
        catalogue,
        equilibria,
        estimation,
        evolution,
        games,
        modelling,
        repeated,
        reports,
        sweeps,
    )
    from strategic.batches import batch, open_batch
    from strategic.catalogue import check, family, load, models
    from strategic.equilibria import Equilibria, solve
    from strategic.estimation import estimate
    from strategic.executors import cluster
    from strategic.families.relationship import relationship
    from strategic.games import Game, read_game
    from strategic.modelling import (
        Family,
        Measure,
        Model,
        Parameter,
        measure,
        replay,
        simulate,
        verdict,
    )
    from strategic.papers import references
    from strategic.reports import Report, evolve, report
    from strategic.sweeps import (
        boundary,
        compare,
        merge_sweeps,
        open_sweep,
        sensitivity,
        summarise,
        sweep,
    )

_MODULE_OF = {
    "Equilibria": "equilibria",
    "Family": "modelling",
    "Game": "games",
    "Measure": "modelling",
    "Model": "modelling",
    "Parameter": "modelling",
    "Report": "reports",
    "batch": "batches",
    "batches": "",
    "boundary": "sweeps",
    "catalogue": "",
    "check": "catalogue",
    "cluster": "executors",
    "compare": "sweeps",
    "equilibria": "",
    "estimate": "estimation",
    "estimation": "",
    "evolution": "",
    "evolve": "reports",
    "family": "catalogue",
    "games": "",
    "load": "catalogue",
    "measure": "modelling",
    "merge_sweeps": "sweeps",
    "modelling": "",
    "models": "catalogue",
    "open_batch": "batches",
    "open_sweep": "sweeps",
    "read_game": "games",
    "references": "papers",
    "relationship": "families.relationship",
    "repeated": "",
    "replay": "modelling",
    "report": "reports",
    "reports": "",
    "sensitivity": "sweeps",
    "simulate": "modelling",
    "solve": "equilibria",
    "summarise": "sweeps",
    "sweep": "sweeps",
    "sweeps": "",
    "verdict": "modelling",
}
"""Where each public name is defined; nothing for a namespace."""

__all__ = [
    "Equilibria",
    "Family",
    "Game",
    "Measure",
    "Model",
    "Parameter",
    "Report",
    "__version__",
    "batch",
    "batches",
    "boundary",
    "catalogue",
    "check",
    "cluster",
    "compare",
    "equilibria",
    "estimate",
    "estimation",
    "evolution",
    "evolve",
    "family",
    "games",
    "load",
    "measure",
    "merge_sweeps",
    "modelling",
    "models",
    "open_batch",
    "open_sweep",
    "read_game",
    "references",
    "relationship",
    "repeated",
    "replay",
    "report",
    "reports",
    "sensitivity",
    "simulate",
    "solve",
    "summarise",
    "sweep",
    "sweeps",
    "verdict",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
