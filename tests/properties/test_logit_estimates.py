"""Rationality of many games at once: the same as one by one, never less likely than a scan."""

import numpy as np
import pytest
from covering import holds_its_rate, samples

import strategic as st
from strategic.catalogue.custom import fixed
from strategic.errors import StrategicError
from strategic.estimation import logit
from strategic.estimation.profiles import HALF
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


def awkward_games(rng, number):
    """Games of 2x2 actions with ties, signs, scales and symmetries, and few choices at times."""
    games = []
    for kind in np.arange(number) % 5:
        sides = rng.integers(-3, 4, (2, 2, 2)).astype(float)
        if kind == 1:
            sides = rng.normal(size=(2, 2, 2)) * 10.0 ** rng.integers(-3, 4)
        elif kind == 2:
            sides[1] = sides[0].T
        elif kind == 3:  # coordination
            sides = np.abs(rng.normal(size=(2, 2, 2))) * np.eye(2)
        elif kind == 4:  # one likes to be alike, the other not to be
            sides = np.abs(rng.normal(size=(2, 2, 2))) * [np.eye(2), 1 - np.eye(2)]
        games.append(Game(tuple(sides)))
    return games


@pytest.mark.parametrize(("low", "high"), [(0, 2), (0, 60), (40, 4000)])
def test_a_game_in_plain_numbers_is_the_game_among_many(low, high):
    """One game is fitted in plain numbers, many are in arrays."""
    rng = np.random.default_rng([11, high])
    games = awkward_games(rng, 150)
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    table = table_of(games, rng, low, high)
    together = st.estimate(models, table, by="game")
    for name, model in models.items():
        alone, bulk = st.estimate(model, some(table, game=name)).parts[""], together.parts[name]
        (one,), (other,) = alone.estimates, bulk.estimates
        assert (one.status, one.note) == (other.status, other.note)
        np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-8, atol=1e-12)
        assert alone.log_likelihood == pytest.approx(bulk.log_likelihood, rel=1e-12, abs=1e-12)
        assert alone.certificate["holds"] == bulk.certificate["holds"]
        seen, wanted = ([row["predicted"] for row in part.predicted] for part in (alone, bulk))
        np.testing.assert_allclose(seen, wanted, rtol=1e-7, atol=1e-12)


def test_of_rationalities_that_are_as_likely_the_lowest_counts():
    """A player who has a dominant action turns the other one: his chance rises and then falls."""
    game = Game((np.array([[2.0, -2.0], [1.0, 2.0]]), np.array([[2.0, 1.0], [2.0, 1.0]])))
    rates = np.geomspace(0.01, 30.0, 4000)
    chance = np.array([1.0 / (1.0 + np.exp(-rates * (5.0 / (1.0 + np.exp(-rates)) - 4.0)))])[0]
    for wanted in (chance.min() + 0.01, 0.39, 0.5):
        counts = [1000.0 * wanted, 1000.0 * (1.0 - wanted), 0.0, 0.0]
        table = table_of([game], np.random.default_rng(0)) | {"count": counts}
        table = {name: table[name] for name in ("player", "action", "count")}
        twice = {"a": fixed(game), "b": fixed(game)}
        both = {name: column * 2 for name, column in table.items()} | {"game": 4 * "a" + 4 * "b"}
        alone = st.estimate(fixed(game), table)
        pair = st.estimate(twice, both, by="game")
        meets = rates[1:][(chance[1:] > wanted) != (chance[:-1] > wanted)]
        lowest = 0.0 if wanted == 0.5 else meets[0]
        assert len(meets) + (wanted == 0.5) == 2
        for one in (*alone.parameters, *pair.parameters):
            assert one.estimate == pytest.approx(lowest, rel=3e-3)
            assert one.status == ("at_bound" if wanted == 0.5 else "ok")


