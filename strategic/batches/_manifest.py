"""What a batch was asked for: written before its first part, compared when it goes on."""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from strategic._version import __version__
from strategic.batches._parts import renamed
from strategic.equilibria.method import Method
from strategic.errors import FileError, Problem, UsageError
from strategic.games import GameTable

FILE = "_strategic.json"
"""Its name: readers of folders of parquet files pass over what begins with a line."""
_FORMAT = "batch"
_PIECES, _PIECE, _FIRST_GAMES = 64, 2**12, 1000
_DIGITS = 32
"""Of hashes: 128 bits tell any two files apart."""


def method_described(method: Method) -> dict[str, Any]:
    """Name a method and its options.

    Examples
    --------
    >>> from strategic.equilibria import method_of
    >>> method_described(method_of("all", want="count"))["options"]["want"]
    'count'
    """
    options: dict[str, Any] = {}
    if is_dataclass(method):
        options = {f.name: _plain(getattr(method, f.name)) for f in fields(method)}
    return {"name": type(method).__name__, "options": options}


def files_of(source: Any) -> tuple[Path, ...]:
    """Give the files of this machine that a source is made of, as far as it is.

    Examples
    --------
    >>> files_of("-"), files_of("no-such-file.csv")
    ((), ())
    """
    if isinstance(source, list | tuple):
        return tuple(file for each in source for file in files_of(each))
    if not isinstance(source, str | os.PathLike) or source == "-":
        return ()
    try:
        path = Path(source)
        if path.is_dir():
            return tuple(sorted(file for file in path.rglob("*") if file.is_file()))
        if path.is_file():
            return (path,)
        return tuple(Path(file) for file in sorted(glob.glob(os.fspath(source))))  # noqa: PTH207 - from any root
    except (OSError, ValueError):  # such names belong to no file
        return ()


def seen_from_anywhere(source: Any) -> Any:
    """Give a source as processes that run elsewhere find it, where they see the same disk.

    Raises
    ------
    UsageError
        When it is the standard input of this process.

    Examples
    --------
    >>> seen_from_anywhere("s3://games/all.parquet")
    's3://games/all.parquet'
    """
    if isinstance(source, list | tuple):
        return [seen_from_anywhere(each) for each in source]
    if not isinstance(source, str | os.PathLike) or "://" in os.fspath(source):
        return source
    if source == "-":
        rule, remedy = "cannot be standard input, which no worker sees", "leave out --shared"
        raise UsageError(rule, where="shared", value=source, remedy=remedy)
    return os.path.abspath(source)  # noqa: PTH100 - links stay: workers may see others


def source_described(
    source: Any, files: Sequence[Path], table: GameTable | None = None
) -> dict[str, Any]:
    """Describe where the games are: names and sizes of files, and a hash that notices changes.

    The hash is of 64 pieces of each file, its beginning and its end among them, so that a file of
    any size takes no time. Folders may be moved. What is no file of this machine, such as standard
    input, is known by its first games and, if it tells, by their number.
    """
    listed = []
    for path in files:
        size = path.stat().st_size
        listed.append({"name": path.name, "size": size, "sha256": _fingerprint(path, size)})
    if listed or table is None:
        return {"files": listed}
    is_text = isinstance(source, str | os.PathLike)
    first = next(iter(table.parts(_FIRST_GAMES)))
    digest = hashlib.sha256()
    for payoffs in first.games.payoffs:
        digest.update(np.ascontiguousarray(payoffs).tobytes())
    return {
        "name": os.fspath(source) if is_text else type(source).__name__,
        "count": table.count,
        "sha256": digest.hexdigest()[:_DIGITS],
    }


def _fingerprint(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for k in range(_PIECES):
            file.seek(max(size - _PIECE, 0) * k // (_PIECES - 1))
            digest.update(file.read(_PIECE))
    return digest.hexdigest()[:_DIGITS]


def asked_for(**parts: Any) -> dict[str, Any]:
    """Make the manifest."""
    return {"schema": 1, "format": _FORMAT, "version": __version__, **_plain(parts)}


def write_manifest(folder: Path, asked: Mapping[str, Any]) -> None:
    """Write the manifest, whole or not at all."""
    with renamed(folder / FILE) as file:
        file.write((json.dumps(asked, indent=1, ensure_ascii=False) + "\n").encode())


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
    old, new = _flat(was), _flat(now)
    return [
        Problem(
            f"the folder was begun with {old.get(name, 'nothing')!r}",
            name,
            new.get(name, "nothing"),
            "ask for the same, replace it with --force, or choose another name",
            file=str(folder),
        )
        for name in dict.fromkeys((*old, *new))
        if name != "games" and old.get(name) != new.get(name)
    ]


def _flat(content: Any, prefix: str = "") -> dict[str, Any]:
    """Give the leaves of nested tables by their paths; a list of files by its places."""
    if isinstance(content, Mapping):
        return {
            path: leaf
            for name, inner in content.items()
            for path, leaf in _flat(inner, f"{prefix}.{name}".lstrip(".")).items()
        }
    if isinstance(content, list) and content and isinstance(content[0], Mapping):
        return {
            path: leaf
            for place, inner in enumerate(content)
            for path, leaf in _flat(inner, f"{prefix}[{place}]").items()
        }
    return {prefix: content}


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
