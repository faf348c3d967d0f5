"""Arrow columns made and read without pandas say what Arrow's own functions say."""

import numpy as np
import pyarrow as pa
import pytest

from strategic.games.io.arrow_columns import array_of, arrow_column, text_column

KINDS = (np.int8, np.uint16, np.int32, np.int64, np.uint64, np.float32, np.float64)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 1000])
def test_columns_are_those_of_arrow(kind, rows):
    rng = np.random.default_rng(rows)
    numbers = (rng.random(rows) * 100).astype(kind)
    hidden = rng.random(rows) < 0.3
    for mask in (None, hidden, np.zeros(rows, dtype=bool)):
        column = arrow_column(numbers, mask)
        column.validate(full=True)
        assert column.equals(pa.array(numbers, mask=mask))
    assert arrow_column(numbers[::2]).equals(pa.array(numbers[::2].copy()))
    assert arrow_column(hidden).to_pylist() == hidden.astype(int).tolist()


@pytest.mark.parametrize("rows", [0, 1, 9, 1000])
def test_arrays_are_those_of_arrow(rows):
    rng = np.random.default_rng(rows)
    hidden = rng.random(rows) < 0.3
    kinds = [pa.array(rng.random(rows).astype(kind)) for kind in KINDS]
    kinds += [pa.array(hidden), pa.array(rng.random(rows), mask=hidden)]
    kinds += [pa.array(rng.random(rows).astype(np.float32), mask=hidden)]
    kinds += [pa.array(rng.integers(0, 9, rows), mask=hidden), pa.array(hidden, mask=~hidden)]
    for column in kinds:
        for part in (column, column.slice(3), column.slice(2, 5), column.slice(0, 0)):
            wanted = part.to_numpy(zero_copy_only=False)
            found = array_of(part)
            assert found.dtype == wanted.dtype
            np.testing.assert_array_equal(found, wanted)


def test_texts():
    texts = ["complete", "", "ünïcode", "a"]
    assert text_column(texts).equals(pa.array(texts))
    assert text_column([]).to_pylist() == []
