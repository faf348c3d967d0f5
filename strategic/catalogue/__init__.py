"""Model files: their schema, the catalogue, and claims that check themselves."""

from strategic.catalogue.checking import check
from strategic.catalogue.claims import Checked, Claim
from strategic.catalogue.custom import family
from strategic.catalogue.entries import models
from strategic.catalogue.load import load
from strategic.namespaces import listing

__all__ = ["Checked", "Claim", "check", "family", "load", "models"]

__dir__ = listing(__all__)
