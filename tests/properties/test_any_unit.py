"""Sizes and units at the edge of doubles: every method and concept answers, without a warning."""

import numpy as np
import pytest

import strategic as st
from strategic import evolution
from strategic.equilibria.concepts.choice import RULES, choose
from strategic.equilibria.concepts.welfare_in_bulk import deviation_gains, welfares
from strategic.errors import StrategicError
from strategic.games import Game
from strategic.modelling.games import game_measures
from strategic.modelling.points import Points

UNITS = [1.0, 1e300, 1e-300, 1e16, 4e307, 1e-310]
METHODS = [
    "correlated", "coarse", "dominance", "selection", "all", "one", "pure", "lemke_howson",
    "lemke_howson_all", "commitment", "symmetric",
]  # fmt: skip


def batches(seed, count):
    """Batches of three games of one to three players, a third of them of whole numbers."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        players = int(rng.integers(1, 4)) if number % 2 else 2
        shape = (3, *rng.integers(1, 4, players).tolist())
        unit = UNITS[number % len(UNITS)]
        for_whole = number % 3
        yield [
            (rng.integers(-3, 4, shape) if for_whole else rng.uniform(-3, 3, shape)) * unit
            for _ in range(players)
        ]


def told(call, *arguments, **options):
    """Call it: whether it answered, and what it said where it refused."""
    try:
        call(*arguments, **options)
    except StrategicError as problem:
        return False, str(problem)
    return True, ""


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_or_refuses_in_one_line(method):
    games = [some for tables in batches(3, 60) for some in (tables, [t[0] for t in tables])]
    answers = [told(st.solve, *some, method=method) for some in games]
    assert sum(answered for answered, _ in answers) > 5
    assert not any("\n" in refusal for _, refusal in answers)


def test_every_concept_answers_or_refuses_in_one_line():
    for tables in batches(4, 60):
        if len(tables) == 1:
            continue
        found = st.solve(*tables)
        assert (found.count > 0).all()
        deviation_gains(found.games)
        if len(tables) == 2:
            found.components(), found.exact(), found.fractions()
            welfares(found)
        assert not any("\n" in told(choose, found, rule)[1] for rule in RULES)


POWERS = [-1, 60, -545, 900]
PARTS = {
    "commitment": ("leader", "reply", "status"),
    "dominance": ("dominator", "action", "status"),
    "one": ("row", "column", "status"),
    "zero_sum": ("row", "column", "status"),
}
"""What of a solution has no unit of payoffs."""


@pytest.mark.parametrize("kind", ["any", "tied"])
@pytest.mark.parametrize("method", PARTS)
def test_answers_are_the_same_in_any_unit(method, kind):
    """Units are powers of two, in which no payoff is rounded."""
    rng = np.random.default_rng(5)
    for shape in ((20, 2, 2), (24, 3, 3)):
        row, column = rng.integers(0, 3, (2, *shape)) if kind == "tied" else rng.random((2, *shape))
        tables = [row, -row if method == "zero_sum" else column]
        known = st.solve(*tables, method=method, workers=1)
        for power in POWERS:
            found = st.solve(*(np.ldexp(t, power) for t in tables), method=method, workers=1)
            for part in PARTS[method]:
                new, old = np.broadcast_arrays(getattr(found, part), getattr(known, part))
                np.testing.assert_allclose(new, old, rtol=1e-14, atol=0.0)
            found_payoffs = getattr(found, "payoffs", None)
            if found_payoffs is not None:
                wanted = known.payoffs
                np.testing.assert_allclose(
                    np.ldexp(found_payoffs, -power), wanted, rtol=1e-13, atol=1e-15
                )


def test_each_players_unit_is_her_own():
    """Neither commitment nor dominance compares payoffs of different players."""
    row, column = np.random.default_rng(6).random((2, 20, 3, 3))
    for method in ("commitment", "dominance"):
        known, found = (
            st.solve(np.ldexp(row, power), np.ldexp(column, -power), method=method, workers=1)
            for power in (0, 500)
        )
        for part in PARTS[method]:
            np.testing.assert_array_equal(getattr(found, part), getattr(known, part))


def test_measures_are_the_same_in_any_unit():
    tables = np.random.default_rng(7).integers(0, 4, (2, 200, 2, 2)).astype(float)

    def dominant(power):
        measures = game_measures(lambda _: tuple(np.ldexp(tables, power)), (2, 2))
        return measures["risk_dominant"].compute(Points({"x": np.zeros(200)}))

    assert len(np.unique(dominant(0))) == 6
    for power in POWERS:
        np.testing.assert_array_equal(dominant(power), dominant(0))


def test_ties_of_three_players_are_told_in_any_unit():
    tables = np.random.default_rng(1).integers(0, 3, (3, 300, 2, 3, 3))[:, 110]
    known, found = (st.solve(*np.ldexp(tables, power)) for power in (0, 500))
    assert (found.status, found.count) == (known.status, known.count)
    for new, old in zip(found.strategies, known.strategies, strict=True):
        np.testing.assert_array_equal(new, old)


def test_stable_strategies_are_told_in_any_unit():
    ties = np.random.default_rng(8).integers(0, 3, (6, 4, 4)).astype(float)
    known = evolution.rest_points(evolution.PopulationGame.one_population(ties))
    for power in (-545, 500):
        game = evolution.PopulationGame.one_population(np.ldexp(ties, power))
        assert evolution.rest_points(game).verdict.tolist() == known.verdict.tolist()


def test_fictitious_play_is_the_same_in_any_unit_and_at_any_level():
    row, column = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]]).payoffs
    known, _ = evolution.fictitious_play(row, column, 100, logit=0.5)
    for power in (*POWERS, -20, 1000):
        tables = [np.ldexp(table, power) for table in (row, column)]
        found, _ = evolution.fictitious_play(*tables, 100, logit=float(np.ldexp(0.5, power)))
        np.testing.assert_array_equal(found, known)
    higher, _ = evolution.fictitious_play(row + 2.0**20, column - 2.0**20, 100, logit=0.5)
    np.testing.assert_array_equal(higher, known)


def test_paths_of_best_responses_turn_at_the_same_places_in_any_unit():
    tables = np.random.default_rng(9).random((3, 2, 2, 2))
    starts = [np.random.default_rng(k).dirichlet([1.0, 1.0], 20) for k in range(3)]
    known, found = (
        evolution.paths(Game(tuple(np.ldexp(tables, power))), starts, dynamics="best-response")
        for power in (0, -545)
    )
    assert found.steps.tolist() == known.steps.tolist()
    for new, old in zip(found.end, known.end, strict=True):
        np.testing.assert_array_equal(new, old)


def test_shares_of_variance_are_the_same_in_any_unit():
    def shares(unit):
        made = st.family(
            lambda x, y: ([[unit * (x + y * y), 0.0]], [[unit, 0.0]]),
            {"x": (0.5, 0.0, 1.0), "y": (0.5, 0.0, 1.0)},
        )
        over = {"x": (0.0, 1.0), "y": (0.0, 1.0)}
        found = st.sensitivity(st.Model(made), over, "best_welfare", draws=16)
        return np.array([found[name] for name in ("first", "total", "first_error")])

    known = shares(1.0)
    assert np.isfinite(known).all()
    for power in (-545, 900):
        np.testing.assert_array_equal(shares(2.0**power), known)


@pytest.mark.parametrize("method", ["all", "polytopes"])
def test_what_the_other_does_may_be_worth_a_billion_times_more(method):
    """What depends on the other's action alone changes no reply."""
    rng = np.random.default_rng(10)
    tables = rng.integers(-9, 10, (2, 5, 3, 3))
    levels = rng.integers(-9, 10, (2, 5, 3)) * 10**9
    higher = tables[0] + levels[0][:, None], tables[1] + levels[1][..., None]
    known, found = (st.solve(*some, method=method, workers=1) for some in (tables, higher))
    assert found.count.tolist() == known.count.tolist()
    for new, old in zip(found.strategies, known.strategies, strict=True):
        np.testing.assert_allclose(new, old, rtol=1e-14)
