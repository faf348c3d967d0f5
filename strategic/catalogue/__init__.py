"""Model files: their schema, the catalogue, and claims that check themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.catalogue.checking import check
    from strategic.catalogue.claims import Checked, Claim
    from strategic.catalogue.custom import family
    from strategic.catalogue.entries import models
    from strategic.catalogue.loading import load

_MODULE_OF = {
    "Checked": "claims",
    "Claim": "claims",
    "check": "checking",
    "family": "custom",
    "load": "loading",
    "models": "entries",
}
"""Where each name lives. No module may be called like a name: loading it would hide the name."""

__all__ = ["Checked", "Claim", "check", "family", "load", "models"]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
