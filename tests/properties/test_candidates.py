"""The government and organisations that compete by effort: closed forms against the game itself."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import strategic as st
from strategic.equilibria._regret import regret
from strategic.equilibria.concepts.pure import pure_mask
from strategic.errors import GameError, MeasureError
from strategic.families.relationship import RELATIONSHIP, relationship
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._candidates import candidacy
from strategic.families.relationship._partners import candidate_terms, organisations_game
from strategic.games import Game
from strategic.status import Status


def _drawn(seed, count, **more):
    """Random relationships in which the government is willing in about half of them."""
    rng = np.random.default_rng(seed)
    return {
        "relation.alignment": rng.uniform(0.5, 1, count),
        "relation.payment": rng.uniform(0, 0.2, count),
        "government.temptation": rng.uniform(0, 0.2, count),
        "organisation.cost_partner": rng.uniform(0, 0.8, count),
        "organisation.effort_cost": rng.uniform(0, 0.5, count),
        **more,
    }


@pytest.mark.parametrize("candidates", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("free", [False, True])
def test_pure_equilibria_are_counted_as_comparing_payoffs_counts_them(candidates, free):
    values = _drawn(candidates, 400, **{"relation.candidates": candidates})
    if free:  # effort that costs nothing leaves those who are not picked indifferent
        values["organisation.effort_cost"] = 0.0
    points = relationship(values).points
    games = organisations_game(points)
    mask = pure_mask(games)
    axes = tuple(range(1, mask.ndim))
    np.testing.assert_array_equal(candidacy(points).pure_count, mask.sum(axis=axes))
    # Effort is sustained where, in some equilibrium, who is picked makes it.
    picked, *efforts = np.indices(games.shape)
    works = np.any([(picked == i) & (e == 1) for i, e in enumerate(efforts)], axis=0)
    sustained = (mask & works).any(axis=axes)
    measured = RELATIONSHIP.measures["effort_sustained"].compute(points)
    np.testing.assert_array_equal(measured, sustained)
    assert 20 < sustained.sum() < 380


def test_with_nothing_to_lose_the_government_may_pick_an_idle_partner():
    losses = ("government.rebuff_loss", "government.cost_cooperate", "relation.advance")
    values = _drawn(9, 300, **{"relation.candidates": 3}, **dict.fromkeys(losses, 0.0))
    for cost in (0.0, values["organisation.effort_cost"]):
        points = relationship({**values, "organisation.effort_cost": cost}).points
        mask = pure_mask(organisations_game(points))
        np.testing.assert_array_equal(candidacy(points).pure_count, mask.sum(axis=(1, 2, 3, 4)))


@pytest.mark.parametrize("candidates", [2, 3, 4])
def test_working_and_hesitant_profiles_are_equilibria_and_one_more_worker_is_not(candidates):
    points = relationship(_drawn(20, 600, **{"relation.candidates": candidates})).points
    games, found = organisations_game(points), candidacy(points)
    workers = np.arange(1, candidates + 1)
    sizes = [regret(games, _lots(candidates, s, 600), game=np.arange(600)) < 1e-12 for s in workers]
    np.testing.assert_array_equal(np.sum(sizes, axis=0), found.working)
    hesitant = np.flatnonzero(~np.isnan(found.effort))
    assert len(hesitant) > 10
    government = np.repeat(found.choice[hesitant, None] / candidates, candidates, axis=1)
    government = np.column_stack([government, 1 - found.choice[hesitant]])
    effort = np.column_stack([1 - found.effort[hesitant], found.effort[hesitant]])
    profile = [government, *[effort] * candidates]
    assert regret(games, profile, game=hesitant).max() < 1e-12


def _lots(candidates, workers, count):
    """The first so many work, and the government draws lots among them."""
    government = np.zeros((count, candidates + 1))
    government[:, :workers] = 1 / workers
    one = [
        np.tile([1.0 * (i >= workers), 1.0 * (i < workers)], (count, 1)) for i in range(candidates)
    ]
    return [government, *one]


def test_the_solver_finds_what_the_closed_forms_say_and_nothing_else_where_it_is_complete():
    points = relationship(_drawn(30, 150, **{"relation.candidates": 2})).points
    found, held = st.solve(organisations_game(points)), candidacy(points)
    complete = np.isin(found.status, (Status.COMPLETE, Status.COMPLETE_EXACT))
    # Two at work, between whom the government may choose as it likes, are a curve of equilibria.
    assert not complete[held.working == 2].any()
    assert complete[held.working < 2].all()
    for number in np.flatnonzero(complete):
        one = found.of(number)
        # Nobody; and where one can work: either of them, surely or hesitantly.
        expected = 1 if held.working[number] == 0 else 5
        assert len(one) == expected
    assert (held.working[complete] == 1).sum() > 5


def test_organisations_alike_are_treated_alike():
    points = relationship(_drawn(40, 30, **{"relation.candidates": 3})).points
    games = organisations_game(points)
    for mine, theirs in ((1, 2), (2, 3)):
        swapped = np.swapaxes(games.payoffs[mine], mine + 1, theirs + 1)
        order = [0, 1, 2, 3]
        order[mine - 1], order[mine] = order[mine], order[mine - 1]
        np.testing.assert_array_equal(games.payoffs[theirs], np.take(swapped, order, axis=1))
        mask = pure_mask(games)
        np.testing.assert_array_equal(
            mask, np.take(np.swapaxes(mask, mine + 1, theirs + 1), order, axis=1)
        )


def test_who_gains_when_there_are_more_candidates():
    counts = np.arange(1, 13)[:, None]
    values = _drawn(50, 200, **{"relation.candidates": counts})
    points = relationship(values).points
    found = candidacy(points)
    # More can work at once, up to what effort costs; whether any does never changes.
    assert (np.diff(found.working, axis=0) >= 0).all()
    assert (np.diff(found.blocked_by, axis=0) == 0).all()
    # An organisation that works among s gains x_O/s - k_e: less with every rival, never the less
    # than b_O/s, what idling would earn; the government gains nothing by more of them.
    x_G, x_O, b_O, _ = candidate_terms(points)
    working = np.maximum(found.working, 1)
    earned = x_O / working - values["organisation.effort_cost"]
    some = found.working >= 1
    assert (earned >= b_O / working - 1e-12)[some].all()
    fine = some[:-1] & (x_O[:-1] > 0)
    assert (np.diff(earned, axis=0)[fine] <= 1e-12).all()
    assert (np.broadcast_to(x_G, some.shape)[some] >= 0).all()
    # A hesitant government picks somebody the more surely; the effort of each stays the same.
    both = ~np.isnan(found.choice[1:])
    assert (np.diff(found.choice, axis=0)[both] > 0).all()
    np.testing.assert_allclose(np.diff(found.effort, axis=0)[both], 0, atol=1e-15)


def test_limits_and_ties_are_decided_as_written():
    # g = x_O - b_O = 3/10 of decimals that doubles do not hold; effort of 1/10 repays three.
    zero = dict.fromkeys(
        ("public_weight", "legitimacy_gain", "cost_partner", "incident_loss", "diversion"), 0.0
    )
    base = {f"organisation.{name}": value for name, value in zero.items()}
    base |= {"relation.penalty": 0.0, "relation.payment": 0.3, "government.public_weight": 9.0}
    point = {**base, "relation.candidates": 5, "organisation.effort_cost": 0.1}
    found = candidacy(relationship(point).points)
    assert Fraction("0.3") / Fraction("0.1") == 3
    assert 3 * 0.1 > 0.3  # the doubles say otherwise
    assert float(found.working) == 3
    many = relationship({**point, "organisation.effort_cost": [0.1, 0.15, 0.3, 0.30001, 0.0]})
    assert candidacy(many.points).working.tolist() == [3, 2, 1, 0, 5]
    # Free effort leaves so much open that the count is beyond what whole doubles hold.
    free = relationship({**point, "organisation.effort_cost": 0.0, "relation.candidates": [5, 90]})
    assert candidacy(free.points).pure_count[0] == 1 + 5 * 2**4
    assert np.isnan(candidacy(free.points).pure_count[1])
    unwilling = relationship({**point, "government.temptation": 99.0}).points
    assert base_terms(unwilling).incentive[0] < 0
    assert (float(candidacy(unwilling).working), int(candidacy(unwilling).blocked_by)) == (0, 1)


def test_the_contest_is_not_counted_twice_and_defaults_stay():
    values = {"relation.organisations": 4.0, "relation.contest_prize": 0.4}
    points = relationship(values).points
    x_O = candidate_terms(points)[1]
    single = base_terms(relationship({"relation.contest_prize": 0.4}).points).incentive[1]
    assert float(x_O) == pytest.approx(float(single))
    plain = relationship().points
    np.testing.assert_array_equal(candidate_terms(plain)[1], base_terms(plain).incentive[1])


def test_the_game_solves_sweeps_and_bounds():
    model = st.load("competing-organisations")
    assert model.organisations.shape == (5, 2, 2, 2, 2)
    assert isinstance(model.game("organisations"), Game)
    swept = st.sweep(model, {"relation.candidates": [2, 3, 4]}, ["candidates_working"])
    assert swept["candidates_working"].values.tolist() == [2, 3, 3]
    edge = st.boundary(model, "organisation.effort_cost", "candidates_working", over=(0.2, 0.25))
    x_G, x_O, b_O, _ = map(float, candidate_terms(model.points))
    assert x_G > 0
    np.testing.assert_allclose(edge["at"].values, [(x_O - b_O) / 3], atol=1e-9)
    with pytest.raises(GameError, match="at most 8"):
        model.change({"relation.candidates": 9}).game("organisations")
    with pytest.raises(GameError, match="one number"):
        model.change({"relation.candidates": [2, 3]}).game("organisations")
    measure = RELATIONSHIP.measure("organisations.pure_count")
    two = model.change({"relation.candidates": 2}).points
    assert int(measure.compute(two)) == 3
    with pytest.raises(MeasureError, match="at the defaults"):
        measure.compute(model.points)


def test_more_candidates_than_a_game_has_room_for_are_reported():
    crowded = st.load("competing-organisations").change({"relation.candidates": 40})
    section = st.report(crowded).document["candidates"]
    assert (section["candidates"], section["working"], section["pure_equilibria"]) == (40, 3, 41)


def test_sentences_follow_the_verdict():
    from strategic.families.relationship._verdict import Candidates
    from strategic.families.relationship.reporting._candidates import _sentences
    from tests.properties.test_report_claims import borne_out

    told = set()
    for held in (
        Candidates(3, 0, "government"),
        Candidates(3, 0, "organisation"),
        Candidates(1, 1, None),
        Candidates(3, 3, None),
        Candidates(3, 2, None),
    ):
        for sentence in _sentences(held):
            assert borne_out(SimpleNamespace(candidates=held), sentence)
            told.add(sentence)
    assert len(told) == 6
