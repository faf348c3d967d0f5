"""Games played by populations: dynamics, basins, fixation in finite populations, learning.

Everything stands here by name; modules load when a name is first used. Batch axes lead; the two
populations are separate arguments and results, as they may differ in their number of strategies.

====================================  =============================================================
Name                                  Purpose
====================================  =============================================================
`PopulationGame`                      what each action earns, given the shares of all actions
`PayoffFormulas`                      the same as formulas in parameters and shares
`rest_points`                         all rest points, with eigenvalues and verdicts
`RestPoints`                          a table of them
`quantal_rest_points`                 rest points of the logit dynamics
`corners`                             eigenvalues and verdicts of all corners, for whole grids
`Corners`                             those of one game or of a batch
`corner_name`                         a corner named by its actions
`corner_conditions`                   when corners are stable, as formulas in the parameters
`CornerCondition`                     one such condition
`thresholds`                          values of parameters at which these conditions change
`Threshold`                           those of one condition in one parameter
`stable_ranges`                       values of parameters for which each corner is stable
`StableRange`                         those of one corner in one parameter
`equations`                           the replicator dynamics as formulas (needs sympy)
`Equation`                            one of them, as text and in LaTeX
`shortened`                           conditions in their shortest form (needs sympy)
`mixed_rest_points`                   rest points as formulas (needs sympy)
`MixedRestPoint`                      one of them
`Written`                             a formula as text and in LaTeX
`VERDICTS`                            what rest points are called
`verdicts`                            names of rest points by their eigenvalues
`paths`, `Paths`                      where many starts lead, under any dynamics, and when
`DYNAMICS`, `Dynamic`                 the dynamics there are
`basins`, `Basins`                    which share of starts ends where, counted and certified
`starts_of`                           starts at random or on a grid
`velocities`                          how fast shares change, under any dynamics
`replicator_field`                    replicator dynamics of one population: how shares change
`two_population_field`                the same for two populations that play against each other
`logit_choice`                        logit response to the payoffs of actions
`logit_field`                         logit dynamics of two populations: how shares change
`coordination`                        a 2x2 coordination game as the dynamics see it
`Coordination`                        its gains, risks and saddle
`basin`                               which equilibrium a start leads to, in closed form
`basin_share`                         share of starts that lead to the first equilibrium
`conserved`                           the quantity two-population replicator dynamics conserve
`separatrix`                          the curve between the two basins
`FIRST`, `SECOND`, `NEITHER`          where `basin` says play ends, and
`NO_COORDINATION`                     that the game is no coordination game
`fixation_probability`                chance that mutants take a finite population over
`log_fixation`                        its logarithm, however small
`invasion_chances`                    log-chances of one mutant of each strategy against each other
`finite_populations`                  fixation and the long run of several finite populations
`FinitePopulations`                   its result
`small_mutation_law`                  long-run share of each strategy when mutations are rare
`fictitious_play`                     two players who answer each other's past frequencies
====================================  =============================================================

Examples
--------
>>> import strategic.evolution as evo
>>> round(float(evo.fixation_probability([[-0.5, 2.0], [0.0, 0.0]], 100, 1.0)), 6)
0.864116
"""

from __future__ import annotations

from strategic.namespaces import listing, loaded_when_used

_NAMES_OF = {
    "all_rest_points": "RestPoints rest_points",
    "basin_shares": "Basins basins starts_of",
    "coordination_games": (
        "Coordination FIRST NEITHER NO_COORDINATION SECOND basin basin_share conserved "
        "coordination separatrix"
    ),
    "conditions": "CornerCondition corner_conditions",
    "corner_table": "Corners corner_name corners",
    "dynamics": "DYNAMICS Dynamic velocities",
    "finite": "FinitePopulations finite_populations",
    "fixation": "fixation_probability log_fixation",
    "learning": "fictitious_play",
    "logit_rest_points": "quantal_rest_points",
    "parameter_thresholds": "StableRange Threshold stable_ranges thresholds",
    "logit": "logit_choice logit_field",
    "payoff_formulas": "PayoffFormulas",
    "populations": "PopulationGame",
    "replicator": "replicator_field two_population_field",
    "small_mutation": "invasion_chances small_mutation_law",
    "stability": "VERDICTS verdicts",
    "trajectories": "Paths paths",
    "symbols": "Equation MixedRestPoint Written equations mixed_rest_points shortened",
}
_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names.split()}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - from the one table

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
