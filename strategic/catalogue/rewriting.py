"""A model file with other values of its parameters, such as those that were estimated."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from strategic.catalogue.schema import PLAIN
from strategic.errors import FileError
from strategic.games.io.files import read_text
from strategic.modelling import DEFAULT_KIND, Model
from strategic.modelling.registry import ESTIMATE

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDEST = 96
_INDENT = "    "


def rewritten(model: Model, *, heading: str = "") -> str:
    """Write the file of a model with the values that the model has now.

    Its data for estimation and its claims on estimates are left out, and so are comments.

    Parameters
    ----------
    model : Model
        Loaded from a file, and changed since.
    heading : str
        What a comment at the top says, line by line.

    Raises
    ------
    FileError
        When the model did not come from a TOML file.

    Examples
    --------
    >>> import strategic as st
    >>> changed = st.load("stag-hunt").change({"hare": 2.5})
    >>> st.load(rewritten(changed)).points["hare"]
    array(2.5)
    """
    file = model.origin.get("file", "")
    if not file.lower().endswith(".toml"):
        rule = "a model from standard input or a game file has no parameters to write"
        raise FileError(rule, where=file or "MODEL", remedy="save the model as a TOML file first")
    data = tomllib.loads(read_text(file).replace("\r\n", "\n"), parse_float=Decimal)
    data.pop(ESTIMATE, None)
    claims = [claim for claim in data.pop("claims", [])
              if not str(claim.get("measure", "")).startswith(f"{ESTIMATE}.")]  # fmt: skip
    of_game = data.get("kind", DEFAULT_KIND) == "game"
    for name, value in model.values.items():
        number = float(value)  # type: ignore[arg-type]  # a single model
        section, dot, key = name.partition(".")
        if of_game:
            data[PLAIN][name]["value"] = number
        else:
            data.setdefault(section if dot else PLAIN, {})[key if dot else name] = number
    head = "".join(f"# {line}\n" for line in heading.splitlines())
    return head + toml_text({**data, **({"claims": claims} if claims else {})})


def toml_text(data: Mapping[str, Any]) -> str:
    """Write plain data as TOML: reading it gives the same again.

    Examples
    --------
    >>> print(toml_text({"title": "A game", "parameters": {"fee": {"value": 0.5}}}))
    title = "A game"
    <BLANKLINE>
    [parameters]
    fee = { value = 0.5 }
    <BLANKLINE>
    """
    return "\n".join([*_table(data, ())]).lstrip("\n") + "\n"


def _table(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    later: list[tuple[str, Any]] = []
    for key, value in data.items():
        if (isinstance(value, Mapping) and not (path and _is_flat(value))) or (
            _is_tables(value) and not path
        ):
            later.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in later:
        name = ".".join(map(_key, (*path, key)))
        for entry in value if isinstance(value, list) else [value]:
            yield f"\n[[{name}]]" if isinstance(value, list) else f"\n[{name}]"
            yield from _table(entry, (*path, key))


def _is_flat(value: Mapping[str, Any]) -> bool:
    return not any(isinstance(entry, Mapping) or _is_tables(entry) for entry in value.values())


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _text(text)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, depth: int = 0) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(k)} = {_value(v)}' for k, v in value.items())} }}"
    if isinstance(value, list):
        entries = [_value(entry, depth + 1) for entry in value]
        line = f"[{', '.join(entries)}]"
        if len(line) + len(_INDENT) * depth <= _WIDEST or not value:
            return line
        inner, outer = _INDENT * (depth + 1), _INDENT * depth
        return "\n".join(["[", *(f"{inner}{entry}," for entry in entries), f"{outer}]"])
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return _number(value)
    return str(value)


def _number(value: Decimal | float) -> str:
    """Write a number as TOML has it: it has a point or an exponent, and words in small letters."""
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return "nan"
    text = str(value) if isinstance(value, Decimal) else repr(value)
    if "n" in text.lower():
        return "inf" if value > 0 else "-inf"
    whole = not any(letter in text for letter in ".eE")
    return f"{text}.0" if whole else text
