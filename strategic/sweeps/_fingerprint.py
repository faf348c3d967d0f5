"""A hash of what functions compute: code, constants, defaults, closures, and what they call.

Comments, docstrings, names of local variables and places in files do not count. Bytecode differs
between minor versions of Python, and so does the hash.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

_WORDS = {"title", "comment", "meaning", "claims"}
"""Fields of dataclasses that only speak of what the others hold."""
_HAS_DOCSTRING = 0x4000000
"""Flag of code that begins its constants with a docstring, since Python 3.13."""
_PLAIN = (type(None), bool, int, float, complex, str, bytes, Enum, np.generic, type(Ellipsis))
_THIS_PACKAGE = __name__.partition(".")[0]


def fingerprint(*values: Any) -> str:
    """Hash values, and functions among them by what they compute.

    Functions and classes of the package (or script) that a function comes from are followed when
    it uses them; of others only the name counts, as their version does not change unnoticed.

    Examples
    --------
    >>> first, second = lambda x: x + 1, lambda x: x + 2
    >>> fingerprint(first) == fingerprint(first), fingerprint(first) == fingerprint(second)
    (True, False)
    """
    digest = hashlib.sha256()
    for text in _texts(values, set(), ""):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def _texts(value: Any, seen: set[int], home: str) -> Iterator[str]:
    """Spell a value out, each function once; ``home`` is the package whose code is followed."""
    if isinstance(value, FunctionType | MethodType | partial | type):
        yield from _callable(value, seen, home)
    elif isinstance(value, CodeType):
        yield from _code(value, seen, home)
    elif isinstance(value, _PLAIN):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, np.ndarray | list | tuple | set | frozenset | Mapping):
        yield from _collection(value, seen, home)
    elif is_dataclass(value):
        yield f"dataclass {type(value).__qualname__}"
        held = [f.name for f in fields(value) if f.name not in _WORDS]
        for name in held if id(value) not in seen else ():
            yield from _texts(getattr(value, name), seen | {id(value)}, home)
    else:
        yield from _other(value, seen, home)


def _collection(value: Any, seen: set[int], home: str) -> Iterator[str]:
    if isinstance(value, np.ndarray) and value.dtype != object:
        yield f"array {value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    elif isinstance(value, set | frozenset):
        yield f"set {sorted(fingerprint(entry) for entry in value)}"
    else:
        yield f"{type(value).__name__} {len(value)}"
        for entry in value.items() if isinstance(value, Mapping) else value:
            yield from _texts(entry, seen, home)


def _callable(value: Any, seen: set[int], home: str) -> Iterator[str]:
    if isinstance(value, partial):
        yield from _texts((value.func, value.args, value.keywords), seen, home)
    elif isinstance(value, MethodType):
        yield from _texts((value.__func__, value.__self__), seen, home)
    elif id(value) in seen or (home and _package(value) != home):
        yield f"named {value.__module__}.{value.__qualname__}"
    elif isinstance(value, type):
        seen.add(id(value))
        yield f"class {value.__qualname__}"
        for name, entry in vars(value).items():
            if callable(function := inspect.unwrap(getattr(entry, "__func__", entry))):
                yield name
                yield from _texts(function, seen, home or _package(value))
    else:
        seen.add(id(value))
        here = home or _package(value)
        yield from _code(value.__code__, seen, here)
        yield from _texts((value.__defaults__, value.__kwdefaults__), seen, here)
        for cell in value.__closure__ or ():
            yield from _texts(cell.cell_contents if _filled(cell) else None, seen, here)
        for name, used in _used(value.__code__, value.__globals__, here):
            yield name
            yield from _global(used, seen, here)


def _code(code: CodeType, seen: set[int], home: str) -> Iterator[str]:
    """Spell bytecode out, and its constants but for the docstring."""
    yield f"code {code.co_code.hex()} {code.co_exceptiontable.hex()} {code.co_names}"
    documented = bool(code.co_flags & _HAS_DOCSTRING)
    if sys.version_info < (3, 13):  # the first constant is the docstring, or None
        documented = not code.co_name.startswith("<")
    for constant in code.co_consts[documented:]:
        yield from _texts(constant, seen, home)


def _used(code: CodeType, namespace: Mapping[str, Any], home: str) -> Iterator[tuple[str, Any]]:
    """List the globals that code uses, and what it takes from modules of its package."""
    for name in code.co_names:
        if name not in namespace:
            continue
        used = namespace[name]
        yield name, used
        if isinstance(used, ModuleType) and used.__name__.partition(".")[0] == home:
            inside = vars(used)
            yield from ((f"{name}.{n}", inside[n]) for n in code.co_names if n in inside)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _used(constant, namespace, home)


def _global(value: Any, seen: set[int], home: str) -> Iterator[str]:
    """Spell a global out; what this package collects in registries is covered by its version."""
    if home == _THIS_PACKAGE and isinstance(value, dict | list | set):
        return
    yield from _texts(value, seen, home)


def _other(value: Any, seen: set[int], home: str) -> Iterator[str]:
    """Name what has no content to spell out; follow what wraps a function, as a cache does."""
    wrapped = getattr(value, "__wrapped__", None)
    if isinstance(value, ModuleType):
        yield f"module {value.__name__}"
    elif isinstance(value, BuiltinFunctionType | np.ufunc):
        yield f"builtin {value.__name__}"
    elif isinstance(wrapped, Callable):  # type: ignore[arg-type]
        yield from _texts(wrapped, seen, home)
    elif callable(value) and isinstance(type(value).__call__, FunctionType):
        held = vars(value) if hasattr(value, "__dict__") else None
        yield from _texts((type(value).__call__, held), seen, home)
    else:
        yield f"a {type(value).__module__}.{type(value).__qualname__}"


def _package(value: Any) -> str:
    return str(value.__module__).partition(".")[0]


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - raises while what it names is not yet defined
    except ValueError:
        return False
    return True