def test_branches_that_nearly_fork_are_followed_to_the_right_side():
    """A walk past the fork goes on between the other two: on an arm that is no principal one."""
    rng = np.random.default_rng(20)
    likely = np.random.default_rng(4)
    for size in (1e-3, 1e-6, 1e-8):
        own = np.array([[2.0, 0.0], [1.0, 0.0]]), np.array([[-2.0, -2.0], [0.0, 1.0]])
        game = Game(tuple(side + size * rng.normal(size=(2, 2)) for side in own))
        rates = np.concatenate([np.geomspace(0.01, 500, 500), np.linspace(5.7, 6.1, 400)])
        play = st.solve(game, method="logit", rationality=rates.tolist())
        logs = np.log(np.concatenate([play.row, play.column], axis=-1))
        for _ in range(4):
            # Rows' second action is the rarer one only beyond the fork, and on its other side.
            counts = likely.integers(1, 40, 4) * likely.choice([0.0, 1.0, 1.0], 4) + [1, 0, 0, 0]
            table = table_of([game], np.random.default_rng(0))
            table = {name: table[name] for name in ("player", "action")} | {"count": counts}
            twice = {"a": fixed(game), "b": fixed(game)}
            both = {name: [*column, *column] for name, column in table.items()}
            alone = st.estimate(fixed(game), table)
            pair = st.estimate(twice, both | {"game": 4 * "a" + 4 * "b"}, by="game")
            for part in (*alone.parts.values(), *pair.parts.values()):
                (one,) = part.estimates
                assert part.certificate["holds"]
                assert part.log_likelihood >= (logs @ counts).max() - 1e-6
                if one.status == "ok":
                    there = st.solve(game, method="logit", rationality=one.estimate)
                    chances = np.log(np.concatenate([there.row, there.column]))
                    assert part.log_likelihood == pytest.approx(chances @ counts, abs=1e-6)


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


@pytest.mark.parametrize("number", [5, 10, 41, 57, 122, 125])
def test_tops_and_ends_are_where_the_likelihood_says(number):
    """In the games 41 and 125 a search used to end 1e-4 beside them."""
    rng = np.random.default_rng([5, 3, 3])
    for k in range(number + 1):
        row, column = (
            rng.normal(size=(3, 3)) * 10.0 ** rng.integers(-3, 4) if k % 4 > 1
            else rng.integers(-4, 5, (3, 3)).astype(float) for _ in range(2)
        )  # fmt: skip
        game = Game((row, row.T.copy() if k % 4 == 3 else column))
        counts = [rng.multinomial(10 if k % 3 else 60, rng.dirichlet(np.ones(3))) for _ in range(2)]
    rows = [(player, action, int(n))
            for player, actions, own in zip(game.players, game.actions, counts, strict=True)
            for action, n in zip(actions, own, strict=True)]  # fmt: skip
    table = dict(zip(("player", "action", "count"), zip(*rows, strict=True), strict=True))
    fit = st.estimate(fixed(game), table)
    (found,) = fit.parameters
    assert fit.parts[""].certificate["gap"] < 1e-12

    def height(rationality):
        sides = st.solve(game, method="logit", rationality=rationality).strategies
        return sum((n * np.log(side)).sum() for n, side in zip(counts, sides, strict=True))

    assert height(found.estimate) == pytest.approx(fit.log_likelihood, abs=1e-9)
    for end in (found.low, found.high):
        if 0.0 < end < np.inf:
            assert fit.log_likelihood - height(end) == pytest.approx(HALF, abs=1e-7)


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


