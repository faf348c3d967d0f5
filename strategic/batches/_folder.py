"""Results as a folder of parts, which a run may be stopped over and another one go on with."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strategic.batches._jobs import PartResult
from strategic.batches._manifest import FILE, differences, read_manifest, write_manifest
from strategic.batches._parts import GAMES, UNFINISHED, file_name, renamed, tally_in
from strategic.batches._summary import Tally
from strategic.errors import FileError
from strategic.games.io.files import FULL
from strategic.games.io.targets import sole_writer

_TABLES = (GAMES, "equilibria", "solutions")
"""Folders that a batch makes; the games come first, so that no part counts as done any more."""


_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)
"""What the system says where nobody may write."""


@dataclass(frozen=True, eq=False)
class Folder:
    """A folder of parts.

    Parameters
    ----------
    path : Path
        Where it is.
    tables : tuple of str
        The tables of each part; that of the games is the last one written.
    """

    path: Path
    tables: tuple[str, ...]

    def check(
        self, asked: Mapping[str, Any], inputs: Sequence[Path], *, resume: bool, force: bool
    ) -> None:
        """Refuse to touch what is not an empty folder or, if that is wanted, this very batch.

        Raises
        ------
        FileError
            When there is a file, a folder of something else, or a batch that is neither to be
            continued nor replaced; or one that was asked for something else: each difference is
            named.
        """
        if not self.path.exists():
            return
        if not self.path.is_dir():
            remedy = "choose another name"
            raise FileError("exists and is no folder", remedy=remedy).in_file(self.path)
        inside = {entry.name for entry in self.path.iterdir() if not _is_unfinished(entry)}
        if not inside:
            return
        if not inside <= {FILE, *_TABLES}:
            rule = "is a folder that holds something else than a batch"
            value = min(inside - {FILE, *_TABLES})
            remedy = "choose another name"
            raise FileError(rule, value=value, remedy=remedy).in_file(self.path)
        if force:
            whole = self.path.resolve()
            if any(whole in file.resolve().parents for file in inputs):
                rule, remedy = "holds the input, which it would replace", "choose another name"
                raise FileError(rule, remedy=remedy).in_file(self.path)
            return
        if not resume:
            remedy = "continue it with --resume, replace it with --force, or choose another name"
            raise FileError("exists already", remedy=remedy).in_file(self.path)
        if problems := differences(read_manifest(self.path), asked, self.path):
            raise FileError.from_problems(problems)

    def held(self) -> AbstractContextManager[None]:
        """Be the only run that writes here, workers included; others wait a little, then give up.

        Raises
        ------
        FileError
            When another run goes on writing, or there can be no folder at the path.
        """
        return sole_writer(self.path, FileError, self.unwritten, shown=self.path)

    def open(self, asked: Mapping[str, Any], *, force: bool) -> int | None:
        """Clear away what is not whole, or everything; say what was asked for, before any part.

        Returns
        -------
        int or None
            The number of games, if an earlier run came to their end.
        """
        self.clear()
        if force:
            for name in _TABLES:
                if (self.path / name).is_dir():
                    shutil.rmtree(self.path / name)
        if force or not (self.path / FILE).exists():
            write_manifest(self.path, asked)
        games: int | None = read_manifest(self.path).get("games")
        return games

    def finish(self, asked: Mapping[str, Any], games: int) -> None:
        """Say how many games there are, now that all are solved."""
        if read_manifest(self.path).get("games") != games:
            write_manifest(self.path, {**asked, "games": games})

    def done(self) -> dict[int, Tally]:
        """Find the parts that are whole, and what each of them tells; what is torn is made anew."""
        import pyarrow as pa

        found: dict[int, Tally] = {}
        for number in self._numbers():
            try:
                metas = {name: self._footer(file_name(name, number)) for name in self.tables}
                tally = tally_in(metas[GAMES].metadata)
            except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
                continue
            whole = metas[GAMES].num_rows == tally.games
            if whole and all(tally_in(meta.metadata) == tally for meta in metas.values()):
                found[number] = tally
        return found

    def _numbers(self) -> list[int]:
        """List the parts that have a file of games, once it is clear that there is nothing else.

        Raises
        ------
        FileError
            When a table holds another file: readers would take it for a part.
        """
        numbers: dict[str, list[int]] = {}
        for table in _TABLES:
            folder = self.path / table
            for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
                told = entry.stem.removeprefix("part-")
                number = int(told) if told.isdecimal() and told.isascii() else 0
                if f"{table}/{entry.name}" == file_name(table, number):
                    numbers.setdefault(table, []).append(number)
                elif not entry.name.startswith((".", "_")):  # readers pass over those
                    rule, remedy = "is no part of the batch that lies there", "move it away"
                    raise FileError(rule, remedy=remedy).in_file(entry)
        return numbers.get(GAMES, [])

    def _footer(self, name: str) -> Any:
        import pyarrow.parquet as pq

        with (self.path / name).open("rb") as file:  # Arrow takes no name that is not UTF-8
            return pq.read_metadata(file)

    def write(self, result: PartResult) -> None:
        """Write the files of a part that another machine made."""
        for name, content in result.files.items():
            with renamed(self.path / file_name(name, result.number)) as file:
                file.write(content)

    def clear(self) -> None:
        """Remove the beginnings of files that a worker was killed over."""
        for folder in (self.path, *(self.path / name for name in _TABLES)):
            for entry in folder.glob(f".*{UNFINISHED}"):
                entry.unlink(missing_ok=True)

    def discard_empty(self, *, folder: bool) -> None:
        """Remove the batch again if it holds no part, its folder too where that is asked for."""
        if any((self.path / GAMES).glob("part-*.parquet")):
            return
        for name in _TABLES:
            shutil.rmtree(self.path / name, ignore_errors=True)
        (self.path / FILE).unlink(missing_ok=True)
        if folder:
            with suppress(OSError):
                self.path.rmdir()

    def unwritten(self, problem: OSError) -> FileError:
        """Say that the system cannot write, and how to go on."""
        reason = problem.strerror or str(problem)
        if problem.errno in _CLOSED:
            remedy = "choose another name, or make it writable"
        else:
            remedy = "run again with --resume; finished parts are kept"
        if problem.errno in FULL:
            remedy = f"make room and {remedy}"
        rule = f"cannot write it: {reason[:1].lower()}{reason[1:]}"
        return FileError(rule, remedy=remedy).in_file(self.path)


def _is_unfinished(entry: Path) -> bool:
    return entry.name.startswith(".") and entry.name.endswith(UNFINISHED)
