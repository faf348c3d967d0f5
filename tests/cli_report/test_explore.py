"""``strategic explore``: a page in a file of its own, handed to whatever browser there is."""

import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep temporary files here, and know no display."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def opened(monkeypatch):
    """A browser that remembers what it was asked to show."""
    import webbrowser

    seen = []
    monkeypatch.setenv("BROWSER", "some-browser")
    monkeypatch.setattr(webbrowser, "open", lambda uri: not seen.append(uri))
    return seen


def test_the_page_has_sliders_and_outlives_the_command(strategic, folder, opened):
    result = strategic("explore", "hawk-dove", "--set", "harm=3")
    assert (result.code, result.err) == (0, "")
    page = Path(result.out.strip())
    assert opened == [f"{page.as_uri()}#explorer"]
    assert page.parent.parent == folder
    assert page.name == "hawk-dove.html"
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700
    text = page.read_text(encoding="utf8")
    assert '"parameters":[{' in text  # of the sliders
    assert "harm=3" in text
    again = Path(strategic("explore", "hawk-dove").out.strip())
    assert again != page
    assert page.exists()


def test_sliders_can_be_chosen(strategic):
    page = strategic("explore", "hawk-dove", "--slider", "harm").out.strip()
    data = re.search(r'"parameters":\[(.*?)\],"readings"', Path(page).read_text("utf8"))[1]
    assert re.findall(r'"name":"([^"]+)"', data)[:1] == ["harm"]


def test_without_a_display_the_command_says_where_the_page_is(strategic):
    result = strategic("explore", "hawk-dove")
    assert result.code == 0
    assert Path(result.out.strip()).is_file()
    assert result.err == "no browser could be opened here; open this file in one\n"


def test_no_browser_is_asked_where_none_is_wanted(strategic, opened):
    result = strategic("explore", "hawk-dove", "--no-open")
    assert (result.code, result.err, opened) == (0, "", [])


def test_a_browser_that_does_not_start_is_told(strategic, monkeypatch):
    import webbrowser

    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert "no browser" in strategic("explore", "hawk-dove").err


def test_a_game_has_a_page_too(strategic):
    result = strategic("explore", "-", stdin="2 2 2\n3 5 0 1\n3 0 5 1\n")
    assert result.code == 0
    assert Path(result.out.strip()).name == "model.html"


def test_what_cannot_be_explored_leaves_nothing_behind(failing, folder):
    for words, rule in (
        (("no-such-model",), "no-such-model"),
        (("hawk-dove", "--slider", "no.such"), "no such parameter"),
        (("hawk-dove", "--set", "harm"), "must read NAME=VALUE"),
    ):
        assert rule in failing("explore", *words)
        assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script is the browser")
def test_a_process_of_its_own_opens_the_browser_and_ends(tmp_path):
    shown, browser = tmp_path / "shown", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{shown}"\n')
    browser.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "-m", "strategic", "explore", "hawk-dove"],
        env={**os.environ, "BROWSER": f"{browser} %s", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    page = Path(result.stdout.strip())
    assert shown.read_text().strip() == f"{page.as_uri()}#explorer"
    assert page.read_text(encoding="utf8").startswith("<!doctype html>")
