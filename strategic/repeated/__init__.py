"""Games played again and again: patience, incidents, dependence, trust, payoff sets, strategies.

Everything stands here by name; modules load when a name is first used. Points may be arrays of any
shape; where there are two sides, the side is the first axis.

====================================  =============================================================
The repeated prisoner's dilemma       one `RepeatedGame`, made by `repeated_game`
====================================  =============================================================
`repeated_game`                       payoffs R, S, T, P with patience and monitoring, broadcast
`grim_threshold`                      critical discount factor of grim reversion
`tit_for_tat_threshold`               of tit for tat, as a Nash equilibrium
`win_stay_threshold`                  of win-stay lose-shift
`risk_dominant_threshold`             of grim against an even chance of all-defect
`finite_punishment_threshold`         of k periods of punishment
`enforce`                             what public punishments of incidents sustain: `Enforcement`
`critical_discount`                   discount factor from which they do
`incident_limit`                      largest sustainable incident risk
`punishment_length`                   shortest punishment that sustains cooperation
`best_value`                          best strongly symmetric public perfect equilibrium payoff
`unavoidable_loss`                    what anonymous incidents cost per period whatever is done
`value_of_cooperation`                average payoff for a punishment of given length
`cooperation_share`                   long-run share of time in cooperation
`survival`                            probability of no incident for some periods
`mean_survival`                       expected periods to the first incident
`half_life`                           median periods to the first incident
`repair`                              what an unconditional repair shock does: `Repair`
`repair_limit`                        largest repair rate that leaves cooperation enforceable
`repaired_share`                      share of time in cooperation with incidents and repairs
`unequal_dependence`                  power, imbalance, transfers, binding side: `Dependence`
`incident_limit_of_imbalance`         largest sustainable incident risk as imbalance grows
`nash_split`                          asymmetric Nash bargaining solution
`first_mover_share`                   proposer's share by alternating offers
`feasible_splits`                     splits that break neither side's incentive
`needed_payoffs`                      payoff from which each side keeps its promise
`deterring_belief`                    belief in toughness above which a challenger stays out
`stages_deterred_from`                encounters left from which a small doubt deters
====================================  =============================================================

====================================  =============================================================
Trust
====================================  =============================================================
`trust_needed`                        belief from which conditional cooperation is best
`trust_class`                         whether that is robust, fragile or impossible: `TrustClass`
`trust_signals`                       what signals tell about the other's type: `Signals`
`update_belief`                       Bayes' rule after one signal
`belief_path`                         belief through a sequence of signals
`periods_to_recover`                  good periods that undo one incident
`ruin_bound`                          bound on trust in a trustworthy side ever falling too low
`trust_stock`                         trust as a stock: `TrustStock`
`cooperation_chance`                  logit probability of cooperation at a level of trust
`next_trust`                          the stock one period later
`steady_cost`                         cost of cooperating at which a level of trust is steady
`steady_trust`                        low level, tipping point and high level
`trust_folds`                         costs between which both levels are stable: `Folds`
`trust_cusp`                          where bistability begins
`survival_curve`                      Kaplan-Meier estimate with a band: `SurvivalCurve`
====================================  =============================================================

====================================  =============================================================
Payoff sets
====================================  =============================================================
`equilibrium_payoffs`                 all subgame-perfect payoffs of a game: `PayoffSets`
`transfer_sets`                       the same when players may pay each other: `TransferSets`
`transfer_thresholds`                 discount factor from which each profile can be played
====================================  =============================================================

====================================  =============================================================
The trust ladder
====================================  =============================================================
`trust_ladder`                        rungs of trust at many points: `Ladder`
`solve_ladder`                        every threshold equilibrium: `LadderEquilibria`
`ladder_values`                       payoffs on every rung for a cutoff
`LadderChain`                         shares of time, survival, hitting and recovery times
`descent_times`                       hitting times in closed form, one rung at a time
`logit_equilibrium`                   logit Markov perfect equilibrium: `LadderLogit`
`simulate_ladder`                     random paths: `LadderPaths`
====================================  =============================================================

====================================  =============================================================
Strategies
====================================  =============================================================
`strategy`                            a strategy by its name: `Automaton`
`strategy_names`                      the names, with what each does
`remembering`                         automaton of a memory-one strategy
`punisher`                            automaton of a punishment of k periods
`extortion`                           zero-determinant strategy that takes a multiple
`generous`                            zero-determinant strategy that bears a multiple
`equaliser`                           zero-determinant strategy that pins the other's payoff
`outcome_law`                         shares of CC, CD, DC, DD of two memory-one strategies
`memory_payoffs`                      their average payoffs
`automata_law`                        shares of outcomes of two automata
`payoffs_of`                          average payoffs from shares of outcomes
`play_match`                          one match, turn by turn
`simulate_matches`                    matches drawn at random
`sampling_error`                      standard error over repetitions
`fingerprint`                         payoff against a probe that errs both ways
`round_robin`                         exact tournament: `Tournament`
`simulated_round_robin`               tournament of random matches
====================================  =============================================================

Examples
--------
>>> import strategic.repeated as rep
>>> game = rep.repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05)
>>> float(rep.punishment_length(game)), round(float(rep.trust_needed(game)), 4)
(2.0, 0.0927)
"""

from __future__ import annotations

from strategic.namespaces import listing, loaded_when_used

_NAMES_OF = {
    "closed_forms.game": "RepeatedGame repeated_game",
    "closed_forms.triggers": (
        "finite_punishment_threshold grim_threshold risk_dominant_threshold tit_for_tat_threshold "
        "win_stay_threshold"
    ),
    "closed_forms.enforcement": (
        "Enforcement best_value critical_discount enforce incident_limit punishment_length "
        "unavoidable_loss"
    ),
    "closed_forms.incidents": (
        "cooperation_share half_life mean_survival survival value_of_cooperation"
    ),
    "closed_forms.repair": "Repair repair repair_limit repaired_share",
    "closed_forms.dependence": "Dependence incident_limit_of_imbalance unequal_dependence",
    "closed_forms.splits": "feasible_splits first_mover_share nash_split needed_payoffs",
    "closed_forms.reputation": "deterring_belief stages_deterred_from",
    "closed_forms.trust_needed": "TrustClass trust_class trust_needed",
    "closed_forms.bayesian_trust": (
        "Signals belief_path periods_to_recover ruin_bound trust_signals update_belief"
    ),
    "closed_forms.trust_stock": (
        "Folds TrustStock cooperation_chance next_trust steady_cost steady_trust trust_cusp "
        "trust_folds trust_stock"
    ),
    "closed_forms.survival_curve": "SurvivalCurve survival_curve",
    "payoff_sets.perfect_monitoring": "PayoffSet PayoffSets equilibrium_payoffs",
    "payoff_sets.transfers": "TransferSets transfer_sets transfer_thresholds",
    "ladder.structure": "Ladder trust_ladder",
    "ladder.equilibria": "LadderEquilibria solve_ladder",
    "ladder.values": "ladder_values",
    "ladder.chain": "LadderChain descent_times",
    "ladder.logit": "LadderLogit logit_equilibrium",
    "ladder.paths": "LadderPaths simulate_ladder",
    "strategies.automata": "Automaton automata_law punisher remembering",
    "strategies.fingerprints": "fingerprint",
    "strategies.memory": "memory_payoffs outcome_law payoffs_of",
    "strategies.named": "equaliser extortion generous strategy strategy_names",
    "strategies.simulated_matches": "play_match sampling_error simulate_matches",
    "strategies.tournament": "Tournament round_robin simulated_round_robin",
}
_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names.split()}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - from the one table

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
