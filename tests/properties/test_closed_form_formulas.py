"""Formulas in the docstrings of repeated games' closed forms compute what the functions compute."""

import inspect
from dataclasses import replace

import numpy as np
import pytest
from evaluating import DefinitionOnlyError, Values, definition

from strategic import repeated
from strategic.docstrings import formulas_of
from strategic.repeated.closed_forms import incidents

POINTS = 400


def letters(seed):
    """Draw a repeated game and everything else that closed forms take, a share of it at ends."""
    rng = np.random.default_rng(seed)
    share = {
        name: rng.random(POINTS)
        for name in [
            "δ",
            "h",
            "m",
            "r",
            "σ",
            "ν",
            "μ",
            "μ_0",
            "μ_c",
            "β",
            "τ",
            "a",
            "b",
            "δ_1",
            "δ_2",
        ]
    }
    for name in ("h", "m", "r", "ν"):
        share[name] = np.where(rng.random(POINTS) < 0.1, 0.0, share[name])
    amount = {
        name: rng.normal(size=POINTS)
        for name in [
            "R",
            "S",
            "T",
            "P",
            "w_1",
            "w_2",
            "R_1",
            "R_2",
            "T_1",
            "T_2",
            "P_1",
            "P_2",
            "C",
        ]
    }
    amount["S"] = amount["P"] - np.abs(amount["S"])
    whole = {name: rng.integers(1, 9, POINTS).astype(float) for name in ["k", "t", "n"]}
    more = {"λ": rng.uniform(1, 20, POINTS), "B": rng.uniform(0.2, 2, POINTS),
            "J": rng.uniform(1, 2, POINTS), "A": rng.random(POINTS), "g": rng.random(POINTS),
            "p_0": rng.random(POINTS)}  # fmt: skip
    return {**share, **amount, **whole, **more}


def game(v):
    return repeated.repeated_game(
        v["R"], v["S"], v["T"], v["P"], discount=v["δ"], incident_risk=v["h"], detection=v["m"]
    )


def pair(v):
    sides = (np.stack([v[f"{name}_1"], v[f"{name}_2"]]) for name in "RTP")
    reward, temptation, punishment = sides
    return repeated.repeated_game(
        reward, punishment - 1, temptation, punishment, discount=np.stack([v["δ_1"], v["δ_2"]])
    )


def stock(v):
    return repeated.trust_stock(
        worth=v["B"], precision=v["λ"], gain=v["a"], loss=v["b"], incident_risk=v["h"]
    )


def signals(v):
    return repeated.trust_signals(v["h"], v["σ"], turnover=v["ν"], prior=v["μ_0"])


def moved(v, *, bad):
    return repeated.update_belief(v["μ"], signals(v), bad=bad)


