"""The sector year by year: free entry, survival by evaluated performance, types."""

from fractions import Fraction

import numpy as np
import pytest

import strategic as st
from strategic.errors import ModelError, StrategicError
from strategic.families.relationship import Sector, relationship, sector
from strategic.families.relationship._leadership import KINDS
from strategic.families.relationship._sector import free_entry

TEN = Sector(2000, 4, organisations=(10.0,) * 4)


def test_free_entry_is_the_largest_number_whose_rent_covers_the_cost():
    """Against a count in whole numbers and fractions."""
    rng = np.random.default_rng(3)
    prizes, costs = rng.integers(1, 40, 300), rng.integers(1, 80, 300)
    exponents = rng.integers(1, 25, 300)
    found = free_entry(prizes / 10, costs / 200, exponents / 20)
    for prize, cost, exponent, count in zip(prizes, costs, exponents, found, strict=True):
        W, F, e = Fraction(int(prize), 10), Fraction(int(cost), 200), Fraction(int(exponent), 20)
        covers = [n for n in range(1, 1000) if W * (n - e * (n - 1)) >= F * n * n]
        assert count == max(covers, default=0), (W, F, e)
    assert (found == 0).any()
    assert (found > 20).any()


def test_free_entry_decides_exact_ties_for_entry():
    """W/n^2 = F at exponent 1: the last organisation earns exactly what entry costs."""
    for n in range(1, 200):
        assert free_entry(0.3, float(Fraction(3, 10) / n**2)) == n
        assert free_entry(0.3, float(Fraction(3, 10) / n**2) * (1 + 1e-9)) == n - 1


def test_a_rising_prize_lets_more_organisations_in():
    prizes = (0.1, 0.4, 1.6)
    model = relationship(
        {"sector.entry_cost": 0.1, "relation.alignment": 0.9}, sector=Sector(2001, 3, prizes=prizes)
    )
    found = sector(model, draws=10)
    assert found.organisations.tolist() == [1.0, 2.0, 4.0]
    rents = st.measure(found.model, "contest_rent")["contest_rent"]
    assert (rents >= 0.1 - 1e-12).all()
    assert st.measure(model, "free_entry_count") == {"free_entry_count": 3}
    nobody = sector(model.change({"sector.entry_cost": 0.3}), draws=5)
    assert nobody.organisations.tolist() == [0.0, 1.0, 2.0]
    assert np.isnan(nobody.technology[0])


def test_the_lowest_leave_where_performance_is_evaluated():
    """Two of ten leave each year: the mean technology of the year after, drawn apart."""
    values = {"sector.spread": 0.4, "sector.evaluation": 1.0, "sector.exit_share": 0.2}
    found = sector(relationship(values, sector=TEN), draws=4000, seed=2)
    np.testing.assert_allclose(found.leaving, 0.2)
    rng = np.random.default_rng(11)
    pool = np.exp(0.4 * rng.standard_normal((40_000, 10)))
    expected = [pool.mean()]
    for _ in range(3):
        pool.sort(axis=1)
        pool[:, :2] = np.exp(0.4 * rng.standard_normal((40_000, 2)))
        expected.append(pool.mean())
    error = np.hypot(found.technology_error, 0.4 / np.sqrt(40_000 * 10))
    assert (np.abs(found.technology - expected) < 4 * error).all()
    assert (np.diff(found.technology) > 4 * found.technology_error[1:]).all()
    assert found.survivors[0] == 1
    assert found.survivors[1] == pytest.approx(0.8)
    assert (np.diff(found.survivors) < 0).all()


def test_fractions_of_an_organisation_leave_at_random():
    values = {"sector.evaluation": 0.5, "sector.exit_share": 0.31}
    found = sector(relationship(values, sector=TEN), draws=4000, seed=1)
    assert (np.abs(found.leaving - 0.155) < 4 * 0.05 / np.sqrt(4000)).all()


