"""Model files: their schema, the catalogue, and claims that check themselves."""

from strategic.catalogue.load import load
from strategic.catalogue.shelf import models

__all__ = ["load", "models"]
