"""Games played again and again: incidents, dependence, trust, payoff sets, ladders and memory."""
