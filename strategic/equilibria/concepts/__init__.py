"""Solution concepts beyond lists of Nash equilibria, and what ranks and refines equilibria.

Methods: `pure.Pure`, `correlated.Correlated` and `CoarseCorrelated`, `commitment.Commitment`,
`dominance.Dominance`, `selection.Selection`. Functions of whole batches of games: `pure.pure_mask`,
`commitment.pure_commitment`, `dominance.undominated`, `selection.coordination`; functions of
`Equilibria`: those of `refinement`, and `selection.pareto_rank`, `best_by_welfare`, ...
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["commitment", "correlated", "dominance", "pure", "refinement", "selection"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
