"""Text from outside in every channel: nothing in a name steers, ends, opens or runs anything."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from strategic.catalogue.entries import files as catalogue

ESC = r"\u001b[31m\u0007\u009b2J\u202e"
MARKUP = "</pre></script></title><script>alert(1)</script>"
LATEX = r"\\end{verbatim}\\immediate\\write18{touch gone}"
FENCE = r"``` <script>alert(1)</script> ````\n```\n<script>alert(2)</script>"
BAD = f"{ESC}{MARKUP}{LATEX}{FENCE}"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _renamed(model):
    """Give the title and the events of a model of the catalogue hostile names."""
    head, *events = catalogue()[model].read_text().partition("[[claims]]")[0].split("[[events]]")
    head = re.sub("(?m)^title = .*", lambda _: f'title = "{BAD}"', head)
    events = [re.sub("(?m)^(name|says) = .*\n", "", event) for event in events]
    named = (f'[[events]]\nname = "{BAD} {n}"\nsays = "{BAD}"{e}' for n, e in enumerate(events))
    return head + "".join(named)


PATH = f"""{_renamed("ai-mier")}
[[claims]]
id = "{BAD}"
sources = ["{BAD}"]
says = "{BAD}"
measure = "surplus"
increases_with = "relation.alignment"
"""
GAME = f"""title = "{BAD}"
kind = "game"
players = ["{BAD} 1", "{BAD} 2"]
actions = [["{BAD}", "b"], ["{BAD}", "d"]]
payoffs = [[["v", 0], [0, 1]], [[1, 0], [0, 1]]]
[parameters.v]
value = 2
meaning = "{BAD}"
unit = "{BAD}"
"""
THREE = f"""title = "{BAD}"
kind = "game"
players = ["{BAD} 1", "{BAD * 9}", "\u5de6\u6d3e $x^2$"]
actions = [["{BAD}", "b"], ["{BAD}", "d"], ["{BAD}", "\u00e9"]]
payoffs = [
    [[["v", 0], [0, 1]], [[1, 0], [0, 1]]],
    [[["v", 0], [0, 1]], [[1, 0], [0, 1]]],
    [[[1, 0], [0, 3]], [[1, 2], [0, 1]]],
]
[parameters.v]
value = 2
"""
BROKEN = f'title = "t"\n["{BAD}"]\n"{BAD}" = "{BAD}"\n'
OVER = ("--over", "relation.alignment=0.1:0.9:3")
COMMANDS = {
    "report": ("report", "path.toml"),
    "report of a game": ("report", "game.toml"),
    "report of three players": ("report", "three.toml"),
    "three players as JSON": ("report", "three.toml", "--json"),
    "explain three players": ("solve", "three.toml", "--explain"),
    "report as JSON": ("report", "path.toml", "--json"),
    "report of two": ("report", "path.toml", "game.toml", "-o", "-"),
    "check": ("check", "path.toml"),
    "check as JSON": ("check", "path.toml", "--json"),
    "replay": ("replay", "path.toml", "--without", "2014Q2"),
    "simulate": ("simulate", "path.toml", "--paths", "20", "--workers", "1"),
    "solve": ("solve", "game.toml"),
    "explain": ("solve", "game.toml", "--explain"),
    "dominance": ("solve", "game.toml", "--method", "dominance"),
    "payoffs": ("payoffs", "game.toml", "--discount", "0.5"),
    "parameters": ("parameters", "game.toml"),
    "measures": ("measures", "game.toml"),
    "sweep": ("sweep", "path.toml", *OVER, "--measure", "surplus", "--workers", "1"),
    "boundary": ("boundary", "path.toml", "--over", "relation.alignment", "--measure", "type"),
    "sensitivity": ("sensitivity", "path.toml", *OVER, "--measure", "surplus", "--draws", "16"),
    "compare": ("compare", "path.toml", "--mechanism", "information_sharing"),
    "convert to nfg": ("convert", "game.toml", "-", "--to", "nfg"),
    "convert to md": ("convert", "game.toml", "-", "--to", "md"),
    "convert to tex": ("convert", "game.toml", "-", "--to", "tex"),
    "convert to html": ("convert", "game.toml", "-", "--to", "html"),
    "convert to json": ("convert", "game.toml", "-", "--to", "json"),
    "wrong keys": ("report", "broken.toml"),
    "wrong file": ("report", "\x1b[31mno\udcff\x9b.toml"),
    "wrong model": ("report", "\x1b[31m\udcff\x9b"),
    "wrong command": ("\x1b[31m\udcff\x9b",),
    "wrong option": ("solve", "1 / 1", "--\x1b[31m\udcff\x9b"),
    "wrong value": ("tournament", "--noise", "\x1b[31m\udcff\x9b"),
    "wrong method": ("solve", "1 / 1", "--method", "\x1b[31m\udcff\x9b"),
    "wrong setting": ("solve", "path.toml", "--set", "\x1b[31m\udcff\x9b=1"),
    "wrong typed game": ("solve", "1,\x1b[31m\udcff\x9b / 1,2"),
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("path", PATH), ("game", GAME), ("three", THREE), ("broken", BROKEN)):
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_control_characters(command, strategic):
    run = strategic(*COMMANDS[command])
    assert run.code in (0, 1, 2, 3), run.err
    assert run.out + run.err
    assert not STEERING.search(run.out)
    assert not STEERING.search(run.err)
    if command.startswith("wrong"):
        assert r"\x1b" in run.err  # a typed game drops its brackets


class _Elements(HTMLParser):
    """Scripts and policies of a page, as a browser sees them."""

    def __init__(self):
        super().__init__()
        self.scripts, self.policies, self.inside = [], [], False

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "script":
            self.scripts.append([known.get("type", ""), ""])
            self.inside = True
        if tag == "meta" and known.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(known["content"])

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "script"

    def handle_data(self, data):
        if self.inside:
            self.scripts[-1][1] += data


def seen_in(page):
    elements = _Elements()
    elements.feed(page)
    return elements


def test_a_page_runs_its_own_script_only_and_says_so(files, strategic):
    assert strategic("report", "path.toml", "-o", "page.html").code == 0
    page = (files / "page.html").read_text()
    seen = seen_in(page)
    (policy,) = seen.policies
    (kind, _), (script_kind, script) = seen.scripts
    assert (kind, script_kind) == ("application/json", "")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not STEERING.search(page)
    assert strategic("report", "path.toml", "-o", "again.html").code == 0
    assert (files / "again.html").read_text() == page


def test_pages_without_a_script_allow_none(files, strategic):
    strategic("report", "path.toml", "game.toml", "-o", "two.html")
    strategic("convert", "game.toml", "game.html")
    for name in ("two.html", "game.html"):
        seen = seen_in((files / name).read_text())
        assert len(seen.policies) == 1
        assert not seen.scripts


@pytest.mark.parametrize("ending", ["html", "md", "tex", "txt"])
def test_three_players_are_reported_in_every_format(files, strategic, ending):
    assert strategic("report", "three.toml", "-o", f"three.{ending}").code == 0
    written = (files / f"three.{ending}").read_text()
    assert not STEERING.search(written)
    assert "Pareto efficient" in written
    assert "no equilibria" in written
    if ending == "html":
        assert len(seen_in(written).scripts) == 2
        assert written.count("<svg") == 7  # best replies, and paths of the players as populations


def test_a_paper_ends_no_verbatim_block(files, strategic):
    assert strategic("report", "path.toml", "-o", "paper.tex").code == 0
    paper = (files / "paper.tex").read_text()
    assert not STEERING.search(paper)
    # LaTeX ends the environment at the first of these very characters, and nowhere else.
    blocks = re.findall(r"\\begin\{verbatim\}\n(.*?)\n\\end\{verbatim\}(.*?)\n", paper, re.DOTALL)
    assert any("write18" in inside for inside, _ in blocks)
    assert not any(after for _, after in blocks)
    outside = re.sub(r"\\begin\{verbatim\}.*?\\end\{verbatim\}", "", paper, flags=re.DOTALL)
    assert "\\immediate" not in outside
    assert "\\write" not in outside


def test_markdown_keeps_every_fence_closed(files, strategic):
    assert strategic("report", "path.toml", "-o", "paper.md").code == 0
    fence, outside = "", []
    for line in (files / "paper.md").read_text().splitlines():
        found = re.fullmatch(r" {0,3}(`{3,})([^`]*)", line)
        if fence:
            fence = "" if found and found[1].startswith(fence) and not found[2].strip() else fence
        elif found:
            fence = found[1]
        else:
            outside.append(line)
    assert not fence
    assert "alert" in "".join(outside)
    assert not any(re.search(r"(?<!\\)<", line) for line in outside)


def test_figures_are_well_formed(files, strategic):
    assert strategic("payoffs", "game.toml", "--discount", "0.5", "-o", "set.svg").code == 0
    assert strategic("report", "path.toml", "-o", "page.html").code == 0
    ET.fromstring((files / "set.svg").read_text())  # noqa: S314 - our own file
    for svg in re.findall(r"<svg.*?</svg>", (files / "page.html").read_text(), re.DOTALL):
        ET.fromstring(svg.replace("&nbsp;", " "))  # noqa: S314 - our own file


def test_a_table_of_texts_reads_back(files, strategic):
    points = io.StringIO()
    other = 'a_"b",_c'
    rows = [
        ["name", "relation.alignment", other],
        ['=cmd("x"),\n<b>\x1b', "0.5", ""],
        ["-1+1", "0.25", "x"],
    ]
    csv.writer(points).writerows(rows)
    (files / "points.csv").write_text(points.getvalue())
    run = strategic(
        "sweep", "path.toml", "--points", "points.csv", "--measure", "surplus", "-o", "out.csv"
    )
    assert run.code == 0, run.err
    with (files / "out.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["name"] for row in table] == [rows[1][0], rows[2][0]]
    assert [row[other] for row in table] == ["", "x"]
