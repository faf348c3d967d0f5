"""The built pages: links lead somewhere, nothing comes from outside, and answers are near.

Build them first: ``python -m sphinx -W -b html docs docs/_build/html``. Continuous integration
does, and then ``STRATEGIC_NEEDS_DOCS=1`` makes a missing build a failure.
"""

import json
import os
import re
import shutil
from collections import deque
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

BUILT = Path(__file__).resolve().parents[2] / "docs" / "_build" / "html"
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
NEEDED = os.environ.get("STRATEGIC_NEEDS_DOCS") == "1"
pytestmark = [
    pytest.mark.skipif(not (BUILT / "index.html").is_file() and not NEEDED, reason="not built"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
"""What a browser loads without being asked, and where it says from where."""


class Page(HTMLParser):
    """Where a page leads, what it loads, which places it has, and its text."""

    def __init__(self, html):
        super().__init__()
        self.links, self.loaded, self.places, self.text = [], [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in LOADED and given.get(LOADED[tag]):
            self.loaded.append(given[LOADED[tag]])

    def handle_data(self, data):
        self.text.append(data)


@cache
def pages():
    return {
        file.relative_to(BUILT).as_posix(): Page(file.read_text(encoding="utf8"))
        for file in BUILT.rglob("*.html")
        if file.parent.name != "_static"
    }


def targets(name):
    """Every place inside the documentation to which a page leads: file, and place in it."""
    for link in pages()[name].links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        folder = BUILT / Path(name).parent
        file = (folder / unquote(parts.path)).resolve() if parts.path else BUILT / name
        yield link, file, unquote(parts.fragment)


def test_there_is_a_page_of_everything():
    assert len(pages()) > 900
    assert not [name for name, page in pages().items() if "problematic" in "".join(page.text)]


def test_links_lead_somewhere():
    lost = []
    for name in pages():
        for link, file, place in targets(name):
            known = file.is_relative_to(BUILT) and file.is_file()
            if known and place and file.suffix == ".html":
                known = place in pages()[file.relative_to(BUILT).as_posix()].places
            if not known:
                lost.append((name, link))
    assert not lost, lost[:20]


def test_nothing_is_loaded_from_outside():
    for name, page in pages().items():
        for source in page.loaded:
            parts = urlsplit(source)
            assert parts.scheme in {"", "data"}, (name, source)
            assert not parts.netloc, (name, source)
    for style in BUILT.rglob("*.css"):
        for source in re.findall(r"url\(\s*['\"]?([^'\")]+)", style.read_text(encoding="utf8")):
            assert not re.match(r"(https?:)?//", source), (style, source)
        assert not re.search(r"@import\s+['\"]?(https?:)?//", style.read_text(encoding="utf8"))


def clicks():
    """How many clicks each page is away from the first one."""
    away, waiting = {"index.html": 0}, deque(["index.html"])
    while waiting:
        name = waiting.popleft()
        for _, file, _ in targets(name):
            if file.is_relative_to(BUILT) and file.suffix == ".html":
                other = file.relative_to(BUILT).as_posix()
                if other not in away and other in pages():
                    away[other] = away[name] + 1
                    waiting.append(other)
    return away


@pytest.mark.parametrize(
    ("question", "page", "answer"),
    [
        (
            "What does critical_discount mean?",
            "look-up/measures/critical_discount.html",
            "discount factor",
        ),
        (
            "How do I write a 3x3 game with a parameter?",
            "look-up/model-files.html",
            '"rock", "paper", "scissors"',
        ),
        ("Which method do I use for 50x50?", "look-up/methods/index.html", "50x50"),
        ("How do I cite it?", "about/cite.html", "@misc{strategic,"),
    ],
)
def test_three_clicks_answer(question, page, answer):
    assert clicks()[page] <= 3, question
    assert answer in "".join(pages()[page].text), question


def test_every_page_can_be_reached():
    away = clicks()
    lost = set(pages()) - set(away) - {"search.html", "genindex.html", "py-modindex.html"}
    assert not lost, sorted(lost)[:10]


@pytest.mark.skipif(not (CHROMIUM and DRIVER) and not NEEDED, reason="needs chromium-driver")
def test_a_browser_shows_and_searches_them_without_a_network():
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.ui import WebDriverWait

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-sync",
                     "--host-resolver-rules=MAP * ~NOTFOUND"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        for page in ("index", "look-up/measures/critical_discount", "look-up/measures/index"):
            for width in (1100, 390):
                size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                browser.get((BUILT / f"{page}.html").as_uri())
                wide = browser.execute_script("return document.documentElement.scrollWidth")
                assert wide <= width, f"{page} is {wide} wide on a screen of {width}"
        browser.get((BUILT / "search.html").as_uri() + "?q=incident_limit")
        found = WebDriverWait(browser, 30).until(
            lambda b: b.execute_script(
                "return [...document.querySelectorAll('ul.search li a')].map(a => a.href)"
            )
        )
        assert any("measures/incident_limit" in link for link in found)
        events = [
            json.loads(entry["message"])["message"] for entry in browser.get_log("performance")
        ]
        asked = [event["params"]["request"]["url"] for event in events
                 if event["method"] == "Network.requestWillBeSent"]  # fmt: skip
        assert asked
        assert not [url for url in asked if url.startswith("http")]
        assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    finally:
        browser.quit()
