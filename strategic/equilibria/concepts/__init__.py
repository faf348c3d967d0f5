"""Solution concepts beyond lists of Nash equilibria, and what ranks and refines equilibria.

Methods: `Pure`, `Correlated`, `CoarseCorrelated`, `Commitment`, `Dominance`, `Selection`.
Functions of whole batches of games: `pure_mask`, `pure_profiles`, `pure_commitment`,
`undominated`, `coordination`; functions of `Equilibria`: those of `refinement` and `selection`.
"""
