"""A hash of what functions compute: code, constants, defaults, closures, and what they call.

Comments, docstrings, names of local variables and places in files do not count. It is bytecode
that is hashed, because that is what runs: a source may have changed since. Bytecode differs
between minor versions of Python, and so does the hash.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, cached_property, partial, partialmethod
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from strategic.status import Status

_WORDS = {"title", "comment", "meaning", "claims"}
"""Fields of this package's dataclasses that only speak of what the others hold."""
_HAS_DOCSTRING = 0x4000000
"""Flag of code that begins its constants with a docstring, since Python 3.13."""
_PLAIN = (type(None), bool, int, float, complex, str, bytes, Enum, np.generic, type(Ellipsis))
_COLLECTIONS = (np.ndarray, list, tuple, set, frozenset, Mapping)
_WRAPPERS = (property, cached_property, staticmethod, classmethod, partialmethod)
"""What stands in classes in place of functions."""
_THIS_PACKAGE = __name__.partition(".")[0]
_STATUSES = 25
"""Of `Status`, those that were there when stores began to outlive new ones: they are spelled out.
What later ones mean is in the flags of each store that has them."""
_INSTALLED = [
    Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")
]


def fingerprint(*values: Any) -> str:
    """Hash values, and functions among them by what they compute.

    Functions, classes and objects of the package (or script) that a function comes from are
    followed when it uses them, and so are those of files beside it that nobody installed; of
    installed packages only the names count, as their versions do not change unnoticed. Of other
    objects it is their content that counts. What ``numpy.frompyfunc`` has wrapped cannot be seen.

    Examples
    --------
    >>> first, second = lambda x: x + 1, lambda x: x + 2
    >>> fingerprint(first) == fingerprint(first), fingerprint(first) == fingerprint(second)
    (True, False)
    """
    digest = hashlib.sha256()
    for text in _Speller().texts(values, ""):
        digest.update(text.encode(errors="surrogatepass") + b"\0")
    return digest.hexdigest()


