"""Families of games; each registers itself by its kind."""
