"""``strategic estimate``, ``recover`` and ``simulate --data`` as a user types them."""

import csv
import math

import pytest

COUNTS = """# typed from a paper
player,action,count
inspector,inspect,25
inspector,trust,25
contractor,work,34
contractor,shirk,16
"""


@pytest.fixture
def counts(tmp_path):
    file = tmp_path / "counts.csv"
    file.write_text(COUNTS)
    return file


def test_every_key_of_the_document_is_there(strategic, counts):
    found = strategic("estimate", "inspection", counts, "--json").json
    keys = {"play", "observations", "clusters", "aic", "bic", "certificate", "parameters"}
    keys |= {f"log_likelihood{which}" for which in ("", "_uniform", "_saturated")}
    assert keys <= set(found)
    (rationality,) = found["parameters"]
    assert {"name", "estimate", "error", "low", "high", "status"} <= set(rationality)
    assert (found["observations"], rationality["name"]) == (100, "rationality")


def test_the_terminal_says_what_is_proved(strategic, counts):
    out = strategic("estimate", "inspection", counts).out
    assert "The maximum is proved" in out
    assert "Predicted beside observed" in out


def test_what_is_simulated_can_be_estimated(strategic, tmp_path):
    file = tmp_path / "matches.csv"
    strategic("simulate", "prisoners-dilemma", "--data", file, "--play", "strategies", "--truth",
              "share.TFT=.7", "--truth", "share.AllD=.3", "--truth", "tremble=.05",
              "--size", "60", "--seed", "3")  # fmt: skip
    found = strategic("estimate", "prisoners-dilemma", file, "--play", "strategies",
                      "--strategies", "TFT,AllD", "--bootstrap", "50", "--json").json  # fmt: skip
    values = {one["name"]: one["estimate"] for one in found["parameters"]}
    assert values["share.TFT"] == pytest.approx(0.7, abs=0.15)
    assert values["tremble"] == pytest.approx(0.05, abs=0.02)


def test_histories_of_a_model_give_its_numbers_back(strategic, tmp_path):
    file = tmp_path / "paths.csv"
    strategic("simulate", "ai-mier", "--data", file, "--play", "trust", "--truth",
              "trust.noise=.5", "--size", "80")  # fmt: skip
    found = strategic("estimate", "ai-mier", file, "--play", "trust", "--json").json
    noise = next(one for one in found["parameters"] if one["name"] == "trust.noise")
    assert noise["low"] < 0.5 < noise["high"]


def test_a_table_of_estimates_is_written(strategic, counts, tmp_path):
    file = tmp_path / "estimates.csv"
    strategic("estimate", "inspection", counts, "-o", file)
    (row,) = csv.DictReader(file.read_text().splitlines())
    assert row["name"] == "rationality"
    assert math.isfinite(float(row["estimate"]))


def test_a_figure_of_estimates_is_written(strategic, counts, tmp_path):
    file = tmp_path / "estimates.svg"
    strategic("estimate", "inspection", counts, "-o", file)
    assert "rationality" in file.read_text() or file.stat().st_size > 1000


def test_recovery_is_told_before_a_study(strategic):
    found = strategic("recover", "inspection", "--truth", "rationality=1", "--size", "200",
                      "--samples", "8", "--json").json  # fmt: skip
    (row,) = found["parameters"]
    assert (row["truth"], found["samples"], found["size"]) == (1.0, 8, 200)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--play", "logitt"), "did you mean 'logit'?"),
        (("--play", "strategies"), "needs a column 'subject' or 'id'"),
        (("--by", "session"), "needs a column 'session'"),
        (("--play", "trust"), "no such way of play"),
    ],
)
def test_what_does_not_fit_is_one_line(strategic, counts, arguments, words):
    result = strategic("estimate", "inspection", counts, *arguments)
    assert result.code == 2
    assert words in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_truths_that_are_missing_or_do_not_add_up_are_told(strategic):
    assert "needs its true value" in strategic("recover", "inspection").err
    result = strategic("recover", "prisoners-dilemma", "--play", "strategies", "--truth",
                       "share.TFT=.7", "--truth", "tremble=.1")  # fmt: skip
    assert "must be shares that sum to 1" in result.err
