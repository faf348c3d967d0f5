"""Leadership: who commits first and how surely, against backward induction written out in loops."""

import numpy as np
import pytest

import strategic as st
from strategic.equilibria.concepts.commitment import pure_commitment
from strategic.equilibria.concepts.pure import pure_profiles
from strategic.errors import ParameterError
from strategic.families.relationship import relationship
from strategic.families.relationship._choices import (
    CELLS,
    GOVERNMENT_ACTIONS,
    ORGANISATION_ACTIONS,
    OUTCOMES,
    choices_payoffs,
    commit,
)
from strategic.families.relationship._leadership import (
    KINDS,
    PLACES,
    cell_if_broken,
    margins,
    outcome,
)
from strategic.families.relationship._sector import sector
from strategic.modelling import measure

COUNT = 400
LEADS = {1: GOVERNMENT_ACTIONS, -1: ORGANISATION_ACTIONS}


def tables(model, place):
    """Payoffs of one point by cell, one dictionary per side."""
    return [
        {
            row + column: float(payoffs[place, i, j])
            for i, row in enumerate(GOVERNMENT_ACTIONS)
            for j, column in enumerate(ORGANISATION_ACTIONS)
        }
        for payoffs in choices_payoffs(model.points)
    ]


def induced(government, organisation, leader, holds):
    """Backward induction: the last move, then the reply, then the announcement."""
    if leader == 1:
        own, other, joined = government, organisation, str.__add__
    else:
        own, other, joined = organisation, government, lambda mine, theirs: theirs + mine
    replies = LEADS[-leader]
    best = None
    for announced in LEADS[leader]:
        reply = None
        for answer in replies:
            last = max(LEADS[leader], key=lambda mine, answer=answer: own[joined(mine, answer)])
            kept, broken = joined(announced, answer), joined(last, answer)
            theirs = holds * other[kept] + (1 - holds) * other[broken]
            mine = holds * own[kept] + (1 - holds) * own[broken]
            if reply is None or theirs > reply[0]:
                reply = theirs, mine, kept, broken
        if best is None or reply[1] > best[1]:
            best = reply
    theirs, mine, kept, broken = best
    payoffs = (mine, theirs) if leader == 1 else (theirs, mine)
    return payoffs, kept, broken


@pytest.mark.parametrize("leader", [1, -1])
@pytest.mark.parametrize("sure", [True, False])
def test_backward_induction(draw, leader, sure):
    holds = np.ones(COUNT) if sure else np.random.default_rng(leader + 5).random(COUNT)
    model = draw(COUNT, 31, {"relation.leader": leader, "relation.commitment": holds})
    found, broken_cells = outcome(model.points), cell_if_broken(model.points)
    for place in range(COUNT):
        payoffs, kept, broken = induced(*tables(model, place), leader, float(holds[place]))
        assert PLACES[found.kept[place]] == kept
        assert PLACES[broken_cells[place]] == broken
        assert found.payoffs[:, place] == pytest.approx(payoffs, rel=1e-12)
        likely = kept if holds[place] >= 0.5 else broken
        assert PLACES[found.cell[place]] == likely
        assert KINDS[found.type[place]] == OUTCOMES[likely][1]
    assert len(set(found.cell.tolist())) > 5
    assert (found.kept != broken_cells).any()


def test_a_leader_who_never_keeps_its_word_follows(draw):
    for leader in (1, -1):
        never = outcome(
            draw(4000, 32, {"relation.leader": leader, "relation.commitment": 0.0}).points
        )
        follows = outcome(draw(4000, 32, {"relation.leader": -leader}).points)
        np.testing.assert_array_equal(never.cell, follows.cell)
        np.testing.assert_array_equal(never.type, follows.type)
        np.testing.assert_array_equal(never.payoffs, follows.payoffs)


def test_sure_commitment_of_the_government_is_todays_answer_to_the_bit(draw):
    model = draw(4000, 33)
    found, before = outcome(model.points), pure_commitment(*choices_payoffs(model.points))
    np.testing.assert_array_equal(found.kept, 4 * before.leader + before.follower)
    np.testing.assert_array_equal(found.payoffs.T, before.payoffs)
    ranked = np.sort(
        np.take_along_axis(choices_payoffs(model.points)[0], before.replies[..., None], axis=-1)[
            ..., 0
        ]
    )
    np.testing.assert_array_equal(margins(model.points)[0], ranked[:, -1] - ranked[:, -2])
    # A doubtful commitment of probability 1 somewhere in a grid changes nothing either.
    mixed = draw(4000, 33, {"relation.commitment": np.where(np.arange(4000) % 2, 1.0, 0.3)})
    np.testing.assert_array_equal(outcome(mixed.points).kept[1::2], found.kept[1::2])
    np.testing.assert_array_equal(outcome(mixed.points).payoffs[:, 1::2], found.payoffs[:, 1::2])


