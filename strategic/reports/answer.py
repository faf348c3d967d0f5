"""What a command has to say: one document, and the same laid out for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from strategic.reports.blocks import Block
from strategic.status import Status


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to one question, ready for any output format.

    Parameters
    ----------
    document : mapping
        Plain data; ``--json`` prints it as one strict JSON document.
    blocks : sequence of Block
        The same for people: headings, sentences, tables, figures.
    status : Status
        Whether the answer is usable; a failed status ends the command with exit code 3.
    columns : mapping, optional
        The same as a table of columns of one length, for csv and parquet files.

    Examples
    --------
    >>> Answer({"price": 2.0}, [Block("price", "Price", ["It is 2."])]).status.label
    'ok'
    """

    document: Mapping[str, Any]
    blocks: Sequence[Block]
    status: Status = Status.OK
    columns: Mapping[str, Any] | None = None
