"""Games that cannot be read: one line, exit code 2, whatever is wrong with them."""

import numpy as np
import pytest

HEAD = 'NFG 1 R "t" { "a" "b" } '
TEXTS = {
    "empty.nfg": "",
    "truncated.nfg": HEAD + "{ 2 2 } 1 2 3",
    "too-long.nfg": HEAD + "{ 1 1 } 1 2 3",
    "not-finite.nfg": HEAD + "{ 1 1 } 1 inf",
    "open-name.nfg": 'NFG 1 R "t { "a" "b" } { 1 1 } 1 2',
    "no-actions.nfg": HEAD + "{ 0 2 }",
    "extensive.nfg": 'EFG 2 R "t" { "a" "b" } t "" 1 "" { 1, 2, 3 }',
    "ragged.json": '{"payoffs": [[[1, 2], [3]], [[1, 2], [3, 4]]]}',
    "not.json": "{'payoffs': 3}",
    "two.csv": "row_0_0,column_0_0\n1,2\n3,4\n",
    "words.csv": "row_0_0,column_0_0\none,two\n",
    "ragged.csv": "row_0_0,column_0_0\n1\n",
    "header.csv": "a,b\n1,2\n",
    "text.parquet": "no parquet",
    "text.npz": "no archive",
    "text.md": "# no game",
}
TYPED = (
    "3,0;5,1",
    "1,2;3 / 1,2;3,4",
    "1,2 / 3",
    "1,0;0,1 / 1,x;0,1",
    "-1,nan / 1,2",
    "1,1/0 / 2,2",
)


@pytest.mark.parametrize("name", TEXTS)
def test_a_broken_file(name, tmp_path, monkeypatch, failing):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(TEXTS[name])
    message = failing("solve", name)
    assert message.startswith(f"error: {name}: ")
    assert message.count("\n") == 1


def test_arrays_that_are_no_game(tmp_path, monkeypatch, failing):
    monkeypatch.chdir(tmp_path)
    np.savez("nan.npz", row=np.full((1, 2, 2), np.nan), column=np.ones((1, 2, 2)))
    assert "payoffs must be finite (got nan)" in failing("solve", "nan.npz")
    np.savez("shapes.npz", row=np.ones((1, 2, 2)), column=np.ones((1, 2, 3)))
    assert "must have shape (1, 2, 2) like row (got (1, 2, 3))" in failing("solve", "shapes.npz")


@pytest.mark.parametrize("text", TYPED)
def test_a_broken_typed_game(text, failing):
    assert failing("solve", text).count("\n") == 1


def test_a_broken_pipe_of_a_game(failing):
    message = failing("solve", "-", stdin=HEAD + "\n{ 2 2 }\n1 2 3 x")
    assert "line 3: payoff 4 must be a number" in message


@pytest.mark.parametrize("game", ["-1,0;5,1 / 3,5;0,1", "5 / -3", "-.5 -1/2 / 0 0"])
def test_the_sign_of_the_first_payoff_is_no_option(game, strategic):
    assert strategic("solve", game).code == 0
