"""Every name that is registered or public has its page, made from where it is registered."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from _ext.api import api_pages, names_of, offered, packages
from _ext.batch_tables import batch_columns
from _ext.commands import command_pages, keys_of
from _ext.keys import key_pages
from _ext.literature import paper_pages, place, short, written
from _ext.made import escaped, file_name, table, write_all
from _ext.names import address, addresses, name_pages

from strategic.catalogue.entries import files, sources
from strategic.catalogue.explaining import EXPLAINED, by_name, explained
from strategic.catalogue.schema import json_schema
from strategic.cli.app import COMMANDS
from strategic.equilibria import METHODS
from strategic.equilibria.concepts.choice import RULES
from strategic.estimation import WAYS
from strategic.evolution import DYNAMICS
from strategic.modelling import family_of, kinds
from strategic.papers import papers
from strategic.repeated import strategy_names

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAMES = name_pages(DOCS)
FAMILIES = [family_of(kind) for kind in kinds()]


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("measures", [name for family in FAMILIES for name in family.measures]),
        ("parameters", [name for family in FAMILIES for name in family.parameters]),
        ("mechanisms", [name for family in FAMILIES for name in family.mechanisms]),
        ("methods", METHODS),
        ("ways of play", [*WAYS, *(way for family in FAMILIES for way in family.ways)]),
        ("rules of choice", RULES),
        ("dynamics", DYNAMICS),
        ("strategies", strategy_names()),
        ("models", files()),
        ("statements", sources()),
    ],
)
def test_every_registered_name_has_its_page(section, names):
    assert len(names) > 0
    for name in names:
        page = NAMES[f"{address(f'{section}:{name}')}.md"]
        assert f"`{name}`" in page.splitlines()[0]
        index = NAMES[f"{section.replace(' ', '-')}/index.md"]
        assert f"]({file_name(name)}.md)" in index
        assert f"\n{file_name(name)}\n" in index  # the tree of pages


def test_every_section_has_an_index_that_the_look_up_page_names():
    hub = (DOCS / "look-up" / "index.md").read_text(encoding="utf8")
    for section in EXPLAINED:
        assert f"\n{section.replace(' ', '-')}/index\n" in hub
        assert f"]({section.replace(' ', '-')}/index.md)" in hub


def test_a_page_says_what_the_terminal_says():
    for name in ("incident_limit", "lemke_howson", "P22", "K11", "relation.incident_risk"):
        for one in explained(name):
            page = NAMES[f"{address(name)}.md"]
            assert escaped(one.meaning) in page
            assert one.formula in page
            for value in one.facts.values():
                first = value.partition(", ")[0]
                assert escaped(first) in page or f"{{strategic}}`{first}`" in page
            for reference in one.references:
                assert written(reference) in page
            for said in one.statements:
                assert f"{{strategic}}`{said.id}`" in page
            for example in one.examples:
                assert example in page


def test_names_that_go_on_lead_to_the_page_of_their_group():
    assert address("stable.go-stay") == address("stable.CORNER") == "measures/stable-each"
    assert address("payoff.row@best-welfare") == "measures/payoff-each"
    assert address("estimate.rationality") == "measures/estimate-each"
    with pytest.raises(KeyError):
        address("no_such_name")
    with pytest.raises(KeyError):
        address("methods:incident_limit")


def test_pages_name_the_pages_that_discuss_them(tmp_path):
    folder = tmp_path / "understand"
    folder.mkdir()
    (folder / "incidents.md").write_text("# Incidents\n\n{strategic}`incident_limit` falls.\n")
    page = name_pages(tmp_path)["measures/incident_limit.md"]
    assert "[Incidents](../../understand/incidents.md)" in page


def test_links_on_written_pages_name_what_is_registered():
    for page in DOCS.glob("*/*.md"):
        for target in re.findall(r"\{strategic\}`([^`]+)`", page.read_text(encoding="utf8")):
            assert address(target), (page, target)


def test_no_two_names_share_a_page():
    pages = [page for several in addresses().values() for _, page in several]
    assert len({page.lower() for page in pages}) == len(pages) >= len(by_name())


def test_every_public_name_has_its_page():
    pages = api_pages()
    count = 0
    for package in packages():
        index = pages[f"api/{package}.index.md"]
        for name in names_of(package):
            one = offered().get(f"{package}.{name}")
            if one is None:  # a namespace of its own
                assert f"api/{package}.{name}.index.md" in pages
                continue
            count += 1
            assert f"[`{name}`]({one.page}.rst)" in index
            assert one.summary, f"{package}.{name}"
            assert f"api/{one.page}.rst" in pages
    assert count > 400
    assert len({page.lower() for page in pages}) == len(pages)
    for package in packages():
        assert set(getattr(import_module(package), "__all__", ())) <= set(names_of(package))
    assert offered()["strategic.equilibria.solve"].name == "strategic.solve"


def test_every_paper_has_its_place_and_says_what_cites_it():
    page = paper_pages()["papers/index.md"]
    for one in papers().values():
        assert f"\n({place(one.key)})=\n" in page
        assert short(one)
    assert short(papers()["AbreuMilgromPearce1991"]) == "Abreu et al. (1991)"
    by = page.partition("(paper-lemkehowson1964)=")[2].partition("(paper-")[0]
    assert "strategic.equilibria." in by
    for file in DOCS.glob("*/*.md"):
        for key in re.findall(r"\{paper\}`([^`]+)`", file.read_text(encoding="utf8")):
            assert key in papers(), (file, key)


def test_every_command_and_option_has_its_place():
    pages = command_pages()
    for name in [name for names in COMMANDS.values() for name in names]:
        help_page = subprocess.run(
            [sys.executable, "-c", f"from strategic.cli import main; main(['{name}', '--help'])"],
            capture_output=True, text=True, check=True, env={"COLUMNS": "200", "PATH": ""},
        ).stdout if name in {"solve", "sweep"} else ""  # fmt: skip
        for option in re.findall(r"(?<!\S)--[a-z][\w-]+(?=\s)", help_page):
            if option != "--help":
                assert f"`{option}`" in pages[f"commands/{name}.md"], (name, option)
        assert f"[`{name}`]({name}.md)" in pages["commands/index.md"]
        assert "[OPTIONS]" in pages[f"commands/{name}.md"]


def test_every_command_answers_a_question():
    page = (DOCS / "look-up" / "questions.md").read_text(encoding="utf8")
    for name in [name for names in COMMANDS.values() for name in names]:
        assert f"](commands/{name}.md)" in page, name


def test_every_key_of_a_model_file_is_described():
    pages = key_pages()
    tables = json_schema(*FAMILIES)["$defs"]
    text = "".join(pages.values())
    for name, told in tables.items():
        for key, value in told.get("properties", {}).items():
            assert f"`{key}`" in text, (name, key)
            if "description" not in value:  # then it is a table with one of its own
                assert "$ref" in str(value), (name, key)


def test_documents_have_the_keys_that_the_page_explains():
    page = (DOCS / "look-up" / "outcomes.md").read_text(encoding="utf8")
    found = re.findall(r"```\{json\} (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(found) > 8
    for command, told in found:
        assert keys_of(command) == [line.partition(": ")[0] for line in told.splitlines()]


def test_made_pages_are_written_once_and_removed_with_their_names(tmp_path):
    by_hand = tmp_path / "index.md"
    by_hand.write_text("by hand")
    write_all({"measures/a.md": "A", "measures/b.md": "B"}, tmp_path)
    written = (tmp_path / "measures" / "a.md").stat().st_mtime_ns
    write_all({"measures/a.md": "A"}, tmp_path)
    assert (tmp_path / "measures" / "a.md").stat().st_mtime_ns == written
    assert not (tmp_path / "measures" / "b.md").exists()
    assert by_hand.read_text() == "by hand"


def test_signs_of_markdown_in_names_and_texts_stay_what_they_are():
    assert escaped("2 * x_G, `x_G` <b> $1 [K1]") == r"2 \* x\_G, `x_G` \<b\> \$1 \[K1\]"
    assert table(("a",), [("x | y",)]).splitlines()[-1] == "| x &#124; y |"


def test_columns_of_batches_are_shown_for_every_method_that_takes_them():
    shown = {row[0]: row for row in batch_columns()}
    takes = [record.name for record in METHODS.values() if not record.single]
    assert list(shown) == [f"[`{name}`](methods/{name}.md)" for name in takes]
    zero_sum = shown["[`zero_sum`](methods/zero_sum.md)"]
    assert zero_sum[2].startswith("`game`, `row_0` .., `column_0` .., `payoff_row`")
    assert zero_sum[3] == "`value`, `gap`, `unique_row`, `unique_column`"
