"""What a batch was asked for: written before its first part, compared when it goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from strategic._version import __version__
from strategic.batches._parts import renamed
from strategic.batches._source import source_in_words
from strategic.equilibria import METHODS
from strategic.equilibria.method import Method
from strategic.errors import FileError, Problem

FILE = "_strategic.json"
"""Its name: readers of folders of parquet files pass over what begins with a line."""
_FORMAT = "batch"
_OTHERWISE = "ask for the same, replace it with --force, or choose another name"
_NOT_COMPARED = ("source", "games")


def method_described(method: Method) -> dict[str, Any]:
    """Name a method and its options.

    Examples
    --------
    >>> from strategic.equilibria import method_of
    >>> described = method_described(method_of("all", want="count"))
    >>> described["name"], described["options"]["want"]
    ('all', 'count')
    """
    kind = type(method).__name__
    names = (name for name, record in METHODS.items() if record.home.endswith(f":{kind}"))
    options: dict[str, Any] = {}
    if is_dataclass(method):
        options = {f.name: _plain(getattr(method, f.name)) for f in fields(method)}
    return {"name": next(names, kind), "options": options}


def asked_for(**parts: Any) -> dict[str, Any]:
    """Make the manifest."""
    return {"schema": 1, "format": _FORMAT, "version": __version__, **_plain(parts)}


def write_manifest(folder: Path, asked: Mapping[str, Any]) -> None:
    """Write the manifest, whole or not at all."""
    with renamed(folder / FILE) as file:
        text = json.dumps(asked, indent=1, ensure_ascii=False) + "\n"
        # bytes of names that are no UTF-8 become what JSON reads as the same
        file.write(text.encode(errors="backslashreplace"))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder.

    Raises
    ------
    FileError
        When there is none, or it is not one of a batch.
    """
    try:
        content = json.loads((folder / FILE).read_text("utf-8"))
        if content["format"] != _FORMAT:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        rule, remedy = "is not a batch that can be continued", "replace it with --force"
        raise FileError(rule, remedy=remedy).in_file(folder) from None
    return dict(content)


def differences(was: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> list[Problem]:
    """Name what differs between what a folder was begun for and what is asked for now.

    How many games there are is written at the end.
    """
    where: dict[str, Any] = {"file": str(folder), "remedy": _OTHERWISE}
    problems = []
    if was.get("source") != now["source"]:
        then, here = (source_in_words(manifest.get("source")) for manifest in (was, now))
        rule = f"the folder was begun with {then}"
        if then == here:
            rule = "has changed since the folder was begun"
        problems.append(Problem(rule, "source", here, **where))
    old, new = (_flat(manifest) for manifest in (was, now))
    passed_over = {*_NOT_COMPARED}
    if old.get("method.name") != new["method.name"]:  # with options and tables of its own
        passed_over |= {n for n in (*old, *new) if n.startswith("method.options.") or n == "tables"}
    for name in dict.fromkeys((*old, *new)):
        if name not in passed_over and old.get(name) != new.get(name):
            rule = f"the folder was begun with {old.get(name, 'nothing')!r}"
            problems.append(Problem(rule, name, new.get(name, "nothing"), **where))
    return problems


def _flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Give the leaves of nested tables by their paths."""
    leaves: dict[str, Any] = {}
    for name, inner in content.items():
        if isinstance(inner, Mapping) and name != "source":
            leaves |= _flat(inner, f"{prefix}{name}.")
        else:
            leaves[prefix + name] = inner
    return leaves


def _plain(value: Any) -> Any:
    """Turn numbers of numpy, tuples and paths into plain data."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    return value if value is None or isinstance(value, str | int | float | bool) else repr(value)
