"""Every kind of table that games are read from, block by block.

=======  ===========================================================================
`kinds`  the one list of kinds: what each holds, how it is recognised, what opens it
=======  ===========================================================================

What a user needs is `strategic.games.open_games`.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["kinds"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