GIVEN = {
    **{
        name: lambda v, name=name: [getattr(repeated, name)(game(v))]
        for name in [
            "grim_threshold",
            "tit_for_tat_threshold",
            "win_stay_threshold",
            "risk_dominant_threshold",
            "critical_discount",
            "incident_limit",
            "punishment_length",
            "best_value",
            "unavoidable_loss",
            "repair_limit",
            "needed_payoffs",
            "trust_needed",
        ]
    },
    "value_of_cooperation": lambda v: [repeated.value_of_cooperation(game(v), v["k"])],
    "punishment_weight": lambda v: [incidents.punishment_weight(v["δ"], v["k"])],
    "cooperation_share": lambda v: [repeated.cooperation_share(v["h"], v["k"])],
    "survival": lambda v: [repeated.survival(v["h"], v["t"])],
    "mean_survival": lambda v: [repeated.mean_survival(v["h"])],
    "half_life": lambda v: [repeated.half_life(v["h"])],
    "repair": lambda v: [
        getattr(repeated.repair(game(v), v["r"]), name)
        for name in ("critical_discount", "value_in_crisis", "value_in_cooperation")
    ],
    "repaired_share": lambda v: [repeated.repaired_share(v["h"], v["r"])],
    "nash_split": lambda v: list(
        repeated.nash_split(np.stack([v["w_1"], v["w_2"]]), v["S"], weight=v["β"])
    ),
    "first_mover_share": lambda v: [repeated.first_mover_share(v["δ_1"], v["δ_2"])],
    "feasible_splits": lambda v: list(repeated.feasible_splits(pair(v), v["J"])),
    "unequal_dependence": lambda v: [
        getattr(repeated.unequal_dependence(pair(v)), name)
        for name in ("joint", "imbalance", "critical_discount_with_transfers", "transfers_slack")
    ],
    "incident_limit_of_imbalance": lambda v: [
        repeated.incident_limit_of_imbalance(
            v["A"], joint_dependence=v["J"], gain=v["g"], discount=v["δ"]
        )
    ],
    "trust_class": lambda v: [repeated.trust_class(v["p^*"])],
    "trust_signals": lambda v: [signals(v).shown_risk],
    "update_belief": lambda v: [moved(v, bad=False), moved(v, bad=True)],
    "periods_to_recover": lambda v: [repeated.periods_to_recover(signals(v))],
    "ruin_bound": lambda v: [repeated.ruin_bound(v["μ_0"], v["μ_c"])],
    "deterring_belief": lambda v: [repeated.deterring_belief(v["b"], v["n"])],
    "stages_deterred_from": lambda v: [repeated.stages_deterred_from(v["p_0"], v["b"])],
    "cooperation_chance": lambda v: [repeated.cooperation_chance(stock(v), v["τ"], v["C"])],
    "next_trust": lambda v: [repeated.next_trust(stock(v), v["τ"], way) for way in (True, False)],
    "steady_cost": lambda v: [repeated.steady_cost(stock(v), v["τ"])],
    "trust_folds": lambda v: [
        getattr(repeated.trust_folds(stock(v)), name) for name in ("low_trust", "high_trust")
    ],
    "trust_cusp": lambda v: [repeated.trust_cusp(replace(stock(v), precision=np.nan))[0]],
}
"""How every function is asked, with letters by their symbols: one answer per formula."""
ONLY_DEFINED = {
    "finite_punishment_threshold", "enforce", "belief_path", "steady_trust", "survival_curve",
}  # fmt: skip
"""Formulas that say what something is without saying how to compute it."""
MADE = {"repeated_game", "trust_stock"}
"""What only puts letters together."""


def closed_forms():
    """List the public functions of the closed forms, and the one that they share."""
    found = (getattr(repeated, name) for name in repeated.__all__)
    own = [f for f in found if inspect.isfunction(f) and ".closed_forms." in f.__module__]
    return [*own, incidents.punishment_weight]


def test_every_closed_form_has_a_formula():
    names = {f.__name__ for f in closed_forms()}
    assert names == {*GIVEN, *ONLY_DEFINED, *MADE}
    assert all(formulas_of(f) for f in closed_forms() if f.__name__ not in MADE)


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_formulas_give_what_functions_give(name):
    (function,) = (f for f in closed_forms() if f.__name__ == name)
    for seed in (1, 2):
        given = letters(seed)
        for side in (1, 2):
            given[f"g_{side}"] = given[f"T_{side}"] - given[f"R_{side}"]
            given[f"D_{side}"] = given[f"R_{side}"] - given[f"P_{side}"]
        given["p^*"] = 1.5 * given["τ"]
        given["S"] = given["J"] if name == "feasible_splits" else given["S"]
        if name == "unequal_dependence":
            given["J"] = given["D_1"] + given["D_2"]
        answers, formulas = GIVEN[name](given), formulas_of(function)
        assert len(answers) == len(formulas)
        for answer, formula in zip(answers, formulas, strict=True):
            check(answer, formula, given)


def check(answer, formula, given):
    _, own = definition(formula)
    arguments = [given[argument] for argument in own.arguments]
    found = Values(given, {}, {}).value(own, {}, arguments)
    if found.dtype == object:
        words = [one.label for one in repeated.TrustClass]
        assert [words[number] for number in answer] == found.tolist()
        return
    same = np.isclose(found, answer, rtol=1e-7, atol=1e-9, equal_nan=True)
    assert same.all(), f"{formula} at {np.flatnonzero(~same)[:5]}"
    assert np.mean(~np.isnan(answer)) > 0.05


@pytest.mark.parametrize("name", sorted(ONLY_DEFINED))
def test_definitions_are_not_taken_for_closed_forms(name):
    (function,) = (f for f in closed_forms() if f.__name__ == name)
    given = letters(1)
    with pytest.raises((DefinitionOnlyError, AssertionError)):
        check(np.full(POINTS, 0.1), formulas_of(function)[0], given)
