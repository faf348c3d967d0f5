"""Correlated equilibria, commitment, dominance, selection, refinement, logit: known answers."""

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.concepts.commitment import pure_commitment
from strategic.equilibria.concepts.correlated import gain_from_disobeying
from strategic.equilibria.concepts.dominance import undominated
from strategic.equilibria.concepts.refinement import (
    admissible,
    evolutionarily_stable,
    evolutionarily_stable_set,
    quasi_strict,
    strict,
)
from strategic.equilibria.concepts.selection import (
    best_by_equality,
    best_by_welfare,
    coordination,
    pareto_rank,
)
from strategic.errors import MethodError
from strategic.families.relationship import relationship
from strategic.families.relationship._partners import partners_game
from strategic.games import Game
from strategic.reports.explain import explanation
from strategic.status import Status

CHICKEN = ([[6, 2], [7, 0]], [[6, 7], [2, 0]])


def test_correlated_equilibria_of_chicken():
    best = solve(*CHICKEN, method="correlated")
    np.testing.assert_allclose(best.probabilities, [[0.5, 0.25], [0.25, 0]], atol=1e-9)
    assert best.value == pytest.approx(10.5)
    np.testing.assert_allclose(
        solve(*CHICKEN, objective=0, method="correlated").payoffs, [7, 2], atol=1e-9
    )
    np.testing.assert_allclose(
        solve(*CHICKEN, objective=1, method="correlated").payoffs, [2, 7], atol=1e-9
    )
    assert solve(*CHICKEN, objective="egalitarian", method="correlated").value == pytest.approx(
        5.25
    )
    with pytest.raises(MethodError, match="player's number below 2"):
        solve(*CHICKEN, objective=2, method="correlated")


def test_correlated_is_at_least_nash_and_coarse_at_least_correlated():
    rng = np.random.default_rng(1)
    tables = rng.standard_normal((2, 30, 3, 3)) * 1e6
    nash = solve(*tables)
    for objective, score in (("welfare", nash.payoffs.sum(axis=1)), (0, nash.payoffs[:, 0])):
        inner = solve(*tables, objective=objective, method="correlated")
        outer = solve(*tables, objective=objective, method="coarse")
        assert (inner.status == Status.OK).all()
        assert inner.gain.max() < 1e-6
        assert gain_from_disobeying(nash.games, outer.probabilities, coarse=True).max() < 1e-6
        assert (inner.value[nash.game] >= score - 1e-6).all()
        assert (outer.value >= inner.value - 1e-6).all()
        assert (outer.value > inner.value + 1).any()


def test_correlated_equilibria_of_three_players():
    tables = np.random.default_rng(2).standard_normal((3, 10, 2, 3, 2))
    found = solve(*tables, objective="egalitarian", method="correlated")
    assert (found.status == Status.OK).all()
    assert found.gain.max() < 1e-9
    np.testing.assert_allclose(found.value, found.payoffs.min(axis=1))


def test_commitment_of_the_textbook_and_its_order():
    # von Stengel and Zamir (2010): commitment never pays less than any equilibrium.
    found = solve([[2, 4], [1, 3]], [[1, 0], [0, 1]], method="commitment")
    np.testing.assert_allclose(found.payoffs, [3.5, 0.5])
    rng = np.random.default_rng(3)
    for shape in [(2, 2), (3, 3), (2, 4)]:
        leader, follower = rng.standard_normal((2, 20, *shape))
        strong = solve(leader, follower, method="commitment")
        weak = solve(leader, follower, pessimistic=True, method="commitment")
        nash = solve(leader, follower)
        np.testing.assert_allclose(strong.payoffs, weak.payoffs, atol=1e-8)  # generic games
        assert (strong.payoffs[nash.game, 0] >= nash.payoffs[:, 0] - 1e-9).all()
        assert (
            strong.payoffs[:, 0] >= pure_commitment(leader, follower).payoffs[:, 0] - 1e-9
        ).all()


def test_the_closed_form_of_commitment_is_the_program():
    rng = np.random.default_rng(4)
    for high in (2, 3, 10):
        leader, follower = rng.integers(0, high, (2, 60, 2, 2)).astype(float)
        for pessimistic in (False, True):
            closed = solve(leader, follower, pessimistic=pessimistic, method="commitment")
            # A row that is never worth playing leaves the value but not the closed form.
            padded = [np.concatenate([t, t[:, :1]], axis=1) for t in (leader, follower)]
            programs = solve(*padded, pessimistic=pessimistic, method="commitment")
            np.testing.assert_allclose(closed.payoffs[:, 0], programs.payoffs[:, 0], atol=1e-7)


