"""What a family says of its reports is what every format and figure shows."""

import json
import re

import numpy as np
import pytest

from strategic.modelling import Family, Measure, Model, Parameter
from strategic.reports import Reading, Reporting, report
from strategic.reports.brief import Brief
from strategic.reports.looks import Look, looks_of
from strategic.reports.sections import MEASURES, PARAMETERS

STATES = ("thriving", "shrinking")
LOOKS = {"thriving": Look("#009e73", letter="T"), "shrinking": Look("#d55e00", "//", "S")}


def fishery(**reporting):
    """Make a model of one pool that is fished."""
    parameters = {
        "pool.effort": Parameter("pool.effort", 0.3, "Effort.", lower=0, upper=2, unit="boats"),
        "pool.growth": Parameter("pool.growth", 0.5, "Growth.", lower=0, upper=1),
    }
    measures = {
        "state": Measure(
            "state", lambda p: (p["pool.effort"] > p["pool.growth"]).astype(int), "How it fares.",
            kind="label", labels=STATES,
        ),
        "lasts": Measure(
            "lasts", lambda p: np.where(p["pool.effort"] > p["pool.growth"], 7.0, np.inf),
            "Years the stock lasts.", unit="years",
        ),
    }  # fmt: skip
    chosen = Reporting((MEASURES, PARAMETERS), **reporting)
    return Model(
        Family("fishery", "Fishery", parameters, {}, measures, caveat="A toy.", reporting=chosen),
        {},
    )


def explorer(page):
    [text] = re.findall(r'id="explorer-data">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_readings_say_words_and_letters_of_the_family():
    readings = (
        Reading("state", "how the stock fares"),
        Reading("lasts", "years it lasts", lambda v: "for ever" if np.isinf(v) else f"{v:g}"),
        Reading("boats", "boats", texts=lambda p: np.where(p["pool.effort"] < 1, "few", "many")),
        Reading("tides", "tides", texts=lambda p: p["pool.effort"], of_path=True),
        "state",
    )
    model = fishery(readings=readings, looks=LOOKS)
    data = explorer(report(model).html())
    assert [slider["range"] for slider in data["parameters"]] == ["0 to 2, boats", "0 to 1"]
    state, lasts, boats, bare = data["readings"]  # tides need a path
    assert [(kind["name"], kind["letter"], kind["colour"]) for kind in state["kinds"]] == [
        ("thriving", "T", "#009e73"), ("shrinking", "S", "#d55e00"),
    ]  # fmt: skip
    assert lasts["texts"] == ["7", "for ever"]
    assert lasts["unit"] == "years"
    assert boats["texts"] == ["few", "many"]
    assert len({kind["colour"] for kind in boats["kinds"]}) == 2
    assert bare["label"] == "state"
    efforts = [float(text) for text in data["parameters"][0]["texts"]]
    growths = [float(text) for text in data["parameters"][1]["texts"]]
    expected = [STATES[effort > growth] for effort in efforts for growth in growths]
    assert [state["texts"][place] for place in state["values"]] == expected


def test_numbers_are_mapped_one_by_one_or_in_bands_that_hold_them():
    reading = Reading(
        "effort", "effort", texts=lambda p: np.vectorize("{:.3f}".format)(p["pool.effort"])
    )
    [found] = explorer(report(fishery(readings=(reading,))).html())["readings"]
    assert len(found["texts"]) > 20
    for text, kind in zip(found["texts"], found["kind_of"], strict=True):
        low, high = map(float, found["kinds"][kind]["name"].split(" to "))
        assert low - 1e-2 <= float(text) <= high + 1e-2
    assert [kind["letter"] for kind in found["kinds"]] == list("123456")


def test_a_family_writes_its_own_brief_or_gets_the_usual_one():
    def brief(document, blocks, model):
        title = document["model"]["title"]
        assert title == model.family.title
        return Brief([f"{title}: {len(blocks)} sections."], do=["Fish less."])

    assert [b.title for b in report(fishery(brief=brief)).brief().blocks] == [
        "The verdict", "What to do",
    ]  # fmt: skip
    text = report(fishery(brief=brief)).brief().to_markdown()
    assert "Fishery: 2 sections." in text
    assert "A toy." in text
    usual = report(fishery()).brief()
    assert [b.title for b in usual.blocks] == ["The verdict"]
    assert usual.document["brief"]["figure"] is None
    assert "state" in usual.text()  # the measures, for want of sentences
    assert "Parameters" not in usual.text()


@pytest.mark.parametrize("count", [1, 9, 40])
def test_words_without_a_look_of_their_own_are_told_apart(count):
    words = {number: f"word {number}" for number in range(count)}
    assert len(set(looks_of(words, LOOKS).values())) == count
    assert not {look.colour for look in looks_of(words, LOOKS).values()} & {"#009e73", "#d55e00"}
