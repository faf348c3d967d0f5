"""The keys of model files, from their schema."""

from collections.abc import Iterator
from typing import Any

from _ext.made import escaped, table
from _ext.names import addresses

from strategic.catalogue.schema import json_schema
from strategic.modelling import family_of, kinds


def key_pages() -> dict[str, str]:
    """Make a page of keys per kind of model file, and their index."""
    schema = json_schema(*map(family_of, kinds()))
    tables = schema["$defs"]
    files = [name for name in tables if name.endswith("File")]
    pages, rows = {}, []
    for file in files:
        kind = tables[file]["properties"]["kind"]["const"]
        pages[f"keys/{kind}.md"] = "\n\n".join(_page(kind, file, tables)) + "\n"
        rows.append(f"- [Files of kind `{kind}`]({kind}.md)")
    names = [page.removeprefix("keys/").removesuffix(".md") for page in pages]
    tree = "```{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n```"
    pages["keys/index.md"] = "\n\n".join([
        "# Keys of model files",
        "Every table and key that a model file may have; `strategic schema` prints the same as JSON"
        " Schema. How such a file is written: [Model files](../model-files.md).",
        "\n".join(rows), tree,
    ])  # fmt: skip
    return pages


def _page(kind: str, file: str, tables: dict[str, Any]) -> Iterator[str]:
    yield f"# Files of kind `{kind}`"
    yield from _table("", tables[file], tables, set())


def _table(
    place: str, told: dict[str, Any], tables: dict[str, Any], seen: set[str]
) -> Iterator[str]:
    """Show the keys of a table, then the tables below it."""
    if place:
        yield f"## `{place}`"
    rows, below = [], []
    for key, value in told.get("properties", {}).items():
        name, form = _below(value)
        held = tables[name].get("description", "") if name else ""
        about = {"description": held.partition(": ")[2], **value}
        rows.append((_linked(place.strip("[]"), key), _meaning(key, about, told)))
        if name is not None:
            inner = f"{place.strip('[]')}.{key}".lstrip(".")
            below.append((form.format(inner), name))
    yield table(("key", "what it holds"), rows)
    for inner, name in below:
        if name not in seen:
            seen.add(name)
            yield from _table(inner, tables[name], tables, seen)


def _linked(place: str, key: str) -> str:
    """Link the keys that are parameters of a family to their pages."""
    known = dict(addresses().get(f"{place}.{key}", ()))
    return f"[`{key}`](../{known['parameters']}.md)" if "parameters" in known else f"`{key}`"


def _below(value: dict[str, Any]) -> tuple[str | None, str]:
    """Name the table that a key holds, and how its head is written."""
    for one in (value, *value.get("anyOf", ())):
        for inner, form in (
            (one, "[{}]"),
            (one.get("items", {}), "[[{}]]"),
            (one.get("additionalProperties") or {}, "[{}.NAME]"),
        ):
            if isinstance(inner, dict) and "$ref" in inner:
                return inner["$ref"].rpartition("/")[2], form
    return None, ""


def _meaning(key: str, value: dict[str, Any], told: dict[str, Any]) -> str:
    text = escaped(value.get("description", ""))
    text = f"{text[:1].upper()}{text[1:]}"
    parts = [text.rstrip(".") if "enum" in value else text] if text else []
    if _below(value)[0] is not None and not text:
        parts.append("A table of its own, below")
    if "enum" in value:
        parts.append("one of " + ", ".join(f"`{word}`" for word in value["enum"]))
    parts += _range(value)
    if value.get("default") not in (None, "", [], {}):
        parts.append(f"default `{_written(value['default'])}`")
    if key in told.get("required", ()):
        parts.append("**required**")
    whole = "; ".join(parts)
    return whole if whole.endswith(".") else f"{whole}."


def _range(value: dict[str, Any]) -> Iterator[str]:
    words = (
        ("minimum", "at least"),
        ("exclusiveMinimum", "above"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "below"),
    )
    found = [f"{word} {value[key]:g}" for key, word in words if key in value]
    if found:
        yield " and ".join(found)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
