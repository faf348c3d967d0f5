"""Blocks written without a console against what the console prints, byte by byte."""

import io
import re

import numpy as np
import pytest
from rich.console import Console

from strategic.cli import output
from strategic.markup import Table
from strategic.reports.blocks import Block
from strategic.reports.simple_text import simple_text
from strategic.reports.terminal import block_parts

LETTERS = list("abcdefg.,-1234567890é─αΩ")
ODD = ["\t", "\u0301", "日", "\u200b", "🙂", "\u00ad"]
"""Characters of no cell or two, and one of as many as it takes."""


def printed(blocks, width, **options):
    console = Console(file=io.StringIO(), width=width, highlight=False, **options)
    for number, block in enumerate(blocks):
        if number and block.title:
            console.print()
        for part in block_parts(block):
            console.print(part)
    return console.file.getvalue()


def text(rng, words, letters=LETTERS):
    """Words of up to 40 characters, with one to four spaces between, before and after them."""
    longest = [4, 9, 40]
    made = ""
    for _ in range(rng.integers(words)):
        made += "".join(rng.choice(letters, rng.integers(1, longest[rng.integers(3)])))
        made += " " * rng.integers(1, 5 if rng.random() < 0.3 else 2)
    made = made.strip() if rng.random() < 0.5 else made
    return " " * rng.integers(4) + made if rng.random() < 0.2 else made


def block(rng, letters=LETTERS):
    def texts(count, words):
        return [text(rng, words, letters) for _ in range(count)]

    tables = [
        Table(
            texts(columns, 3),
            [texts(columns, 3) for _ in range(rng.integers(4))],
            numbers=bool(rng.random() < 0.5),
            names=bool(rng.random() < 0.7),
            caption=text(rng, 20, letters),
        )
        for columns in rng.integers(1, 6, size=rng.integers(3))
    ]
    sentences, lines, notes = (texts(rng.integers(3), words) for words in (20, 9, 30))
    return Block("name", text(rng, 3, letters), sentences, tables, lines=lines, notes=notes)


def test_what_is_written_is_what_the_console_prints():
    rng, written = np.random.default_rng(0), 0
    for _ in range(1500):
        blocks = [block(rng) for _ in range(rng.integers(1, 3))]
        width = int(rng.choice([4, 7, 20, 40, 80, 100, 120]))
        found = simple_text(blocks, width)
        if found is not None:
            assert found == printed(blocks, width, color_system=None)
            written += 1
    assert written > 500


def test_styles_change_no_text_and_mark_what_the_console_marks():
    rng, written = np.random.default_rng(1), 0
    for _ in range(300):
        blocks = [block(rng)]
        found = simple_text(blocks, 100, styled=True)
        if found is None:
            continue
        written += 1
        assert re.sub("\x1b\\[[0-9;]*m", "", found) == simple_text(blocks, 100)
        console = printed(blocks, 100, force_terminal=True, color_system="standard")
        used = set(re.findall("\x1b\\[([0-9;]*)m", console))
        assert set(re.findall("\x1b\\[([0-9;]*)m", found)) == used
    assert written > 100


@pytest.mark.parametrize("odd", ODD)
def test_what_has_to_be_measured_is_left_to_the_console(odd):
    rng = np.random.default_rng(2)
    for part in ("title", "cell", "note"):
        words = {"title": "", "cell": "", "note": ""} | {part: f"a{odd}b"}
        table = Table(["", "x"], [["y", words["cell"]]])
        one = Block("name", words["title"], [], [table], notes=[words["note"]])
        assert simple_text([one], 80) is None
    assert simple_text([block(rng, LETTERS)], 2) is None  # too narrow for anything


@pytest.mark.parametrize(
    "name", ["FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS"]
)
def test_what_the_environment_says_of_terminals_is_left_to_the_console(name, monkeypatch, capsys):
    del capsys  # its stream is UTF-8
    for other in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv("COLUMNS", "61")
    assert output.shown_on() == (61, False)
    monkeypatch.setenv(name, "1")
    assert output.shown_on() is None