def test_simultaneous_choices_are_settled_by_the_only_pure_equilibrium(draw):
    model = draw(2000, 34, {"relation.leader": 0})
    found, (row, column) = outcome(model.points), choices_payoffs(model.points)
    game, profile = pure_profiles(row, column)
    for place in range(2000):
        cells = ["CKRS"[i] + "PYXE"[j] for i, j in profile[game == place]]
        types = {OUTCOMES[cell][1] for cell in cells}
        expected = cells[0] if len(cells) == 1 else "several"
        kind = types.pop() if len(types) == 1 else "several"
        if not cells:
            expected = kind = "mixed"
        assert (PLACES[found.cell[place]], KINDS[found.type[place]]) == (expected, kind)
        if len(cells) == 1:
            at = CELLS.index(cells[0])
            both = (row[place].flat[at], column[place].flat[at])
            assert tuple(found.payoffs[:, place]) == both
        else:
            assert np.isnan(found.payoffs[:, place]).all()
    assert np.isnan(margins(model.points)[0]).all()
    shares = np.bincount(found.cell, minlength=len(PLACES)) / 2000
    assert shares[:16].sum() > 0.3
    assert (shares[16:] > 0.005).all()


def test_whoever_leads_for_sure_earns_at_least_its_best_pure_equilibrium(draw):
    model = draw(2000, 35)
    row, column = choices_payoffs(model.points)
    game, profile = pure_profiles(row, column)
    for side, leader in enumerate((1, -1)):
        led = outcome(model.change({"relation.leader": leader}).points).payoffs[side]
        at = (row, column)[side][game, profile[:, 0], profile[:, 1]]
        assert (led[game] >= at - 1e-12).all()


def test_leaders_may_differ_within_a_grid():
    leaders = relationship({"relation.leader": [[1], [0], [-1]], "relation.payment": [0.1, 0.2]})
    together = outcome(leaders.points)
    assert together.cell.shape == (3, 2)
    assert together.payoffs.shape == (2, 3, 2)
    for place, leader in enumerate((1, 0, -1)):
        alone = outcome(
            relationship({"relation.leader": leader, "relation.payment": [0.1, 0.2]}).points
        )
        np.testing.assert_array_equal(together.cell[place], alone.cell)
        np.testing.assert_array_equal(together.payoffs[:, place], alone.payoffs)


def test_measures_of_one_side_leading_do_not_depend_on_who_does():
    model = st.load("restriction")
    names = ("reply_to_capture", "payoff_of_restrict", "government_reply_to_partner")
    names += ("organisation_payoff_of_partner",)
    asked = [measure(model.change({"relation.leader": who}), *names) for who in (1, 0, -1)]
    assert asked[0] == asked[1] == asked[2]
    assert asked[0]["government_reply_to_partner"] == "K"
    replies = commit(model.points).replies.tolist()
    assert asked[0]["reply_to_capture"] == ORGANISATION_ACTIONS[replies[1]]


def test_a_leader_between_the_two_is_refused():
    with pytest.raises(ParameterError, match=r"relation\.leader.*whole number"):
        relationship({"relation.leader": 0.5})


def test_types_of_a_sector_may_be_left_open():
    found = sector(st.load("sector-growth").change({"relation.leader": 0}), draws=20)
    assert found.shares.shape == (13, len(KINDS))
    np.testing.assert_allclose(found.shares.sum(axis=1), 1.0)
    assert found.shares[:, KINDS.index("several")].min() > 0


def test_what_nobody_settles_is_reported_as_open():
    model = st.load("restriction").change({"relation.leader": 0})
    section = st.report(model).document["choices"]
    assert (section["leader"], section["commitment"]["label"]) == ("nobody", None)
    assert np.isnan(section["benefits"]["net_social_value"])
    assert [entry["label"] for entry in section["reachable"]] == ["RY", "SE"]
    assert "left open" in section["sentences"][0]


def test_a_doubtful_commitment_is_reported_with_its_doubt():
    values = {"relation.leader": -1, "relation.commitment": 0.4}
    section = st.report(st.load("restriction").change(values)).document["choices"]
    assert (section["leader"], section["commitment"]["label"]) == ("organisation", "RY")
    assert "holds with probability 0.40" in section["sentences"][0]
    assert len(section["reachable"]) == 4
