"""Families of other packages that lack something, fail, or use awkward names."""

import json
import sys

import numpy as np
import pytest

import strategic as st
from strategic.errors import MeasureError, ModelError
from strategic.games import Game
from strategic.modelling import EventField, Measure, Mechanism, Parameter
from strategic.modelling.registry import FAMILIES
from strategic.reports import Block, Reporting, Section

GIFT = {
    "benefit": Parameter("benefit", 3.0, "Benefit to the other.", lower=0.0),
    "cost": Parameter("cost", 1.0, "Cost of giving.", lower=0.0),
}
SUBSIDY = {
    "subsidy": Mechanism(
        "subsidy", lambda p, e: {"cost": p["cost"] * (1 - np.asarray(e))}, "Pays the cost."
    )
}


def gift(points):
    """Give at a cost, or keep."""
    benefit, cost = np.broadcast_arrays(points["benefit"], points["cost"])
    nothing = np.zeros(benefit.shape)
    row = np.stack([np.stack([benefit - cost, -cost], -1), np.stack([benefit, nothing], -1)], -2)
    return Game((row, np.swapaxes(row, -1, -2)), ("one", "two"), (("give", "keep"),) * 2)


def herding(points):
    """Three herders who graze or not."""
    worth = points["benefit"] - points["cost"] * np.arange(4.0)
    grazing = np.indices((2, 2, 2))
    return Game(tuple(grazing[k] * worth[grazing.sum(axis=0)] for k in range(3)))


def broken(_points):
    """Fail as a careless author's function would."""
    raise ZeroDivisionError("a careless author")


def family(**fields):
    """Make a family of gifts with some fields changed."""
    known = {"title": "Gifts", "parameters": GIFT, "games": {"base": gift}}
    return st.Family(name="gifts", **{**known, **fields})


@pytest.fixture
def registered(monkeypatch, tmp_path):
    """Register a family and write a model file of it."""

    def register(**fields):
        made = family(**fields)
        monkeypatch.setitem(FAMILIES, "gifts", f"{__name__}:MADE")
        monkeypatch.setattr(sys.modules[__name__], "MADE", made, raising=False)
        file = tmp_path / "gifts.toml"
        file.write_text('title = "Gifts of ours"\nkind = "gifts"\n')
        return file

    return register


WORTH = Measure(
    "worth",
    lambda p: np.where(p["benefit"] > p["cost"], 1, 0),
    "Is giving efficient?",
    kind="label",
    labels=("wasteful", "efficient"),
)
BAD = Measure("bad", broken, "Never works.")
WIDE = Measure("wide", lambda _points: np.zeros(7), "Has the wrong shape.")


def test_a_family_with_only_labels_says_nothing_of_rises(strategic, registered):
    file = registered(measures={"worth": WORTH}, mechanisms=SUBSIDY)
    told = strategic("report", file).out
    assert "No mechanism raises" not in told
    assert "no measure changes" in told
    claim = strategic("new", "-", "--kind", "gifts").out
    assert '# equals = "wasteful"' in claim
    assert "flips the outcome" in strategic("boundary", file, "--measure", "worth").out


def test_the_claim_of_a_template_can_be_made(strategic, registered, tmp_path):
    for measures in ({"worth": WORTH}, {"worth": WORTH, "net": Measure("net", _net, "Net.")}):
        registered(measures=measures)
        text = strategic("new", "-", "--kind", "gifts").out
        head, claim = text.split("# [[claims]]")
        lines = [line.removeprefix("# ") for line in f"# [[claims]]{claim}".splitlines()]
        file = tmp_path / "claimed.toml"
        file.write_text(head + "\n".join(line for line in lines if not line.startswith("# or")))
        assert strategic("check", file).out.endswith("of 1 claims hold.\n")
        assert max(map(len, text.splitlines())) <= 100


def _net(points):
    return points["benefit"] - points["cost"]


def test_a_family_without_measures_lists_those_of_its_game(strategic, registered):
    file = registered()
    assert strategic("measures", file).out.splitlines()[1].startswith("base.pure_count")
    assert "no mechanisms" in strategic("mechanisms", file).err
    assert json.loads(strategic("measures", file, "--json").out)["measures"] == []
    assert "no claims" in strategic("check", file).out
    assert "1 equilibrium" in strategic("solve", file).out


