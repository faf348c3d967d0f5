"""From a slug, a file or a text to a model."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from strategic.catalogue import entries
from strategic.catalogue._estimate_table import put_in_place
from strategic.catalogue._family_file import model_of
from strategic.catalogue.entries import GAME
from strategic.errors import FileError, ModelError, StrategicError, nearest
from strategic.games.io.files import check_depth, read_text
from strategic.modelling import DEFAULT_KIND, Model, family_of, kinds
from strategic.modelling.registry import FAMILIES

_AT = re.compile(r"(.*) \((?:at )?(.*)\)")
_LINE = re.compile(r"line (\d+)")
_HALF_A_NUMBER = re.compile(r"[=\[,]\s*[+-]?(?:\.\d|\d+\.(?!\d))")

_PART = r"[^\s.,=\[\]{}]"
_DEEP_KEY = re.compile(rf"(?<!{_PART})(?:{_PART}+[ \t]*\.[ \t]*){{100}}")
"""A key of so many parts; reading one takes time with the square of its length."""


def load(source: str | Path | bytes) -> Model:
    """Load a model of the catalogue, a file, or a text.

    Parameters
    ----------
    source : str, pathlib.Path or bytes
        A slug such as ``ai-mier``, the path of a TOML file or of a game, the text of one
        (anything with a line break), a game typed in place, or the bytes of a table that came in
        through standard input.

    Returns
    -------
    Model
        With its path, claims, origin (file and SHA-256) and what was guessed of its file.

    Raises
    ------
    ModelError, ParameterError, FormulaError, FileError
        One line per problem, naming file, place, rule and value.

    Examples
    --------
    >>> model = load("ai-mier")
    >>> model.slug, model.path.periods
    ('ai-mier', 32)
    """
    from strategic.games.io.read import is_table, is_table_text

    if isinstance(source, bytes):
        return _from_table(source)
    if isinstance(source, str) and ("\n" in source or _is_typed_game(source)):
        return _from_text(source, file="-", slug="")
    file = _file_of(source)
    text = "" if is_table(file) else read_text(file)
    if not text or is_table_text(text, file.suffix.lower()):
        return _from_table(file)
    return _from_text(text, file=str(file), slug=file.stem)


def _is_typed_game(source: str) -> bool:
    from strategic.games.io.read import is_game_text

    return is_game_text(source)


def _from_table(source: Path | bytes) -> Model:
    from strategic.catalogue.custom import fixed
    from strategic.games.io.read import read_one_game

    game, notes = read_one_game(source)
    model = fixed(game)
    if isinstance(source, bytes):
        file, slug, content = "-", "", source
    else:
        file, slug, content = str(source), source.stem, source.read_bytes()
    origin = {"file": file, "sha256": hashlib.sha256(content).hexdigest()}
    title = model.title or slug
    return replace(model, slug=slug, origin=origin, title=title, notes=notes)


def _file_of(source: str | Path) -> Path:
    path = Path(source)
    if isinstance(source, Path) or path.suffix or os.sep in source:
        return path
    if source not in entries.files() and path.exists():
        return path
    return entries.find(source)


def _from_text(text: str, *, file: str, slug: str) -> Model:
    origin = {
        "file": file,
        "sha256": hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(),
    }
    try:
        model = _model(text, Path(file).suffix.lower())
        _ = model.points  # rules between parameters are checked here
    except StrategicError as error:
        raise error.in_file(file) from None
    folder = "" if file == "-" else str(Path(file).parent)
    parts = put_in_place(model.parts, folder, load)
    return replace(model, slug=slug, origin=origin, title=model.title or slug, parts=parts)


def _model(text: str, suffix: str = "") -> Model:
    from strategic.games.io.read import is_game_text, parse_game_file, read_game

    game = parse_game_file(text, suffix)
    if game is None and "\n" not in text.strip() and is_game_text(text):
        game = read_game(text)
    if game is not None:
        from strategic.catalogue.custom import fixed

        return fixed(game)
    data = _parsed(text, float)
    kind = data.get("kind", DEFAULT_KIND)
    if kind == GAME:
        from strategic.catalogue._game_file import game_of

        return game_of(data, written=_parsed(text, _decimal))
    if kind not in (GAME, *FAMILIES) and kind not in (known := (*kinds(), GAME)):
        rule = f"must be one of {', '.join(known)}"
        raise ModelError(rule, where="kind", value=kind, remedy=nearest(str(kind), known))
    return model_of(data, family_of(kind))


def _parsed(text: str, number: Any) -> dict[str, Any]:
    if _DEEP_KEY.search(text):
        raise FileError("holds a key nested more than 100 levels deep")
    try:
        parsed = tomllib.loads(text.replace("\r\n", "\n"), parse_float=number)
    except tomllib.TOMLDecodeError as problem:
        match = _AT.fullmatch(str(problem))
        rule, where = match.groups() if match else (str(problem), "")
        remedy = _remedy(text.split("\n"), where)
        raise FileError(f"is not valid TOML: {rule}", where=where, remedy=remedy) from None
    except RecursionError:
        raise FileError("is nested too deeply") from None
    except ValueError:  # Python refuses to read longer integers, for their time
        raise FileError("holds an integer of more than 4,300 digits") from None
    check_depth(parsed)
    return parsed


def _remedy(lines: list[str], where: str) -> str:
    """Advise on the commonest slip: TOML wants a digit on both sides of the point."""
    line = _LINE.match(where)
    if line is not None and _HALF_A_NUMBER.search(lines[int(line[1]) - 1]):
        return "a number has a digit on both sides of its point: 0.5, 1.0"
    return ""


def _decimal(text: str) -> Decimal | float:
    try:
        return Decimal(text)
    except InvalidOperation:
        return float(text)
