"""``strategic solve --method``, ``--list-methods`` and ``--explain``, as a user types them."""

import os
import subprocess
import sys

import pytest

from strategic.equilibria import METHODS

CHICKEN = "6,2;7,0 / 6,7;2,0"
PENNIES = "1,-1;-1,1 / -1,1;1,-1"


@pytest.fixture
def document(strategic):
    """Solve a game and read the JSON document."""

    def run(*words):
        done = strategic("solve", *words, "--json")
        assert done.code == 0, done.err
        return done.json

    return run


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_on_screen_and_as_json(method, document, strategic):
    game = PENNIES if method == "zero_sum" else CHICKEN
    found = document(game, "--method", method)
    assert found["schema"] == 1
    assert found["method"] == method.replace("howson_all", "howson")
    done = strategic("solve", game, "--method", method)
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) > 5


def test_what_the_methods_say_about_small_games(document):
    mediated = document(CHICKEN, "--method", "correlated")
    assert mediated["value"] == pytest.approx(10.5)
    assert [p["probability"] for p in mediated["profiles"]] == pytest.approx([0.5, 0.25, 0.25])
    fair = document(CHICKEN, "--method", "correlated", "--objective", "row")
    assert fair["payoffs"] == pytest.approx([7, 2])
    committed = document("2,4;1,3 / 1,0;0,1", "--method", "commitment")
    assert committed["mixed"]["payoffs"] == pytest.approx([3.5, 0.5])
    assert committed["pure"]["payoffs"] == pytest.approx([3, 1])
    hunt = document("9,0;8,7 / 9,8;0,7", "--method", "selection")
    assert (hunt["payoff_dominant"], hunt["risk_dominant"]) == ("1", "2")
    doves = document("-1,4;0,2 / -1,0;4,2", "--method", "selection")["equilibria"]
    assert [e["evolutionarily_stable"] for e in doves] == [False, False, True]
    value = document(PENNIES, "--method", "zero_sum")
    assert (value["value"], value["unique"]) == (0, [True, True])
    gone = document("3,0;5,1 / 3,5;0,1", "--method", "dominance")
    assert gone["left"] == [["2"], ["2"]]
    assert document(CHICKEN, "--method", "logit", "--rationality", "0")["strategies"] == [
        [0.5, 0.5],
        [0.5, 0.5],
    ]
    assert document(CHICKEN, "--method", "lemke_howson", "--label", "2")["status"] == "found"


def test_the_blackboard_shows_every_step(strategic):
    done = strategic("solve", "3,0,1;0,2,1;1,1,0.5 / 2,0,1;0,3,1;0,0,5", "--explain")
    assert done.code == 0
    for words in (
        "1. Best replies",
        "3*, 2*",
        "Round 1: row never plays 3: mixing 1 (0.4) and 2 (0.6) earns at least 0.2 more",
        "Round 2: column never plays 3",
        "(1, 1): nobody gains by deviating alone; payoffs 3, 2.",
        "3 y[1] + 0 y[2] = 0 y[1] + 2 y[2]",
        "column plays y[1] = 2/5, y[2] = 3/5.",
        "row earns 6/5 from each, 1 from 3.",
    ):
        assert words in done.out


def test_methods_are_listed_by_the_question_asked(strategic):
    done = strategic("solve", "--list-methods")
    assert done.code == 0
    assert "What is one equilibrium, fast?" in done.out
    assert "to_gambit" in done.out


def test_what_does_not_fit_is_one_line(failing):
    assert "sum is the same" in failing("solve", CHICKEN, "--method", "zero_sum")
    misspelt = failing("solve", CHICKEN, "--method", "lemk_howson")
    assert "did you mean 'lemke_howson'?" in misspelt
    assert "methods that take it: logit, logit_path" in failing(
        "solve", CHICKEN, "--method", "correlated", "--rationality", "2"
    )
    assert "need a list of equilibria" in failing("solve", CHICKEN, "--method", "logit", "--exact")
    nobody = failing("solve", CHICKEN, "--method", "correlated", "--objective", "3")
    assert "number 1 to 2" in nobody


def test_the_shell_completes_names_of_methods():
    line = {"_STRATEGIC_COMPLETE": "complete_bash", "COMP_CWORD": "3"}
    line["COMP_WORDS"] = "strategic solve --method lemke"
    done = subprocess.run(
        [sys.executable, "-m", "strategic"],
        env=os.environ | line,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["lemke_howson", "lemke_howson_all"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--method lemke_howson --label 5", "(on the command line: 1 to 4) (got 5)"),
        ("--method correlated --objective 0", "--objective: must be 'welfare'"),
        ("--method correlated --objective 0", "(got '0')"),
        ("--method logit --rationality inf", "must be at least 0 and finite (got 'inf')"),
        ("--method logit_path --rationality inf", "leave it out to follow the branch to its limit"),
        ("--time-limit nan", "--time-limit: must be a number of seconds (got nan)"),
    ],
)
def test_wrong_values_of_options_are_told_as_they_were_typed(words, told, strategic):
    done = strategic("solve", CHICKEN, *words.split())
    assert done.code == 2
    assert done.err.startswith("error: --")
    assert told in done.err