def test_clusters_widen_the_interval():
    """Every choice ten times over, in clusters: the same numbers, errors as if once."""
    rng = np.random.default_rng(5)
    game = Game.from_payoffs([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    side = st.solve(game, method="logit", rationality=0.6).strategies
    rows = []
    for person in range(60):
        for player, actions, chances in zip(game.players, game.actions, side, strict=True):
            action = actions[int(rng.random() > chances[0])]
            rows.append((player, action, 10, person))
    table = dict(zip(("player", "action", "count", "id"), map(list, zip(*rows, strict=True)),
                     strict=True))  # fmt: skip
    (naive,), (robust,) = (st.estimate(fixed(game), table, cluster=cluster).parameters
                           for cluster in (None, "id"))  # fmt: skip
    assert robust.estimate == naive.estimate
    assert robust.error == pytest.approx(naive.error * 10**0.5, rel=0.25)
    assert robust.high - robust.low == pytest.approx(2 * 1.96 * robust.error, rel=1e-3)
    (drawn,) = st.estimate(fixed(game), table, cluster="id", bootstrap=300).parameters
    assert drawn.error == pytest.approx(robust.error, rel=0.25)


@pytest.mark.parametrize(
    ("free", "options", "words"),
    [
        (["cots"], {}, "did you mean 'cost'?"),
        (["cost"], {"per": "session"}, "must be one of player, game"),
        (["cost", "cost"], {}, "names a parameter twice"),
    ],
)
def test_what_cannot_be_free_is_one_clear_line(free, options, words):
    table = {"player": ["inspector"], "action": ["trust"], "count": [3]}
    with pytest.raises(StrategicError) as told:
        st.estimate(st.load("inspection"), table, free=free, **options)
    assert words in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_a_player_without_choices_is_named():
    table = {"player": ["inspector"] * 2, "action": ["inspect", "trust"], "count": [3, 7]}
    found = st.estimate(st.load("inspection"), table)
    assert any("contractor" in sentence for sentence in found.sentences())


def test_scores_are_differences(monkeypatch):
    """Implicit derivatives of every cell, by rationality and by payoffs, pooled over games."""
    model = st.load("inspection")
    models = {"g0": model, "g1": model.change({"pay": 4.0, "value": 7.0})}
    table = {"game": [], "player": [], "action": [], "count": []}
    for name, one in models.items():
        drawn = st.estimation.draw(one, truth={"rationality": 1.0}, size=500)
        for key, column in {**drawn, "game": [name] * 4}.items():
            table[key] += column
    for options in ({}, {"per": "player"}, {"per": "game"}):
        held = []  # the likelihood before it is climbed, which takes far longer
        monkeypatch.setattr(
            logit, "maximise", lambda likelihood, _, held=held: held.append(likelihood)
        )
        with pytest.raises(StrategicError, match="no start"):
            st.estimate(models, table, free=["cost", "pay"], **options)
        (likelihood,) = held
        point = np.array([[0.7, 0.9, 1.3, 2.6][-len(likelihood.names) :]])
        step = 1e-6 * np.eye(point.shape[1])
        ends = [likelihood.per_unit(point + sign * step) for sign in (1, -1)]
        difference = (ends[0] - ends[1]) / 2e-6
        np.testing.assert_allclose(likelihood.gradient(point)[0].T, difference,
                                   rtol=1e-5, atol=1e-6 * np.abs(difference).max())  # fmt: skip


def test_numbers_of_payoffs_come_back():
    """A cost, and a covariate in a formula, drawn with known values: within four errors."""
    model = st.load("inspection")
    truth = {"rationality": 1.2, "cost.constant": 0.5, "cost.income": 0.4}
    drawn = st.estimation.draw(model, truth=truth, size=2000, seed=1,
                               covariates={"income": [0, 1, 2, 3]},
                               formulas={"cost": "income"})  # fmt: skip
    found = st.estimate(model, drawn, formulas={"cost": "income"})
    assert found.certified
    for one in found.parameters:
        assert abs(one.estimate - truth[one.name]) < 4 * one.error
    assert found.log_likelihood <= found.document()["log_likelihood_saturated"] + 1e-9


def test_a_common_scale_of_payoffs_is_not_told_from_rationality():
    model = st.load("inspection")
    drawn = st.estimation.draw(model, truth={"rationality": 1.0}, size=500)
    found = st.estimate(model, drawn, free=["value", "pay", "effort", "cost"])
    told = {one.name: one for one in found.parameters}
    assert told["rationality"].status == "not_identified"
    assert "pay" in told["rationality"].note


def test_plain_and_general_fits_agree():
    """The scan of the branch and the climb over solved games: point, height, profile."""
    rng = np.random.default_rng(7)
    for game in whole_games(rng, (2, 2), 6) + whole_games(rng, (3, 2), 3):
        table = table_of([game], rng, low=5)
        del table["game"], table["part"]
        found = st.estimate(fixed(game), table)
        (one,) = found.parameters
        if one.status == "ok":
            profile = found.profile("rationality", [one.estimate])
            assert profile.heights[0] == pytest.approx(found.log_likelihood, abs=1e-8)
            if np.isfinite(one.high):
                assert profile.high == pytest.approx(one.high, rel=1e-5)


def test_levels_that_err_are_found_and_tested_against_logit():
    model = st.load("inspection")
    truth = {"tau": 1.5, "rationality": 2.0}
    drawn = st.estimation.draw(model, play="hierarchy", truth=truth, size=4000, seed=2)
    found = st.estimate(model, drawn, play="hierarchy", free=["rationality"])
    assert found.certified
    for one in found.parameters:
        assert abs(one.estimate - truth[one.name]) < 4 * one.error
    logit = st.estimate(model, drawn)
    assert found.compare(logit).statistic > 2.0


def test_levels_that_hardly_err_are_best_repliers():
    from strategic.estimation.levels import play_by_levels

    rng = np.random.default_rng(8)
    for shape in ((2, 2), (3, 4), (2, 2, 2)):
        payoffs = [rng.normal(size=shape) for _ in shape]
        taus = np.linspace(0, 5, 7)
        exact = play_by_levels(payoffs, taus).played
        near = play_by_levels(payoffs, taus, np.full(7, 1e7)).played
        for one, other in zip(exact, near, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3)])