def test_a_family_without_games_is_measured_and_reported(strategic, failing, registered):
    assert "no measures" in strategic("measures", registered(games={})).err
    file = registered(games={}, measures={"net": Measure("net", _net, "Net benefit.")})
    assert "Net benefit." in strategic("report", file).out
    assert "no games" in failing("solve", file)


def test_three_players_are_reported(strategic, registered):
    told = strategic("report", registered(games={"herd": herding})).out
    assert "method: method" not in told
    assert "Every pure and every regular equilibrium is listed" in " ".join(told.split())


@pytest.mark.parametrize(
    ("measure", "rule"),
    [(BAD, "raised ZeroDivisionError"), (WIDE, "must return one value per point")],
)
def test_a_measure_that_fails_is_named_in_one_line(failing, registered, measure, rule):
    file = registered(measures={measure.name: measure}, mechanisms=SUBSIDY)
    for command in (
        ("measures", file),
        ("report", file),
        ("sweep", file, "--over", "benefit=0:1:3", "--measure", measure.name),
        ("boundary", file, "--measure", measure.name),
        ("compare", file, "--mechanism", "subsidy"),
    ):
        assert f"measure '{measure.name}': {rule}" in failing("--quiet", *command)


def test_other_functions_that_fail_are_named(failing, registered):
    assert "game 'base': raised" in failing("solve", registered(games={"base": broken}))
    clumsy = {"subsidy": Mechanism("subsidy", lambda points, _intensity: broken(points), "Fails.")}
    file = registered(mechanisms=clumsy)
    assert "mechanism 'subsidy': raised" in failing("solve", file, "--mechanism", "subsidy")
    assert "rule of 'gifts': raised" in failing("report", registered(rule=broken))
    says = Section("says", lambda _model, _seed: broken(None), lambda _data, _model: Block("x", ""))
    file = registered(reporting=Reporting(sections=(says,)))
    assert "section 'says': raised" in failing("report", file)
    shown = Section("shown", lambda _model, _seed: {"x": 1}, lambda data, _model: data["y"])
    file = registered(reporting=Reporting(sections=(shown,)))
    assert "layout of section 'shown': raised KeyError" in failing("report", file)
    with pytest.raises(ModelError, match="must hold a Reporting"):
        st.report(st.Model(family(reporting="strategic.errors:nearest"), {}))


def test_the_cause_of_a_failure_is_kept():
    with pytest.raises(MeasureError) as caught:
        st.measure(st.Model(family(measures={"bad": BAD}), {}), "bad")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_names_that_clash_are_refused(failing, registered):
    awkward = {name: Parameter(name, 1.0, "Awkward.") for name in ("title", "kind", "path")}
    file = registered(parameters={**GIFT, **awkward})
    assert st.load(file).points["title"] == 1.0
    for name in ("path.length", "mechanism.force", "claims.x"):
        file = registered(parameters={**GIFT, name: Parameter(name, 1.0, "Clashes.")})
        assert f"has its own '{name.partition('.')[0]}'" in failing("report", file)
    file = registered(event_fields=(EventField("date", "Clashes."),))
    assert "events have this key already" in failing("report", file)
    with pytest.raises(ModelError, match="under its own name 'worth'"):
        family(measures={"value": WORTH})


def test_a_replay_without_a_presentation_says_what_is_missing(failing, registered):
    file = registered(replay=f"{__name__}:gift")
    assert "does not say how to present a replay" in failing("replay", file)
    assert "have no paths to simulate" in failing("simulate", file)


def test_a_level_is_for_numbers(failing, registered):
    file = registered(measures={"worth": WORTH})
    assert "no threshold" in failing("boundary", file, "--measure", "worth", "--level", "1")


def test_reports_of_unlike_families_stand_side_by_side(strategic, registered, tmp_path):
    own = Section("own", lambda _model, _seed: {"x": 1}, lambda _data, _model: Block("own", "Own"))
    file = registered(reporting=Reporting(sections=(own,)))
    page = tmp_path / "both.html"
    assert strategic("report", file, "ai-mier", "-o", page).code == 0
    text = page.read_text()
    assert "This model has no such section" in text
    assert text.index(">In short<") < text.index(">Own<")
