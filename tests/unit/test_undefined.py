"""What is undefined or constant is said to be so: no sentinel and no rounding noise is a value."""

import json

import numpy as np
import pytest

import strategic as st
from strategic.errors import SweepError
from strategic.modelling import Family, Measure, Model, Parameter
from strategic.modelling.mechanism import Mechanism
from strategic.reports.boundary_report import boundary_answer
from strategic.reports.figures import cut, phase_diagram, tornado
from strategic.reports.sensitivity_report import sensitivity_answer
from strategic.reports.sweep_report import sweep_answer
from strategic.sweeps import open_sweep, rank_mechanisms, summarise, texts


def payoffs(value, other):
    """Divide by the value: at 0 the game is undefined, and so is everything counted in it."""
    return [[[1 / value, other], [0, 1]], [[1, 0], [0, 1 / value]]]


GAME = st.family(payoffs, {"value": (1.0, -2, 2), "other": (0.0, -3, 3)}, title="Reciprocal")
MODEL = Model(GAME)
OVER = {"value": "-1:1:5", "other": "0:2:3"}


def test_an_undefined_count_enters_no_range_file_or_document(tmp_path):
    found = st.sweep(MODEL, OVER, "pure_count,degenerate")
    assert (found["pure_count"].values[2] == -1).all()
    counted = summarise(found)["pure_count"]
    defined = np.delete(found["pure_count"].values, 2, axis=0)
    assert (counted["smallest"], counted["largest"]) == (defined.min(), defined.max())
    assert counted["smallest"] >= 0
    assert counted["mean"] == pytest.approx(defined.mean())
    assert counted["undefined"] == 3
    assert "3 undefined" in summarise(found).to_markdown()
    document = sweep_answer(found).document
    assert document["values"]["pure_count"][2] == [None, None, None]
    st.sweep(MODEL, OVER, "pure_count", out=tmp_path / "out.csv")
    rows = (tmp_path / "out.csv").read_text().splitlines()
    assert [row.endswith(",") for row in rows[1:]] == [False] * 6 + [True] * 3 + [False] * 6
    for name in ("out.zarr", "out.nc"):
        st.sweep(MODEL, OVER, "pure_count", out=tmp_path / name)
        assert summarise(open_sweep(tmp_path / name))["pure_count"] == counted
    assert summarise(open_sweep(tmp_path / "out.csv"))["pure_count"] == counted


def test_an_undefined_count_is_a_gap_in_figures():
    found = st.sweep(MODEL, OVER, "pure_count")
    for line in cut(found).lines[:3]:
        assert np.isnan(line.get_ydata()).tolist() == [False, False, True, False, False]
    axes = phase_diagram(found)
    drawn = np.asarray(axes.collections[0].get_array()).reshape(3, 5)
    assert len(set(drawn[:, 2].tolist())) == 1  # a colour of its own, which the legend names
    assert not set(drawn[:, 2].tolist()) & set(drawn[:, [0, 1, 3, 4]].ravel().tolist())
    named = [text.get_text() for legend in axes.figure.legends for text in legend.get_texts()]
    assert "undefined" in named
    study = st.sensitivity(MODEL, {"value": (-1, 1)}, "pure_count", draws=16)
    assert np.isnan(study["smallest"].values).all()
    tornado(study)
    assert sensitivity_answer(study).document["finite"] == 1.0  # no draw is exactly 0


def test_an_undefined_count_is_a_side_of_its_own():
    model = MODEL.change({"value": 0.0})
    found = st.boundary(model, "other", "pure_count", over=(0, 2))
    assert np.isnan(found["start"].item())
    assert boundary_answer(found).document["start"] == "undefined"
    moved = st.boundary(MODEL, "value", "pure_count", over=(-1, 1), scan=3)
    document = boundary_answer(moved).document
    sides = [document["start"], *(change["after"] for change in document["changes"])]
    assert "undefined" in sides
    assert -1 not in sides
    flips = st.boundary(MODEL, measure="pure_count")
    assert -1 not in flips["after"].values.tolist()


def test_an_undefined_count_has_no_shares_of_variance_and_no_rank():
    """A third of the whole-number range is undefined."""
    count = Measure("count", lambda p: np.where(p["n"] == 2, -1, p["n"]), "", kind="integer")
    word = Measure(
        "word", lambda p: np.where(p["n"] == 2, -1, p["n"]), "", kind="label", labels=("a", "b")
    )
    family = Family(
        "gap", "", {"n": Parameter("n", 0.0, "", 0, 2, integer=True)}, {},
        {"count": count, "word": word},
        {"lift": Mechanism("lift", lambda p, e: {"n": p["n"] + 2 * np.round(e)}, "")},
    )  # fmt: skip
    study = st.sensitivity(Model(family), {"n": (0, 2)}, "count", draws=64)
    assert study.attrs["finite"] == pytest.approx(2 / 3, abs=0.02)
    assert np.isnan(study["total"]).all()
    words = st.sensitivity(Model(family), {"n": (0, 2)}, "word", draws=64)
    assert words["output"].values.tolist() == ["a", "b"]
    assert "Only 66" in " ".join(sensitivity_answer(words).blocks[0].sentences)
    [effect] = rank_mechanisms(Model(family), "count")
    assert np.isnan(effect.per_intensity)


