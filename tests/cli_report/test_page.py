"""Reports opened in a real browser, with the network blocked."""

import base64
import json
import os
import re
import shutil

import numpy as np
import pytest

import strategic as st
from strategic.reports.sections import reporting_of

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
NEEDED = os.environ.get("STRATEGIC_NEEDS_BROWSER") == "1"
pytestmark = [
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER) and not NEEDED, reason="needs Debian's chromium-driver"
    ),
    # The driver's own sockets are closed by its process, not by the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
NASTY = '<script>alert("x")</script> & "quotes" \U0001f9ea שלום'


@pytest.fixture(scope="module")
def browser():
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def case_page(tmp_path_factory):
    page = tmp_path_factory.mktemp("page") / "case.html"
    page.write_text(st.report(st.load("ai-mier")).html(), encoding="utf8")
    return page


def opened(browser, page, width=1100):
    """Open a page at a width; no console message, no request but the file itself."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    browser.get_log("performance")
    browser.get(page.as_uri())
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in urls if not url.startswith(("file:", "data:"))] == []
    return browser


def texts(browser, selector):
    from selenium.webdriver.common.by import By

    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, selector)]


def test_page_is_whole_and_accessible(browser, case_page):
    driver = opened(browser, case_page)
    headings = texts(driver, "h2")
    assert headings[0] == "In short"
    for title in (
        "The path: who cooperated when",
        "The repeated game: what public punishments sustain",
        "Claims, checked",
    ):
        assert title in headings
    assert driver.execute_script(
        "return [...document.querySelectorAll('table')].every(t => t.querySelector('th[scope]'))"
    )
    figures = driver.execute_script("return document.querySelectorAll('svg.figure').length")
    titled = driver.execute_script("return document.querySelectorAll('svg.figure > title').length")
    assert figures == titled >= 6
    ids = driver.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert driver.execute_script("return document.querySelectorAll('math').length") >= 2


@pytest.mark.parametrize("width", [1100, 390])
def test_page_fits_desktop_and_phone(browser, case_page, width):
    driver = opened(browser, case_page, width)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width


def move(driver, *positions):
    for axis, position in enumerate(positions):
        driver.execute_script(
            "const s = document.getElementById(`slider-${arguments[0]}`);"
            "s.value = arguments[1]; s.dispatchEvent(new Event('input'));",
            axis,
            position,
        )


def explorer(driver):
    script = "return JSON.parse(document.getElementById('explorer-data').textContent)"
    return driver.execute_script(script)


def read_off(model):
    """Say what every reading of the explorer must show for a model, one by one."""
    reporting, found = reporting_of(model.family), {}
    for reading in reporting.readings:
        if reading.of_path and not model.path:
            continue
        if reading.texts:
            found[reading.name] = str(np.asarray(reading.texts(model.points)).item())
            continue
        value = st.measure(model, reading.name)[reading.name]
        if isinstance(value, str):
            found[reading.name] = value.replace("_", " ")
        else:
            found[reading.name] = reading.write(np.nan if value is None else value)
    return found


def shown(driver):
    """Read what the explorer shows, units apart."""
    return driver.execute_script(
        "return Object.fromEntries([...document.querySelectorAll('dd[data-measure]')].map(e => {"
        "const copy = e.cloneNode(true); copy.querySelectorAll('.unit').forEach(u => u.remove());"
        "return [e.dataset.measure, copy.textContent]; }))"
    )


def test_sliders_show_what_is_measured_in_the_words_of_the_report(browser, case_page):
    driver = opened(browser, case_page)
    data, model = explorer(driver), st.load("ai-mier")
    assert shown(driver) == read_off(model)
    assert shown(driver)["regimes"] == st.report(model).document["path"]["regimes"]
    for positions in ((13, 2, 8), (0, 0, 11), (20, 20, 0)):
        move(driver, *positions)
        changes = {
            parameter["name"]: float(parameter["texts"][position])
            for parameter, position in zip(data["parameters"], positions, strict=True)
        }
        assert shown(driver) == read_off(model.change(changes))
    texts_of = {r["name"]: r["texts"] for r in data["readings"]}
    assert "never" in texts_of["belief_needed_government"]  # as the report says
    assert not any(text in ("inf", "-inf", "nan") for found in texts_of.values() for text in found)


def test_the_path_moves_with_the_trust_of_the_government(browser, case_page):
    driver = opened(browser, case_page)
    data, paths = explorer(driver), {}
    assert data["parameters"][2]["name"] == "trust.government"
    start = [parameter["start"] for parameter in data["parameters"][:2]]
    for trust in (1, 5, 9):
        move(driver, *start, trust)
        now = shown(driver)
        paths[now["regimes"]] = now["cooperation"], now["first_cooperation"]
    assert len(paths) == 3
    for regimes, (share, first) in paths.items():
        assert share == f"{regimes.count('C')} of 32"
        assert (first == "never") == ("C" not in regimes)


def test_explorer_speaks_plainly_and_colours_as_the_report(browser, case_page):
    driver = opened(browser, case_page)
    labels, ranges = texts(driver, ".sliders label"), texts(driver, ".sliders .range")
    assert labels[0] == "Credit lost to the organisation per unit of its share of output: 0.05"
    assert ranges == ["0 to 1, payoff per unit of service", "0 to 1, payoff", "0 to 1"]
    assert not any("_" in text for text in [*labels, *texts(driver, ".readings dt")])
    looks = reporting_of(st.load("ai-mier").family).looks
    legend = driver.execute_script(
        "return [...document.querySelectorAll('.legend > span')].map(e => "
        "[e.lastChild.textContent, e.firstChild.textContent, e.firstChild.style.background])"
    )
    assert [entry[:2] for entry in legend] == [
        ["cooperation", "C"], ["capture", "K"], ["restriction", "R"], ["substitution", "S"]
    ]  # fmt: skip
    for name, _, colour in legend:
        red, green, blue = map(int, re.findall(r"\d+", colour))
        assert f"#{red:02x}{green:02x}{blue:02x}" == looks[name].colour


def test_the_map_shows_any_reading(browser, case_page):
    driver = opened(browser, case_page)
    data = explorer(driver)
    script = (
        "const s = document.querySelector('.mapped select'); s.value = arguments[0];"
        "s.dispatchEvent(new Event('change'));"
        "return [...document.querySelectorAll('.map rect[stroke-width=\"0.5\"]')]"
        ".map(e => e.getAttribute('fill'))"
    )
    for reading in data["readings"]:
        if not reading["kinds"]:
            continue
        fills = driver.execute_script(script, reading["name"])
        known = {kind["colour"] for kind in reading["kinds"]}
        assert set(fills) <= known, reading["name"]
        assert len({kind["letter"] for kind in reading["kinds"]}) == len(reading["kinds"])


def test_sliders_of_parameters_left_unset(browser, tmp_path):
    page = tmp_path / "unset.html"
    names = ["ladder.rungs", "government.discount", "ladder.crash"]
    model = st.load("asymmetric-dependence-with-transfers")
    page.write_text(st.report(model).html(explore=names), encoding="utf8")
    driver = opened(browser, page)
    assert texts(driver, "output") == ["5", "unset", "unset"]
    move(driver, 3, 3)
    rungs, patience, _ = texts(driver, "output")
    changed = model.change({"ladder.rungs": int(rungs), "government.discount": float(patience)})
    assert shown(driver) == read_off(changed)


def test_marker_follows_a_click_on_the_map(browser, case_page):
    driver = opened(browser, case_page)
    before = driver.execute_script(
        "return document.getElementById('explorer-marker').getAttribute('x')"
    )
    driver.execute_script(
        "const cells = document.querySelectorAll('.map rect[stroke-width=\"0.5\"]');"
        "cells[cells.length - 1].dispatchEvent(new MouseEvent('click'));"
    )
    after = driver.execute_script(
        "return document.getElementById('explorer-marker').getAttribute('x')"
    )
    assert float(after) > float(before)


def test_nasty_texts_come_out_as_text(browser, tmp_path):
    from dataclasses import replace

    model = replace(
        st.load("hawk-dove"), title=NASTY, origin={"file": f"{NASTY}.toml", "sha256": ""}
    )
    page = tmp_path / "nasty.html"
    page.write_text(st.report(model).html(), encoding="utf8")
    driver = opened(browser, page)
    assert texts(driver, "h1") == [NASTY]
    assert NASTY in texts(driver, "footer")[0]
    assert driver.title == NASTY


def test_nasty_names_of_players_actions_and_events(browser, tmp_path):
    """Dollar signs are no formulas, markup is no markup, in tables and in figures."""
    (tmp_path / "game.toml").write_text(
        'title = "<script>x</script> $\\\\frac$"\nkind = "game"\n'
        'players = ["$\\\\foo$ <b>", "a $ b $ 🧪"]\n'
        'actions = [["<i>x</i>", "$\\\\bad{$"], ["c_1 & d", "\\"q\\""]]\n'
        "payoffs = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]\n",
        encoding="utf8",
    )
    page = tmp_path / "game.html"
    page.write_text(st.report(st.load(str(tmp_path / "game.toml"))).html(), encoding="utf8")
    shown = " ".join(
        opened(browser, page).execute_script(
            "return [...document.querySelectorAll('svg.figure text')].map(e => e.textContent)"
        )
    )
    assert "probability that $\\foo$ <b> plays <i>x</i>" in shown
    assert "probability that a $ b $ 🧪 plays c_1 & d" in shown
    assert browser.execute_script("return document.querySelectorAll('td > i, th > b').length") == 0


@pytest.fixture(scope="module")
def four_page(tmp_path_factory):
    from strategic.reports.page import comparison_page

    page = tmp_path_factory.mktemp("page") / "four.html"
    slugs = ("capture", "cooperation", "ai-mier", "confrontation")
    page.write_text(comparison_page([st.report(st.load(slug)) for slug in slugs]), encoding="utf8")
    return page


@pytest.mark.parametrize(("width", "across"), [(1100, 2), (1440, 3), (390, 1)])
def test_comparison_of_four_puts_as_many_side_by_side_as_can_be_read(
    browser, four_page, width, across
):
    driver = opened(browser, four_page, width)
    boxes = driver.execute_script(
        "return [...document.querySelector('.beside').children]"
        ".map(e => e.getBoundingClientRect()).map(r => [r.top, r.left, r.width])"
    )
    assert len(boxes) == 4
    assert len({left for _, left, _ in boxes}) == across
    assert min(wide for *_, wide in boxes) >= min(340, width - 40)
    tops = [top for top, *_ in boxes]
    assert tops[:across] == [tops[0]] * across
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width


def test_a_narrow_comparison_folds_its_sections_and_a_wide_one_does_not(browser, four_page):
    script = (
        "return [...document.querySelectorAll('details.row .says')]"
        ".filter(e => e.checkVisibility({contentVisibilityAuto: true})).length"
    )
    narrow = opened(browser, four_page, 390).execute_script(script)
    assert 0 < narrow <= 4
    assert opened(browser, four_page, 1100).execute_script(script) > 20
    # Unfolded, too, only boxes of their own scroll sideways.
    driver = opened(browser, four_page, 390)
    driver.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 390


def test_names_of_rows_stay_in_sight_while_a_wide_table_scrolls(browser, four_page):
    driver = opened(browser, four_page, 390)
    lefts = driver.execute_script(
        "const box = document.querySelector('.scroll'), name = box.querySelector('tbody th');"
        "const before = name.getBoundingClientRect().left; box.scrollLeft = 200;"
        "return [box.scrollLeft, before, name.getBoundingClientRect().left]"
    )
    assert lefts[0] > 100
    assert lefts[1] == lefts[2]


def test_a_table_that_tells_stacks_its_rows_on_a_narrow_page(browser, case_page):
    script = (
        "const table = [...document.querySelectorAll('table.told')]"
        ".find(t => t.textContent.includes('cooperation periods equals'));"
        "const cells = [...table.rows[1].cells].map(c => c.getBoundingClientRect());"
        "return [cells.map(c => c.left), cells.map(c => c.top), table.scrollWidth]"
    )
    lefts, tops, width = opened(browser, case_page, 390).execute_script(script)
    assert len(set(lefts)) == 1
    assert tops == sorted(set(tops))
    assert width <= 390
    lefts, tops, _ = opened(browser, case_page, 1100).execute_script(script)
    assert lefts == sorted(set(lefts))
    assert len(set(tops)) == 1


def test_tables_and_strips_have_the_colours_of_the_figures(browser, case_page):
    driver = opened(browser, case_page)
    looks = reporting_of(st.load("ai-mier").family).looks

    def hexed(colour):
        red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
        return f"#{red:02x}{green:02x}{blue:02x}"

    strips = driver.execute_script(
        "return [...document.querySelectorAll('pre.strip span')]"
        ".map(e => [e.textContent[0], e.style.background])"
    )
    assert {letter for letter, _ in strips} == set("Cd.")
    dots = driver.execute_script(
        "return [...document.querySelectorAll('.dot')].map(e => [e.parentNode.textContent, "
        "e.style.background])"
    )
    assert {"C", "K", "R", "S", "cooperation"} <= {word for word, _ in dots}
    for word, colour in [*strips, *dots]:
        assert hexed(colour) == looks[word].colour


@pytest.mark.parametrize("slug", ["ai-mier", "sector-growth", "hawk-dove"])
def test_a_brief_is_one_page(browser, tmp_path, slug):
    page = tmp_path / "brief.html"
    page.write_text(st.report(st.load(slug)).brief().html(), encoding="utf8")
    driver = opened(browser, page)
    assert driver.execute_script("return document.documentElement.scrollHeight") < 1900
    assert driver.execute_script("return document.querySelectorAll('svg.figure').length") == 1
    paper = {"paperWidth": 8.27, "paperHeight": 11.69}
    printed = browser.execute_cdp_cmd("Page.printToPDF", paper)
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", base64.b64decode(printed["data"]))
    assert len(pages) == 1
    driver = opened(browser, page, 390)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 390


def test_the_page_of_a_wide_game_scrolls_in_its_own_box(browser, tmp_path):
    from strategic.games import write

    page = tmp_path / "wide.html"
    rng = np.random.default_rng(0)
    write(st.Game.from_payoffs(*rng.normal(size=(2, 3, 12)).round(6)), page)
    driver = opened(browser, page, 390)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
    assert driver.execute_script("return document.querySelector('div').scrollWidth") > 390


def test_page_is_the_same_bytes_and_small():
    first, second = (st.report(st.load("ai-mier")).html() for _ in range(2))
    assert first == second
    assert len(first.encode()) < 1_500_000
