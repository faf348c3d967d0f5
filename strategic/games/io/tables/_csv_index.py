"""Where the rows of a csv file begin, so that several processes can read it at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np

_AT_ONCE = 2**22
_LONGEST_LINE = 2**26


def row_places(path: Path | str, skipped: int, every: int) -> tuple[tuple[int, ...], int] | None:
    r"""Find the bytes at which rows begin, where each line is a row.

    That is so where no text is in quotation marks, which may hold line breaks, no line is empty,
    and lines end as on Unix or Windows.

    Parameters
    ----------
    path : path-like
        Not compressed.
    skipped : int
        Lines before the rows.
    every : int
        How many rows lie between two places that are told.

    Returns
    -------
    places : tuple of int
    rows : int
        How many there are.
    None
        Where a line need not be a row.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "games.csv"
    ...     _ = file.write_text("a11,b11\n1,2\n3,4\n5,6\n")
    ...     row_places(file, skipped=1, every=2)
    ((8, 16), 3)
    """
    with Path(path).open("rb") as file:
        head = b"".join(file.readline(_LONGEST_LINE) for _ in range(skipped))
        if not head.endswith(b"\n") or head.count(b"\r") != head.count(b"\r\n"):
            return None
        # A row has two cells or more, and so a mark between them, and the end of its line.
        places, rows, last, place, least = [len(head)], 1, len(head), len(head), 2
        following = b""
        while piece := file.read(_AT_ONCE):
            if b'"' in piece or (following and not piece.startswith(following)):
                return None
            codes = np.frombuffer(piece, dtype=np.uint8)
            following = b"\n" if piece.endswith(b"\r") else b""
            if b"\r" in piece:
                least = 3
                inside = np.flatnonzero(codes[:-1] == ord("\r"))
                if (codes[inside + 1] != ord("\n")).any():
                    return None
            starts = np.flatnonzero(codes == ord("\n")) + (place + 1)
            if (np.diff(starts, prepend=last) < least).any():
                return None
            places.extend(starts[-rows % every :: every].tolist())
            rows, place = rows + len(starts), place + len(piece)
            last = int(starts[-1]) if len(starts) else last
    if following or (rows == 1 and last == place):
        return None
    if last == place:  # behind the last line break there is nothing
        rows -= 1
        places = places[: -(-rows // every)]
    return tuple(places), rows
