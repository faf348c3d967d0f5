"""Formulas that are registered compute what their functions compute, letter by letter.

Nothing but parameters is given: every other letter of a formula is evaluated by its own formula.
"""

import re

import numpy as np
import pytest
from evaluating import DefinitionOnlyError, Values, definition, key, substitutions

from strategic.families.relationship import RELATIONSHIP, relationship
from strategic.families.tripartite import TRIPARTITE, tripartite
from strategic.latex import read

POINTS = 300
ACTIONS = {"a": "CKRS", "b": "PYXE"}
SIDES = {"government": "GO", "organisation": "OG"}
ONLY_DEFINED = {
    # found by counting or searching for equilibria
    "base_equilibrium_count", "equilibrium_count", "pure_count", "best_welfare", "degenerate",
    "candidates_pure_count", "ladder_best", "ladder_equilibrium_count", "ladder_reversion",
    # where a path or a chain leads
    "starts_in_cooperation_basin", "ladder_survival", "ladder_recovery", "ladder_share",
    "recorded_incident", "regime_at", "trust_government_at", "trust_organisation_at",
    "final_trust_government", "final_trust_organisation", "first_cooperation_period",
    "breakdown_period", "cooperation_periods", "path_kind", "substitution_period",
    # the limit of a search
    "absorption_limit", "free_entry_count", "partners_bound",
    # what other measures say, in words
    "relationship_type", "relationship_type_strong", "relationship_cell",
    "relationship_cell_if_broken", "cooperative_governance", "binding_constraint",
}  # fmt: skip
"""Measures of the relationship whose formula says what they are, not how to compute them."""


def definitions_of(family):
    """Read every letter of a family and every measure whose formula begins with one."""
    found = {}
    formulas = [letter.definition for letter in family.letters if letter.formula]
    for formula in [*formulas, *(measure.formula for measure in family.measures.values())]:
        try:
            name, own = definition(formula)
        except DefinitionOnlyError:
            continue
        found.setdefault(name, own)
    return found


def drawn(family, seed, **fixed):
    """Draw parameters over their ranges, an eighth of them at the lower end."""
    rng = np.random.default_rng(seed)
    values = {}
    for name, parameter in family.parameters.items():
        low = parameter.lower if np.isfinite(parameter.lower) else -1.0
        high = min(parameter.upper, low + 1.5)
        sample = low + (high - low) * rng.random(POINTS)
        if parameter.integer:
            sample = rng.integers(int(low), int(min(high, low + 4)), POINTS, endpoint=True)
        elif not parameter.open_lower:
            sample = np.where(rng.random(POINTS) < 1 / 8, low, sample)
        values[name] = sample.astype(float)
    return {**values, **fixed}


def of_relationship(seed):
    """Draw relationships in which the government leads."""
    rng = np.random.default_rng(seed)
    kind, many = rng.integers(0, 6, POINTS), rng.random(POINTS) < 0.5
    count = np.where(many, 1 + 5 * rng.random(POINTS), 1.0)
    steepest = np.minimum(count / np.maximum(count - 1, 0.1), 2)
    rho = [kind == 0, kind == 1, kind == 2], [0.0, -np.inf, 1.0], rng.uniform(-2, 1, POINTS)
    own = {side: np.where(kind < 3, np.nan, rng.uniform(0.3, 0.99, POINTS)) for side in SIDES}
    return drawn(
        RELATIONSHIP,
        seed,
        **{f"{side}.discount": values for side, values in own.items()},
        **{
            "relation.leader": np.ones(POINTS),
            "relation.substitution": np.select(*rho),
            "relation.organisations": count,
            "relation.contest_exponent": rng.uniform(0.1, 1, POINTS) * steepest,
            "relation.incident_risk": np.where(kind == 3, 0, rng.uniform(0, 0.5, POINTS)),
            "relation.commitment": np.where(kind < 4, 1, rng.random(POINTS)),
            "relation.required_quality": np.where(kind < 4, 0, rng.uniform(0, 0.5, POINTS)),
            "relation.discount": rng.uniform(0.3, 0.99, POINTS),
            "ladder.crash": np.ones(POINTS),
        },
    )


