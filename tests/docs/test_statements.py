"""What pages show of the registries: every proposition with its test, and formulas that exist."""

import re
from pathlib import Path

import pytest
from _ext.propositions import checks_of, propositions

from strategic.catalogue.explaining import explained
from strategic.papers import papers

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", propositions())
def test_a_proposition_has_a_test_of_its_name(name):
    assert checks_of(name), name


def test_propositions_with_a_prime_have_checks_of_their_own():
    assert [name for _, name in checks_of("P8'")] == ["test_p8_prime_capture_needs_dependence"]
    assert [name for _, name in checks_of("P8")] == ["test_p8_uneven_cooperation_is_fragile"]
    assert checks_of("P99") == []


def test_every_proposition_is_on_its_page_once():
    page = (DOCS / "understand" / "propositions.md").read_text(encoding="utf8")
    shown = re.findall(r"^```\{proposition\} (.+)$", page, re.MULTILINE)
    assert sorted(shown) == sorted(propositions())


def test_formulas_that_pages_show_are_registered():
    shown = {
        name
        for page in DOCS.rglob("*.md")
        for name in re.findall(r"^```\{formula\} (.+)$", page.read_text("utf8"), re.MULTILINE)
    }
    assert "critical_discount_government" in shown
    for name in shown:
        assert any(one.formula for one in explained(name)), name


def test_papers_that_pages_cite_are_registered():
    cited = {
        key
        for page in DOCS.rglob("*.md")
        for key in re.findall(r"\{paper\}`([^`]+)`", page.read_text("utf8"))
    }
    assert "Friedman1971" in cited
    assert cited <= set(papers())
