"""The files of a part, written block by block: whole files, that appear when they are complete."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import IO, TYPE_CHECKING, Any

from strategic.batches._summary import Tally
from strategic.games.io._plain_columns import plain_table
from strategic.games.io.parquet_files import parquet_writer

if TYPE_CHECKING:
    import pyarrow as pa

GAMES = "games"
"""Name of the table with a row per game, whose file of a part takes its place last."""
UNFINISHED = ".part"
"""Ending of a file that is being written."""
PARQUET, CSV, ARROW = "parquet", "csv", "arrow"
"""Forms of a part: a parquet file, the lines of a csv file, an Arrow stream."""
_KEY = b"strategic"


def file_name(table: str, number: int) -> str:
    """Name the file of a part in the folder of a batch.

    Examples
    --------
    >>> file_name("games", 12)
    'games/part-000012.parquet'
    """
    return f"{table}/part-{number:06d}.parquet"


@contextmanager
def part_files(
    folder: Path, tables: tuple[str, ...], number: int
) -> Iterator[dict[str, IO[bytes]]]:
    """Open the files of a part; they take their places in the order of the tables, games last.

    What a killed run leaves is removed by the next one.

    Raises
    ------
    OSError
        When the system cannot write there; what is not whole is removed.
    """
    with ExitStack() as stack:
        yield {
            table: stack.enter_context(renamed(folder / file_name(table, number)))
            for table in reversed(tables)  # what is opened first takes its place last
        }


@contextmanager
def renamed(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its place when the block ends well, and is gone otherwise.

    Its name until then is of nobody else: a worker that a cluster has given up may still be at
    work on the same part.
    """
    beside = path.with_name(f".{path.name}.{token_hex(4)}{UNFINISHED}")
    path.parent.mkdir(exist_ok=True)
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@dataclass
class PartWriter:
    """Writes tables of one part to open files, a block at a time.

    Parameters
    ----------
    form : str
        ``"parquet"``, ``"csv"`` (without a header) or ``"arrow"``.
    sinks : mapping of str to file
        By the name of the table.
    schemas : dict of str to pyarrow.Schema
        Of what was written.
    """

    form: str
    sinks: Mapping[str, IO[bytes]]
    schemas: dict[str, pa.Schema] = field(default_factory=dict)
    _writers: dict[str, Any] = field(default_factory=dict)

    def append(self, name: str, table: pa.Table) -> None:
        """Write some rows of a table."""
        if self.form == CSV:
            table = plain_table(table)
        if name not in self.schemas:
            self.schemas[name] = table.schema
            self._writers[name] = self._opened(self.sinks[name], table.schema)
        if self.form == CSV:
            _write_lines(table, self.sinks[name])
            return
        for batch in table.combine_chunks().to_batches():  # one: no column is in chunks
            self._writers[name].write_batch(batch)

    def finish(self, tally: Tally) -> None:
        """Write the ends of the files, which tell what was found."""
        for writer in self._writers.values():
            if self.form == PARQUET:
                writer.add_key_value_metadata(told(tally))
            if writer is not None:
                writer.close()

    def _opened(self, sink: IO[bytes], schema: pa.Schema) -> Any:
        import pyarrow as pa

        if self.form == PARQUET:
            return parquet_writer(sink, schema)
        return None if self.form == CSV else pa.ipc.new_stream(sink, schema)


def told(tally: Tally) -> dict[bytes, bytes]:
    """Write what the footer of a parquet file tells."""
    return {_KEY: json.dumps(tally.plain()).encode()}


def tally_in(metadata: Mapping[bytes, bytes] | None) -> Tally:
    """Read what a file of a part tells in its footer.

    Raises
    ------
    ValueError, KeyError, TypeError
        When it tells nothing.
    """
    return Tally.from_plain(json.loads((metadata or {})[_KEY]))


def _write_lines(table: pa.Table, sink: IO[bytes]) -> None:
    from pyarrow import csv

    csv.write_csv(
        table, sink, csv.WriteOptions(include_header=False, quoting_style=quoting(table.schema))
    )


def quoting(schema: pa.Schema) -> str:
    """Choose whether texts stand in quotation marks: those that users bring along may need them."""
    import pyarrow as pa

    texts = (
        f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)
    )
    return "needed" if any(name != "status" for name in texts) else "none"
