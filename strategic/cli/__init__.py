"""The command line: one file per command, thin."""

from strategic.cli.app import main

__all__ = ["main"]
