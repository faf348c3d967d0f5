"""Where the games of a batch come from: which files, and how a later run knows them again."""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from strategic.errors import UsageError
from strategic.games import GameTable

_PIECES, _PIECE, _FIRST_GAMES = 64, 2**12, 1000
_DIGITS = 32
"""Of hashes: 128 bits tell any two files apart."""


def files_of(source: Any, out: Path | None = None) -> tuple[Path, ...]:
    """Give the files of this machine that a source is made of, as far as it is.

    Parameters
    ----------
    source : object
        What the games are read from.
    out : Path, optional
        Where results go: a folder of games may hold the folder of its results.

    Examples
    --------
    >>> files_of("-"), files_of("no-such-file.csv")
    ((), ())
    """
    if isinstance(source, list | tuple):
        return tuple(file for each in source for file in files_of(each, out))
    if not isinstance(source, str | os.PathLike) or source == "-":
        return ()
    try:
        path = Path(source)
        if path.is_dir():
            return tuple(sorted(_files_in(path, out)))
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


def _files_in(folder: Path, out: Path | None) -> Iterator[Path]:
    """Go through the files that readers of folders do not pass over."""
    results = None if out is None else out.resolve()
    for file in folder.rglob("*"):
        names = file.relative_to(folder).parts
        if not file.is_file() or any(name.startswith(("_", ".")) for name in names):
            continue
        if results is None or results not in file.resolve().parents:
            yield file


def source_described(
    source: Any, files: Sequence[Path], table: GameTable | None = None
) -> dict[str, Any]:
    """Describe where the games are: names and sizes of files, and a hash that notices changes.

    The hash is of 64 pieces of each file, its beginning and its end among them, so that a file of
    any size takes no time. Folders may be moved. What is no file of this machine, such as standard
    input, is known by its first games and, if it tells, by their number.
    """
    listed: list[dict[str, Any]] = []
    for path in files:
        size = path.stat().st_size
        listed.append({"name": path.name, "size": size, "sha256": _fingerprint(path, size)})
    if len(listed) > 1:  # in one, for there may be a file per game
        digest = hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:_DIGITS]
        size = sum(file["size"] for file in listed)
        listed = [{"name": f"{len(listed):,} files", "size": size, "sha256": digest}]
    if listed or table is None:
        return {"files": listed}
    is_text = isinstance(source, str | os.PathLike)
    first = next(iter(table.parts(_FIRST_GAMES)))
    digest_of_games = hashlib.sha256()
    for payoffs in first.games.payoffs:
        digest_of_games.update(np.ascontiguousarray(payoffs).tobytes())
    return {
        "name": os.fspath(source) if is_text else type(source).__name__,
        "count": table.count,
        "sha256": digest_of_games.hexdigest()[:_DIGITS],
    }


def source_in_words(described: Any) -> str:
    """Say which source was described.

    Examples
    --------
    >>> source_in_words({"files": [{"name": "in.csv", "size": 1200, "sha256": "a0"}]})
    'in.csv (1,200 bytes)'
    """
    try:
        if described.get("files"):
            (file,) = described["files"]
            return f"{file['name']} ({file['size']:,} bytes)"
        count = described["count"]
        return str(described["name"]) + ("" if count is None else f" ({count:,} games)")
    except (AttributeError, KeyError, TypeError, ValueError):
        return "another source"


def _fingerprint(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for k in range(_PIECES):
            file.seek(max(size - _PIECE, 0) * k // (_PIECES - 1))
            digest.update(file.read(_PIECE))
    return digest.hexdigest()[:_DIGITS]
