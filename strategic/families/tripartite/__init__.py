"""Government, social organisation and public: the relationship with a third party.

Government and organisation cooperate or act alone, as in a relationship; the public speaks up or
keeps silent.  Speaking up costs it something and is worth more where the government listens.  It
raises the government's weight of public value, watches where external supervision does not, and
turns complaints into incidents.  With a silent public the game is the relationship's base game.

The sources give signs and types only: every functional form and every number is ours,
unless a file says that it was estimated from data.
"""

from strategic.families.tripartite._family import TRIPARTITE, tripartite
from strategic.families.tripartite._verdict import Verdict, verdict

__all__ = ["TRIPARTITE", "Verdict", "tripartite", "verdict"]
