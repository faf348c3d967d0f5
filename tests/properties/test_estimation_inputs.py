"""What is typed to estimate: tables as users bring them, and nothing that is read and forgotten."""

from __future__ import annotations

import numpy as np
import pytest

import strategic as st
from strategic.errors import StrategicError
from strategic.estimation.observations import observations_of_text


def counts() -> dict:
    game = st.load("inspection").game()
    return {
        "player": [p for p, own in zip(game.players, game.actions, strict=True) for _ in own],
        "action": [a for own in game.actions for a in own],
        "count": [30, 20, 12, 38],
    }


def matches(seed: int, subjects: int = 20) -> dict:
    """Draw repeated dilemmas in which errors are rare and lengths differ."""
    rng = np.random.default_rng(seed)
    rows = []
    for subject in range(subjects):
        for match in range(2):
            before = "C"
            for number in range(1, int(rng.integers(3, 9))):
                choice = "D" if subject % 2 else before
                if rng.random() < 0.04:
                    choice = "D" if choice == "C" else "C"
                before = "C" if rng.random() < 0.6 else "D"
                rows.append((subject, match, number, choice, before))
    names = ("subject", "match", "round", "choice", "other")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_may_be_separated_as_spreadsheets_do(separator, end):
    lines = ["# of a spreadsheet; with, all", "player,action,count", "row,up,3", "column,left,4"]
    text = end.join([lines[0], *(line.replace(",", separator) for line in lines[1:])])
    table = observations_of_text(text, "typed")
    assert list(table.columns) == ["player", "action", "count"]
    assert table.numbers("count").tolist() == [3.0, 4.0]


def test_decimal_commas_are_told():
    table = observations_of_text("player;count\nrow;2,5", "typed.csv")
    with pytest.raises(StrategicError, match=r"row 1, column 'count'.*'2,5'.*with a point"):
        table.numbers("count")


@pytest.mark.parametrize("nothing", ["", "  ", None, float("nan")])
@pytest.mark.parametrize("asked", ["cluster", "by"])
def test_rows_without_a_name_are_not_one_unit(nothing, asked):
    table = {**counts(), "session": ["a", nothing, "b", nothing]}
    with pytest.raises(StrategicError, match=r"row 2, column 'session': must not be empty"):
        st.estimate(st.load("inspection"), table, **{asked: "session"})


@pytest.mark.parametrize("column", ["subject", "match"])
def test_rows_without_a_subject_or_match_are_told(column):
    table = matches(1)
    table[column][7] = None
    with pytest.raises(StrategicError, match=f"row 8, column '{column}': must not be empty"):
        st.estimate(st.load("prisoners-dilemma"), table, play="strategies", bootstrap=0)


@pytest.mark.parametrize(
    ("play", "given", "others"),
    [
        ("logit", {"strategies": "AllD"}, "strategies"),
        ("hierarchy", {"formulas": {"fine": "1"}}, "logit, entry, leader"),
        ("hierarchy", {"strategies": "AllD"}, "strategies"),
        ("strategies", {"free": ["tremble"]}, "logit"),
        ("strategies", {"formulas": {"tremble": "round"}}, "logit"),
        ("leader", {"strategies": "AllD"}, "strategies"),
        ("entry", {"strategies": "AllD"}, "strategies"),
    ],
)
def test_nothing_that_is_asked_is_forgotten(play, given, others):
    (name,) = given
    with pytest.raises(StrategicError, match=f"{name}: means nothing .* '{play}' .*{others}"):
        st.estimate(st.load("prisoners-dilemma"), counts(), play=play, **given)


def test_trust_reads_no_formulas():
    table = {"relationship": [1, 1], "period": [0, 1], "government": ["C", "D"],
             "organisation": ["C", "C"]}  # fmt: skip
    with pytest.raises(StrategicError, match="formulas: means nothing"):
        st.estimate(st.load("ai-mier"), table, play="trust", formulas={"trust.gain": "period"})


@pytest.mark.parametrize("samples", [-3, 1])
def test_one_sample_is_no_bootstrap(samples):
    with pytest.raises(StrategicError, match="bootstrap: must be 0, or at least 2"):
        st.estimate(st.load("inspection"), counts(), bootstrap=samples)


def test_more_choices_than_can_be_counted_are_told():
    with pytest.raises(StrategicError, match=r"must add up to fewer than 9e\+15"):
        st.estimate(st.load("inspection"), {**counts(), "count": [1e300, 1e300, 1.0, 1.0]})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(6))
def test_samples_without_the_only_ones_who_erred_have_numbers(seed):
    """Where no subject that is drawn erred, the tremble is 0, which others make impossible."""
    found = st.estimate(
        st.load("prisoners-dilemma"), matches(seed), play="strategies",
        strategies="AllD,TFT", bootstrap=200, seed=seed,
    )  # fmt: skip
    for one in found.parameters:
        assert one.status == "ok"
        assert np.isfinite([one.error, one.low, one.high]).all()
        assert one.low <= one.estimate <= one.high