@pytest.mark.parametrize("over", [None, (0, 1)])
def test_a_level_that_is_no_number_is_refused(over):
    parameter = "relation.alignment" if over else None
    with pytest.raises(SweepError, match=r"level: must be a number \(got nan\)"):
        st.boundary(st.load("ai-mier"), parameter, "surplus", over=over, level=float("nan"))


def test_sides_of_a_boundary_are_words_in_python():
    model = st.load("cooperation")
    found = st.boundary(model, "government.performance_competition", "relationship_type")
    known = set(model.family.measures["relationship_type"].labels)
    for name in ("before", "after", "start"):
        assert set(np.ravel(found[name].values)) <= known
        assert found[name].attrs["flag_values"][0] == -1
    np.testing.assert_array_equal(texts(found["after"]), found["after"].values)
    flips = st.boundary(model, measure="relationship_type")
    assert flips.attrs["before"] in known
    assert set(flips["after"].values) <= known
    level = st.boundary(model, "relation.alignment", "surplus", over=(-1, 1))
    assert {*level["before"].values, *level["after"].values} <= {"below", "at_or_above"}


NOISE = Family(
    "noise",
    "",
    {name: Parameter(name, 0.3, "", -1e9, 1e9) for name in "xyz"},
    {},
    {
        "zero": Measure(
            "zero", lambda p: (p["x"] + p["y"]) - p["y"] - p["x"], "zero but for noise"
        ),
        "one": Measure("one", lambda p: (1 + p["x"]) + (1 - p["x"]) - 1 + 0 * p["y"], "one"),
        "same": Measure("same", lambda p: 0 * p["x"] + 0.1, ""),
        "small": Measure("small", lambda p: 1 + 1e-9 * p["x"], "varies in the ninth digit"),
        "tiny": Measure("tiny", lambda p: 1e-30 * p["x"], "varies at a tiny scale"),
        "step": Measure("step", lambda p: np.where(p["x"] > 0.123, 1e-12, 0) + 5, "a low step"),
    },
)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("measure", NOISE.measures)
def test_a_constant_is_told_from_what_varies_little(measure, seed):
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.integers(-6, 1)
    over = {"x": (-scale, 1 + scale), "y": (0.01 * scale, 50 * scale)}
    found = st.sensitivity(Model(NOISE), over, measure, draws=256, seed=seed)
    constant = measure in ("zero", "one", "same")
    assert bool(found["constant"].item()) == constant
    answer = sensitivity_answer(found)
    said = " ".join(answer.blocks[0].sentences)
    assert ("is constant over these ranges" in said) == constant
    if constant:
        assert found["variance"].item() == 0
        assert np.isnan(found["total"]).all()
        assert (found["changed"].values == 0).all()
        assert len(answer.blocks) == 2  # no table of shares
    else:
        assert found["total"].sel(parameter="x").item() == pytest.approx(1, abs=0.05)


PAIRS = ["surplus", "critical_discount", "relationship_type", "incident_limit", "synergy",
         "situation_government", "punishment_length", "base_equilibrium_count"]  # fmt: skip


@pytest.mark.parametrize("measure", PAIRS)
def test_no_study_prints_nan(measure):
    model = st.load("ai-mier")
    names = ["relation.payment", "trust.ignored", "relation.alignment", "relation.discount",
             "government.temptation", "relation.organisations"]  # fmt: skip
    for name in names:
        over = {name: (0.1, 0.9) if name != "relation.organisations" else (1, 4)}
        answer = sensitivity_answer(st.sensitivity(model, over, measure, draws=64))
        shown = json.dumps([[[*t.rows] for t in b.tables] + [*b.sentences] for b in answer.blocks])
        assert "nan" not in shown.replace("undefined", "")


def test_claims_about_change_fail_where_a_count_is_undefined():
    from strategic.catalogue.checking import check_claim
    from strategic.catalogue.claims import Claim

    claim = Claim("c", "", "pure_count", "unchanged_by", "other", over=(0, 1))
    checked = check_claim(MODEL.change({"value": 0.0}), claim)
    assert not checked.holds
    assert checked.why.startswith("undefined at")
