"""Ties of the one-shot games are those of the numbers as written, not of their doubles.

The oracle is the specification in plain fractions: one game at a time, no arrays, no rounding.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship import _as_written as as_written
from strategic.families.relationship import relationship
from strategic.families.relationship._as_written import doubles_in_order, output_rounding, rounding
from strategic.families.relationship._base_game import (
    RISK_DOMINANT,
    SITUATIONS,
    _signed_terms,
    base_terms,
    cooperation_is_equilibrium,
    risk_dominant,
    situation,
)
from strategic.families.relationship._choices import (
    CELLS,
    TYPES,
    _cells,
    cell,
    commit,
    replies_text,
)
from strategic.families.relationship._leadership import PLACES, outcome, relationship_type
from strategic.families.relationship._parameters import PARAMETERS
from strategic.families.relationship._production import _outputs
from strategic.families.relationship._trust import replay
from strategic.modelling import Timeline

G, O, R = "government.", "organisation.", "relation."  # noqa: E741
ELSEWHERE = {R + "discount", R + "leader", R + "commitment"}  # they do not enter payoffs
PAYOFFS = [
    name
    for name, parameter in PARAMETERS.items()
    if name.startswith((G, O, R, "exposure.")) and not parameter.optional and name not in ELSEWHERE
]
FREE = {
    "U_G": [G + "cost_capture", G + "cost_restrict", G + "cost_substitute", R + "payment"],
    "U_O": [R + "sanction", O + "outside_option", O + "cost_comply", O + "cost_partner"],
    "x_G": [G + "temptation"],
    "x_O": [O + "legitimacy_gain", O + "cost_partner"],
    "R_G": [G + "cost_cooperate"],
}
"""Parameters that are solved for, so that two payoffs tie; payoffs are linear in each."""


def outputs(v):
    """q_G, q_O, J1, Jd, JS of perfect substitutes or fixed proportions."""
    a, A = v[R + "technology_share"], v[R + "productivity"]

    def made(T, M):
        return A * (a * T + (1 - a) * M if v[R + "substitution"] == 1 else min(T, M))

    T_G, M_G, T_O, M_O = (v[s + part] for s in (G, O) for part in ("technology", "mobilisation"))
    pooled = T_G + T_O + v[R + "information_sharing"] * v[G + "information"]
    made_all = (
        made(T_G, M_G),
        (1 - v[O + "legitimacy_need"]) * made(T_O, M_O),
        made(pooled, M_G + M_O),
        made(T_G + v[O + "retained_technology"] * T_O, M_G + M_O),
        made(T_G + v[G + "absorption"] * T_O, M_G),
    )
    return [q if q >= v[R + "required_quality"] else Fraction(0) for q in made_all]


def plain(v):
    """Write down U_G, U_O and the terms of the base game (R, b, c) in fractions."""
    q_G, q_O, J1, Jd, JS = outputs(v)
    al, n = v[R + "alignment"], v[R + "organisations"]
    kap, wG, wO = (1 + al) / 2, v[G + "public_weight"], v[O + "public_weight"]
    p, u, h = v[R + "payment"], v[R + "advance"], v[R + "incident_risk"]
    k_C = v[G + "cost_cooperate"] + v[R + "diversity_cost"] * (n - 1)
    effort = v[R + "contest_exponent"] * (n - 1) * v[R + "contest_prize"] / n**2
    k_K, k_R, k_S = (v[G + f"cost_{verb}"] for verb in ("capture", "restrict", "substitute"))
    phi, om, psi = (
        v[G + "performance_competition"],
        v[G + "control_preference"],
        v[R + "permitted_scale"],
    )
    M_G, M_O = v[G + "mobilisation"], v[O + "mobilisation"]
    lam = v[G + "shelter_responsibility"] * (M_G / (M_G + M_O) if M_G + M_O else 0)
    sheltered, Phi = lam + h * v[G + "incident_loss"], phi * (q_O + (J1 - q_G - q_O) / 2)
    Z, x = v[R + "sensitivity"] * v[O + "challenge_capacity"], v[G + "contest_cost"]
    zG, zO, dl = v[G + "rebuff_loss"], v[O + "rebuff_loss"], v[O + "retained_technology"]
    e = {
        k: v[f"exposure.{k}"]
        for k in (
            f"{a}_{b}"
            for a in ("cooperate", "capture", "restrict", "substitute")
            for b in ("competition", "shelter")
        )
    }
    ell, aut, k_O, k_Y = (
        v[O + k] for k in ("legitimacy_gain", "autonomy_loss", "cost_partner", "cost_comply")
    )
    # Detection is the root of the product: settings keep both supervisions the same.
    m, F, r, o = (
        v[R + "internal_supervision"],
        v[R + "penalty"],
        v[R + "sanction"],
        v[O + "outside_option"],
    )
    b_O = v[O + "diversion"] * u * p - m * F
    apart, fight = wG * (q_G + al * q_O), x + Z + phi * q_O
    small = (
        wG * (q_G + al * psi * q_O)
        - k_R
        - e["restrict_competition"] * psi * phi * q_O
        - e["restrict_shelter"] * sheltered
    )
    taken = (
        wG * JS
        - k_S
        - e["substitute_competition"] * phi * q_O
        - e["substitute_shelter"] * sheltered
    )
    U = [
        [
            wG * kap * J1
            - p
            - k_C
            - e["cooperate_competition"] * Phi
            - e["cooperate_shelter"] * sheltered
            - Z
            - om / 2,
            wG * Jd
            - p
            - k_C
            - e["cooperate_competition"] * dl * Phi
            - e["cooperate_shelter"] * sheltered
            - om / 2,
            apart - u * p - k_C - zG - fight,
            wG * q_G - k_C - zG,
        ],
        [
            wG * J1 - p - k_K - e["capture_competition"] * Phi - e["capture_shelter"] * sheltered,
            wG * Jd
            - p
            - k_K
            - e["capture_competition"] * dl * Phi
            - e["capture_shelter"] * sheltered,
            apart - k_K - fight,
            wG * q_G - k_K,
        ],
        [small, small, apart - k_R - fight, wG * q_G - k_R],
        [taken, taken, wG * (JS + al * q_O) - k_S - fight, wG * JS - k_S],
    ]
    tame, alone = wO * al * Jd + p + ell - k_Y - aut, wO * (q_O + al * q_G)
    limited = wO * (psi * q_O + al * q_G) + psi * ell
    V = [
        [
            wO * kap * J1 + p + ell - k_O - h * v[O + "incident_loss"] - effort,
            tame - effort,
            alone + b_O,
            wO * al * q_G + o,
        ],
        [wO * al * J1 + p + ell - k_O - zO - aut, tame, alone - r, wO * al * q_G + o],
        [limited - k_O - zO, limited - k_Y, alone - r, wO * al * q_G + o],
        [wO * al * JS - k_O - zO, wO * al * JS - k_Y, wO * (q_O + al * JS) - r, wO * al * JS + o],
    ]
    E_G = e["cooperate_competition"] * Phi + e["cooperate_shelter"] * sheltered + Z + om / 2
    R_G = wG * (kap * J1 - q_G - al * q_O) - p - k_C - E_G
    R_O = wO * (kap * J1 - q_O - al * q_G) + p + ell - k_O - h * v[O + "incident_loss"] - effort
    return U, V, ((R_G, v[G + "temptation"], k_C + zG + u * p), (R_O, b_O, k_O + zO))


def led(U, V):
    """The organisation's replies P, Y, X, E first, the government's choice C, K, R, S first."""
    replies = [row.index(max(row)) for row in V]
    earned = [row[reply] for row, reply in zip(U, replies, strict=True)]
    return replies, earned.index(max(earned))


def setting(rng):
    """Decimals of at most two places for every parameter of the payoffs."""
    v = {name: Fraction(str(float(PARAMETERS[name].default))) for name in PAYOFFS}
    for name, parameter in PARAMETERS.items():
        if name in v and parameter.lower in {0.0, -1.0} and rng.random() < 0.7:
            v[name] = Fraction(int(rng.integers(0, 21)), int(rng.choice([20, 50, 100, 10])))
            v[name] = min(v[name], Fraction(99, 100)) if parameter.upper == 1 else v[name]
    v |= {
        R + "productivity": Fraction(1),
        R + "contest_exponent": Fraction(1),
        R + "required_quality": Fraction(0),
    }
    v[R + "substitution"] = Fraction(1) if rng.random() < 0.7 else -np.inf
    v[R + "organisations"] = Fraction(int(rng.choice([1, 1, 2, 4])))
    v[R + "internal_supervision"] = v[R + "external_supervision"]
    return v


def tied(rng):
    """Solve for one parameter that makes two payoffs tie, in decimals that are written in full."""
    while True:
        v, kind = setting(rng), rng.choice(list(FREE))
        name = str(rng.choice(FREE[kind]))

        pick = rng.integers(4, size=3)

        def apart(value, v=v, kind=kind, name=name, pick=pick):
            U, V, terms = plain(v | {name: value})
            if kind == "U_O":
                return V[pick[0]][pick[1]] - V[pick[0]][pick[2]]
            if kind == "U_G":
                replies, _ = led(U, V)
                return U[pick[1]][replies[pick[1]]] - U[pick[2]][replies[pick[2]]]
            R_i, b_i, _ = terms[kind[-1] == "O"]
            return R_i if kind == "R_G" else R_i - b_i

        at_0, at_1 = apart(Fraction(0)), apart(Fraction(1))
        if at_0 == at_1:
            continue
        value = at_0 / (at_0 - at_1)
        parameter, text = PARAMETERS[name], repr(float(value))
        if (
            Fraction(text) == value
            and parameter.lower <= value <= min(parameter.upper, 5)
            and not apart(value)
        ):
            return v | {name: value}


@pytest.fixture(scope="module")
def settings():
    rng = np.random.default_rng(12)
    return [tied(rng) for _ in range(500)]


def points_of(settings):
    return relationship({name: [float(v[name]) for v in settings] for name in PAYOFFS}).points


def test_choices_of_tied_decimals_are_those_of_plain_fractions(settings):
    found = commit(points_of(settings))
    decisive = 0
    for v, replies, leader in zip(settings, found.replies, found.leader, strict=True):
        U, V, _ = plain(v)
        expected, action = led(U, V)
        assert (replies.tolist(), int(leader)) == (expected, action), v
        earned = [row[reply] for row, reply in zip(U, expected, strict=True)]
        decisive += earned.count(max(earned)) > 1 or any(row.count(max(row)) > 1 for row in V)
    assert decisive > 120


def test_the_base_game_of_tied_decimals_is_that_of_plain_fractions(settings):
    points = points_of(settings)
    kinds, safe = situation(base_terms(points)), risk_dominant(points)
    holds = cooperation_is_equilibrium(points)
    indifferent = 0
    for number, v in enumerate(settings):
        _, _, terms = plain(v)
        for side, (R_i, b_i, _) in enumerate(terms):
            words = ("prisoner's dilemma", "deadlock") if R_i < b_i else ("stag hunt", "coerced")
            assert SITUATIONS[kinds[side, number]] == words[R_i <= 0], (v, side)
            indifferent += R_i in (b_i, 0)
        x_G, x_O = (R_i - b_i for R_i, b_i, _ in terms)
        assert holds[number] == (x_G >= 0 and x_O >= 0)
        gain, loss = x_G * x_O, terms[0][2] * terms[1][2]
        word = "CC" if gain > loss else "DD" if gain < loss else "tie"
        assert safe[number] == (RISK_DOMINANT.index(word) if min(x_G, x_O) > 0 else -1)
    assert indifferent > 120


RESTRICTED = {
    R + "alignment": 0.6,
    G + "performance_competition": 0.3,
    G + "shelter_responsibility": 0.4,
    R + "substitution": 1,
    O + "technology": 0.1,
    R + "permitted_scale": 0.3,
    O + "outside_option": -1,
}


def test_a_sweep_along_a_line_of_ties_gives_the_documented_reply():
    # Complying with restriction pays what resisting does on the whole line, and comes first.
    psi = np.arange(1, 100) / 100
    on_line = {
        R + "permitted_scale": psi,
        R + "sanction": np.round((1 - psi) * 0.15 - psi * 0.1, 6),
    }
    held = on_line[R + "sanction"] >= 0
    over = [(name, values[held]) for name, values in on_line.items()]
    points = relationship(RESTRICTED | dict(over)).points
    assert {replies_text(replies)[2] for replies in commit(points).replies} == {"Y"}
    assert set(np.asarray(TYPES)[relationship_type(points)]) == {"restriction"}
    found = st.sweep(
        relationship(RESTRICTED | {R + "sanction": 0.075}),
        {G + "rebuff_loss": np.linspace(0, 0.2, 101)},
        "relationship_type",
    )
    assert set(np.asarray(TYPES)[found["relationship_type"].values]) == {"restriction"}


@pytest.mark.parametrize(
    ("sanction", "reply"), [(0.075, "Y"), (0.07500000000000001, "Y"), (0.07499999999999999, "X")]
)
def test_the_last_digit_of_a_sanction_counts(sanction, reply):
    found = commit(relationship(RESTRICTED | {R + "sanction": sanction}).points)
    assert replies_text(found.replies)[2] == reply
    assert cell(found.leader, found.follower) == "R" + reply


QUIET = {O + "outside_option": -9, O + "cost_partner": 9, G + "cost_cooperate": 9}


@pytest.mark.parametrize(
    ("comply", "reply"), [(0.3, "Y"), (0.30000000000000004, "X"), (0.29999999999999993, "Y")]
)
def test_roots_that_cancel_leave_a_tie(comply, reply):
    # All of the scale is permitted, so complying pays what resisting does where k_Y = r + ell.
    roots = {R + "permitted_scale": 1, R + "sanction": 0.2, O + "cost_comply": comply}
    assert replies_text(commit(relationship(QUIET | roots).points).replies)[2] == reply


@pytest.mark.parametrize(
    ("changes", "found"),
    [({}, "RY"), ({G + "cost_restrict": 1e-17}, "SY"), ({G + "cost_substitute": 1e-17}, "RY")],
)
def test_roots_that_are_multiples_of_each_other_tie(changes, found):
    # Restriction pays sqrt(.2) + sqrt(.8)/2 and substitution sqrt(.8): the same, not in doubles.
    roots = {
        G + "technology": 0.2, O + "technology": 0.8, O + "mobilisation": 1, G + "absorption": 0.75,
        R + "alignment": 1, R + "permitted_scale": 0.5, R + "sanction": 9,
        G + "performance_competition": 0, G + "cost_capture": 9, G + "cost_substitute": 0,
    }  # fmt: skip
    led = commit(relationship(QUIET | roots | changes).points)
    assert cell(led.leader, led.follower) == found


def test_doubles_of_decimals_bear_out_the_bound_on_their_errors():
    rng, count, wide = np.random.default_rng(5), 400, {}
    for name in PAYOFFS:
        parameter = PARAMETERS[name]
        if np.isfinite(parameter.upper):
            values = rng.uniform(max(parameter.lower, -1), parameter.upper, count)
        else:
            values = 10 ** rng.uniform(-6, 6, count)
        zero = (rng.random(count) < 0.1) & (parameter.lower == 0) & (not parameter.open_lower)
        values = np.clip(np.rint(values), parameter.lower, None) if parameter.integer else values
        wide[name] = np.where(zero, 0.0, values)
    rho = [1 - 10 ** rng.uniform(-3, 3, count), rng.uniform(-1e-3, 1e-3, count), np.zeros(count)]
    wide[R + "substitution"] = np.choose(rng.integers(3, size=count), rho)
    wide |= {R + "organisations": rng.integers(1, 9, count), R + "required_quality": 0.0}
    wide |= {R + "contest_exponent": 1.0}
    points = relationship(wide).points
    parts = {_cells: rounding, _signed_terms: rounding, _produced: output_rounding}
    for formula, bound in parts.items():
        with localcontext(as_written._EXACT):
            exact = [np.asarray(table) for table in formula(points.as_written(np.arange(count)))]
            for table, decimals in zip(formula(points), exact, strict=True):
                doubles = np.vectorize(Decimal, otypes=[object])(table)
                error = np.abs(doubles - decimals).astype(float)
                assert (error <= bound(points) / 2).all()


def _produced(points):
    return [np.stack(np.broadcast_arrays(*_outputs(points)))]


def test_an_output_that_just_reaches_the_required_quality_counts():
    # .1 + .2 makes .3 of perfect substitutes; doubles make .30000000000000004, or less by T_O.
    share = {R + "substitution": 1, R + "technology_share": 0.5, R + "productivity": 2}
    levels = {R + "required_quality": [0.3, 0.30000000000000004, 0.29999999999999993]}
    model = relationship(share | levels | {O + "technology": 0.1, O + "mobilisation": 0.2})
    found = st.measure(model, "output_organisation")["output_organisation"]
    assert (np.asarray(found) > 0).tolist() == [True, False, True]


def test_a_single_model_may_just_reach_the_required_quality():
    exact = {R + "required_quality": 0.2, R + "technology_share": 1.0}  # q_G is T_G, .2
    assert st.measure(relationship(exact), "output_government")["output_government"] == 0.2


def test_numbers_closer_than_doubles_keep_their_order_and_their_ties():
    texts = ["1", "1.00000000000000000001", "1", "1.00000000000000000003", "2"]
    with localcontext(as_written._EXACT):
        values = np.array([[Decimal(text)] for text in texts])
        rounded = doubles_in_order(values, 0)[:, 0]
        coarse = doubles_in_order(values, Decimal("1e-18"))[:, 0]
    assert rounded[0] == rounded[2] < rounded[1] < rounded[3] < rounded[4] == 2.0
    assert coarse.tolist() == [1, 1, 1, 1, 2]


HELD = [Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(3, 10), Fraction(1, 10), Fraction(0)]


def announced(U, V, leader, held):
    """Backward induction with a commitment that holds with some probability, in fractions.

    The leader's expected payoff of every announcement, the replies and the choice.
    """
    own, other = (U, V) if leader == 1 else ([*zip(*V, strict=True)], [*zip(*U, strict=True)])
    last = [max(range(4), key=lambda a, b=b: own[a][b]) for b in range(4)]
    mixed = [
        [[held * of[a][b] + (1 - held) * of[last[b]][b] for b in range(4)] for a in range(4)]
        for of in (own, other)
    ]
    replies, choice = led(*mixed)
    return [row[reply] for row, reply in zip(mixed[0], replies, strict=True)], replies, choice


def tied_announcements(rng, leader, held):
    """Solve for one parameter that makes the leader indifferent between its best two choices."""
    while True:
        v, name = setting(rng), str(rng.choice(FREE["U_G"] if leader == 1 else FREE["U_O"]))
        earned, *_ = announced(*plain(v)[:2], leader, held)
        pick = sorted(range(4), key=earned.__getitem__)[2:]

        def apart(value, v=v, name=name, pick=pick):
            earned, *_ = announced(*plain(v | {name: value})[:2], leader, held)
            return earned[pick[0]] - earned[pick[1]]

        at_0, at_1 = apart(Fraction(0)), apart(Fraction(1))
        if at_0 == at_1:
            continue
        value = at_0 / (at_0 - at_1)
        text = repr(float(value))
        if Fraction(text) == value and 0 <= value <= 5 and not apart(value):
            return v | {name: value}


@pytest.mark.parametrize("leader", [1, -1])
def test_ties_between_announcements_are_those_of_plain_fractions(leader):
    rng = np.random.default_rng(31 + leader)
    held = [HELD[place % 5] for place in range(150)]
    some = [tied_announcements(rng, leader, c) for c in held]
    some, held = some * 2, held + [Fraction(0)] * 150
    points = points_of(some).change(
        {"relation.leader": leader, "relation.commitment": [float(c) for c in held]}
    )
    found, decisive = outcome(points), 0
    for place, (v, c) in enumerate(zip(some, held, strict=True)):
        U, V, _ = plain(v)
        earned, replies, choice = announced(U, V, leader, c)
        pair = (choice, replies[choice])
        row, column = pair if leader == 1 else pair[::-1]
        assert PLACES[found.kept[place]] == CELLS[4 * row + column], (v, c)
        decisive += c > 0 and earned.count(max(earned)) > 1
    assert decisive > 75


def test_simultaneous_choices_of_tied_decimals_are_those_of_plain_fractions(settings):
    found = outcome(points_of(settings).change({"relation.leader": 0}))
    for place, v in enumerate(settings):
        U, V, _ = plain(v)
        pure = [
            CELLS[4 * i + j]
            for i in range(4)
            for j in range(4)
            if U[i][j] == max(row[j] for row in U) and V[i][j] == max(V[i])
        ]
        expected = pure[0] if len(pure) == 1 else "several" if pure else "mixed"
        assert PLACES[found.cell[place]] == expected, v


def at_threshold(rng, side):
    """Solve for the loss of a rebuff, in few decimals, at which a side's belief just suffices."""
    while True:
        v, f = setting(rng), int(rng.integers(2))
        v |= {R + "incident_risk": Fraction(0), (G, O)[side] + "rebuff_loss": Fraction(0)}
        belief = Fraction(int(rng.choice([2, 6, 8, 9])), 10)
        R_i, b_i, paid = plain(v)[2][side]
        outside = (1 - 1 / v[R + "organisations"]) * max(R_i, 0) if side == 0 else 0
        gain = R_i + (R_i - outside) * 9 * f - b_i  # z/(1-z) = 9 at a discount factor of .9
        loss = gain * belief / (1 - belief) - paid
        if gain > 0 and loss >= 0 and Fraction(repr(float(loss))) == loss:
            found = {(G, O)[side] + "rebuff_loss": loss, "trust.foresight": Fraction(f)}
            return v | found | {"trust." + ("government", "organisation")[side]: belief}


