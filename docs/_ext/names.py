"""A page per name that ``strategic explain`` knows, from the same entries."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

from _ext.literature import written
from _ext.made import escaped, file_name, hidden_tree, table

from strategic.catalogue.entries import find
from strategic.catalogue.explaining import EXPLAINED
from strategic.catalogue.explanation import Explanation

ABOUT = {
    "measures": "Every quantity that can be reported, swept, bounded, claimed and drawn.",
    "parameters": "What a model's file may set, with the value where it says nothing.",
    "mechanisms": "What the parties or a third one may set up; each has an intensity from 0 to 1.",
    "methods": "How equilibria are found: `strategic solve GAME --method NAME`, "
    "`st.solve(..., method=NAME)`.\n\n"
    "- Every equilibrium, proved complete, of two players with up to 16x16 actions and of more "
    "players with few: {strategic}`all`, the default.\n"
    "- A large game, such as 50x50 or 200x200: {strategic}`one` finds one equilibrium and "
    "verifies it, {strategic}`lemke_howson_all` every one that its paths reach, "
    "{strategic}`pure` all pure ones.\n"
    "- A zero-sum game of any size: {strategic}`zero_sum`.\n"
    "- What people play who err: {strategic}`logit`; which equilibrium that leads to: "
    "{strategic}`logit_path`.\n"
    "- Which of several equilibria: {strategic}`selection`.",
    "ways of play": "How observed choices are thought to come about: "
    "`strategic estimate MODEL DATA.csv --play NAME`.",
    "rules of choice": "Which of several equilibria a sentence or a measure speaks of: "
    "`MEASURE@NAME`, `st.equilibria.choose(game, NAME)`.",
    "dynamics": "How populations adapt: `strategic evolve MODEL --dynamics NAME`.",
    "strategies": "Strategies of repeated games: `strategic tournament`.",
    "models": "Models of the catalogue: `strategic report NAME`, `st.load(NAME)`.",
    "statements": "What the sources say, and what follows from the relationship model; "
    "claims of models cite them.",
}
_ROLE = re.compile(r"\{strategic\}`([^`]+)`")
_SHOWN = re.compile(r"^```+\{(?:formula|proposition)\} (.+)$", re.MULTILINE)


def folder_of(section: str) -> str:
    """Name the folder of a section, such as ``ways-of-play``."""
    return section.replace(" ", "-")


@cache
def addresses() -> dict[str, list[tuple[str, str]]]:
    """Say on which pages a name is explained: sections, and page names below ``look-up/``.

    Examples
    --------
    >>> [page for _, page in addresses()["logit"]]
    ['methods/logit', 'ways-of-play/logit', 'dynamics/logit']
    """
    found: dict[str, dict[str, str]] = {}
    for section, named in EXPLAINED.items():
        for name, _ in named():
            page = f"{folder_of(section)}/{file_name(name)}"
            found.setdefault(name, {})[section] = page
    return {name: list(pages.items()) for name, pages in found.items()}


def address(target: str) -> str:
    """Find the page of ``NAME``, of ``SECTION:NAME`` where several things have it, of any group.

    Examples
    --------
    >>> address("dynamics:logit"), address("stable.go-stay"), address("welfare@best-welfare")
    ('dynamics/logit', 'measures/stable-each', 'measures/welfare')
    """
    section, colon, name = target.rpartition(":")
    bare = name.partition("@")[0]
    pages = addresses().get(bare) or addresses().get(bare.partition(".")[0] + ".") or []
    for other, page in pages:
        if not colon or other == section:
            return page
    raise KeyError(target)


def name_pages(docs: Path) -> dict[str, str]:
    """Make the pages of all names and the index of each section."""
    told_on = _mentions(docs)
    pages = {}
    for section, named in EXPLAINED.items():
        entries: dict[str, list[Explanation]] = {}
        for name, make in named():
            entries.setdefault(name, []).append(make())
        for name, several in entries.items():
            page = f"{folder_of(section)}/{file_name(name)}"
            assert f"{page}.md" not in pages, f"two names share the page {page}"
            pages[f"{page}.md"] = "\n\n".join(_page(name, section, several, told_on)) + "\n"
        pages[f"{folder_of(section)}/index.md"] = _index(section, entries)
    return pages


def _mentions(docs: Path) -> dict[str, list[tuple[str, str]]]:
    """Find the pages written by hand that link to the page of a name, or show it."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(docs.glob("*/*.md")):
        text = file.read_text(encoding="utf8")
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        for target in [*_ROLE.findall(text), *_SHOWN.findall(text)] if title else ():
            where = "../../" + file.relative_to(docs).as_posix()
            found.setdefault(address(target), {})[where] = title[1]
    return {page: list(where.items()) for page, where in found.items()}


def _page(
    name: str, section: str, several: list[Explanation], told_on: dict[str, list[tuple[str, str]]]
) -> Iterator[str]:
    yield f"# `{several[0].name}`"
    for families, one in _alike(several):
        of = f" of {' and '.join(families)} models" if any(families) else ""
        kind = "group of measures" if one.kind == "measures" else one.kind
        yield f"{{.kind}}\n{kind.capitalize()}{of}"
        yield from _said(one)
    others = [(other, page) for other, page in addresses()[name] if other != section]
    if others:
        links = [f"[{other}](../{page}.md)" for other, page in others]
        yield f"The same name stands elsewhere: {', '.join(links)}."
    where = told_on.get(f"{folder_of(section)}/{file_name(name)}")
    if where:
        yield "**Discussed in** " + ", ".join(f"[{title}]({file})" for file, title in where)


def _alike(several: list[Explanation]) -> Iterator[tuple[list[str], Explanation]]:
    """Say once what holds in several families."""

    def content(one: Explanation) -> str:
        return repr({**one.document, "family": "", "examples": ()})

    for _, same in groupby(sorted(several, key=content), key=content):
        group = list(same)
        examples = tuple(dict.fromkeys(example for one in group for example in one.examples))
        families = [one.family for one in group if one.family]
        yield families, replace(group[0], examples=examples)


def _said(one: Explanation) -> Iterator[str]:
    yield f"“{escaped(one.meaning)}”" if one.kind == "statement" else escaped(one.meaning)
    if one.formula:
        letters = "[Notation](../../understand/notation.md) says what letters stand for."
        alone = f"Symbol: ${one.formula}$. {letters}"
        yield alone if one.kind == "parameter" else f"$$\n{one.formula}\n$$\n\n{letters}"
    if "about" in one.facts:
        yield escaped(one.facts["about"])
    facts = [(name, value) for name, value in one.facts.items() if name != "about"]
    if facts:
        yield "\n".join(f":{escaped(name)}: {_fact(value)}" for name, value in facts)
    if one.claims:
        yield "**What it claims**\n\n" + "\n".join(f"- {escaped(claim)}" for claim in one.claims)
    if one.statements:
        quotes = [f"- {{strategic}}`{s.id}` {_quoted(s.quote, s.says)}" for s in one.statements]
        yield "**What the sources say**\n\n" + "\n".join(quotes)
    if one.references:
        yield "**References**\n\n" + "\n".join(f"- {written(paper)}" for paper in one.references)
    if one.models:
        models = ", ".join(f"{{strategic}}`models:{slug}`" for slug in one.models)
        yield f"**Models that claim something of it**\n\n{models}"
    if one.examples:
        yield "**Try**\n\n```sh\n" + "\n".join(one.examples) + "\n```"
    if one.kind == "model":
        yield f"**The file** `{one.name}.toml`\n\n```toml\n{find(one.name).read_text('utf8')}\n```"


def _fact(value: str) -> str:
    """Link the names in a list of names."""
    names = value.split(", ")
    if all(name in addresses() for name in names):
        return ", ".join(f"{{strategic}}`{name}`" for name in names)
    return escaped(value)


def _quoted(quote: str, says: str) -> str:
    return escaped(f"{quote}. {says}") if says else f"“{escaped(quote)}”"


def _index(section: str, entries: dict[str, list[Explanation]]) -> str:
    parts = [f"# {section.capitalize()}", ABOUT.get(section, "")]
    groups: dict[tuple[str, str], list[Explanation]] = {}
    for several in entries.values():
        groups.setdefault((several[0].kind, _where(several)), []).append(several[0])
    for (kind, where), group in groups.items():
        if len(groups) > 1:
            parts.append(f"## {_heading(kind, where)}")
        header, facts = ["name", "meaning"], ()
        if all("takes" in one.facts for one in group):
            facts = ("takes", "returns")
        rows = [
            [
                f"[`{one.name}`]({file_name(_key(one))}.md)",
                escaped(one.meaning),
                *(escaped(one.facts[fact]) for fact in facts),
            ]
            for one in group
        ]
        parts.append(table([*header, *facts], rows))
    parts.append(hidden_tree(file_name(name) for name in entries))
    return "\n\n".join(part for part in parts if part)


def _key(one: Explanation) -> str:
    """Name the page of a group by what stands before its dot."""
    return f"{one.name.partition('.')[0]}." if one.kind == "measures" else one.name


def _where(several: list[Explanation]) -> str:
    """Say to which part of its section a name belongs."""
    first = several[0]
    if first.kind == "model":
        return first.facts["folder"]
    return " and ".join(dict.fromkeys(one.family for one in several if one.family))


def _heading(kind: str, where: str) -> str:
    if kind == "measures":
        return "Measures whose names go on after a dot"
    if kind == "measure" and not where:
        return "Measures of every game"
    if kind == "model":
        return where.replace("-", " ").replace("_", " ").capitalize()
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind.removesuffix('s')}s"
    return f"{plural.capitalize()} of {where} models" if where else plural.capitalize()