class _Speller:
    """Spells values out, each function, class and object once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._kept: list[Any] = []
        """What was made on the way and spelled out: a number of it must not come again."""

    def texts(self, value: Any, home: str) -> Iterator[str]:
        """Spell a value out; ``home`` is the package whose code is followed."""
        if isinstance(value, _PLAIN):
            yield f"{type(value).__name__} {value!r}"
        elif isinstance(value, CodeType):
            yield from self._code(value, home)
        elif isinstance(value, partial | partialmethod):
            yield from self.texts((value.func, value.args, value.keywords), home)
        elif isinstance(value, MethodType):
            yield from self.texts((value.__func__, value.__self__), home)
        elif isinstance(value, _WRAPPERS):
            yield from self._wrapper(value, home)
        elif isinstance(value, FunctionType | type) and home and not _followed(value, home):
            yield f"named {value.__module__}.{value.__qualname__}"
        elif isinstance(value, ModuleType | BuiltinFunctionType | np.ufunc):
            yield f"{type(value).__name__} {value.__name__}"
        elif id(value) in self._seen:
            yield f"again {type(value).__name__} {getattr(value, '__qualname__', '')}"
        else:
            yield from self._new(value, home)

    def _new(self, value: Any, home: str) -> Iterator[str]:
        """Spell out what has not come before, or is met inside itself."""
        is_shared = isinstance(value, FunctionType | type) or not isinstance(value, _COLLECTIONS)
        self._seen.add(id(value))
        if isinstance(value, FunctionType):
            yield from self._function(value, home or _package(value))
        elif isinstance(value, type):
            yield from self._class(value, home or _package(value))
        elif isinstance(value, _COLLECTIONS):
            yield from self._collection(value, home)
        elif is_dataclass(value):
            yield f"dataclass {type(value).__qualname__}"
            yield from self._behaviour(value, home)
            for name in _counted(value):
                yield from self.texts(getattr(value, name, None), home)
        else:
            yield from self._object(value, home)
        if not is_shared:  # equal lists read alike wherever they stand
            self._seen.discard(id(value))

    def _collection(self, value: Any, home: str) -> Iterator[str]:
        if isinstance(value, np.ma.MaskedArray):
            yield from self.texts((np.ma.getdata(value), np.ma.getmaskarray(value)), home)
            return
        if isinstance(value, np.ndarray) and value.dtype != object:
            yield f"array {value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
            return
        if isinstance(value, set | frozenset):
            yield f"set {sorted(fingerprint(entry) for entry in value if not _is_later(entry))}"
            return
        yield f"{type(value).__name__} {len(value)}"
        for entry in value.items() if isinstance(value, Mapping) else value:
            yield from self.texts(entry, home)

    def _function(self, value: FunctionType, home: str) -> Iterator[str]:
        yield from self._code(value.__code__, home)
        yield from self.texts((value.__defaults__, value.__kwdefaults__), home)
        for cell in value.__closure__ or ():
            yield from self.texts(cell.cell_contents if _filled(cell) else None, home)
        own = {name: held for name, held in vars(value).items() if not _is_special(name)}
        yield from self.texts(own, home)
        for name, used in _used(value.__code__, value.__globals__, home):
            yield name
            # What this package collects in registries is covered by its version.
            if home != _THIS_PACKAGE or not isinstance(used, dict | list | set):
                yield from self.texts(used, home)

    def _class(self, value: type, home: str) -> Iterator[str]:
        """Spell a class out with what it inherits: functions, properties and constants."""
        yield f"class {value.__qualname__}"
        yield from self.texts(value.__bases__, home)
        held = _first_statuses(vars(value)) if value is Status else vars(value)
        for name, entry in sorted(held.items()):  # in whatever order they stand
            if not _is_special(name) or isinstance(entry, (FunctionType, *_WRAPPERS)):
                yield name
                yield from self.texts(entry, home)

    def _wrapper(self, value: Any, home: str) -> Iterator[str]:
        if isinstance(value, property):
            yield from self.texts((value.fget, value.fset), home)
        else:
            yield from self.texts(value.func if hasattr(value, "func") else value.__func__, home)

    def _behaviour(self, value: Any, home: str) -> Iterator[str]:
        """Spell out what an object of followed code can do."""
        if home and _followed(type(value), home):
            yield from self.texts(type(value), home)

    def _object(self, value: Any, home: str) -> Iterator[str]:
        """Spell out what an object is made of; follow what wraps a function, as a cache does."""
        wrapped = getattr(value, "__wrapped__", None)
        if isinstance(wrapped, Callable):  # type: ignore[arg-type]
            yield from self.texts(wrapped, home)
            return
        yield f"a {type(value).__module__}.{type(value).__qualname__}"
        if home and _followed(type(value), home) and hasattr(value, "__dict__"):
            computed = {n for kind in type(value).__mro__ for n, entry in vars(kind).items()
                        if isinstance(entry, cached_property)}  # fmt: skip
            yield from self.texts(type(value), home)
            held = {n: v for n, v in sorted(vars(value).items()) if n not in computed}
            yield from self.texts(held, home)
        else:
            yield from self.texts(self._parts(value), home)

    def _parts(self, value: Any) -> tuple[Any, ...]:
        """Take an object apart as for a copy of it; into nothing if it cannot be copied."""
        try:
            made = value.__reduce_ex__(4)
        except Exception:  # noqa: BLE001 - a lock, an open file: whatever keeps it from being copied
            return ()
        if isinstance(made, str):
            return (made,)
        parts = tuple(list(part) if isinstance(part, Iterator) else part for part in made)
        self._kept.append(parts)
        return parts

    def _code(self, code: CodeType, home: str) -> Iterator[str]:
        """Spell bytecode out, and its constants but for the docstring."""
        yield f"code {code.co_code.hex()} {code.co_exceptiontable.hex()} {code.co_names}"
        documented = bool(code.co_flags & _HAS_DOCSTRING)
        if sys.version_info < (3, 13):  # the first constant is the docstring, or None
            documented = not code.co_name.startswith("<")
        for constant in code.co_consts[documented:]:
            yield from self.texts(constant, home)


def _is_later(value: Any) -> bool:
    """Whether a value is a status that came after stores began to outlive new ones."""
    return isinstance(value, Status) and value >= _STATUSES


def _first_statuses(held: Mapping[str, Any]) -> dict[str, Any]:
    """Leave later statuses out of what their class holds, as if it were before they came."""
    later = {status.name for status in Status if _is_later(status)}
    kept: dict[str, Any] = {}
    for name, entry in held.items():
        if isinstance(entry, dict):
            kept[name] = {key: one for key, one in entry.items() if not _is_later(one)}
        elif isinstance(entry, list):
            kept[name] = [one for one in entry if one not in later]
        elif not _is_later(entry):
            kept[name] = entry
    return kept


def _used(code: CodeType, namespace: Mapping[str, Any], home: str) -> Iterator[tuple[str, Any]]:
    """List the globals that code uses, and what it takes from modules whose code is followed."""
    for name in code.co_names:
        if name in namespace:
            yield name, namespace[name]
            yield from _taken(name, namespace[name], code.co_names, home)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _used(constant, namespace, home)


def _taken(place: str, value: Any, names: tuple[str, ...], home: str) -> Iterator[tuple[str, Any]]:
    """List what code may take from a module, and from modules inside it."""
    if not (isinstance(value, ModuleType) and _is_followed(value.__name__, home)):
        return
    for name in names:
        inside = vars(value).get(name)
        if name in vars(value) and inside is not value:
            yield f"{place}.{name}", inside
            if place.count(".") < len(names):
                yield from _taken(f"{place}.{name}", inside, names, home)


def _followed(value: Any, home: str) -> bool:
    """Whether the code of a function or class counts, and not its name alone."""
    return _is_followed(str(value.__module__), home)


@cache
def _is_followed(module: str, home: str) -> bool:
    """Whether a module belongs to the home of a function, or is a file that nobody installed."""
    package = module.partition(".")[0]
    if package in (home, "__main__"):
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    if package == _THIS_PACKAGE or file is None:
        return False
    return not _is_installed(Path(file), package)


def _is_installed(file: Path, package: str) -> bool:
    """Whether a module came with Python, or by an installer into whatever folder."""
    if any(file.is_relative_to(folder) for folder in _INSTALLED):
        return True
    # An installer leaves a record of what it put there beside the package.
    root = next((f.parent for f in file.parents if f.name == package), file.parent)
    return next(root.glob("*.dist-info"), None) is not None


def _counted(value: Any) -> list[str]:
    """List the fields of a dataclass that say what it is, and not how that is called or written."""
    names = [field.name for field in fields(value)]
    if _package(type(value)) != _THIS_PACKAGE:
        return names
    written = {"text"} if "tree" in names else set()  # of a formula: with or without its blanks
    return [name for name in names if name not in _WORDS | written]


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _package(value: Any) -> str:
    return str(value.__module__).partition(".")[0]


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - raises while what it names is not yet defined
    except ValueError:
        return False
    return True