@pytest.mark.parametrize("side", [0, 1])
def test_a_belief_exactly_at_its_threshold_suffices(side):
    rng = np.random.default_rng(41 + side)
    some = [at_threshold(rng, side) for _ in range(12)]
    name = "trust." + ("government", "organisation")[side]
    names = [*PAYOFFS, "trust.foresight"]
    values = {key: [float(v[key]) for v in some] for key in names} | {R + "discount": 0.9}
    beliefs = np.array([float(v[name]) for v in some])
    path = Timeline("2020Q1", 2)
    for moved, cooperates in ((beliefs, True), (np.nextafter(beliefs, 0), False)):
        played = replay(relationship(values | {name: moved}, path=path))
        assert ((played.regimes[0] & (2, 1)[side]) > 0).tolist() == [cooperates] * len(some)


@pytest.mark.parametrize("decimals", [True, False])
def test_the_sanction_that_is_needed_is_enough(decimals):
    rng, count = np.random.default_rng(8), 400
    some = [setting(rng) for _ in range(60)] if decimals else []
    if decimals:
        values = {name: [float(v[name]) for v in some] for name in PAYOFFS}
    else:
        names = [O + "technology", O + "mobilisation", R + "permitted_scale", O + "legitimacy_gain"]
        values = {name: rng.random(count) for name in names}
    free = values | {O + "outside_option": -9, O + "cost_partner": 9}
    needed = np.asarray(st.measure(relationship(free), "sanction_needed")["sanction_needed"])
    found = commit(relationship(free | {R + "sanction": needed}).points)
    assert (found.replies[:, 2] == 1).all()
    if decimals:
        for v, number in zip(some, needed, strict=True):
            psi = v[R + "permitted_scale"]
            fight = v[O + "public_weight"] * (1 - psi) * outputs(v)[1]
            exact = max(fight - psi * v[O + "legitimacy_gain"] + v[O + "cost_comply"], 0)
            assert float(exact) == number
    less = needed[needed > 1e-6] - 1e-12
    short = {name: np.asarray(of)[needed > 1e-6] for name, of in values.items()}
    short |= {O + "outside_option": -9, O + "cost_partner": 9, R + "sanction": less}
    assert (commit(relationship(short).points).replies[:, 2] != 1).all()


def test_an_evenly_spaced_axis_holds_the_decimals_it_is_written_for():
    # At every scale some sanction is exactly what complying is worth: .19 - .25 psi.
    found = st.sweep(
        relationship(RESTRICTED | {O + "cost_comply": 0.04}),
        {R + "permitted_scale": "0:.6:13", R + "sanction": "0:.3:601"},
        "reply_to_restrict",
    )
    scales, sanctions = (
        found.coords[name].values for name in (R + "permitted_scale", R + "sanction")
    )
    assert [repr(float(psi)) for psi in scales[:4]] == ["0.0", "0.05", "0.1", "0.15"]
    for psi, replies in zip(scales.tolist(), found["reply_to_restrict"].values, strict=True):
        exact = (
            (1 - Fraction(repr(psi))) * Fraction(3, 20) - Fraction(repr(psi)) / 10 + Fraction(1, 25)
        )
        complies = [Fraction(repr(r)) >= exact for r in sanctions.tolist()]
        assert (replies == 1).tolist() == complies