def test_the_best_fit_off_the_branch_is_that_of_every_equilibrium_followed_down(shape):
    from strategic.equilibria.quantal.other_branches import logit_equilibria_from

    rng = np.random.default_rng(9)
    games = [Game((np.diag(rng.uniform(1, 4, shape[0])), np.diag(rng.uniform(1, 4, shape[0]))))
             for _ in range(6)]  # fmt: skip
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    table = table_of(games, rng)
    last = [action == actions[-1] for game in games for actions in game.actions
            for action in actions]  # fmt: skip
    table["count"] = [70 if there else 4 for there in last]
    found = st.estimate(models, table, by="game")
    rates = np.geomspace(0.05, 60, 500)
    for name, game in zip(models, games, strict=True):
        counts = np.split(np.array(some(table, game=name)["count"], float), 2)
        sides = logit_equilibria_from(game, rates)
        heights = sum((own * np.log(np.maximum(side, 1e-300))).sum(axis=2)
                      for own, side in zip(counts, sides, strict=True))  # fmt: skip
        part = found.parts[name]
        (one,) = part.estimates
        gain = np.nanmax(heights) - part.log_likelihood
        if gain > 1e-2:
            told = float(one.note.partition("better: by ")[2].split()[0])
            assert told == pytest.approx(gain, rel=2e-2, abs=1e-2)
        else:
            assert "off it" not in one.note or gain > -1e-2


@samples(60)
@pytest.mark.parametrize(
    ("truth", "size"),
    [({"rationality": 1.0}, 200), ({"rationality": 1.2, "cost": 1.4}, 500)],
)
def test_intervals_hold_the_truth_as_often_as_they_say(truth, size, samples):
    found = st.estimation.recover(st.load("inspection"), truth=truth, size=size, samples=samples,
                                  seed=11)  # fmt: skip
    assert [row["intervals"] for row in found.rows()] == [samples] * len(truth)
    holds_its_rate((found.low <= found.truth) & (found.truth <= found.high))


@samples(20)
def test_intervals_of_levels_hold_the_truth_as_often_as_they_say(samples):
    found = st.estimation.recover(
        st.load("inspection"), play="hierarchy", truth={"tau": 1.5}, size=500, samples=samples,
        seed=3,
    )  # fmt: skip
    holds_its_rate((found.low <= found.truth) & (found.truth <= found.high))


