"""``[estimate]`` of a model file: data beside it, claims on what they say, and errors in it."""

import textwrap
from pathlib import Path

import pytest

import strategic as st
from strategic.catalogue import check
from strategic.errors import MeasureError

GAME = """
title = "Unequal pennies"
kind = "game"
players = ["row", "column"]
actions = [["up", "down"], ["left", "right"]]
payoffs = [[["top", 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]]
[parameters]
top = { value = 1.1141, bounds = [0.0, 5.0] }
"""
OWN = "play = 'strategies'\n[[estimate.automata]]\nname = 'A'"
OCHS = """
player = ["row", "row", "column", "column"]
action = ["up", "down", "left", "right"]
count = [67.456, 60.544, 46.848, 81.152]
"""
TWO_BLOCKS = """
block = ["early", "early", "early", "early", "late", "late", "late", "late"]
player = ["row", "row", "column", "column", "row", "row", "column", "column"]
action = ["up", "down", "left", "right", "up", "down", "left", "right"]
count = [67.456, 60.544, 46.848, 81.152, 60, 60, 50, 70]
"""


def claim(measure, predicate, more=""):
    return f'\n[[claims]]\nid = "c"\nsays = "s"\nmeasure = "{measure}"\n{predicate}\n{more}\n'


def checked(text):
    """Check the one claim of a model file."""
    (found,) = check(st.load(text))
    return found


@pytest.mark.parametrize(
    ("measure", "predicate", "holds"),
    [
        ("estimate.rationality", "equals = 1.84560974643494\ntolerance = 1e-10", True),
        ("estimate.rationality", "equals = 1.8457", False),
        ("estimate.rationality.error", "at_least = 0.01", True),
        ("estimate.rationality.low", "at_most = 1.8456", True),
        ("estimate.rationality.high", "at_least = 1.8456", True),
        ("estimate.rationality.status", 'equals = "ok"', True),
        ("estimate.rationality.status", 'equals = "infinite"', False),
        ("estimate.log_likelihood", "equals = -174.76453191\ntolerance = 1e-10", True),
        ("estimate.observations", "equals = 256", True),
        ("estimate.aic", "equals = 351.52906382", True),
    ],
)
def test_a_published_estimate_checks_itself(measure, predicate, holds):
    """Ochs (1995), one block: the number that tests/properties/test_estimates.py derives."""
    found = checked(GAME + "[estimate]\n[estimate.data]" + OCHS + claim(measure, predicate))
    assert found.holds is holds, found


def test_data_may_lie_in_a_file_beside_the_model(tmp_path, strategic):
    rows = ["# typed from the paper", "player,action,count", "row,up,67.456", "row,down,60.544",
            "column,left,46.848", "column,right,81.152"]  # fmt: skip
    (tmp_path / "ochs.csv").write_text("\n".join(rows))
    model = tmp_path / "ochs.toml"
    predicate = "equals = 1.845609746\ntolerance = 1e-9"
    text = GAME + '[estimate]\ndata = "ochs.csv"\n' + claim("estimate.rationality", predicate)
    model.write_text(text)
    assert strategic("check", model).code == 0
    (found,) = strategic("estimate", model, "--json").json["parameters"]
    assert found["estimate"] == pytest.approx(1.84560974643494)
    assert st.estimate(st.load(model)).value("rationality") == found["estimate"]


def test_parts_of_the_data_are_named_after_the_at_sign():
    study = GAME + '[estimate]\nby = "block"\n[estimate.data]' + TWO_BLOCKS
    early = claim("estimate.rationality@early", "equals = 1.84560974643494")
    assert checked(study + early).holds
    late = claim("estimate.rationality@late", "equals = 1.84560974643494")
    assert not checked(study + late).holds
    whole = claim("estimate.log_likelihood", "at_most = -340")
    assert checked(study + whole).holds
    which = checked(study + claim("estimate.rationality", "at_least = 0"))
    assert "say which, as in estimate.rationality@early" in which.why
    wrong = checked(study + claim("estimate.rationality@lat", "at_least = 0"))
    assert "did you mean 'late'?" in wrong.why


