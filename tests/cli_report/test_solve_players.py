"""``strategic solve`` of games with three players."""

import numpy as np

import strategic as st
from strategic.equilibria.enumeration import _exact_walk
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


def test_a_game_of_another_size_than_at_the_defaults_has_its_other_measures(strategic):
    """Four candidates instead of two: values of that game's own actions are left out, and why."""
    shown = strategic("measures", "competing-organisations")
    assert shown.code == 0
    assert "candidates_pure_count" in shown.out
    assert "got '5x2x2x2x2'" in shown.err
    told = strategic("measures", "competing-organisations", "--json").json
    of_games = {entry["name"]: entry for entry in told["of_games"]}
    assert of_games["base.pure_count"]["value"] is not None
    assert of_games["organisations.pure_count"]["value"] is None
    assert "5x2x2x2x2" in of_games["organisations.pure_count"]["problem"]
    smaller = strategic(
        "measures", "competing-organisations", "--set", "relation.candidates=2", "--json"
    ).json
    counts = {entry["name"]: entry["value"] for entry in smaller["of_games"]}
    assert counts["organisations.pure_count"] == 3


def test_an_unknown_game_of_a_model_lists_those_there_are(failing):
    told = failing("solve", "competing-organisations", "--game", "nosuch")
    assert "no such game of relationship (got 'nosuch'); one of base," in told
    assert "organisations" in told


def test_candidates_are_whole_numbers_along_a_boundary(strategic):
    lead = "boundary", "competing-organisations", "--over", "relation.candidates=1:6"
    found = strategic(*lead, "--measure", "candidates_pure_count", "--json").json
    assert [change["at"] for change in found["changes"]] == [2, 3, 4, 5, 6]
    assert [change["after"] for change in found["changes"]] == [3, 4, 5, 6, 7]
    shown = strategic(*lead, "--measure", "candidates_pure_count").out
    assert "Every whole number was tried" in shown


def test_a_report_says_that_it_compares_no_outcomes_of_a_large_game(strategic, tmp_path):
    def told(n):
        cells = " ".join(f"{k} {-k}" for k in range(n))
        file = tmp_path / f"{n}.nfg"
        file.write_text(f'NFG 1 R "" {{ "A" "B" }} {{ 1 {n} }}\n\n{cells}\n')
        return strategic("report", file, "--json").json["game"]["sentences"]

    missing = "Its 1,025 outcomes are not compared, as they are up to 1,024"
    assert any(line.startswith(missing) for line in told(1025))
    assert not any("not compared" in line for line in told(1024))


def test_a_report_lists_pure_equilibria_where_ties_leave_no_others(
    strategic, tmp_path, monkeypatch
):
    monkeypatch.setattr(_exact_walk, "MOST_BASES", 5)
    game = Game.from_payoffs(*np.random.default_rng(1).integers(0, 2, (2, 9, 9)))
    write(game, tmp_path / "tied.nfg")
    told = strategic("report", tmp_path / "tied.nfg", "--json").json["game"]
    assert told["equilibria"]
    assert len(told["equilibria"]) == len(st.solve(game, method="pure"))
    assert any("Only pure equilibria are listed: too many ties" in s for s in told["sentences"])
