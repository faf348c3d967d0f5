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
    found: dict[str, int | None] = {}
    names: dict[str, None] = {}
    for batch in batches:
        names |= dict.fromkeys(batch.schema.names)
        for name, texts in zip(batch.schema.names, batch.columns, strict=True):
            if found.get(name, 0) is None:
                continue
            some = texts.filter(pc.not_equal(texts, ""))
            if len(some):
                # whole numbers are decimals too; entries of no other two types look alike
                last = found.get(name)
                tried = range(len(_WRITTEN)) if last is None else range(last, max(last, 1) + 1)
                found[name] = next((i for i in tried if _fits(some, *_WRITTEN[i])), None)
    kinds = {name: found.get(name) for name in names}
    return {name: pa.string() if i is None else _WRITTEN[i][0] for name, i in kinds.items()}


def _fits(texts: pa.Array, kind: pa.DataType, written: str) -> bool:
    if not pc.all(pc.match_substring_regex(texts, written)).as_py():
        return False
    if not pa.types.is_floating(kind):
        return True
    return bool(pc.max(pc.binary_length(texts)).as_py() <= _LONGEST_SURE + 3)
