"""The propositions of the catalogue, and the tests that check each of them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strategic.catalogue.explanation import Explanation

TESTS = Path(__file__).parents[2] / "tests"
_NAMED = re.compile(r"test_(?P<name>p\d+(?:_prime)?)_")


def propositions() -> dict[str, Explanation]:
    """Find every proposition of the catalogue, in its order."""
    from strategic.catalogue.entries import sources
    from strategic.catalogue.explaining import explained

    return {one.id: explained(one.id)[0] for one in sources().values() if one.says}


def checks_of(proposition: str) -> list[tuple[str, str]]:
    """Find the tests of a proposition by their names: file and function."""
    return _tests().get(proposition.lower().replace("'", "_prime"), [])


@cache
def _tests() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            named = _NAMED.match(node.name) if isinstance(node, ast.FunctionDef) else None
            if named:
                place = file.relative_to(TESTS.parent).as_posix()
                found.setdefault(named["name"], []).append((place, node.name))
    return found
