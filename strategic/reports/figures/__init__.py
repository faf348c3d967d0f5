"""The figures of reports on their own: functions that draw on your axes or on new ones.

Examples
--------
>>> import strategic as st
>>> from strategic.reports import figures
>>> ax = figures.draw_best_replies(st.Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
>>> ax.get_xlabel()
'probability that player 1 plays 1'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.reports.figures._cut import cut
    from strategic.reports.figures._phase import phase_diagram
    from strategic.reports.figures._tornado import tornado
    from strategic.reports.figures.batch import draw_counts, draw_rates
    from strategic.reports.figures.best_reply import draw_best_replies
    from strategic.reports.figures.best_reply_region import draw_best_reply_region
    from strategic.reports.figures.cube import draw_cube
    from strategic.reports.figures.effects import draw_effects
    from strategic.reports.figures.estimates import (
        draw_estimates,
        draw_posterior,
        draw_predictions,
        draw_profile,
    )
    from strategic.reports.figures.intensities import draw_intensities
    from strategic.reports.figures.ladder import draw_ladder
    from strategic.reports.figures.logit_branches import draw_logit_branches
    from strategic.reports.figures.payoff_set import draw_payoff_set
    from strategic.reports.figures.recovery import draw_recovery
    from strategic.reports.figures.replicator import draw_replicator
    from strategic.reports.figures.style import in_style, save_figure

_MODULE_OF = {
    "cut": "_cut",
    "draw_best_replies": "best_reply",
    "draw_best_reply_region": "best_reply_region",
    "draw_counts": "batch",
    "draw_cube": "cube",
    "draw_effects": "effects",
    "draw_estimates": "estimates",
    "draw_intensities": "intensities",
    "draw_ladder": "ladder",
    "draw_logit_branches": "logit_branches",
    "draw_payoff_set": "payoff_set",
    "draw_posterior": "estimates",
    "draw_predictions": "estimates",
    "draw_profile": "estimates",
    "draw_rates": "batch",
    "draw_recovery": "recovery",
    "draw_replicator": "replicator",
    "in_style": "style",
    "phase_diagram": "_phase",
    "save_figure": "style",
    "tornado": "_tornado",
}

__all__ = [
    "cut",
    "draw_best_replies",
    "draw_best_reply_region",
    "draw_counts",
    "draw_cube",
    "draw_effects",
    "draw_estimates",
    "draw_intensities",
    "draw_ladder",
    "draw_logit_branches",
    "draw_payoff_set",
    "draw_posterior",
    "draw_predictions",
    "draw_profile",
    "draw_rates",
    "draw_recovery",
    "draw_replicator",
    "in_style",
    "phase_diagram",
    "save_figure",
    "tornado",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
