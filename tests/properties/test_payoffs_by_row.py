"""Covariates: parameters that columns set, linear predictors, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError, MethodError
from strategic.estimation import read_observations
from strategic.estimation.payoffs_by_row import PayoffsByRow, design

GAME = """
title = "Entry"
kind = "game"
players = ["first", "second"]
actions = [["enter", "stay"], ["enter", "stay"]]
payoffs = [
    [["base + slope * income - rival", "base + slope * income"], [0, 0]],
    [["base - CURVE * rival", 0], ["base", 0]],
]
[parameters]
base = { value = 0.5 }
slope = { value = 0.2 }
income = { value = 1.0 }
rival = { value = 1.0, bounds = [-5.0, 5.0] }
"""


def game(tmp_path, curve="1"):
    file = tmp_path / "entry.toml"
    file.write_text(GAME.replace("CURVE", curve))
    return st.load(str(file))


def table(rows=40, seed=0):
    rng = np.random.default_rng(seed)
    return {"income": rng.normal(size=rows), "size": rng.exponential(size=rows)}


def test_payoffs_are_those_of_the_model_row_by_row(tmp_path):
    model, columns = game(tmp_path), table()
    found = PayoffsByRow.of(model, read_observations(columns), ["slope", "rival"], {"base": "size"})
    assert found.names == ("slope", "rival", "base.constant", "base.size")
    assert found.affine
    points = np.random.default_rng(1).normal(size=(3, 4))
    sides = found.at(points)
    for p, (slope, rival, constant, coefficient) in enumerate(points):
        for row in range(40):
            base = constant + coefficient * columns["size"][row]
            one = model.change({"slope": slope, "rival": rival, "base": base,
                                "income": columns["income"][row]}).game()  # fmt: skip
            for player in (0, 1):
                assert np.allclose(sides[player][p, row], one.payoffs[player], atol=1e-12)
    means = found.means(points[0])
    assert means["income"] == pytest.approx(columns["income"].mean())
    assert means["base"] == pytest.approx(points[0, 2] + points[0, 3] * columns["size"].mean())


def test_products_of_free_numbers_are_not_affine(tmp_path):
    model, seen = game(tmp_path, "base"), read_observations(table())
    assert PayoffsByRow.of(model, seen, ["rival"]).affine
    both = PayoffsByRow.of(model, seen, ["rival", "base"])
    assert not both.affine
    (_, second) = both.at(np.array([[2.0, 3.0]]))
    assert np.allclose(second[0, :, 0, 0], 3.0 - 3.0 * 2.0)


def test_values_out_of_range_are_undefined(tmp_path):
    found = PayoffsByRow.of(game(tmp_path), read_observations(table()), [], {"rival": "income"})
    evaluated = found._evaluated(np.array([[0.0, 100.0]]))[0]
    assert np.isnan(evaluated).any(axis=(2, 3)).any()
    assert np.isfinite(evaluated).all(axis=(2, 3)).any()


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("incom", r"no such column \(got 'incom'\); did you mean 'income'"),
        ("income + I(2 * income)", "collinear columns"),
        ("I(__import__('os').getcwd())", "may only add, multiply and transform"),
        ("income.real", "may only add"),
        ("{income}", "may only add"),
        ("income[0]", "may only add"),
        ("open(income)", r"may only add.*got 'open'"),
        ("income +", "cannot be read"),
        ("log(income)", "must be a finite number"),
    ],
)
def test_formulas_that_cannot_be_are_refused(formula, told):
    with pytest.raises((MethodError, FileError), match=told), np.errstate(all="ignore"):
        design(formula, read_observations(table()), "base")


@pytest.mark.parametrize(
    ("free", "change", "told"),
    [
        (["slop"], {}, "no such parameter"),
        (["slope", "slope"], {}, "names a parameter twice"),
        ([], {}, "needs at least one number"),
        (["slope"], {"income": [np.nan] * 40}, "row 1, column 'income'"),
        (["slope"], {"rival": [9.0] * 40}, "at least -5 and at most 5"),
    ],
)
def test_what_cannot_be_estimated_is_refused(tmp_path, free, change, told):
    seen = read_observations({**table(), **change})
    with pytest.raises((MethodError, FileError), match=told):
        PayoffsByRow.of(game(tmp_path), seen, free)