@pytest.mark.parametrize("seed", [2, 3])
def test_intervals_of_levels_that_err_hold_all_that_is_likely(seed):
    """Ends lie where a fine grid over both numbers says, and not where a parabola would put them.

    With 200 samples of 100 choices a side the intervals held the truth in .970 (tau) and .985
    (rationality) of the samples, normal ones in .75; in a 2x4 game in .945 and .914.
    """
    model, rng = st.load("ochs"), np.random.default_rng(seed)
    truth = {"tau": 1.5, "rationality": 2.0}
    drawn = st.estimation.draw(model, play="hierarchy", truth=truth, size=200, seed=rng)
    found = st.estimate(model, drawn, play="hierarchy", free=["rationality"])
    likelihood = found.parts[""].likelihood
    taus = np.r_[0.0, np.geomspace(0.01, 20.0, 120)]
    rates = np.r_[0.0, np.geomspace(0.01, 1e3, 150)]
    grid = np.stack(np.meshgrid(taus, rates, indexing="ij"), axis=-1)
    heights = likelihood.per_unit(grid.reshape(-1, 2)).sum(axis=1).reshape(grid.shape[:2])
    assert heights.max() <= found.log_likelihood + 1e-9
    likely = heights >= found.log_likelihood - 1.920729410347062
    for one, values, axis in zip(found.parameters, (taus, rates), (1, 0), strict=True):
        held = np.flatnonzero(likely.any(axis=axis))
        first, last = held[0], held[-1]
        assert one.low <= values[first] + 1e-9
        assert one.high >= values[last] - 1e-9
        if first:  # nothing is likely on any of the lines of the grid farther out
            assert one.low > values[first - 1]
        if last + 1 < len(values):
            assert one.high < values[last + 1]


@pytest.mark.parametrize("cluster", [None, "part"])
def test_games_fitted_alone_are_the_joint_fit(cluster):
    """Estimates, covariances, heights and profiles of the climb over all numbers at once."""
    from strategic.estimation.maximum import maximise
    from strategic.estimation.profiles import interval
    from strategic.estimation.uncertainty import covariance

    rng = np.random.default_rng(20)
    games = [game for shape in ((2, 2), (2, 2), (3, 2)) for game in whole_games(rng, shape, 1)]
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    table = table_of(games, rng, low=5, groups=["a", "b", "c"])
    found = st.estimate(models, table, per="game", cluster=cluster)
    (part,) = found.parts.values()
    joint = maximise(part.likelihood, np.full((1, 3), 0.1))
    assert found.scope == "scan"
    assert found.certified and joint.holds  # noqa: PT018 - or nothing below is comparable
    assert joint.statuses == tuple(one.status for one in found.parameters)
    assert found.log_likelihood == pytest.approx(joint.value, abs=1e-9)
    assert found.per_unit.sum() == pytest.approx(joint.value, abs=1e-9)
    np.testing.assert_allclose([one.estimate for one in found.parameters], joint.point, rtol=1e-6)
    spread = covariance(part.likelihood, joint, clustered=bool(cluster))
    assert bool(found.covariance()[0, 1]) == bool(cluster)
    np.testing.assert_allclose(found.covariance(), spread, rtol=1e-4, atol=1e-12)
    errors = [one.error for one in found.parameters]
    np.testing.assert_allclose(errors, np.sqrt(np.diagonal(spread)), rtol=1e-4)
    apart = st.estimate(models, table, by="game")
    assert apart.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-12)
    if not cluster:
        assert apart.bic == pytest.approx(found.bic)
        for one, other in zip(apart.parameters, found.parameters, strict=True):
            assert numbers(one) == numbers(other)
        assert interval(part.likelihood, joint, 2) == pytest.approx(numbers(one)[2:], rel=1e-4)


def test_a_game_that_nobody_played_leaves_the_others_as_they_are():
    rng = np.random.default_rng(13)
    games = whole_games(rng, (2, 2), 2)
    models = {f"g{number}": fixed(game) for number, game in enumerate(games)}
    table = table_of(games, rng, low=5, groups=["a", "b"])
    lone = st.estimate(models, table, per="game", by="part").parts["a"].estimates[0]
    table["count"] = [
        0 if game == "g1" else count
        for count, game in zip(table["count"], table["game"], strict=True)
    ]
    found = st.estimate(models, table, per="game", by="part", cluster=None)
    one, other = found.parts["a"].estimates
    np.testing.assert_allclose(numbers(one), numbers(lone), rtol=1e-9)
    assert other.status == "not_identified"
    assert "no choice" in other.note
    assert found.identified == 2