def test_without_evaluation_nobody_leaves_and_shrinking_spares_nobody():
    steady = sector(relationship(sector=TEN), draws=50)
    assert (steady.leaving == 0).all()
    assert (steady.survivors == 1).all()
    shrinking = Sector(2000, 2, organisations=(40.0, 10.0))
    anyone = sector(relationship({"sector.spread": 0.5}, sector=shrinking), draws=2000)
    assert abs(anyone.technology[1] - anyone.technology[0]) < 4 * anyone.technology_error[1]
    best = relationship(
        {"sector.spread": 0.5, "sector.evaluation": 1.0, "sector.exit_share": 0.0}, sector=shrinking
    )
    found = sector(best, draws=2000)
    assert found.technology[1] > found.technology[0] + 10 * found.technology_error[1]
    np.testing.assert_allclose(found.survivors, [1.0, 0.25])


def test_types_by_year_are_those_of_the_game():
    """Without spread every organisation is the model's; with it, each is solved on its own."""
    model = st.load("sector-growth")
    alike = sector(model.change({"sector.spread": 0.0}), draws=3)
    kinds = st.measure(alike.model, "relationship_type")["relationship_type"]
    expected = np.array([[kind == name for name in KINDS] for kind in kinds])
    np.testing.assert_array_equal(alike.shares, expected)
    found = sector(model, draws=400, seed=5)
    np.testing.assert_allclose(found.shares.sum(axis=1), 1.0)
    rng = np.random.default_rng(9)
    for year in (0, 12):
        technology = np.exp(0.3 * rng.standard_normal(20_000))
        at = model.change(
            {
                "organisation.technology": technology,
                "relation.organisations": found.organisations[year],
            }
        )
        share = (st.measure(at, "relationship_type")["relationship_type"] == "cooperation").mean()
        error = np.hypot(found.shares_error[year, 0], 0.5 / np.sqrt(20_000))
        assert abs(found.shares[year, 0] - share) < 4 * error
    assert found.shares[0, 0] > found.shares[12, 0] + 0.3


def test_the_sector_says_something_else_every_year():
    document = st.report(st.load("sector-growth")).document["sector"]
    measures = document["measures"]
    assert document["years"] == list(range(2006, 2019))
    for name in ("reward_government", "critical_discount_government", "contest_total_effort",
                 "diversity_cost", "trust_threshold_organisation"):  # fmt: skip
        assert len(set(measures[name])) == 13, name
    assert document["promise_holds"] == [True, True, *[False] * 11]
    assert measures["relationship_type"] == ["cooperation"] * 5 + ["capture"] * 8
    assert "holds until 2007 and fails from 2008 on" in " ".join(document["sentences"])


def test_mechanisms_act_in_every_year():
    model = st.load("sector-growth")
    found = sector(model.with_mechanism("evaluated_competition", 0.5), draws=20)
    given = np.array(model.parts["sector"].organisations)
    np.testing.assert_allclose(found.organisations, 1.5 * given)
    assert (found.leaving > 0).all()
    again = sector(model.with_mechanism("evaluated_competition", 0.5), draws=20)
    np.testing.assert_array_equal(found.technology, again.technology)


def test_only_a_single_model_with_a_sector_has_years():
    with pytest.raises(StrategicError, match=r"the model has no sector"):
        sector(relationship())
    with pytest.raises(StrategicError, match="needs a single model"):
        sector(relationship({"relation.alignment": [0.1, 0.2]}, sector=TEN))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("organisations = [4, 5]", "sector.start: is required"),
        ("start = 2000", "sector.organisations: needs one number a year"),
        ('start = 2000\nentry = "free"', "sector.years: is required where entry is free"),
        (
            'start = 2000\nentry = "free"\nyears = 2\norganisations = [1, 2]',
            'sector.organisations: needs entry = "given"',
        ),
        (
            "start = 2000\norganisations = [1, 2]\nprizes = [1, 2, 3]",
            "sector.prizes: must have one number a year, 2 (got 3)",
        ),
        ("start = 2000\norganisations = [0.5]", "sector.organisations[0]: must be at least 1"),
        ("start = 2000\nentry_cost = 0", "sector.entry_cost: must be above 0"),
        ("beginning = 3", "sector.beginning: no such key"),
    ],
)
def test_bad_sectors_are_told_in_one_line(table, told):
    with pytest.raises(ModelError) as error:
        st.load(f'title = "x"\n[sector]\n{table}\n')
    assert told in str(error.value)


def test_parameters_of_the_sector_need_no_years():
    model = st.load('title = "x"\n[sector]\nentry_cost = 0.5\n')
    assert not model.parts
    assert float(model.points["sector.entry_cost"]) == 0.5
