"""The relationship between a government and a social organisation.

The sources behind this room give signs and types only: every functional form and every number in
it is ours, and nothing is estimated from data.
"""

from strategic.relationship.family import RELATIONSHIP, relationship

__all__ = ["RELATIONSHIP", "relationship"]
