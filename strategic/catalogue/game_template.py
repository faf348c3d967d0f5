"""The game file that a user starts from: three populations, ready to run and to be changed."""

from __future__ import annotations

GAME_TEMPLATE = """\
# A game of three populations, as papers on regulators, firms and the public write them.
# Change names, parameters and payoffs; then
#   strategic evolve THIS_FILE                 rest points, conditions, paths
#   strategic evolve THIS_FILE -o paper.html   the same with figures (.tex and .xlsx too)
#   strategic report THIS_FILE                 equilibria of the game; strategic check THIS_FILE
# Any number of players and actions will do; one player per list, in the same order everywhere.

title = "My three parties"
kind = "game"
players = ["regulator", "firms", "public"]
actions = [["regulate", "leave"], ["comply", "violate"], ["report", "ignore"]]
shares = ["x", "y", "z"]         # of the first action of each; formulas may use them

# payoffs[player][action of the first][action of the second][action of the third]
payoffs = [
    [                                                                      # regulator
        [["credit - inspection", "credit - inspection"],                   #   regulate, comply
         ["fine - inspection", "fine - inspection"]],                      #   regulate, violate
        [["credit", "credit"], ["-blame", 0]],                             #   leave
    ],
    [                                                                      # firms
        [["-compliance", "-compliance"], ["-fine", "-fine"]],
        [["-compliance", "-compliance"], ["-boycott", 0]],
    ],
    [                                                                      # public
        [["-effort", 0], ["reward - effort", 0]],
        [["-effort", 0], ["relief - effort", "-damage"]],
    ],
]
# Or, where a paper prints only what the first action earns beyond the second, instead of payoffs:
# advantages = ["fine * (1 - y) + blame * (1 - y) * z - inspection", "...", "..."]

[parameters]
credit = { value = 1.0, meaning = "Standing of a regulator whose firms comply" }
inspection = { value = 0.6, bounds = [0.0, 2.0], meaning = "Cost of regulating" }
fine = { value = 0.8, bounds = [0.0, 3.0], meaning = "Fine for a violation" }
blame = { value = 1.0, bounds = [0.0, 3.0], meaning = "Blame for reported violations" }
compliance = { value = 0.5, bounds = [0.0, 2.0], meaning = "Cost of complying" }
boycott = { value = 0.3, bounds = [0.0, 2.0], meaning = "Loss of a reported violator" }
effort = { value = 0.2, bounds = [0.0, 2.0], meaning = "Effort of reporting" }
reward = { value = 0.4, bounds = [0.0, 2.0], meaning = "Reward for a report" }
relief = { value = 0.1, bounds = [0.0, 2.0], meaning = "Relief after a report, unregulated" }
damage = { value = 0.3, bounds = [0.0, 2.0], meaning = "Damage to a public that ignores it" }

[evolution]
dynamics = "replicator"          # or logit, best-response, smith, bnn
starts = [[0.2, 0.2, 0.2], [0.5, 0.5, 0.5], [0.8, 0.8, 0.8]]    # shares of the first actions
# horizon = 50.0                 # until play settles, without it
# noise = 0.1                    # of logit, or white noise

# [[stages]]                     # parameters that change at a time, and stay changed
# from = 20
# name = "A higher fine"
# set = { fine = 1.5 }

# [estimate]                     # numbers from observed play: strategic estimate THIS_FILE
# data = "choices.csv"           # beside this file: player, action, count
# play = "logit"                 # others: strategic estimate --list-plays
# free = ["fine"]                # parameters to be estimated too; in claims: estimate.fine

[[claims]]                       # checked by: strategic check THIS_FILE
id = "nothing-is-stable"
says = "Nothing is evolutionarily stable at first"
measure = "ess"
equals = "none"

[[claims]]
id = "low-fines-are-paid"
says = "A fine below the cost of complying is paid, not heeded"
set = { fine = 0.4 }
measure = "ess"
equals = "regulate-violate-report"
"""


def game_template() -> str:
    """Write a game file that runs as it stands.

    Examples
    --------
    >>> from strategic.catalogue import load
    >>> load(game_template()).title
    'My three parties'
    """
    return GAME_TEMPLATE