def test_one_fit_serves_every_claim(monkeypatch):
    from strategic.estimation import study_measures

    fits = []
    real = study_measures.estimate
    monkeypatch.setattr(study_measures, "estimate", lambda m: fits.append(1) or real(m))
    claims = [claim(name, "at_least = -1e9").replace('"c"', f'"c{n}"')
              for n, name in enumerate(["estimate.rationality", "estimate.log_likelihood",
                                        "estimate.rationality.low"])]  # fmt: skip
    model = st.load(GAME + "[estimate]\n[estimate.data]" + OCHS + "".join(claims))
    assert all(found.holds for found in check(model))
    assert len(fits) == 1


def test_claims_may_estimate_at_other_values_of_the_model():
    study = GAME + "[estimate]\n[estimate.data]" + OCHS
    same = claim("estimate.rationality", "equals = 1.84560974643494", "set = { top = 1.1141 }")
    other = claim("estimate.rationality", "equals = 1.84560974643494", "set = { top = 3.0 }")
    assert checked(study + same).holds
    assert not checked(study + other).holds


def test_options_of_the_command_line_come_before_those_of_the_file(tmp_path, strategic):
    model = tmp_path / "model.toml"
    model.write_text(GAME + '[estimate]\nby = "block"\n[estimate.data]' + TWO_BLOCKS)
    assert len(strategic("estimate", model, "--json").json["parameters"]) == 2
    assert len(strategic("estimate", model, "--by", "", "--json").json["parameters"]) == 1
    (counts := tmp_path / "counts.csv").write_text("player,action,count\nrow,up,3\nrow,down,2\n")
    other = strategic("estimate", model, counts, "--by", "", "--json").json
    assert other["observations"] == 5


def test_a_way_of_play_other_than_the_file_s_leaves_its_options_alone():
    study = '[estimate]\nplay = "strategies"\nstrategies = ["AllD", "TFT"]\n[estimate.data]'
    model = st.load(GAME + study + OCHS)
    assert st.estimate(model, play="logit").play == "logit"


def test_several_games_are_pooled_by_their_names(tmp_path, strategic):
    """One rationality for two games: the block of one file names both."""
    top = {"first": "1.1141", "second": "3.0"}
    for name, value in top.items():
        (tmp_path / f"{name}.toml").write_text(GAME.replace("value = 1.1141", f"value = {value}"))
    counts = ("row,up,60", "row,down,70", "column,left,50", "column,right,80")
    data = ["game,player,action,count", *(f"{name},{row}" for name in top for row in counts)]
    (tmp_path / "counts.csv").write_text("\n".join(data))
    both = "games = ['first.toml', 'second.toml']\n"
    with (tmp_path / "first.toml").open("a") as stream:
        stream.write(f"[estimate]\ndata = 'counts.csv'\n{both}")
    pooled = strategic("estimate", tmp_path / "first.toml", "--json").json
    models = {name: st.load(tmp_path / f"{name}.toml") for name in top}
    again = st.estimate(models, tmp_path / "counts.csv", play="logit")
    assert pooled["observations"] == 520
    assert pooled["parameters"][0]["estimate"] == pytest.approx(again.value("rationality"))


def test_own_strategies_are_read():
    text = """
    [estimate]
    play = "strategies"
    strategies = ["AllD"]
    [[estimate.automata]]
    name = "Patient"
    states = [1, 1, 0]
    next = [[1, 2, 1, 2], [1, 3, 1, 3], [1, 3, 1, 3]]
    [[estimate.automata]]
    name = "Copy"
    memory = [1, 0, 1, 0]
    """
    study = st.load(GAME + textwrap.dedent(text)).parts["estimate"]
    assert study.strategies == "AllD,Patient,Copy"
    patient, copy = study.options["automata"]
    assert patient.following[1] == (0, 2, 0, 2)
    assert copy.name == "Copy"
    assert copy.states == 2


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ('play = "logitt"', "estimate.play: no such way of play"),
        ("cluster = 3", "estimate.cluster: must be text"),
        ("clusters = 'id'", "did you mean 'cluster'?"),
        ("bootstrap = -1", "estimate.bootstrap: must be at least 0"),
        ("by = 'game'\ndata = { player = ['row'], action = ['up'] }", "no such column in data"),
        ("data = { player = ['row'], count = [1, 2] }", "estimate.data.count: must have 1 entries"),
        ("formulas = { base = 'income' }", "estimate.formulas: no such parameter"),
        (
            "play = 'entry'\noptions = { infomation = 'complete' }",
            "estimate.options.infomation: no such option of the way of play 'entry'; did you mean "
            "'information'?",
        ),
        (
            "[[estimate.automata]]\nname = 'A'\nmemory = [1, 0, 1, 0]",
            "estimate.automata: no such option of the way of play 'logit'",
        ),
        (
            "play = 'strategies'\n[[estimate.automata]]\nname = 'A'",
            "needs states and next, or memory alone",
        ),
        (
            OWN + "\nstates = [1, 0]\nnext = [[1, 2, 1, 2]]",
            "estimate.automata[1].next: must have one row per state, 2",
        ),
        (
            OWN + "\nstates = [1]\nnext = [[1, 2, 1, 2]]",
            "must be a state from 1 to 1",
        ),
        (
            "play = 'strategies'\n[[estimate.automata]]\nname = 'A'\nmemory = [1, 0, 1]",
            "needs four probabilities, after CC",
        ),
    ],
)
def test_what_is_wrong_in_the_block_is_named(failing, block, words):
    err = failing("check", "-", stdin=f"{GAME}[estimate]\n{block}\n")
    assert words in err


