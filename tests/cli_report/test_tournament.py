"""``strategic tournament`` end to end."""

import pytest


def test_exact_long_run(strategic):
    document = strategic(
        "tournament", "--strategies", "TFT,GTFT,WSLS,AllC,AllD", "--noise", "0.05", "--json"
    ).json
    assert document["schema"] == 1
    assert document["strategies"] == ["TFT", "GTFT", "WSLS", "AllC", "AllD"]
    diagonal = [document["payoffs"][k][k] for k in range(3)]
    assert diagonal == pytest.approx([2.25, 2.859375, 2.7765], abs=1e-12)
    assert document["payoffs"][3][4] == pytest.approx(0.2025, abs=1e-12)
    assert document["cooperation"][4] == pytest.approx([0.05] * 5)
    assert sorted(document["ranking"]) == sorted(document["strategies"])
    assert document["discount"] is None


def test_discount_payoffs_and_defaults(strategic):
    document = strategic("tournament", "--payoffs", "2,-1,3,0", "--discount", "0.5", "--json").json
    assert document["strategies"] == ["AllC", "AllD", "TFT", "GTFT", "WSLS", "Grim"]
    assert document["payoffs"][1][2] == pytest.approx(0.5 * 3)
    assert document["payoffs"][2][1] == pytest.approx(-0.5)
    assert document["payoffs"][5][5] == 2


def test_text_shows_ranking_and_matrix(strategic):
    result = strategic("tournament", "--strategies", "allc,ALLD")
    assert result.code == 0
    lines = [line.split() for line in result.out.splitlines()]
    assert ["AllD", "1", "3.0000", "2.0000", "0.0%"] in lines
    assert ["AllC", "3.000", "0.000"] in lines


def test_random_matches_are_reproducible(strategic):
    words = ("tournament", "--strategies", "TFT,GTFT", "--noise", ".05", "--turns", "500", "--json")
    one, other = (strategic(*words, "--seed", 3, "--workers", k).json for k in (1, 2))
    assert one == other
    gap = abs(one["payoffs"][1][1] - 2.859375)
    assert 0 < gap < 4 * one["error"][1][1]


def test_list(strategic):
    assert "WSLS" in strategic("tournament", "--strategies", "list").out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--strategies", "TFTT"), "TFTT: is not a strategy; did you mean 'TFT'?"),
        (("--strategies", ","), "at least one strategy"),
        (("--payoffs", "3,0,5"), "--payoffs: must be four numbers R,S,T,P (got '3,0,5')"),
        (("--noise", "2"), "--noise: must lie between 0 and 1 (got 2.0)"),
        (("--discount", "1"), "--discount: must be in [0, 1)"),
        (("--discount", ".5", "--turns", "5"), "--discount: cannot be combined with --turns"),
    ],
)
def test_errors_are_one_line(failing, words, text):
    assert text in failing("tournament", *words)


def test_many_strategies_fit_the_terminal(strategic, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    names = "AllC,AllD,Random,TFT,STFT,GTFT,WSLS,Grim,TF2T,2TFT,Punish2,Punish3,Forgive2,Forgive3"
    shown = strategic("tournament", "--strategies", names, "--noise", ".02").out
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_own_strategies_families_and_fractions(strategic):
    field = "Mine:1,0,1,0,[1,0,0,1],extortion(3),generous(2),equaliser(5/2),TFT"
    words = (
        "tournament",
        "--strategies",
        field,
        "--noise",
        "1/20",
        "--payoffs",
        "3,0,5,1",
        "--json",
    )
    document = strategic(*words).json
    assert document["strategies"][:3] == ["Mine", "[1,0,0,1]", "extortion(3)"]
    assert document["payoffs"][0] == pytest.approx(document["payoffs"][5])  # Mine is TFT
    assert document["noise"] == 0.05
    halved = strategic("tournament", "--payoffs", "7/2,0,5,1", "--discount", "9/10", "--json").json
    assert (halved["letters"], halved["discount"]) == ([3.5, 0.0, 5.0, 1.0], 0.9)


def test_repetitions_need_turns(strategic, failing):
    assert "--repetitions: needs --turns" in failing("tournament", "--repetitions", "5")
    drawn = strategic("tournament", "--turns", "5", "--repetitions", "3", "--json").json
    assert drawn["repetitions"] == 3
    assert strategic("tournament", "--turns", "5", "--json").json["repetitions"] == 10


@pytest.mark.parametrize("option", ["--noise", "--discount", "--payoffs"])
def test_what_is_no_number_is_named(option, failing):
    for value in ("x", "1/0", "nan", "1e999999999", ""):
        assert failing("tournament", option, value).startswith(f"error: {option}: ")
