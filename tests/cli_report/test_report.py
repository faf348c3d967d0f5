"""``strategic report`` end to end: the case of Changsha as the sources tell it."""

import re
from html import unescape

import pytest

import strategic as st

PATH = "dddddddddddddd...dCCCCCCCCCCCCCC"


@pytest.fixture
def case(strategic):
    return strategic("report", "ai-mier", "--json").json


def test_terms_of_the_case(case):
    terms = case["base"]["terms"]
    expected = {
        "q_G": 0.447214, "q_O": 0.316228, "q_J": 1.148913, "s": 0.385471,
        "Gamma_G": 0.359648, "Gamma_O": 0.372747, "E_G": 0.109903, "R_G": 0.149746,
        "R_O": 0.473747, "b_G": 0.04, "b_O": -0.046, "c_G": 0.11, "c_O": 0.25,
        "x_G": 0.109746, "x_O": 0.519747,
    }  # fmt: skip
    assert terms == pytest.approx(expected, abs=5e-7)


def test_thresholds_and_equilibria_of_the_case(case):
    base = case["base"]
    assert base["trust_threshold"] == pytest.approx(
        {"government": 0.500579, "organisation": 0.324782}, abs=5e-7
    )
    assert base["risk_dominant"] == "CC"
    assert [row["index"] for row in base["equilibria"]] == [1, 1, -1]
    assert all(row["regret"] < 1e-15 for row in base["equilibria"])


def test_path_of_the_case(case):
    path = case["path"]
    assert path["regimes"] == PATH
    assert path["periods"][0] == "2010Q1"
    assert path["periods"][-1] == "2017Q4"
    assert len(path["periods"]) == len(path["trust"]["government"]) == 32
    assert path["trust"]["government"][0] == pytest.approx(0.42)


def test_provenance_makes_the_report_repeatable(case, strategic):
    provenance = case["provenance"]
    assert len(provenance["sha256"]) == 64
    assert provenance["file"] == "cases/ai-mier.toml"
    assert provenance["seed"] == 0
    again = strategic("report", "ai-mier", "--json").json
    assert again == case
    changed = strategic("report", "ai-mier", "--set", "relation.payment=.1", "--json").json
    assert changed["provenance"]["options"] == {"set": ["relation.payment=.1"]}


@pytest.mark.parametrize("ending", ["txt", "md", "tex", "html", "json"])
def test_every_format_says_what_it_rests_on_and_where_it_comes_from(strategic, tmp_path, ending):
    file = tmp_path / f"two.{ending}"
    assert strategic("report", "ai-mier", "capture", "--seed", 3, "-o", file).code == 0
    written = " ".join(unescape(file.read_text(encoding="utf8")).split())
    written = re.sub(r"</?bdi>", "", written)
    assert "every functional form and number here is ours" in written
    for slug in ("ai-mier", "capture"):
        assert st.load(slug).origin["sha256"] in written
    assert written.count(st.__version__) >= 2
    assert len(re.findall(r'seed"?:? 3', written)) >= 2


def test_never_is_null_in_json_and_words_in_the_terminal(strategic):
    hopeless = ["report", "ai-mier", "--set", "relation.alignment=-1"]
    assert strategic(*hopeless, "--json").json["base"]["trust_threshold"]["government"] is None
    assert "no belief makes it cooperate" in " ".join(strategic(*hopeless).out.split())


def test_terminal_report_tells_the_story(strategic):
    out = " ".join(strategic("report", "ai-mier").out.split())
    assert "from a belief of 0.50 on, and its initial belief is 0.42, too low" in out
    assert "From 2010Q1 to 2013Q2 the organisation cooperates and the government withholds." in out
    assert "dddd dddd dddd dd.. .dCC CCCC CCCC CCCC" in out
    assert "every functional form and number here is ours" in out


def test_report_files_appear_whole_or_not_at_all(strategic, failing, tmp_path):
    page = tmp_path / "case.html"
    assert strategic("report", "ai-mier", "-o", page).code == 0
    first = page.read_bytes()
    assert strategic("report", "ai-mier", "-o", page).code == 0
    assert page.read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == ["case.html"]
    assert "ends in one of .html, .json, .txt" in failing(
        "report", "ai-mier", "-o", tmp_path / "a.doc"
    )
    assert failing("report", "ai-mier", "-o", tmp_path / "no" / "a.html")
    assert [file.name for file in tmp_path.iterdir()] == ["case.html"]


def test_a_game_of_ones_own_is_reported(strategic):
    document = strategic("report", "hawk-dove", "--json").json
    assert len(document["game"]["equilibria"]) == 3
    assert document["game"]["status"] == "complete"


def test_sliders_need_a_page_and_are_three_at_most(failing, tmp_path):
    page = tmp_path / "page.html"
    slider = ("--explore", "trust.government")
    assert "one model" in failing("report", "ai-mier", *slider)
    assert "one model" in failing("report", "ai-mier", "capture", *slider, "-o", page)
    many = [
        word
        for name in ("up", "down", "floor", "shock")
        for word in ("--explore", f"ladder.{name}")
    ]
    assert "at most 3 sliders" in failing("report", "ai-mier", *many, "-o", page)
    assert not page.exists()
