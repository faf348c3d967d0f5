"""All payoffs of a repeated game's equilibria, with and without transfers between the players."""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["perfect_monitoring", "transfers"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
