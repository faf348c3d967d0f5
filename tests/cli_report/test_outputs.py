"""Output options: inputs are never replaced, and bad places are told before the work."""

import os

import numpy as np
import pytest

from strategic.games import Game, write

GAMES = Game.from_payoffs(*np.random.default_rng(0).integers(0, 9, (2, 40, 2, 2)))


def test_inputs_are_not_replaced_by_outputs(tmp_path, failing, strategic, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(GAMES, tmp_path / "g.npz")
    write(GAMES, tmp_path / "g.csv")
    write(GAMES, tmp_path / "o.games.csv")
    write(GAMES.of_batch(0), tmp_path / "game.json")
    (tmp_path / "p.csv").write_text("relation.alignment\n0.1\n0.2\n")
    (tmp_path / "soft.npz").symlink_to("g.npz")
    os.link(tmp_path / "g.npz", tmp_path / "hard.npz")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for words in (
        ("batch", "g.npz", "-o", "g.npz"),
        ("batch", "g.npz", "-o", "./g.npz"),
        ("batch", "g.npz", "-o", "soft.npz"),
        ("batch", "soft.npz", "-o", "g.npz"),
        ("batch", "g.npz", "-o", "hard.npz"),
        ("batch", "g.csv", "-o", "g.csv"),
        ("batch", "o.games.csv", "-o", "o.csv"),
        ("convert", "g.csv", "g.csv"),
        ("convert", "soft.npz", "hard.npz"),
        ("report", "game.json", "-o", "game.json"),
        ("sweep", "ai-mier", "--points", "p.csv", "--measure", "surplus", "-o", "p.csv"),
    ):
        assert "is the input, which it would replace; choose another name" in failing(*words), words
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert strategic("batch", "g.npz", "-o", "h.npz").code in (0, 3)


@pytest.mark.parametrize(
    "words",
    [
        ("report", "ai-mier", "-o", "no/a.html"),
        ("simulate", "ai-mier", "-o", "no/a.csv"),
        ("payoffs", "3,0;5,1 / 3,5;0,1", "--discount", ".5", "-o", "no/a.svg"),
        ("sweep", "ai-mier", "--over", "relation.alignment=0:1:3", "--measure", "surplus",
         "-o", "no/a.csv"),
        ("sensitivity", "ai-mier", "--over", "relation.alignment=0:1", "--measure", "surplus",
         "-o", "no/a.svg"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_told_before_the_work(words, failing, monkeypatch):
    def work(*_, **__):
        pytest.fail("worked before looking")

    import strategic.modelling
    import strategic.repeated
    import strategic.reports
    import strategic.sweeps
    import strategic.sweeps._run

    monkeypatch.setattr(strategic.reports, "report", work)
    monkeypatch.setattr(strategic.modelling, "simulate", work)
    monkeypatch.setattr(strategic.repeated, "equilibrium_payoffs", work)
    monkeypatch.setattr(strategic.sweeps, "sensitivity", work)
    monkeypatch.setattr(strategic.sweeps._run, "evaluate_grid", work)
    assert "cannot write it: no such file or directory" in failing(*words)
