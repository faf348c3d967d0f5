"""A hash of what functions compute: code, constants, defaults, closures, and what they call.

Comments, docstrings, names of local variables and places in files do not count, nor does the
folder in which code lies. It is bytecode that is hashed, because that is what runs: a source may
have changed since. Bytecode differs between minor versions of Python, and so does the hash.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cached_property, partial, partialmethod
from pathlib import PurePath
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np

from strategic.status import Status
from strategic.sweeps._followed import (
    INSIDE,
    THIS_PACKAGE,
    folders_of,
    globals_used,
    home_from,
    is_followed,
    is_module_followed,
    package_of,
)

_WORDS = {"title", "comment", "meaning", "claims"}
"""Fields of this package's dataclasses that only speak of what the others hold."""
_HAS_DOCSTRING = 0x4000000
"""Flag of code that begins its constants with a docstring, since Python 3.13."""
_PLAIN = (type(None), bool, int, float, complex, str, bytes, Enum, np.generic, PurePath, type(...))
_COLLECTIONS = (np.ndarray, list, tuple, set, frozenset, Mapping)
_WRAPPERS = (property, cached_property, staticmethod, classmethod, partialmethod)
"""What stands in classes in place of functions."""
_STATUSES = 25
"""Of `Status`, those that were there when stores began to outlive new ones: they are spelled out.
What later ones mean is in the flags of each store that has them."""


def fingerprint(*values: Any) -> str:
    """Hash values, and functions among them by what they compute.

    Functions, classes and objects of the package (or script) that a function comes from are
    followed when it uses them, and so are those of files beside it that nobody installed; of
    installed packages only the names count, as their versions do not change unnoticed. Of other
    objects it is their content that counts. What ``numpy.frompyfunc`` has wrapped cannot be seen.
    Paths into the folder of the code that has them count from there: it may lie elsewhere.

    Examples
    --------
    >>> first, second = lambda x: x + 1, lambda x: x + 2
    >>> fingerprint(first) == fingerprint(first), fingerprint(first) == fingerprint(second)
    (True, False)
    """
    return _digest(_Speller().texts(values, ""))


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode(errors="surrogatepass") + b"\0")
    return digest.hexdigest()


