"""Solution concepts beyond lists of Nash equilibria, and what ranks and refines equilibria.

Methods: `pure.Pure`, `correlated.Correlated` and `CoarseCorrelated`, `commitment.Commitment`,
`dominance.Dominance`, `selection.Selection`. Functions of whole batches of games: `pure.pure_mask`,
`commitment.pure_commitment`, `dominance.undominated`, `selection.coordination`,
`potential.potential`, and `choice.choose`, which names one equilibrium of each by a rule; functions
of `Equilibria`: those of `refinement`, and `selection.pareto_rank`, `best_by_welfare`, ...; of
single games `reasons.reasons`, `reasons.deviations` and `welfare.welfare`, of whole batches
`welfare_in_bulk.welfares` and `welfare_in_bulk.deviation_gains`.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = [
    "choice",
    "commitment",
    "correlated",
    "dominance",
    "potential",
    "pure",
    "reasons",
    "refinement",
    "selection",
    "welfare",
    "welfare_in_bulk",
]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
