"""The list of papers, from their registry, and what links to it: ``{paper}`LemkeHowson1964```."""

from _ext.api import offered
from _ext.made import escaped

from strategic.docstrings import references_of
from strategic.papers import Paper, known, papers

PAGE = "papers/index"


def place(key: str) -> str:
    """Name the place of a paper on the page.

    Examples
    --------
    >>> place("LemkeHowson1964")
    'paper-lemkehowson1964'
    """
    return f"paper-{key.lower()}"


def short(one: Paper) -> str:
    """Name a paper in a sentence.

    Examples
    --------
    >>> short(papers()["LemkeHowson1964"])
    'Lemke and Howson (1964)'
    """
    families = [name.partition(",")[0] for name in one.authors]
    if len(families) > 2:
        families = [f"{families[0]} et al."]
    year = f" ({one.year})" if one.year else ""
    return f"{' and '.join(families) or one.title}{year}"


def written(reference: str) -> str:
    """Write a reference of a docstring as Markdown, with its link where it has one."""
    one = known(reference)
    return f"{escaped(reference)} {_link(one)}".rstrip()


def paper_pages() -> dict[str, str]:
    """Make the page of all papers, each with what cites it."""
    cited = _cited_by()
    parts = [
        "# Papers",
        "Every paper, book and program that a docstring or a page cites. "
        "`result.references()` lists those behind an answer, `.bibtex` of it is a bibliography.",
    ]
    for one in papers().values():
        names = ", ".join(f"{{py:obj}}`{name}`" for name in cited.get(one.key, ()))
        by = f"\\\nCited by {names}" if names else ""
        parts.append(f"({place(one.key)})=\n{escaped(str(one))} {_link(one)}\\\n`{one.key}`{by}")
    return {f"{PAGE}.md": "\n\n".join(parts) + "\n"}


def _link(one: Paper) -> str:
    shown = f"doi:{one.doi}" if one.doi else one.url
    return f"[{escaped(shown)}]({one.link})" if one.link else ""


def _cited_by() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in {one.name: one for one in offered().values()}.values():
        for reference in references_of(one.value) if one.kind != "data" else ():
            found.setdefault(known(reference).key, []).append(one.name)
    return found
