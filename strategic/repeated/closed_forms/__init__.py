"""Closed forms of the repeated game: triggers, incidents, repair, dependence, transfers, trust."""