def test_impossible_clusters_without_weight_change_nothing():
    from strategic.estimation._mixtures import fit_shares

    rng = np.random.default_rng(0)
    for _ in range(50):
        logs = np.log(rng.random((1, 6, 3)))
        weights = rng.integers(0, 3, size=(1, 6)) * 1.0
        weights[0, 0], weights[0, 5] = 1.0, 0.0
        lost = logs.copy()
        lost[0, 5] = -np.inf
        with_them, without = fit_shares(lost, weights), fit_shares(logs[:, :5], weights[:, :5])
        assert np.allclose(with_them.shares, without.shares, atol=1e-9)
        assert np.isclose(with_them.value[0], without.value[0], atol=1e-12)
        weights[0, 5] = 1.0
        assert fit_shares(lost, weights).value[0] == -np.inf


@pytest.mark.parametrize("asked", [{"free": ["need"]}, {"formulas": {"need": "capacity"}}])
def test_what_a_column_sets_is_not_estimated(asked):
    with pytest.raises(StrategicError, match=r"free: is set row by row by the column .*'need'"):
        st.estimate(st.load("service-contracts"), **asked)


def test_a_parameter_of_the_payoffs_that_a_column_sets_is_not_estimated():
    model = st.load("inspection")
    (name, *_) = model.family.parameters
    with pytest.raises(StrategicError, match="free: is set row by row"):
        st.estimate(model, {**counts(), name: [1.0, 1.0, 2.0, 2.0]}, free=[name])


def test_a_formula_takes_its_parameter_from_the_free_ones_of_the_file():
    found = st.estimate(st.load("service-contracts"), formulas={"worth": "need"}, free=None)
    names = [one.name for one in found.parameters]
    assert "worth" not in names
    assert {"worth.constant", "worth.need", "setback", "gain"} <= {*names}
    with pytest.raises(StrategicError, match="names a parameter twice"):
        st.estimate(st.load("service-contracts"), formulas={"worth": "need"}, free=["worth"])


@pytest.mark.parametrize(
    ("slug", "play", "truth"),
    [
        ("inspection", "logit", {"rationality": 1.0, "rationalty": 2.0}),
        ("inspection", "hierarchy", {"tau": 1.0, "value": 2.0}),
        ("prisoners-dilemma", "strategies", {"share.TFT": 1.0, "tremble": 0.1, "trembel": 0.2}),
        ("service-contracts", "leader", {"worht": 1.0}),
        ("entry-two-firms", "entry", {"selection": 0.5, "rivals": 1.0}),
        ("ai-mier", "trust", {"trust.nois": 1.0}),
    ],
)
def test_no_number_of_the_truth_is_forgotten(slug, play, truth):
    *_, wrong = truth
    with pytest.raises(StrategicError, match=f"{wrong}.*no such number|no such number.*{wrong}"):
        st.estimation.draw(st.load(slug), play=play, truth=truth, size=4)
    with pytest.raises(StrategicError, match="no such number"):
        st.estimation.recover(st.load(slug), play=play, truth=truth, size=4, samples=2)


@pytest.mark.parametrize("ending", ["parquet", "feather", "arrow"])
def test_tables_of_arrow_are_read(tmp_path, ending):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import feather, parquet

    file, table = tmp_path / f"counts.{ending}", pa.table(counts())
    (parquet.write_table if ending == "parquet" else feather.write_feather)(table, file)
    model = st.load("inspection")
    found, expected = st.estimate(model, file), st.estimate(model, counts())
    assert str(found.parameters) == str(expected.parameters)
    file.write_bytes(b"nothing")
    with pytest.raises(StrategicError, match=f"is no {'parquet' if ending == 'parquet' else ''}"):
        st.estimate(model, file)


def test_what_is_computed_is_written_in_one_line():
    found = st.estimate(st.load("inspection"), counts())
    for one in (found.profile("rationality"), found.posterior({"rationality": "gamma(2, 1)"})):
        assert "array" not in repr(one).replace("draws", "")
        assert "\n" not in repr(one)


@pytest.mark.parametrize("times", [1.0, 1e3, 1e7, 1e11])
def test_numbers_of_the_header_are_never_cut(times):
    game = st.load("ochs").game()
    table = {
        "player": [p for p, own in zip(game.players, game.actions, strict=True) for _ in own],
        "action": [a for own in game.actions for a in own],
        "count": [times * n for n in (67.0, 60.0, 46.0, 81.0)],
    }
    head = st.estimate(st.load("ochs"), table).summary().split("Maximum:")[0]
    assert not [line for line in head.splitlines() if line.endswith("...")]


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "none.feather"])
def test_a_file_that_is_not_there_is_told(name, tmp_path):
    with pytest.raises(StrategicError, match="cannot be read: No such file or directory"):
        st.estimate(st.load("ochs"), tmp_path / name)