class _Speller:
    """Spells values out, each function, class and object once."""

    def __init__(self, seen: Iterable[int] = (), folders: tuple[str, ...] = ()) -> None:
        self._seen = {*seen}
        self._kept: list[Any] = []
        """What was made on the way and spelled out: a number of it must not come again."""
        self._folders = folders
        """Where the code at hand lies: as it was found, and with links resolved."""

    def texts(self, value: Any, home: str) -> Iterator[str]:
        """Spell a value out; ``home`` is the package whose code is followed."""
        if isinstance(value, _PLAIN):
            yield self._plain(value)
        elif isinstance(value, CodeType):
            yield from self._code(value, home)
        elif isinstance(value, partial | partialmethod):
            yield from self.texts((value.func, value.args, value.keywords), home)
        elif isinstance(value, MethodType):
            yield from self.texts((value.__func__, value.__self__), home)
        elif isinstance(value, _WRAPPERS):
            yield from self._wrapper(value, home)
        elif isinstance(value, FunctionType | type) and home and not is_followed(value, home):
            yield _named(value)
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
            yield from self._function(value, home_from(value, home))
        elif isinstance(value, type):
            yield from self._class(value, home_from(value, home))
        elif isinstance(value, _COLLECTIONS):
            yield from self._collection(value, home)
        elif is_dataclass(value):
            yield f"dataclass {type(value).__qualname__}"
            yield from self._behaviour(value, home or INSIDE)
            for name in _counted(value):
                yield from self.texts(getattr(value, name, None), home)
        else:
            yield from self._object(value, home)
        if not is_shared:  # equal lists read alike wherever they stand
            self._seen.discard(id(value))

    def _plain(self, value: Any) -> str:
        """Spell out what has no parts, a path into the folder of its code as seen from there."""
        kind = "path" if isinstance(value, PurePath) else type(value).__name__
        if isinstance(value, np.generic):  # the repr of which is not the same in every numpy
            return f"{value.dtype} {value}"
        if type(value) is not str and kind != "path":
            return f"{kind} {value!r}"
        text = str(value)
        for folder in self._folders:
            if text == folder or text.startswith(folder + os.sep):
                return f"{kind} from here {text.removeprefix(folder).replace(os.sep, '/')!r}"
        return f"{kind} {text!r}"

    def _collection(self, value: Any, home: str) -> Iterator[str]:
        if isinstance(value, np.ma.MaskedArray):
            yield from self.texts((np.ma.getdata(value), np.ma.getmaskarray(value)), home)
            return
        if isinstance(value, np.ndarray) and value.dtype != object:
            yield f"array {value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
            return
        if isinstance(value, set | frozenset):
            entries = (entry for entry in value if not _is_later(entry))
            yield f"set {sorted(self._alone(entry, home) for entry in entries)}"
            return
        if isinstance(value, WeakKeyDictionary | WeakValueDictionary):  # holds what is in use
            yield type(value).__name__
            return
        yield f"{type(value).__name__} {len(value)}"
        for entry in value.items() if isinstance(value, Mapping) else value:
            yield from self.texts(entry, home)

    def _alone(self, value: Any, home: str) -> str:
        """Hash an entry of a set, which must not depend on those before it."""
        return _digest(_Speller(self._seen, self._folders).texts(value, home))

    def _function(self, value: FunctionType, home: str) -> Iterator[str]:
        module = str(value.__globals__.get("__name__", value.__module__))
        if not is_module_followed(module, home):  # a decorator of another package made it
            yield f"made by {module.partition('.')[0]}"
            yield from self._held(value, home)
            return
        outer, self._folders = self._folders, folders_of(value.__globals__.get("__file__"))
        yield from self._code(value.__code__, home)
        yield from self._held(value, home)
        for name, used in globals_used(value.__code__, value.__globals__, home):
            yield name
            # What this package collects in registries is covered by its version.
            if home != THIS_PACKAGE or not isinstance(used, dict | list | set):
                yield from self.texts(used, home)
        self._folders = outer

    def _held(self, value: FunctionType, home: str) -> Iterator[str]:
        """Spell out what a function has besides its code: defaults, closure and attributes."""
        yield from self.texts((value.__defaults__, value.__kwdefaults__), home)
        for cell in value.__closure__ or ():
            yield from self.texts(cell.cell_contents if _filled(cell) else None, home)
        own = {name: held for name, held in vars(value).items() if not _is_special(name)}
        yield from self.texts(own, home)

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
        if is_followed(type(value), home):
            yield from self.texts(type(value), home)

    def _object(self, value: Any, home: str) -> Iterator[str]:
        """Spell out what an object is made of; follow what wraps a function, as a cache does."""
        wrapped = getattr(value, "__wrapped__", None)
        if isinstance(wrapped, Callable):  # type: ignore[arg-type]
            if home and not is_followed(value, home):
                yield _named(value)
            else:
                yield from self.texts(wrapped, home)
            return
        home = home or INSIDE
        yield f"a {type(value).__module__}.{type(value).__qualname__}"
        if is_followed(type(value), home) and hasattr(value, "__dict__"):
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


def _counted(value: Any) -> list[str]:
    """List the fields of a dataclass that say what it is, and not how that is called or written."""
    names = [field.name for field in fields(value)]
    if package_of(type(value)) != THIS_PACKAGE:
        return names
    written = {"text"} if "tree" in names else set()  # of a formula: with or without its blanks
    return [name for name in names if name not in _WORDS | written]


def _named(value: Any) -> str:
    return f"named {value.__module__}.{getattr(value, '__qualname__', type(value).__qualname__)}"


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - raises while what it names is not yet defined
    except ValueError:
        return False
    return True