def letters_of(family, values):
    """Name the values of parameters by their symbols; a discount factor that is unset is common."""
    given = {}
    for name, parameter in family.parameters.items():
        (node,) = read(parameter.symbol).items
        given[key(node)] = values[name]
    for side in {"δ_G", "δ_O"} & {*given}:
        given[side] = np.where(np.isnan(given[side]), given["δ"], given[side])
    return given


def evaluated(measure, values):
    """Evaluate a measure's formula; None where it is a definition only."""
    side = SIDES.get(measure.name.rpartition("_")[2])
    try:
        _, own = definition(measure.formula)
        return values.value(own, dict(zip("ij", side, strict=True)) if side else {}, [])
    except DefinitionOnlyError:
        return None


def agrees(measure, found, points):
    expected = measure.compute(points)
    found = np.broadcast_to(found, expected.shape)
    if measure.labels:
        return np.array([*measure.labels, ""], dtype=object)[expected] == found
    return np.isclose(found, expected, rtol=1e-7, atol=1e-9, equal_nan=True)


@pytest.fixture(scope="module", params=[1, 2])
def relationships(request):
    """Random relationships: their points, and the letters of formulas there."""
    drawn_values = of_relationship(request.param)
    points = relationship(drawn_values).points
    given = letters_of(RELATIONSHIP, drawn_values)
    alone = relationship({**drawn_values, "relation.organisations": np.ones(POINTS)}).points
    given["Σ_1"] = RELATIONSHIP.measures["surplus"].compute(alone)
    return points, Values(given, definitions_of(RELATIONSHIP), ACTIONS)


def test_formulas_of_the_relationship_give_what_its_measures_give(relationships):
    points, values = relationships
    only = set()
    for name, measure in RELATIONSHIP.measures.items():
        found = None if measure.of_path else evaluated(measure, values)
        if found is None:
            only.add(name)
        else:
            same = agrees(measure, found, points)
            assert same.all(), f"{name} at {np.flatnonzero(~same)[:5]}: {measure.formula}"
    assert only == ONLY_DEFINED


def test_the_comparison_tells_formulas_from_what_they_are_not(relationships):
    """A formula with a wrong sign, or of the other side, does not pass."""
    points, values = relationships
    measures = RELATIONSHIP.measures
    for name, wrong in {
        "incentive_government": r"x_i = R_i + b_i",
        "loss_organisation": measures["loss_government"].formula,
        "trust_threshold_government": r"\frac{c_j}{x_j + c_j}",
        "critical_discount_government": r"\frac{g_i}{g_i + D_i}",
        "reply_to_capture": measures["reply_to_restrict"].formula,
    }.items():
        _, own = definition(wrong)
        found = values.value(own, {"i": "G", "j": "O"}, [])
        assert not agrees(measures[name], found, points).all(), name


@pytest.mark.parametrize("name", RELATIONSHIP.mechanisms)
def test_mechanisms_do_what_their_formulas_say(relationships, name):
    points, values = relationships
    mechanism = RELATIONSHIP.mechanisms[name]
    intensity = np.random.default_rng(3).random(POINTS)
    check_mechanism(RELATIONSHIP, mechanism, points, values, intensity)


OF_ANY_GAME = {
    "pure_count", "strict_count", "potential", "equilibrium_count", "best_welfare", "degenerate",
    "support", "regret", "ess", "ess_count", "settling_time",
    *(f"{what}.player_{i}" for what in ("payoff", "probability") for i in (1, 2, 3)),
}  # fmt: skip
"""Measures that any game has: counted, searched for or followed."""


@pytest.fixture(scope="module", params=[4, 5])
def triples(request):
    """Random games of three parties: their points, and the letters of formulas there."""
    rng = np.random.default_rng(request.param)
    drawn_values = drawn(
        TRIPARTITE,
        request.param,
        **{
            "relation.substitution": rng.uniform(-2, 1, POINTS),
            "relation.required_quality": rng.uniform(0, 0.5, POINTS) * (rng.random(POINTS) < 0.3),
        },
    )
    given = letters_of(TRIPARTITE, drawn_values)
    return tripartite(drawn_values).points, Values(given, definitions_of(TRIPARTITE), {})


