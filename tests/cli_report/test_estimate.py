"""``strategic estimate``, ``recover`` and ``simulate --data`` as a user types them."""

import csv
import math

import numpy as np
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


def test_the_terminal_says_what_is_known_of_the_maximum(strategic, counts):
    out = strategic("estimate", "inspection", counts).out
    assert "the highest found by a scan" in out
    assert "proved" not in out
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


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (".html", "<!doctype html>"),
        (".json", '"log_likelihood_saturated"'),
        (".txt", "Log likelihood:"),
        (".md", "| rationality |"),
        (".tex", r"\begin{tabular}{lc}"),
        (".svg", "<svg"),
    ],
)
def test_every_format_is_written(strategic, counts, tmp_path, ending, words):
    file = tmp_path / f"fit{ending}"
    run = strategic("estimate", "inspection", counts, "-o", file)
    assert run.code == 0
    assert words in file.read_text()
    assert "rationality" in file.read_text()


def test_tables_are_written_for_other_programs(strategic, counts, tmp_path):
    import pyarrow.parquet

    file = tmp_path / "fit.parquet"
    strategic("estimate", "inspection", counts, "-o", file)
    (row,) = pyarrow.parquet.read_table(file).to_pylist()
    assert row["name"] == "rationality"
    assert row["low"] < row["estimate"] < row["high"]


def test_the_fitted_model_is_a_model_file_that_runs(strategic, tmp_path):
    data, file = tmp_path / "paths.csv", tmp_path / "fitted.toml"
    strategic("simulate", "ai-mier", "--data", data, "--play", "trust", "--truth",
              "trust.noise=.5", "--size", "60")  # fmt: skip
    found = strategic("estimate", "ai-mier", data, "--play", "trust", "--json", "-o", file).json
    noise = next(one for one in found["parameters"] if one["name"] == "trust.noise")
    assert f"# trust.noise = {noise['estimate']:.10g}" in file.read_text()
    assert f"noise = {noise['estimate']!r}" in file.read_text()
    assert strategic("report", file, "--json").json["model"]["kind"] == "relationship"
    assert strategic("check", file).code in (0, 1)
    run = strategic("sweep", file, "--over", "relation.alignment=0:1:3", "--measure", "surplus")
    assert run.code == 0


def test_a_fit_without_parameters_of_the_model_has_no_fitted_model(failing, counts, tmp_path):
    err = failing("estimate", "inspection", counts, "-o", tmp_path / "fitted.toml")
    assert "no parameter of the model was estimated" in err
    assert not (tmp_path / "fitted.toml").exists()


def test_ways_of_play_are_compared_on_the_same_data(strategic, counts):
    found = strategic("estimate", "inspection", counts, "--against", "hierarchy", "--json").json
    (compared,) = found["comparisons"]
    assert compared["against"]["play"] == "hierarchy"
    other = strategic("estimate", "inspection", counts, "--play", "hierarchy", "--json").json
    assert compared["against"]["log_likelihood"] == pytest.approx(other["log_likelihood"])
    assert compared["aic"] == pytest.approx(found["aic"] - other["aic"])


def test_numbers_by_group_are_tested_against_pooled_ones(strategic, tmp_path):
    file = tmp_path / "cities.csv"
    rows = ["A,inspector,inspect,45", "A,inspector,trust,5", "B,inspector,inspect,25",
            "B,inspector,trust,25", "A,contractor,work,45", "A,contractor,shirk,5",
            "B,contractor,work,25", "B,contractor,shirk,25"]  # fmt: skip
    file.write_text("\n".join(["city,player,action,count", *rows]))
    found = strategic("estimate", "inspection", file, "--by", "city", "--against", "logit",
                      "--json").json  # fmt: skip
    (compared,) = found["comparisons"]
    assert (compared["kind"], compared["freedom"]) == ("likelihood ratio", 1)
    assert 0 <= compared["p_value"] <= 1


def test_ways_of_play_are_listed_with_their_columns(strategic):
    out = strategic("estimate", "--list-plays").out
    assert "game, player, action, count" in out
    assert all(name in out for name in ("logit", "hierarchy", "strategies", "trust"))
    assert strategic("recover", "--list-plays").out == out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--formula", "income"), "--formula: must read 'NAME ~ A + B' (got 'income')"),
        (("--option", "information"), "--option: must read NAME=VALUE"),
        (("--option", "infomation=complete"), "no such option of the way of play 'logit'"),
        (("--profile", "tau"), "profile: no such estimated number (got 'tau')"),
        (("--against", "logit"), "--against: is the way of play itself"),
        (("--against", "logitt"), "did you mean 'logit'?"),
        (("--prior", "rationality"), "--prior: must read NAME=VALUE"),
        (("-o", "fit.docx"), "must end in one of .html"),
    ],
)
def test_options_that_make_no_sense_are_one_line(failing, counts, arguments, words):
    err = failing("estimate", "inspection", counts, *arguments)
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_data_are_never_overwritten(failing, counts):
    before = counts.read_text()
    err = failing("estimate", "inspection", counts, "-o", counts)
    assert err
    assert counts.read_text() == before


@pytest.mark.parametrize("ending", [".html", ".json", ".csv", ".txt", ".md", ".tex", ".svg"])
def test_recoveries_are_written(strategic, tmp_path, ending):
    file = tmp_path / f"study{ending}"
    run = strategic("recover", "inspection", "--truth", "rationality=1", "--samples", "5", "-o",
                    file)  # fmt: skip
    assert run.code == 0
    assert "rationality" in file.read_text()


