"""``strategic solve`` end to end."""

import pytest

STAG_HUNT = 'NFG 1 R "Stag hunt" { "A" "B" } { 2 2 }\n4 4 3 0 0 3 3 3\n'


def test_a_game_typed_in_place(strategic):
    document = strategic("solve", "3,0;5,1 / 3,5;0,1", "--json").json
    assert document["schema"] == 1
    assert document["game"]["payoffs"] == [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    assert document["status"] == "complete"
    assert document["degenerate"] is False
    (only,) = document["equilibria"]
    assert only == {"strategies": [[0, 1], [0, 1]], "payoffs": [1, 1], "index": 1, "regret": 0}
    assert document["components"] == [{"equilibria": [0], "index": 1}]
    assert document["check"] is None


def test_a_gambit_file_from_a_pipe(strategic):
    document = strategic("solve", "-", "--json", stdin=STAG_HUNT).json
    assert document["game"]["title"] == "Stag hunt"
    assert document["game"]["players"] == ["A", "B"]
    assert [row["index"] for row in document["equilibria"]] == [1, 1, -1]


def test_exact_numbers_are_fractions(strategic):
    document = strategic("solve", "2/3,0;0,1/3 / 1,0;0,2", "--exact", "--json").json
    mixed = document["equilibria"][-1]
    assert mixed["strategies"] == [["2/3", "1/3"], ["1/3", "2/3"]]
    assert mixed["payoffs"] == ["2/9", "2/3"]
    assert mixed["regret"] == "0"


def test_decimal_ties_are_ties(strategic):
    """0.1 + 0.2 against 0.3 differs in doubles; written as 0.3 twice it is a tie."""
    document = strategic("solve", "0.3,0.3;0.3,0.3 / 1,2;2,1", "--json").json
    assert document["degenerate"] is True
    assert sum(component["index"] for component in document["components"]) == 1


def test_degenerate_games_show_their_components(strategic):
    result = strategic("solve", "2,1;0,2 / 2,2;2,2")
    assert result.code == 0
    assert "component 0: {(1, 0)} x {(1, 0); (0.333333, 0.666667)}" in result.out
    assert "index +1" in result.out


def test_best_replies_are_marked(strategic):
    assert "1*, 1*" in strategic("solve", "3,0;5,1 / 3,5;0,1").out


def test_a_model_game_with_settings(strategic):
    base = strategic("solve", "ai-mier", "--json").json
    assert len(base["equilibria"]) == 3
    changed = strategic("solve", "ai-mier", "--set", "relation.alignment=-1", "--json").json
    assert len(changed["equilibria"]) == 1


def test_cross_check_with_nashpy(strategic):
    document = strategic("solve", "3,0;5,1 / 3,5;0,1", "--check", "nashpy", "--json").json
    assert document["check"]["agrees"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.nfg"], "nowhere.nfg: cannot read it"),
        (["no-such-model"], "no such model in the catalogue"),
        (["ai-meir"], "did you mean 'ai-mier'?"),
        (["1,2;3 / 1,2;3,4"], "row"),
        (["1,nan;3,4 / 1,2;3,4"], "nan"),
        (["3,0;5,1 / 3,5;0,1", "--set", "a=1"], "need a model"),
        (["3,0;5,1 / 3,5;0,1", "--check", "gambit"], "must be nashpy"),
        (["ai-mier", "--game", "bsae"], "did you mean 'base'?"),
        (["ai-mier", "--set", "relation.aligment=1"], "did you mean 'relation.alignment'?"),
        (["ai-mier", "--set", "relation.alignment=2"], "at most 1 (got 2.0)"),
        (["ai-mier", "--set", "relation.alignment"], "NAME=VALUE"),
        (["ai-mier", "--mechanism", "delegaton"], "did you mean 'delegation'?"),
        (["--jsn"], "no such option"),
    ],
)
def test_bad_input_is_one_clear_line(failing, arguments, says):
    assert says in failing("solve", *arguments)


def test_empty_standard_input(failing):
    assert "standard input is empty" in failing("solve", "-", stdin="")
