"""What the columns of a csv file are that are carried along: numbers and dates, or texts."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

# In the order in which they are tried. Each says how programs write values of the type, so that
# nothing is lost: 007, 1.10 and +1 stay texts.
_WRITTEN: tuple[tuple[pa.DataType, str], ...] = (
    (pa.int64(), r"^(0|-?[1-9]\d{0,17})$"),
    (pa.float64(), r"^-?(0|[1-9]\d{0,16})(\.0|\.\d{0,16}[1-9])?([eE]-?[1-9]\d?|[eE][+-]\d\d)?$"),
    (pa.bool_(), r"^(true|false)$"),
    (pa.date32(), r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$"),
    (pa.timestamp("s"), r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8]) [01]\d:[0-5]\d:[0-5]\d$"),
)
_LONGEST_SURE = 17


def types_of_texts(batches: Iterable[pa.RecordBatch]) -> dict[str, pa.DataType]:
    """Find the type that holds every entry of a column exactly; what is empty fits any.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        Columns of texts, from beginning to end.

    Returns
    -------
    dict of str to pyarrow.DataType
        Of every column; texts where no other type fits, or all entries are empty.

    Examples
    --------
    >>> found = types_of_texts([pa.record_batch({"a": ["7", ""], "b": ["007", "8"]})])
    >>> [str(kind) for kind in found.values()]
    ['int64', 'string']
    """
    possible: dict[str, list[int]] = {}
    filled: set[str] = set()
    for batch in batches:
        for name, texts in zip(batch.schema.names, batch.columns, strict=True):
            left = possible.setdefault(name, list(range(len(_WRITTEN))))
            if not left:
                continue
            some = texts.filter(pc.not_equal(texts, ""))
            if len(some):
                filled.add(name)
                possible[name] = [i for i in left if _fits(some, *_WRITTEN[i])]
    return {
        name: _WRITTEN[left[0]][0] if left and name in filled else pa.string()
        for name, left in possible.items()
    }


def _fits(texts: pa.Array, kind: pa.DataType, written: str) -> bool:
    if not pc.all(pc.match_substring_regex(texts, written)).as_py():
        return False
    if not pa.types.is_floating(kind):
        return True
    return bool(pc.max(pc.binary_length(texts)).as_py() <= _LONGEST_SURE + 3)