def test_recovery_tells_bias_coverage_and_power_with_their_simulation_errors(strategic):
    found = strategic("recover", "inspection", "--truth", "rationality=1.5", "--size", "300",
                      "--samples", "40", "--json").json  # fmt: skip
    (row,) = found["parameters"]
    assert row["rmse"] ** 2 == pytest.approx(row["bias"] ** 2 + row["spread"] ** 2 * 39 / 40)
    assert row["coverage_low"] <= row["coverage"] <= row["coverage_high"]
    assert row["coverage_low"] <= 0.95 <= row["coverage_high"]
    assert row["power_low"] <= row["power"] <= row["power_high"]
    assert (found["failed"], row["intervals"]) == (0, 40)


def test_data_come_from_parquet_files_and_pipes_too(strategic, failing, tmp_path):
    file = tmp_path / "counts.parquet"
    strategic("simulate", "inspection", "--data", file, "--truth", "rationality=1", "--size", "50")
    printed = strategic("simulate", "inspection", "--data", "-", "--truth", "rationality=1",
                        "--size", "50").out  # fmt: skip
    found = strategic("estimate", "inspection", file, "--json").json
    piped = strategic("estimate", "inspection", "-", "--json", stdin=printed).json
    assert found["parameters"] == piped["parameters"]
    assert found["observations"] == 100
    err = failing("estimate", "-", "-", stdin=printed)
    assert "cannot be standard input too" in err
    broken = tmp_path / "broken.parquet"
    broken.write_text("player,action,count\n")
    assert "is no parquet file" in failing("estimate", "inspection", broken)


def test_options_of_the_data_reach_the_draw(strategic):
    out = strategic("simulate", "prisoners-dilemma", "--data", "-", "--play", "strategies",
                    "--truth", "share.TFT=1", "--truth", "tremble=.1", "--size", "4", "--option",
                    "matches=2", "--option", "rounds=3").out  # fmt: skip
    assert len(out.splitlines()) == 1 + 4 * 2 * 3


def test_one_cluster_tells_no_errors(strategic, tmp_path):
    file = tmp_path / "town.csv"
    rows = ["inspector,inspect,45", "inspector,trust,25", "contractor,work,45",
            "contractor,shirk,25"]  # fmt: skip
    file.write_text("\n".join(["town,player,action,count", *(f"A,{row}" for row in rows)]))
    found = strategic("estimate", "inspection", file, "--cluster", "town", "--json").json
    assert found["clusters"] == 1
    assert any("Only 1 cluster:" in sentence for sentence in found["sentences"])


ENTRY = """
title = "Two firms"
kind = "game"
players = ["first", "second"]
actions = [["enter", "stay"], ["enter", "stay"]]
payoffs = [[["base - rival", "base"], [0, 0]], [["base - rival", 0], ["base", 0]]]
[parameters]
base = { value = 0.5 }
rival = { value = 0.8, bounds = [0.0, 10.0] }
"""


@pytest.fixture
def markets(tmp_path):
    """Entry of two firms that depends on income: a model and its data."""
    rng = np.random.default_rng(3)
    income = rng.normal(size=300).round(3)
    alone = 0.5 + 0.8 * income[:, None] + rng.normal(size=(300, 2))
    rows = ["first,second,income"]
    for (one, two), x in zip(alone, income, strict=True):
        pure = [(i, j) for i in (1, 0) for j in (1, 0)
                if (i == 1) == (one > 0.9 * j) and (j == 1) == (two > 0.9 * i)]  # fmt: skip
        i, j = pure[rng.integers(len(pure))]
        rows.append(f"{i},{j},{x}")
    model, data = tmp_path / "firms.toml", tmp_path / "markets.csv"
    model.write_text(ENTRY)
    data.write_text("\n".join(rows))
    return model, data


def test_covariates_enter_by_formulas(strategic, markets, tmp_path):
    page, fitted = tmp_path / "fit.html", tmp_path / "fitted.toml"
    arguments = ("--play", "entry", "--formula", "base ~ income", "--free", "rival")
    found = strategic("estimate", *markets, *arguments, "--profile", "base.income", "--prior",
                      "base.constant=normal(0, 3)", "--prior", "base.income=normal(0, 3)",
                      "--json", "-o", page).json  # fmt: skip
    by_name = {one["name"]: one for one in found["parameters"]}
    assert by_name["base.income"]["low"] < 0.8 < by_name["base.income"]["high"]
    (profile,) = found["profiles"]
    assert profile["low"] == pytest.approx(by_name["base.income"]["low"], abs=0.05)
    (posterior,) = found["posterior"]
    means = {one["name"]: one["mean"] for one in posterior["parameters"]}
    assert means["base.income"] == pytest.approx(by_name["base.income"]["estimate"], abs=0.05)
    assert "Posterior of base.income" in page.read_text()
    strategic("estimate", *markets, *arguments, "-o", fitted)
    assert "base is linear in columns, income" in fitted.read_text()
    assert strategic("boundary", fitted, "--over", "rival", "--measure", "pure_count").code == 0


def test_the_block_of_a_file_may_state_formulas_and_priors(strategic, markets):
    model, _ = markets
    block = ["[estimate]", 'play = "entry"', 'data = "markets.csv"', 'free = ["rival"]',
             'formulas = { base = "income" }', "[estimate.prior]",
             '"base.constant" = "normal(0, 3)"', '"base.income" = "normal(0, 3)"',
             "[[claims]]", 'id = "c"', 'says = "s"', 'measure = "estimate.base.income.mean"',
             "at_least = 0.5", "[[claims]]", 'id = "d"', 'says = "s"',
             'measure = "estimate.base.income.status"', 'equals = "ok"']  # fmt: skip
    model.write_text(ENTRY + "\n".join(block))
    assert strategic("check", model).code == 0
    found = strategic("estimate", model, "--json").json
    assert {"base.income", "rival", "selection"} <= {one["name"] for one in found["parameters"]}
    assert found["posterior"]