def test_formulas_of_three_parties_give_what_their_measures_give(triples):
    points, values = triples
    only = set()
    for name, measure in TRIPARTITE.measures.items():
        found = evaluated(measure, values)
        if found is None:
            only.add(re.sub(r"(player_\d)\.\d$", r"\1", name))
        else:
            same = agrees(measure, found, points)
            assert same.all(), f"{name} at {np.flatnonzero(~same)[:5]}: {measure.formula}"
    assert only == OF_ANY_GAME


@pytest.mark.parametrize("name", TRIPARTITE.mechanisms)
def test_mechanisms_of_three_parties_do_what_their_formulas_say(triples, name):
    points, values = triples
    intensity = np.random.default_rng(6).random(POINTS)
    check_mechanism(TRIPARTITE, TRIPARTITE.mechanisms[name], points, values, intensity)


def check_mechanism(family, mechanism, points, values, intensity):
    """Compare all parameters that a mechanism moves with what its formula makes of them."""
    moved = mechanism.operate(points, intensity)
    symbols = {key(read(p.symbol).items[0]): name for name, p in family.parameters.items()}
    found = {
        symbols[symbol]: values.value(own, {"ε": intensity}, [])
        for symbol, own in substitutions(mechanism.formula).items()
    }
    assert {*found} == {*moved}
    for parameter, value in found.items():
        same = np.isclose(value, moved[parameter], rtol=1e-9, atol=1e-12)
        assert same.all(), f"{mechanism.name}: {parameter}"


def check_payoffs(family, points, values, games):
    """Compare what the formulas of cells give with the payoffs of the games."""
    for name in games:
        payoffs = family.games[name](points).payoffs
        for table, cells in zip(payoffs, family.equations.payoffs[name], strict=True):
            flat = table.reshape(POINTS, -1)
            for number, cell in enumerate(cells):
                _, own = definition(f"u = {cell}")
                found = np.broadcast_to(values.value(own, {}, []), POINTS)
                close = np.isclose(found, flat[:, number], rtol=1e-7, atol=1e-9, equal_nan=True)
                assert close.all(), f"{name}, cell {number}: {cell}"


def test_formulas_of_cells_give_the_payoffs_of_the_relationship(relationships):
    check_payoffs(RELATIONSHIP, *relationships, ["base", "choices", "repeated"])


def test_formulas_of_cells_give_the_payoffs_of_three_parties(triples):
    check_payoffs(TRIPARTITE, *triples, TRIPARTITE.games)


def test_formulas_of_organisations_give_their_payoffs():
    drawn_values = {**of_relationship(7), "relation.candidates": np.full(POINTS, 2.0)}
    points = relationship(drawn_values).points
    given = letters_of(RELATIONSHIP, drawn_values)
    values = Values(given, definitions_of(RELATIONSHIP), ACTIONS)
    payoffs = RELATIONSHIP.games["organisations"](points).payoffs

    def cases(equation):
        body = equation.partition(r"\begin{cases}")[2].partition(r"\end{cases}")[0]
        for case in body.split(r"\\"):
            _, own = definition(f"u = {case.partition('&')[0]}")
            yield np.broadcast_to(values.value(own, {}, []), POINTS)

    government, organisation = RELATIONSHIP.equations.payoffs["organisations"]
    willing, unwilling, none = cases(government)
    partner, idle, in_vain, nothing = cases(organisation)
    for picked, first, second in np.ndindex(3, 2, 2):
        efforts = (first, second)
        expected = none if picked == 2 else (unwilling, willing)[efforts[picked]]
        assert np.allclose(payoffs[0][:, picked, first, second], expected)
        for k, effort in enumerate(efforts):
            expected = ((nothing, in_vain), (idle, partner))[picked == k][effort]
            assert np.allclose(payoffs[k + 1][:, picked, first, second], expected)
