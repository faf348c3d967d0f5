"""What a new model file of a relationship says besides its parameters."""

TABLES = {
    "government": "The government: leads, unless relation.leader says otherwise.",
    "organisation": "The social organisation: answers, unless it leads.",
    "relation": "What they share: the contract, its supervision, the risk, the field, the horizon.",
    "trust": "What each believes of the other, and how beliefs move.",
    "officials": "The people behind the government's choices.",
    "sector": "The other organisations: who enters, how they differ, who survives. A sector has "
    "years where it\n# says start = 2020 and organisations = [4.0, 5.0], one number a year, or "
    'entry = "free" and years = 2.',
    "ladder": "The ladder of trust: a relationship whose value has rungs.",
}
"""One line on each table of parameters."""

TEMPLATE = """\
[path]                            # the story: quarters from the start
start = "2020Q1"
periods = 16

[[events]]                        # before the choice of its quarter
date = "2021Q1"
says = "A public event shows what the organisation can do"
government = 0.5                  # log-odds added to the government's belief
organisation = 0.3

# [[events]]
# date = "2022Q3"
# says = "An accusation in the press"
# incident = true                 # an incident happens, whatever the regime

# [[events]]
# date = "2023Q1"
# says = "Regular reports from now on"
# set = { "trust.reporting" = 0.25 }

# [[events]]
# date = "2023Q3"
# says = "A new official takes office"
# official = "hostile"            # withholds until the next one; or "supportive"

# [[departments]]                 # of the government, deciding together; at the top of the file:
# name = "finance"                # joint_decision = "all", "majority", "lead" or "weights"
# belief = 0.4                    # its own initial belief ...
# set = { "government.performance_competition" = 0.2 }    # ... and parameters
# # lead = true, or weight = 2.0, where joint_decision asks for it

# [[claims]]                      # what the model should show; see: strategic check THIS_FILE
# id = "aligned-goals-help"       # measures: strategic measures
# sources = ["I3", "P1"]          # IDs of the sources, or your own
# says = "The more the goals agree, the more there is to share"
# measure = "surplus"
# increases_with = "relation.alignment"
# over = [-1, 1]                  # the range, or more than two points; its bounds by default
# # or: equals, at_least, at_most, decreases_with, unchanged_by
# # and: set, mechanisms, without (changes before measuring), tolerance
"""
"""A timeline with events, and claims to uncomment."""