def test_clusters_that_chose_nothing_are_none():
    game = Game.from_payoffs([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    table = {"player": ["player 1", "player 1", "player 2", "player 2"] * 3,
             "action": ["1", "2"] * 6, "count": [6, 3, 2, 5] * 2 + [0] * 4,
             "who": ["a"] * 4 + ["b"] * 4 + ["c"] * 4}  # fmt: skip
    shorter = {name: column[:8] for name, column in table.items()}
    models = {"g": fixed(game), "h": fixed(game)}
    for options in ({}, {"per": "game"}):
        both = [st.estimate(models, {**one, "game": ["g"] * len(one["who"])}, cluster="who",
                            **options) for one in (table, shorter)]  # fmt: skip
        assert [found.clusters for found in both] == [2, 2]
        assert numbers(both[0].parameters[0]) == numbers(both[1].parameters[0])


def test_a_game_of_one_cluster_has_no_error():
    """Its score is 0 at its own maximum, which says nothing of how much clusters differ."""
    game = Game.from_payoffs([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    table = {"player": ["player 1", "player 1", "player 2", "player 2"] * 3,
             "action": ["1", "2"] * 6, "count": [6, 3, 2, 5, 5, 4, 3, 6, 7, 3, 2, 5],
             "game": ["g"] * 8 + ["h"] * 4, "who": ["a"] * 4 + ["b"] * 4 + ["a"] * 4}  # fmt: skip
    models = {"g": fixed(game), "h": fixed(game)}
    found = st.estimate(models, table, per="game", cluster="who")
    shared, lone = found.parameters
    assert shared.error > 0.0
    assert np.isnan([lone.error, lone.low, lone.high]).all()
    assert "single cluster" in lone.note
    assert np.isnan(found.covariance()).tolist() == [[False, True], [True, True]]


def test_choices_as_likely_without_limits_as_at_random_are_at_the_bound():
    """Between them they are less likely, and rounding may not make a maximum of that."""
    game = Game.from_payoffs([[2, 2, 2], [2, 2, 2], [2, 2, 1]], [[0, 2, 2], [0, 2, 0], [0, 2, 1]])
    table = {"player": ["player 1"] * 2, "action": ["1", "3"], "count": [3, 3]}
    (one,) = st.estimate(fixed(game), table).parameters
    assert (one.status, one.estimate) == ("at_bound", 0.0)
    assert one.high == np.inf


def test_one_game_by_game_has_one_rationality():
    """There is no column of games to name it by."""
    model = st.load("ochs")
    drawn = st.estimation.draw(model, truth={"rationality": 2.0}, size=100, seed=1)
    plain, by_game = st.estimate(model, drawn), st.estimate(model, drawn, per="game")
    assert [one.name for one in by_game.parameters] == ["rationality"]
    assert by_game.parameters[0].estimate == pytest.approx(plain.parameters[0].estimate, rel=1e-6)


def test_a_truth_with_a_rationality_is_estimated_with_it():
    truth = {"tau": 1.5, "rationality": 2.0}
    found = st.estimation.recover(
        st.load("inspection"), play="hierarchy", truth=truth, size=500, samples=2
    )
    assert found.names == ("tau", "rationality")


def test_a_walker_that_half_a_step_brings_no_farther_is_given_up_at_once():
    from strategic.estimation._branch_walk import Walk

    asked = []

    class Stuck(Walk):
        """Comes no farther than to 1."""

        def to(self, at):
            asked.append(at.tolist())
            self.at = np.where(at <= 1.0, at, self.at)
            return np.where(at <= 1.0, np.ones((3, len(at))), np.nan)

    walk = Stuck([], np.array([0.5, 0.9]))
    values = walk.reach(np.array([3.0, 0.8]), np.ones(2, dtype=bool))
    assert np.isnan(values[:, 0]).all()
    assert (values[:, 1] == 1.0).all()
    assert len(asked) == 3
    assert walk.at.tolist() == [0.5, 0.8]
