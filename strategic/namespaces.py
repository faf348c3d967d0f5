"""Packages as namespaces: names that load when first used, and listings without clutter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def loaded_when_used(package: str, module_of: Mapping[str, str]) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a package whose names load when they are first used.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    module_of : mapping of str to str
        Where each name is defined, within the package or, after a dot, beside it; nothing for a
        package of that name. No module may be called like a name: loading it would hide the name.

    Examples
    --------
    >>> find = loaded_when_used("strategic", {"Game": "games", "games": ""})
    >>> find("Game").__name__, find("games").__name__
    ('Game', 'strategic.games')
    >>> find("Gamme")
    Traceback (most recent call last):
    AttributeError: module 'strategic' has no attribute 'Gamme'
    """

    def find(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if not module_of[name]:
            return import_module(f"{package}.{name}")
        found = getattr(import_module(f".{module_of[name]}", package), name)
        if package in sys.modules:  # found at once the next time
            setattr(sys.modules[package], name, found)
        return found

    return find


def listing(names: Iterable[str]) -> Callable[[], list[str]]:
    """Make the ``__dir__`` of a package: what it offers, and nothing that it is made of.

    Examples
    --------
    >>> listing(["solve", "Game"])()
    ['Game', 'solve']
    """
    offered = sorted(names)
    return lambda: list(offered)
