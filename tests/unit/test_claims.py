"""Claims: each form holds when it should, and fails with a reason when it should not."""

import math

import numpy as np
import pytest

from strategic.catalogue import Claim, check
from strategic.catalogue.checking import check_claim, points_of
from strategic.errors import StrategicError
from strategic.modelling import Family, Measure, Mechanism, Model, Parameter

PARAMETERS = {
    "x": Parameter("x", 2.0, "Anything"),
    "share": Parameter("share", 0.25, "A share", lower=0.0, upper=1.0),
    "count": Parameter("count", 1.0, "A count", lower=1.0),
}
MEASURES = {
    "line": Measure("line", lambda p: 3 * p["x"], "Rises."),
    "hill": Measure("hill", lambda p: -((p["share"] - 0.5) ** 2), "Rises and falls."),
    "steps": Measure("steps", lambda p: np.floor(4 * p["share"]), "Steps up.", kind="integer"),
    "flat": Measure("flat", lambda p: 1 + 0 * p["x"], "Stays."),
    "endless": Measure(
        "endless", lambda p: np.where(p["share"] < 0.5, 1.0, np.inf), "Ends at inf."
    ),
    "gap": Measure("gap", lambda p: np.where(p["share"] < 0.5, np.nan, 1.0), "Undefined below."),
    "side": Measure(
        "side",
        lambda p: (p["x"] > 5).astype(int),
        "A label.",
        kind="label",
        labels=("low", "high"),
    ),
}
DOUBLE = Mechanism("double", lambda point, e: {"x": point["x"] * (1 + np.asarray(e))}, "Doubles x.")
FAMILY = Family("toy", "Toy", PARAMETERS, {}, MEASURES, {"double": DOUBLE})


@pytest.mark.parametrize(
    ("measure", "predicate", "target", "options", "holds", "measured"),
    [
        ("line", "equals", 6.0, {}, True, 6.0),
        ("line", "equals", 6.00001, {}, False, 6.0),
        ("line", "equals", 6.00001, {"tolerance": 1e-5}, True, 6.0),
        ("line", "at_least", 6.0, {}, True, 6.0),
        ("line", "at_least", 6.1, {}, False, 6.0),
        ("line", "at_most", 6.0, {}, True, 6.0),
        ("line", "at_most", 5.9, {}, False, 6.0),
        ("line", "equals", 12.0, {"set": {"x": 4.0}}, True, 12.0),
        ("line", "equals", 9.0, {"mechanisms": {"double": 0.5}}, True, 9.0),
        ("side", "equals", "low", {}, True, "low"),
        ("side", "equals", "high", {"set": {"x": 6.0}}, True, "high"),
        ("side", "equals", "high", {}, False, "low"),
        ("endless", "equals", math.inf, {"set": {"share": 0.6}}, True, math.inf),
        ("endless", "equals", math.inf, {}, False, 1.0),
        ("gap", "at_least", 0.0, {}, False, math.nan),
        ("line", "increases_with", "x", {}, True, [0.6, 60.0]),
        ("line", "decreases_with", "x", {}, False, [0.6, 60.0]),
        ("line", "increases_with", "mechanism.double", {}, True, [6.0, 12.0]),
        ("line", "unchanged_by", "share", {}, True, [6.0, 6.0]),
        ("line", "increases_with", "share", {}, False, [6.0, 6.0]),
        ("hill", "increases_with", "share", {}, False, [-0.25, -0.25]),
        ("hill", "increases_with", "share", {"over": (0.0, 0.5)}, True, [-0.25, 0.0]),
        ("hill", "decreases_with", "share", {"over": (0.5, 0.7, 1.0)}, True, [0.0, -0.25]),
        ("steps", "increases_with", "share", {}, True, [0, 4]),
        ("endless", "increases_with", "share", {}, True, [1.0, math.inf]),
        ("gap", "increases_with", "share", {}, False, [math.nan, 1.0]),
        ("side", "unchanged_by", "x", {}, False, ["low", "high"]),
        ("side", "unchanged_by", "share", {}, True, ["low", "low"]),
    ],
)
def test_claims(measure, predicate, target, options, holds, measured):  # noqa: PLR0917
    claim = Claim("id", "says", measure, predicate, target, **options)
    found = check_claim(Model(FAMILY), claim)
    assert found.holds is holds, found.why
    if isinstance(measured, str) or "low" in np.atleast_1d(measured):
        assert found.measured == measured
    else:
        assert found.measured == pytest.approx(measured, nan_ok=True)


def test_a_change_that_contradicts_says_where():
    claim = Claim("id", "says", "hill", "increases_with", "share")
    assert check_claim(Model(FAMILY), claim).why == "falls at 0.5"


def test_slow_drift_is_no_constancy():
    drifts = Measure("drift", lambda p: 1 + 1e-5 * p["share"], "Creeps.")
    creeping = Family("toy", "Toy", PARAMETERS, {}, {"drift": drifts})
    claim = Claim("id", "says", "drift", "unchanged_by", "share")
    assert not check_claim(Model(creeping), claim).holds


def test_ranges():
    model = Model(FAMILY)
    bounded = points_of(model, Claim("", "", "line", "increases_with", "share"))
    assert (bounded[0], bounded[-1], len(bounded)) == (0.0, 1.0, 101)
    open_ended = points_of(model, Claim("", "", "line", "increases_with", "x"))
    assert (open_ended[0], open_ended[-1]) == (0.2, 20.0)
    half_bounded = points_of(model, Claim("", "", "line", "increases_with", "count"))
    assert (half_bounded[0], half_bounded[-1]) == (1.0, 10.0)


def test_an_error_while_measuring_is_a_claim_that_does_not_hold():
    claim = Claim("id", "says", "line", "equals", 1.0, set={"share": 2.0})
    found = check_claim(Model(FAMILY), claim)
    assert not found.holds
    assert "share: must be at least 0 and at most 1 (got 2.0)" in found.why


def test_models_are_found_by_slug_and_bad_ones_are_errors():
    assert [entry.slug for entry in check("stag-hunt")] == ["stag-hunt"] * 3
    with pytest.raises(StrategicError, match="did you mean 'stag-hunt'"):
        check("stag-hunts")
