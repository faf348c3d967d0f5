"""The rows of ``benchmarks/results.md``, for pages that show speeds."""

from functools import cache
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results.md"


@cache
def rows() -> dict[str, list[str]]:
    """Read the first row of every case: what it took, and how others compare.

    Examples
    --------
    >>> rows()["random 2x2"][0].endswith("per game")
    True
    """
    found: dict[str, list[str]] = {}
    for line in RESULTS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) > 2:
            found.setdefault(cells[0], cells[1:3])
    return found