@pytest.mark.parametrize(
    ("study", "predicate", "words"),
    [
        ("", "at_least = 0", "claims[0].measure: needs an [estimate] block in the file"),
        ("[estimate]\n", "increases_with = 'top'", "an estimate does not vary with a parameter"),
    ],
)
def test_claims_that_cannot_be_checked_are_refused(failing, study, predicate, words):
    err = failing("check", "-", stdin=GAME + study + claim("estimate.rationality", predicate))
    assert words in err


def test_estimates_without_data_are_told():
    found = checked(GAME + "[estimate]\n" + claim("estimate.rationality", "at_least = 0"))
    assert "names no data" in found.why
    wrong = GAME + '[estimate]\ndata = "nowhere.csv"\n'
    assert "nowhere.csv" in checked(wrong + claim("estimate.tau", "at_least = 0")).why


def test_a_device_is_no_data():
    wrong = GAME + '[estimate]\ndata = "/dev/zero"\n' + claim("estimate.tau", "at_least = 0")
    assert "must name a file" in checked(wrong).why


def test_typos_in_names_of_estimates_are_told():
    study = GAME + "[estimate]\n[estimate.data]" + OCHS
    found = checked(study + claim("estimate.rationalty", "at_least = 0"))
    assert "did you mean 'rationality'?" in found.why


def test_no_grid_is_estimated(failing):
    text = GAME + "[estimate]\n[estimate.data]" + OCHS
    err = failing("sweep", "-", "--over", "top=1:2:3", "--measure", "estimate.rationality",
                  stdin=text)  # fmt: skip
    assert "no parameter moves it" in err
    model = st.load(text).change({"top": [1.0, 2.0]})
    with pytest.raises(MeasureError, match="once per model"):
        st.measure(model, "estimate.rationality")


def test_other_measures_of_the_model_are_swept_as_ever(strategic):
    text = GAME + "[estimate]\n[estimate.data]" + OCHS
    run = strategic("sweep", "-", "--over", "top=1:2:3", "--measure", "equilibrium_count",
                    stdin=text)  # fmt: skip
    assert run.code == 0


def test_measures_list_what_the_block_adds(strategic):
    text = GAME + "[estimate]\n[estimate.data]" + OCHS
    assert "estimate.NAME" in strategic("measures", "-", stdin=text).out
    assert "estimate.NAME" not in strategic("measures", "-", stdin=GAME).out


def test_the_schema_knows_the_block(strategic):
    definitions = strategic("schema").json["$defs"]
    assert "estimate" in definitions["GameFile"]["properties"]
    assert {"play", "data", "free", "automata"} <= set(definitions["EstimateTable"]["properties"])


def test_a_relationship_has_the_block_too(tmp_path, strategic):
    data = tmp_path / "paths.csv"
    strategic("simulate", "ai-mier", "--data", data, "--play", "trust", "--truth",
              "trust.noise=.5", "--size", "40")  # fmt: skip
    body = Path(st.load("ai-mier").origin["file"]).read_text(encoding="utf8")
    model = tmp_path / "model.toml"
    block = '\n[estimate]\nplay = "trust"\ndata = "paths.csv"\n'
    measured = claim("estimate.trust.noise", "at_least = 0.3").replace('"c"', '"estimated"')
    model.write_text(body + block + measured)
    found = next(one for one in check(st.load(model)) if one.claim.id == "estimated")
    assert found.holds, found
