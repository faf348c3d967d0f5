"""What pages cite is registered, and measured cases that they show are in the stored results."""

import re
from pathlib import Path

import pytest
from _ext.results import rows

from strategic.papers import papers

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if "_build" not in page.parts]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_cites_registered_papers_and_measured_cases(page):
    text = page.read_text(encoding="utf8")
    assert {*re.findall(r"\{paper\}`([^`]+)`", text)} <= {*papers()}
    for block in re.findall(r"```\{measured\}\n(.*?)```", text, re.DOTALL):
        for line in block.strip().splitlines():
            assert line.partition("|")[2].strip() in rows(), line


def test_all_papers_are_cited_somewhere():
    """The registry is no reading list: docstrings, reports, records or pages cite each entry."""
    root = DOCS.parent
    texts = [path.read_text(encoding="utf8") for path in PAGES]
    texts += [path.read_text(encoding="utf8") for path in (root / "strategic").rglob("*.py")]
    everything = " ".join("\n".join(texts).split())
    for key, one in papers().items():
        named = rf"{re.escape(one.authors[-1].partition(',')[0])},? \(?{one.year}"
        assert key in everything or str(one) in everything or re.search(named, everything), key
