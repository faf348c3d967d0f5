"""Relationship."""
