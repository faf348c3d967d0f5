"""All payoffs of a repeated game's equilibria, with and without transfers between the players."""

__all__ = ["perfect_monitoring", "transfers"]
