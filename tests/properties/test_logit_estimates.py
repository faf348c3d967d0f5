"""Rationality of many games at once: the same as one by one, never less likely than a scan."""

import numpy as np
import pytest

import strategic as st
from strategic.catalogue.custom import fixed
from strategic.games import Game


def table_of(games, rng, low=0, high=40, groups=None):
    rows = []
    for number, game in enumerate(games):
        for group in groups or [None]:
            for player, actions in zip(game.players, game.actions, strict=True):
                counts = rng.integers(low, high, len(actions))
                counts[rng.integers(len(actions))] += 1
                rows += [(f"g{number}", player, action, int(count), group)
                         for action, count in zip(actions, counts, strict=True)]  # fmt: skip
    names = ("game", "player", "action", "count", "part")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def some(table, **wanted):
    keep = [all(table[name][k] == value for name, value in wanted.items())
            for k in range(len(table["count"]))]  # fmt: skip
    return {name: [v for v, k in zip(column, keep, strict=True) if k]
            for name, column in table.items()}  # fmt: skip


def whole_games(rng, shape, number, top=6):
    return [Game(tuple(rng.integers(0, top, shape).astype(float) for _ in shape))
            for _ in range(number)]  # fmt: skip


def numbers(one):
    return [one.estimate, one.error, one.low, one.high]


@pytest.mark.parametrize("shapes", [[(2, 2)], [(2, 2), (3, 2), (2, 2, 2)]])
def test_all_games_at_once_are_the_games_one_by_one(shapes):
    rng = np.random.default_rng(1)
    games = [game for shape in shapes for game in whole_games(rng, shape, 12)]
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    table = table_of(games, rng)
    together = {one.group: one for one in st.estimate(models, table, by="game").parameters}
    for number, game in enumerate(games):
        (alone,) = st.estimate(fixed(game), some(table, game=f"g{number}")).parameters
        bulk = together[f"g{number}"]
        assert bulk.status == alone.status
        assert bulk.note == alone.note
        np.testing.assert_allclose(numbers(bulk), numbers(alone), rtol=1e-7, atol=1e-12)


def test_groups_that_pool_several_games_are_the_groups_one_by_one():
    rng = np.random.default_rng(2)
    games = whole_games(rng, (2, 2), 3) + whole_games(rng, (3, 3), 2)
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    table = table_of(games, rng, groups=["a", "b", "c"])
    for cluster in (None, "game"):
        found = st.estimate(models, table, by="part", cluster=cluster)
        for part in "abc":
            alone = st.estimate(models, some(table, part=part), cluster=cluster)
            (mine,) = found.parts[part].estimates
            np.testing.assert_allclose(numbers(mine), numbers(alone.parameters[0]), rtol=1e-7)
            assert found.parts[part].log_likelihood == pytest.approx(alone.log_likelihood)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2)])
def test_no_point_of_the_path_is_more_likely(shape):
    """The whole path of the branch, where it turns back as well, and both ends of the interval."""
    rng = np.random.default_rng(3)
    games = whole_games(rng, shape, 25)
    table = table_of(games, rng)
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    found = st.estimate(models, table, by="game")
    for number, game in enumerate(games):
        counts = np.array(some(table, game=f"g{number}")["count"], float)
        path = st.solve(game, method="logit_path")
        played = np.concatenate(path.strategies, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            heights = np.where(counts > 0, counts * np.log(played), 0.0).sum(axis=1)
        part = found.parts[f"g{number}"]
        inside = path.rationality * max(np.ptp(t) for t in game.payoffs) < 3e3
        assert heights[inside].max() <= part.log_likelihood + 1e-4  # nodes are near the branch
        (one,) = part.estimates
        outside = inside & ((path.rationality < one.low) | (path.rationality > one.high))
        assert (heights[outside] <= part.log_likelihood - 1.92 + 1e-3).all()


def test_choices_on_the_arm_that_turns_back_are_found():
    """Play that only the middle arm of a branch that turns back predicts."""
    game = Game.from_payoffs([[1.01, 0.01], [0, 0]], [[1, 0], [0, 9]])
    path = st.solve(game, method="logit_path")
    place = int(np.flatnonzero(np.diff(path.rationality) < 0)[3])
    counts = [1e6 * side[place] for side in path.strategies]
    table = {"player": ["row", "row", "column", "column"], "action": ["1", "2", "1", "2"]}
    table["player"] = [game.players[0]] * 2 + [game.players[1]] * 2
    table["action"] = [*game.actions[0], *game.actions[1]]
    found = st.estimate(fixed(game), {**table, "count": np.concatenate(counts).tolist()})
    (one,) = found.parameters
    assert one.estimate == pytest.approx(path.rationality[place], rel=1e-2)
    assert found.log_likelihood == pytest.approx(found.document()["log_likelihood_saturated"])


def test_games_that_do_not_end_elsewhere_end():
    """Whole payoffs, ties and bifurcations among them: every fit has an answer and a status."""
    rng = np.random.default_rng(4)
    games = whole_games(rng, (2, 2), 300, 3) + whole_games(rng, (3, 3), 60, 3)
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    found = st.estimate(models, table_of(games, rng), by="game")
    for name, part in found.parts.items():
        (one,) = part.estimates
        assert one.status in ("ok", "at_bound", "infinite", "not_identified"), name
        if one.status == "ok":
            assert one.low <= one.estimate <= one.high
        assert part.uniform - 1e-9 <= part.log_likelihood <= part.saturated + 1e-9
