"""Populations."""
