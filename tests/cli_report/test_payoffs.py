"""``strategic payoffs`` end to end."""

import pytest

DILEMMA = "9,1;10,3 / 9,10;1,3"


def test_sets_as_json(strategic):
    document = strategic("payoffs", DILEMMA, "--discount", ".1,.2,.3", "--json").json
    assert [one["kind"] for one in document["sets"]] == ["point", "segment", "polygon"]
    assert [one["discount"] for one in document["sets"]] == [0.1, 0.2, 0.3]
    assert {one["status"] for one in document["sets"]} == {"ok"}
    assert document["sets"][1]["vertices"] == [[3, 3], [9, 9]]
    assert document["schema"] == 1


def test_no_equilibrium_is_null(strategic):
    result = strategic("payoffs", "1,-1;-1,1 / -1,1;1,-1", "--discount", "0.3", "--json")
    (one,) = result.json["sets"]
    assert (one["status"], one["kind"], one["vertices"]) == ("no_equilibrium", None, [])
    assert result.code == 0


def test_sets_as_text_and_figure(strategic, tmp_path):
    figure = tmp_path / "sets.svg"
    result = strategic("payoffs", DILEMMA, "--discount", "0.249", "-o", figure)
    assert result.code == 0
    assert "polygon" in result.out
    assert "9.68046" in result.out
    assert "discount 0.249: polygon" in figure.read_text()


def test_a_model_s_games(strategic):
    base = strategic("payoffs", "ai-mier", "--discount", "0.9", "--json").json
    assert base["game"]["players"] == ["government", "organisation"]
    choices = strategic("payoffs", "ai-mier", "--game", "choices", "--discount", "0.9", "--json")
    assert len(choices.json["game"]["actions"][0]) == 4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((DILEMMA, "--discount", "1"), "a discount factor must be in [0, 1) (got 1.0)"),
        ((DILEMMA, "--discount", ".5,x"), "must be numbers separated by commas (got 'x')"),
        (
            (DILEMMA, "--discount", ".5", "-o", "sets.gif"),
            "one of .png, .svg, .pdf",
        ),
        ((DILEMMA, "--discount", ".5", "--set", "a=1"), "need a model"),
    ],
)
def test_mistakes_are_told(failing, arguments, told):
    assert told in failing("payoffs", *arguments)