def test_a_follower_who_is_indifferent_helps_or_hurts():
    leader, follower = [[3, 0], [2, 1]], [[1, 1], [1, 1]]
    assert solve(leader, follower, method="commitment").payoffs[0] == 3
    assert solve(leader, follower, pessimistic=True, method="commitment").payoffs[0] == 1
    # The second reply is best nowhere but at a point: a cautious leader cannot count on it.
    leader, follower = [[0, 9], [0, 0]], [[1, 1], [1, 0]]
    assert solve(leader, follower, method="commitment").payoffs[0] == 9
    assert solve(leader, follower, pessimistic=True, method="commitment").payoffs[0] == 0


def test_iterated_elimination_shows_its_order():
    # Osborne and Rubinstein (1994), figure 61.1: half T, half M beats B; then R beats L, M beats T.
    reduced = solve([[3, 0], [0, 3], [1, 1]], [[0, 1], [0, 1], [1, 0]], method="dominance")
    order = [(e.round, e.player, e.action) for e in reduced.eliminations]
    assert order == [(1, 0, 2), (2, 1, 0), (3, 0, 0)]
    np.testing.assert_allclose(reduced.eliminations[0].dominator, [0.5, 0.5, 0])
    assert reduced.eliminations[0].margin == pytest.approx(0.5)
    solvable = solve([[1, 1, 0], [0, 0, 2]], [[0, 2, 1], [3, 1, 0]], method="dominance")
    assert [(e.round, e.player, e.action) for e in solvable.eliminations] == [
        (1, 1, 2),
        (2, 0, 1),
        (3, 1, 0),
    ]
    assert solvable.solved
    assert solvable.left.shape == (1, 1)


