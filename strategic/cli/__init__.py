"""The command line: one file per command, thin."""

from strategic.cli.app import main
from strategic.namespaces import listing

__all__ = ["main"]

__dir__ = listing(__all__)
