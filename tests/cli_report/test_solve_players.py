"""``strategic solve`` of games with three players."""

import numpy as np

import strategic as st
from strategic.games import Game, write


def test_the_command_line_solves_three_players(tmp_path, strategic):
    payoffs = np.random.default_rng(3).integers(-99, 100, (3, 3, 2, 2))
    game = Game.from_payoffs(*payoffs, title="three")
    write(game, tmp_path / "three.nfg")
    result = strategic("solve", tmp_path / "three.nfg", "--json")
    assert result.code == 0, result.err
    found = st.solve(game)
    assert result.json["status"] in ("complete", "complete_exact")
    rows = result.json["equilibria"]
    assert len(rows) == len(found)
    for row, profile in zip(rows, found, strict=True):
        for shares, side in zip(row["strategies"], profile, strict=True):
            np.testing.assert_allclose(shares, side, atol=1e-12)
    assert sum(row["index"] for row in rows) == 1
    assert max(row["regret"] for row in rows) < 1e-12
    plain = strategic("solve", tmp_path / "three.nfg")
    assert f"{len(found)} equilibri" in plain.out