def test_weak_elimination_takes_ties_and_strict_does_not():
    game = ([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    assert [m.tolist() for m in undominated(*game)] == [[True, True], [True, True]]
    assert [m.tolist() for m in undominated(*game, kind="weak")] == [[True, False], [True, False]]


def test_elimination_of_three_players_in_bulk_keeps_every_pure_equilibrium():
    tables = np.random.default_rng(5).integers(0, 6, (3, 200, 2, 3, 3)).astype(float)
    left = undominated(*tables)
    found = solve(*tables, method="pure")
    for player in range(3):
        played = found.strategies[player].argmax(axis=1)
        assert left[player][found.game, played].all()
    assert not all(mask.all() for mask in left)
    first = solve(*tables[:, 0], mixed=False, method="dominance")
    assert [a.tolist() for a in first.kept] == [np.flatnonzero(m[0]).tolist() for m in left]


def test_risk_and_payoff_dominance_of_the_stag_hunt():
    hunt = coordination([[9, 0], [8, 7]], [[9, 8], [0, 7]])
    assert (int(hunt.payoff), int(hunt.risk)) == (0, 1)
    batch = coordination(
        [[[2, 0], [0, 1]], [[1, 0], [0, 1]], [[3, 0], [5, 1]]],
        [[[2, 0], [0, 1]], [[1, 0], [0, 1]], [[3, 5], [0, 1]]],
    )
    assert batch.payoff.tolist() == [0, -1, -1]
    assert batch.risk.tolist() == [0, -1, -1]
    assert batch.coordinates.tolist() == [True, True, False]


def test_ranking_and_refining_of_several_games_at_once():
    row = [[[2, 0], [0, 1]], [[1, 0], [0, 0]], [[1, -1], [-1, 1]]]
    column = [[[2, 0], [0, 1]], [[1, 0], [0, 0]], [[-1, 1], [1, -1]]]
    found = solve(row, column)
    assert found.count.tolist() == [3, 2, 1]
    assert pareto_rank(found).tolist() == [1, 2, 3, 1, 2, 1]
    assert best_by_welfare(found).tolist() == [0, 3, 5]
    assert best_by_equality(found).tolist() == [0, 3, 5]
    assert strict(found).tolist() == [True, True, False, True, False, False]
    assert quasi_strict(found).tolist() == [True, True, True, True, False, True]
    assert admissible(found).tolist() == [True, True, True, True, False, True]


def test_stability_of_rock_paper_scissors_turns_with_the_prize():
    third = np.full(3, 1 / 3)
    for prize, stable in ((1.5, True), (1.0, False), (0.5, False)):
        game = np.array([[0, -1, prize], [prize, 0, -1], [-1, prize, 0]])
        assert evolutionarily_stable(game, third) is stable
    assert evolutionarily_stable([[2, 0], [0, 1]], [0, 1])
    assert not evolutionarily_stable([[2, 0], [0, 1]], [1 / 3, 2 / 3])
    assert not evolutionarily_stable([[1, 1], [1, 1]], [1, 0])
    # A best reply outside the support decides: it does better or worse against itself.
    assert evolutionarily_stable([[1, 1], [1, 0.5]], [1, 0])
    assert not evolutionarily_stable([[1, 1], [1, 1.5]], [1, 0])


def test_stable_strategies_resist_every_mutant_and_others_do_not():
    rng = np.random.default_rng(6)
    verdicts = []
    for _ in range(40):
        game = rng.integers(-2, 3, (3, 3)).astype(float)
        found = solve(game, game.T)
        for x, y, stable in zip(
            found.row, found.column, evolutionarily_stable_set(found), strict=True
        ):
            if np.abs(x - y).max() > 1e-9:
                continue
            mutants = 0.999 * x + 0.001 * rng.dirichlet(np.full(3, 0.4), 4000)
            mutants = np.concatenate([mutants, 0.999 * x + 0.001 * np.eye(3)])
            advantage = ((x - mutants) * (mutants @ game.T)).sum(axis=1)
            moved = np.abs(mutants - x).max(axis=1) > 1e-6
            if stable:
                assert (advantage[moved] > 0).all()
            verdicts.append((bool(stable), bool((advantage[moved] > 0).all())))
    assert {(True, True), (False, False)} <= set(verdicts)


def test_logit_is_uniform_at_zero_and_nearly_nash_far_out():
    game = Game.from_payoffs([[9, 0], [0, 1]], [[9, 0], [0, 1]])
    np.testing.assert_allclose(solve(game, rationality=0, method="logit").strategies[0], [0.5, 0.5])
    far = solve(game, rationality=50.0, method="logit")
    assert far.status == Status.OK
    np.testing.assert_allclose(far.strategies[0], [1, 0], atol=1e-12)
    assert far.regret < 1e-9
    with pytest.raises(MethodError, match="at least 0"):
        solve(game, rationality=-1.0, method="logit")


def test_logit_is_the_same_alone_and_in_a_batch():
    rng = np.random.default_rng(7)
    for shape in [(2, 2), (3, 3), (9, 4), (2, 2, 2)]:
        tables = rng.standard_normal((len(shape), 60, *shape))
        target = np.linspace(0, 8, 60)
        whole = solve(*tables, rationality=target, workers=2, method="logit")
        assert (whole.status == Status.OK).all()
        for game in (0, 17, 59):
            alone = solve(*tables[:, game], rationality=target[game], method="logit")
            for mine, theirs in zip(alone.strategies, whole.strategies, strict=True):
                assert np.array_equal(mine, theirs[game])


def test_logit_of_symmetric_games_passes_bifurcations_on_the_symmetric_branch():
    rng = np.random.default_rng(9)
    row = rng.integers(-3, 4, (500, 3, 3)).astype(float)
    row[0, :2, :2] = np.eye(2) * 2  # a pitchfork exactly at rationality one
    found = solve(row, row.swapaxes(1, 2), rationality=10.0, method="logit")
    assert (found.status == Status.OK).all()
    np.testing.assert_allclose(found.strategies[0], found.strategies[1], atol=1e-9)
    fork = solve(np.eye(2) * 2, np.eye(2) * 2, rationality=1.0, method="logit")
    assert fork.status == Status.OK
    np.testing.assert_allclose(fork.strategies[0], [0.5, 0.5], atol=1e-6)


@pytest.mark.parametrize(("scale", "shift"), [(1e-300, 0), (1e-12, 0), (1e300, 0), (1, 2.0**30)])
def test_logit_depends_on_payoff_differences_times_rationality_only(scale, shift):
    rng = np.random.default_rng(10)
    tables = rng.integers(0, 2**20, (2, 30, 3, 4)) / 2.0**20
    plain = solve(*tables, rationality=8.0, method="logit")
    changed = solve(*(tables * scale + shift), rationality=8.0 / scale, method="logit")
    assert (changed.status == Status.OK).all()
    for one, other in zip(plain.strategies, changed.strategies, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_logit_that_runs_out_of_steps_says_so_and_reports_where_it_stands():
    rng = np.random.default_rng(8)
    tables = rng.standard_normal((2, 20, 3, 3))
    short = solve(*tables, rationality=200.0, max_steps=2, method="logit")
    assert (short.status == Status.NOT_CONVERGED).any()
    stuck = short.status == Status.NOT_CONVERGED
    assert (short.rationality[stuck] < 200.0).all()
    assert short.residual.max() < 1e-6


def test_one_government_and_several_organisations_go_through_every_method_for_many_players():
    point = relationship({"relation.payment": 0.05}).points
    game = partners_game(point, 3, effort_cost=0.1)
    assert game.shape == (4, 2, 2, 2)
    pure = solve(game, method="pure")
    assert len(pure) > 0
    assert pure.regret.max() == 0
    assert strict(pure).shape == pareto_rank(pure).shape == (len(pure),)
    mediated = solve(game, method="correlated")
    assert mediated.gain < 1e-9
    assert mediated.value >= pure.payoffs.sum(axis=1).max() - 1e-9
    reduced = solve(game, method="dominance")
    for player, actions in enumerate(pure.strategies):
        assert set(actions.argmax(axis=1)) <= set(reduced.kept[player].tolist())
    near = solve(game, rationality=5.0, method="logit")
    assert near.status == Status.OK
    # Organisations are alike, so on the principal branch they play alike.
    np.testing.assert_allclose(near.strategies[1], near.strategies[3], atol=1e-12)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ([[5, 1], [-3, 2], [-2e8, 0]], [[5, -1], [-4, 4], [-3, -4]]),
        (
            [[0.01, 0.05], [0.02, -1e6], [0.02, 0.03]],
            [[0.02, 0.01], [-0.03, 0.04], [-0.05, 0.01]],
        ),
    ],
)
def test_dominance_strikes_no_equilibrium_whatever_the_sizes_of_payoffs(row, column):
    reduced, every = solve(row, column, method="dominance"), solve(row, column)
    assert all(e.margin > 0 for e in reduced.eliminations)
    for player, strategies in enumerate(every.strategies):
        played = np.flatnonzero(strategies.any(axis=0))
        assert set(played) <= set(reduced.kept[player].tolist())


@pytest.mark.parametrize("actions", [4, 24])
def test_a_mixture_dominates_by_a_margin_of_any_size_but_zero(actions):
    rng = np.random.default_rng(14)
    row = rng.integers(-50, 51, (actions, actions)) * 2.0
    row[-2] = -row[-3]  # half of each is zero everywhere
    row[:-3] -= 5000.0
    column = np.zeros_like(row)
    for change, kinds in (
        (np.zeros(actions), ()),
        (np.full(actions, 2.0**-40), ("strict", "weak")),
        (np.eye(actions)[0] * 2.0**-40, ("weak",)),
        (np.full(actions, -(2.0**-40)), ()),
    ):
        row[-1] = -change
        for kind in ("strict", "weak"):
            found = solve(row, column, method="dominance", weak=kind == "weak", rounds=1)
            struck = {(e.player, e.action): e for e in found.eliminations}
            assert ((0, actions - 1) in struck) == (kind in kinds)
            if kind in kinds:
                margin = struck[0, actions - 1].margin
                assert margin == change.min() if kind == "strict" else margin >= 0.0


def test_ranks_welfare_and_risk_see_the_last_digit():
    # Welfare 0.1 + 0.7 and 0.8 + 0.0 differ as doubles by less than sums of doubles show.
    game = Game.from_payoffs([[2.0**53, 0], [0, 2.0**53]], [[1.0, 0], [0, 2.0]])
    assert best_by_welfare(solve(game)) == 1
    close = Game.from_payoffs([[3.0, 0], [0, 1 + 2.0**-52]], [[1.0, 0], [0, 3 - 2.0**-51]])
    assert int(coordination(close).risk) == 1
    huge = coordination([[1e300, 0], [0, 2e300]], [[1e300, 0], [0, 1e300]])
    assert int(huge.risk) == 1
    tiny = coordination([[1e-300, 0], [0, 2e-300]], [[1e-300, 0], [0, 1e-300]])
    assert int(tiny.risk) == 1


def test_small_shares_are_shown_and_many_players_compared_as_written():
    game = Game.from_payoffs([[0.0, 1e15], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]])
    lines = solve(game, method="selection").lines()
    assert any("1e-15" in line for line in lines)
    big = 10**18
    tables = np.array([[[big, big + 1], [big, big]], [[big, big], [big, big + 1]]], dtype=object)
    told = explanation(solve(Game.from_payoffs(tables, tables, tables), method="pure"))
    assert "player 1: best reply 1 to 3, 2 to 3 of 4 profiles" in told
