"""All equilibria of games with three and more players, certified, in bulk.

`solver` goes through a batch. Most supports are struck by comparing payoffs (`_striking`); what is
left is solved in closed form and certified by error bounds, and games in which a sign stays in
doubt go to exact arithmetic.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["solver"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
