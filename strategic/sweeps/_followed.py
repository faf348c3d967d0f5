"""Whose code counts in the hash of a function, and where that code lies."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

THIS_PACKAGE = __name__.partition(".")[0]
_OF_IMPORTS = {
    "__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__",
    "__path__", "__spec__",
}  # fmt: skip
"""Globals that say how, and from where, a module was imported."""
INSIDE = "."
"""Home of what objects hold that no function led to: what nobody installed is followed there."""
_INSTALLED = [
    Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")
]


def globals_used(
    code: CodeType, namespace: Mapping[str, Any], home: str
) -> Iterator[tuple[str, Any]]:
    """List the globals that code uses, and what it takes from modules whose code is followed.

    Examples
    --------
    >>> [name for name, _ in globals_used(is_followed.__code__, globals(), "strategic")]
    ['is_module_followed']
    """
    for name in code.co_names:
        if name in namespace and name not in _OF_IMPORTS:
            yield name, namespace[name]
            yield from _taken(name, namespace[name], code.co_names, home)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from globals_used(constant, namespace, home)


def _taken(place: str, value: Any, names: tuple[str, ...], home: str) -> Iterator[tuple[str, Any]]:
    """List what code may take from a module, and from modules inside it."""
    if not (isinstance(value, ModuleType) and is_module_followed(value.__name__, home)):
        return
    for name in names:
        inside = vars(value).get(name)
        if name in vars(value) and inside is not value and name not in _OF_IMPORTS:
            yield f"{place}.{name}", inside
            if place.count(".") < len(names):
                yield from _taken(f"{place}.{name}", inside, names, home)


def is_followed(value: Any, home: str) -> bool:
    """Whether the code of a function or class counts, and not its name alone.

    Examples
    --------
    >>> is_followed(is_followed, "strategic"), is_followed(Path, "strategic")
    (True, False)
    """
    return is_module_followed(str(value.__module__), home)


@cache
def is_module_followed(module: str, home: str) -> bool:
    """Whether a module belongs to the home of a function, or is a file that nobody installed.

    Examples
    --------
    >>> is_module_followed("strategic.status", "strategic"), is_module_followed("math", INSIDE)
    (True, False)
    """
    package = module.partition(".")[0]
    if package in (home, "__main__"):
        return True
    if package == THIS_PACKAGE or package in sys.stdlib_module_names:
        return False
    file = getattr(sys.modules.get(module), "__file__", None)
    return home == INSIDE if file is None else not _is_installed(Path(file), package)


def _is_installed(file: Path, package: str) -> bool:
    """Whether a module came with Python, or by an installer into whatever folder."""
    if any(file.is_relative_to(folder) for folder in _INSTALLED):
        return True
    # An installer leaves a record of what it put there beside the package.
    root = next((f.parent for f in file.parents if f.name == package), file.parent)
    return next(root.glob("*.dist-info"), None) is not None


@cache
def folders_of(file: str | None) -> tuple[str, ...]:
    """Say where a file lies: as it was found, and with links resolved.

    Examples
    --------
    >>> folders_of(None)
    ()
    """
    if file is None:
        return ()
    folder = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - links stay
    return folder, os.path.realpath(folder)


def home_from(value: Any, home: str) -> str:
    """Give the package whose code is followed from a function or class on.

    Examples
    --------
    >>> home_from(Path, ""), home_from(Path, "strategic")
    ('pathlib', 'strategic')
    """
    return package_of(value) if home in ("", INSIDE) else home


def package_of(value: Any) -> str:
    """Name the package of a function or class.

    Examples
    --------
    >>> package_of(Path)
    'pathlib'
    """
    return str(value.__module__).partition(".")[0]
