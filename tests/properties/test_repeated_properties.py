"""What punishments, repair and dependence promise, checked by values of the automaton itself."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from strategic import repeated
from strategic.repeated import repeated_game
from strategic.repeated.closed_forms.dependence import TIE
from strategic.status import Status

unit = st.floats(0.01, 0.99)
rates = st.fixed_dictionaries(
    {"discount": unit, "incident_risk": st.floats(0, 0.5), "detection": unit}
)
worth, gain, loss = st.floats(0.1, 5), st.floats(0.05, 5), st.floats(0.05, 5)


def automaton_values(payoffs, moves, discount):
    """Average payoff of each state of a Markov chain, by a linear solve."""
    size = len(payoffs)
    system = np.eye(size) - discount * np.asarray(moves)
    return np.linalg.solve(system, (1 - discount) * np.asarray(payoffs))


def deviation_gain(length, worth, gain, *, discount, incident_risk, detection):
    """Gain of one deviation when a bad signal costs ``length`` periods of punishment."""
    moves = np.zeros((length + 1, length + 1))
    moves[0, 0], moves[0, 1] = 1 - incident_risk, incident_risk
    for state in range(1, length + 1):
        moves[state, (state + 1) % (length + 1)] = 1
    values = automaton_values([worth, *[0] * length], moves, discount)
    noticed = 1 - (1 - incident_risk) * (1 - detection)
    tomorrow = (1 - noticed) * values[0] + noticed * values[1]
    return (1 - discount) * (worth + gain) + discount * tomorrow - values[0], values[0]


@given(worth, gain, rates)
def test_the_shortest_punishment_deters_and_a_shorter_one_does_not(D, g, rate):
    found = repeated.enforce(repeated_game(D, 0, D + g, **rate))
    length = float(found.punishment_length)
    if not length <= 60:
        assume(np.isnan(length))
        assert deviation_gain(60, D, g, **rate)[0] > -1e-9
        return
    gained, value = deviation_gain(int(length), D, g, **rate)
    assert gained <= 1e-9
    assert np.isclose(value, found.value)
    assert found.grim_value <= found.value + 1e-12
    assert found.value <= found.best_value + 1e-9
    if length > 1:
        assert deviation_gain(int(length) - 1, D, g, **rate)[0] > -1e-9


@given(worth, gain, rates, st.floats(-50, 50), st.floats(0.01, 100))
def test_payoffs_may_be_shifted_and_scaled(D, g, rate, shift, scale):
    base = repeated.enforce(repeated_game(D, -g, D + g, **rate))
    letters = [scale * x + shift for x in (D, -g, D + g, 0.0)]
    moved = repeated.enforce(repeated_game(*letters, **rate))
    np.testing.assert_allclose(moved.critical_discount, base.critical_discount, rtol=1e-8)
    np.testing.assert_allclose(moved.incident_limit, base.incident_limit, atol=1e-8)
    np.testing.assert_allclose(
        repeated.risk_dominant_threshold(repeated_game(*letters)),
        repeated.risk_dominant_threshold(repeated_game(D, -g, D + g)),
        rtol=1e-8,
    )
    margin = abs(rate["discount"] - float(base.critical_discount))
    assume(margin > 1e-6)
    assert moved.status == base.status


@given(worth, gain, unit, st.floats(0, 0.4), st.floats(0.05, 1))
def test_more_risk_or_less_patience_never_helps(D, g, delta, h, m):
    worse = [(delta, h + 0.1), (max(delta - 0.1, 0), h)]

    def sustained(discount, incident_risk, detection):
        rates = {"discount": discount, "incident_risk": incident_risk, "detection": detection}
        return repeated.enforce(repeated_game(D, 0, D + g, **rates))

    here = sustained(delta, h, m)
    for discount, risk in worse:
        there = sustained(discount, risk, m)
        if there.status == Status.OK:
            assert here.status == Status.OK
            assert there.punishment_length >= here.punishment_length
    assert sustained(delta, h, 1.0).incident_limit >= here.incident_limit


@given(worth, gain, rates, st.floats(0, 1))
def test_repair_holds_up_to_its_limit(D, g, rate, r):
    found = repeated.repair(repeated_game(D, 0, D + g, **rate), r)
    delta, h, m = (rate[name] for name in ("discount", "incident_risk", "detection"))
    moves = [[1 - h, h], [r, 1 - r]]
    cooperation, crisis = automaton_values([D, 0.0], moves, delta)
    noticed = 1 - (1 - h) * (1 - m)
    deviating = (1 - delta) * (D + g) + delta * ((1 - noticed) * cooperation + noticed * crisis)
    slack = cooperation - deviating
    np.testing.assert_allclose(found.value_in_cooperation, cooperation, rtol=1e-9)
    np.testing.assert_allclose(found.value_in_crisis, crisis, rtol=1e-9, atol=1e-12)
    assume(abs(slack) > 1e-9)
    assert (found.status == Status.OK) == (slack > 0)
    if slack > 0:
        assert r <= found.limit + 1e-9


@given(st.tuples(worth, gain, loss), unit, st.floats(0, 0.5), st.floats(0, 1))
def test_trust_needed_is_where_grim_and_defection_tie(payoffs, delta, h, belief):
    D, g, lost = payoffs
    game = repeated_game(D, -lost, D + g, discount=delta, incident_risk=h)
    needed = float(repeated.trust_needed(game))
    value = automaton_values([D, 0.0], [[1 - h, h], [0, 1]], delta)[0]
    grim = belief * value - (1 - belief) * (1 - delta) * lost
    defect = belief * (1 - delta) * (D + g)
    assume(abs(grim - defect) > 1e-9)
    assert (grim > defect) == (belief > needed)


@given(st.tuples(gain, gain), st.tuples(worth, worth), st.tuples(unit, unit))
def test_transfers_sustain_whatever_separate_promises_do(g, D, delta):
    game = repeated_game(D, 0, np.add(D, g), discount=delta)
    alone, pair = repeated.grim_threshold(game), repeated.unequal_dependence(game)
    if (np.asarray(delta) >= alone).all():
        assert pair.transfers_slack >= -1e-9
    binding = int(pair.binding_side)
    strain = alone / np.asarray(delta)
    assert binding == TIE or strain[binding] == strain.max()
    limits = repeated.incident_limit(game)
    assert binding == TIE or limits[binding] == limits.min()


@given(st.lists(st.tuples(worth, gain, unit, unit), min_size=1, max_size=6))
def test_a_batch_is_its_points(points):
    D, g, delta, h = np.array(points).T
    together = repeated.enforce(repeated_game(D, 0, D + g, discount=delta, incident_risk=h))
    for k in range(len(points)):
        game = repeated_game(D[k], 0, D[k] + g[k], discount=delta[k], incident_risk=h[k])
        alone = repeated.enforce(game)
        for name, value in vars(alone).items():
            np.testing.assert_array_equal(getattr(together, name)[k], value, err_msg=name)


@given(worth, unit, st.floats(0, 0.5), st.integers(1, 12))
def test_value_and_share_are_those_of_the_chain(D, delta, h, length):
    game = repeated_game(D, 0, D, discount=delta, incident_risk=h)
    value = repeated.value_of_cooperation(game, length)
    rate = {"discount": delta, "incident_risk": h, "detection": 1.0}
    _, exact = deviation_gain(length, D, 1.0, **rate)
    np.testing.assert_allclose(value, exact, rtol=1e-9)
