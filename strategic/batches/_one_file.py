"""Results as one file: the parts of a run one after another."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

from strategic.batches._jobs import PartResult
from strategic.batches._parts import ARROW, CSV, GAMES, PARQUET, quoting, told
from strategic.batches._summary import Tally
from strategic.errors import FileError
from strategic.games.io.columns import ColumnWriter, written_tables
from strategic.games.io.files import errors_named, written_whole
from strategic.games.io.row_groups import RowGroupJoiner
from strategic.games.io.targets import check_new, held

if TYPE_CHECKING:
    import pyarrow as pa

FORMS = {".parquet": PARQUET, ".csv": CSV, ".npz": ARROW, ".feather": ARROW, ".arrow": ARROW}
"""Form of the parts by the ending of the file."""


def form_of(path: Path) -> str:
    """Tell the form of the parts of a file.

    Raises
    ------
    FileError
        When its ending is none that is known.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMS:
        rule = f"the output must end in {', '.join(FORMS)}, or be a folder"
        remedy = "a folder's name may end in /"
        raise FileError(rule, value=suffix, remedy=remedy).in_file(path)
    return FORMS[suffix]


def paths_of(path: Path, tables: tuple[str, ...]) -> dict[str, Path]:
    """Give the file of each table: the first is ``OUT``, the games of two are ``OUT.games``."""
    if len(tables) == 1 or path.suffix.lower() == ".npz":
        return {tables[0]: path}
    return {tables[0]: path, GAMES: path.with_suffix(f".{GAMES}{path.suffix}")}


def check_files(
    path: Path, tables: tuple[str, ...], inputs: Sequence[Path], *, force: bool
) -> None:
    """Check that the files can be written, and that none is there unless it may be replaced.

    Raises
    ------
    FileError
        When one is there, is an input, or cannot be written.
    """
    for each in paths_of(path, tables).values():
        check_new(each, *inputs, force=force)


class OneFile(ABC):
    """Takes the parts of a run in their order."""

    @abstractmethod
    def take(self, result: PartResult, files: Mapping[str, IO[bytes]]) -> None:
        """Append a part, whose tables are read from open files."""


@contextmanager
def one_file(path: Path, tables: tuple[str, ...]) -> Iterator[OneFile]:
    """Open the files of a run; they appear, complete, when the block ends well."""
    paths = paths_of(path, tables)
    with ExitStack() as keeping, ExitStack() as stack:
        if form_of(path) == ARROW:
            further = tables[1:]
            writers = stack.enter_context(written_tables(path, *further))
            yield _Columns(tables, writers, path.suffix.lower() == ".npz")
            return
        targets = {name: stack.enter_context(written_whole(p)) for name, p in paths.items()}
        kind = _Lines if form_of(path) == CSV else _RowGroups
        joined = [
            kind(paths[name], stack.enter_context(target.open("wb")), name)
            for name, target in targets.items()
        ]
        together = _Together(joined)
        yield together
        together.finish()
        if len(paths) > 1:  # both take their places before another run's do: they belong together
            with errors_named(path, "write"):
                keeping.enter_context(held(path.resolve().parent))


@dataclass
class _Joined(ABC):
    """One of the files, and where it is being written."""

    path: Path
    sink: IO[bytes]
    name: str

    @abstractmethod
    def append(self, part: IO[bytes], schema: pa.Schema) -> None:
        """Write what the file of a part holds."""

    @abstractmethod
    def end(self, tally: Tally) -> None:
        """Write what comes after the last part, of all of which a tally was kept."""


@dataclass
class _Together(OneFile):
    files: Sequence[_Joined]
    tally: Tally = field(default_factory=Tally)

    def take(self, result: PartResult, files: Mapping[str, IO[bytes]]) -> None:
        self.tally += result.tally
        for each in self.files:
            with errors_named(each.path, "write"):
                each.append(files[each.name], result.schemas[each.name])

    def finish(self) -> None:
        for each in self.files:
            with errors_named(each.path, "write"):
                each.end(self.tally)
                each.sink.close()


@dataclass
class _Lines(_Joined):
    """A csv file: the lines of the parts below one header."""

    begun: bool = False

    def append(self, part: IO[bytes], schema: pa.Schema) -> None:
        if not self.begun:
            self.sink.write(_header(schema))
            self.begun = True
        shutil.copyfileobj(part, self.sink, 2**20)

    def end(self, tally: Tally) -> None:
        pass


def _header(schema: pa.Schema) -> bytes:
    names = schema.names
    if quoting(schema) == "needed":
        names = ['"' + name.replace('"', '""') + '"' for name in names]
    return f"{','.join(names)}\n".encode()


class _RowGroups(_Joined):
    """A parquet file: the row groups of the parts."""

    @cached_property
    def joiner(self) -> RowGroupJoiner:
        return RowGroupJoiner(self.sink)

    def append(self, part: IO[bytes], schema: pa.Schema) -> None:
        del schema  # the footer of the part tells
        self.joiner.append(part)

    def end(self, tally: Tally) -> None:
        self.joiner.close(told(tally))


@dataclass
class _Columns(OneFile):
    """Files that are written column by column: what the parts hold is read again."""

    tables: tuple[str, ...]
    writers: tuple[ColumnWriter, ...]
    together: bool

    def take(self, result: PartResult, files: Mapping[str, IO[bytes]]) -> None:
        import pyarrow as pa

        for name, writer in zip(self.tables, self.writers, strict=True):
            with pa.ipc.open_stream(files[name]) as reader:
                for batch in reader:
                    table = pa.Table.from_batches([batch])
                    if self.together and name == GAMES:
                        rows = [] if len(self.tables) == 1 else result.schemas[self.tables[0]].names
                        table = _beside(table, rows)
                    writer.append(table)


def _beside(games: pa.Table, names: list[str]) -> pa.Table:
    """Name the columns of games for an archive that holds those of the rows too.

    The games are numbered by their places.
    """
    games = games.drop_columns(["game"])
    renamed = [f"{GAMES}_{name}" if name in names else name for name in games.column_names]
    return games.rename_columns(renamed)
