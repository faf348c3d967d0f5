"""What the validation library found, told as problems: where, which rule, which value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from strategic.catalogue.tables import BrokenRuleError
from strategic.errors import MOST_PROBLEMS, ModelError, Problem, nearest

_MOST_COUNTED = 100
_UNION_MEMBER = re.compile(r"float$|str$|list\[|constrained-")
"""What the validation library puts into a location where a value may be of several types."""

_RULES = {
    "missing": "is required",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "list_type": "must be an array",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "finite_number": "must be finite",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be a quarter such as 2014Q2",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be above {gt:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
}


_BOUNDS = "lower upper lower_bound upper_bound min max minimum maximum low high least most range"
_OTHER_WORDS = {
    **dict.fromkeys(f"{_BOUNDS} interval limits".split(), "bounds"),
    **dict.fromkeys(("default", "initial", "number"), "value"),
}
"""What people call keys that have another name here, where spelling would not lead to it."""
_FORMS = {"bounds": ", as in bounds = [0, 1]"}


def validated(schema: type[BaseModel], data: Mapping[str, Any]) -> BaseModel:
    """Check data against a schema.

    Raises
    ------
    ModelError
        One problem for every rule that is broken.
    """
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise ModelError.from_problems(problems_of(error, schema)) from None


def problems_of(error: ValidationError, schema: type[BaseModel]) -> Iterator[Problem]:
    """Tell each error of the validation library as a problem of this package.

    Parameters
    ----------
    error : pydantic.ValidationError
        Raised by ``schema``.
    schema : type of pydantic.BaseModel
        Where the known keys come from, for "did you mean".
    """
    seen: set[str] = set()
    for found in error.errors(include_url=False):
        # comparing names takes a while, and advice that nobody is shown is not needed
        problem = _problem(found, schema, advise=len(seen) < MOST_PROBLEMS)
        if problem.where not in seen:  # a union reports each of its branches
            seen.add(problem.where)
            yield problem


def raise_any(problems: Iterable[Problem]) -> None:
    """Raise one error of all problems, if there are any.

    Raises
    ------
    ModelError
        With every problem, up to some hundred: finding them takes a while too.
    """
    found = tuple(islice(problems, _MOST_COUNTED))
    if found:
        raise ModelError.from_problems(found)


def repeated(names: Sequence[str], table: str, key: str) -> list[Problem]:
    """Find names that are used twice, and say where."""
    remedy, seen, found = "give each of them a name" if key == "date" else "", set[str](), []
    for n, name in enumerate(names):
        if name in seen:
            found.append(Problem("is used twice", f"{table}[{n}].{key}", name, remedy))
        seen.add(name)
    return found


def place(location: tuple[str | int, ...]) -> str:
    """Write a location as users would, such as ``claims[2].over``."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _problem(found: Any, schema: type[BaseModel], *, advise: bool) -> Problem:
    location = tuple(part for part in found["loc"] if not _UNION_MEMBER.match(str(part)))
    broken = found.get("ctx", {}).get("error")
    if isinstance(broken, BrokenRuleError):
        inside = (*location, broken.problem.where) if broken.problem.where else location
        return Problem(broken.problem.rule, place(inside), broken.problem.value)
    if found["type"] == "extra_forbidden":
        *table, key = location
        known = _known_keys(schema, table) if advise else ()
        kind = "parameter" if table and table[-1] == "set" else "key"
        return Problem(f"no such {kind}", place(location), found["input"], _remedy(str(key), known))
    rule = _RULES.get(found["type"], found["msg"]).format(**found.get("ctx", {}))
    if found["type"] == "missing":
        return Problem(rule, place(location))
    return Problem(rule, place(location), found["input"])


def _remedy(key: str, known: Iterable[str]) -> str:
    """Name the key that was meant: by another word for it, else by its spelling."""
    known = list(known)
    meant = _OTHER_WORDS.get(key.lower(), "")
    if meant in known:
        return f"did you mean '{meant}'{_FORMS.get(meant, '')}?"
    return nearest(key, known)


def _known_keys(schema: type[BaseModel], table: list[str | int]) -> Mapping[str, Any]:
    """Walk the exported schema down to a table and list its keys."""
    root = _exported(schema)
    node: dict[str, Any] = root
    for part in table:
        node = _resolved(node, root)
        inner = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        node = inner or node.get("additionalProperties") or {}
    keys: Mapping[str, Any] = _resolved(node, root).get("properties", {})
    return keys


@cache
def _exported(schema: type[BaseModel]) -> dict[str, Any]:
    return schema.model_json_schema()


def _resolved(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    for option in node.get("anyOf", [node]):
        reference = option.get("$ref") or (option.get("allOf") or [{}])[0].get("$ref")
        if reference:
            resolved: dict[str, Any] = root["$defs"][reference.rpartition("/")[2]]
            return resolved
    return node
