"""What reports say in words and show in figures, held against the numbers they stand for."""

import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship.reporting import figures as relationship_figures
from strategic.families.relationship.reporting._path import strip_table, what_if
from strategic.families.relationship.reporting._repeated import repeated
from strategic.families.relationship.reporting._verdict import committed
from strategic.reports import figures
from strategic.reports.page._explorer import explorer_data
from strategic.reports.sections import CLAIMS, reporting_of
from strategic.reports.words import measured_text


def measured(model, name):
    return st.measure(model, name)[name]


def section(slug, name="repeated"):
    return st.report(st.load(slug)).document[name]


def test_self_enforcing_promises_are_not_compared():
    said = " ".join(section("one-incident-robust")["sentences"])
    assert "Neither promise depends on repetition" in said
    assert "harder to keep" not in said
    assert "Trust now survives 2 incidents in a row" in said


def test_the_story_tells_the_path_first_and_where_the_best_lever_leads():
    told, other = section("ai-mier", "story"), section("ai-mier-second-incident", "story")
    assert told[0].startswith("Both cooperate in 14 of 32 quarters: the event of 2014Q3 sets it")
    assert other[0].startswith("Both cooperate in 1 of 32 quarters: the event of 2014Q3 sets it")
    assert "an incident ends it in 2014Q4" in other[0]
    assert "from a foresight of 0.252 on" in told[1]
    assert "remove it, public relations needs the lowest intensity" in " ".join(told)


def test_story_keeps_the_type_apart_from_the_outcome_only_where_they_differ():
    found = st.verdict(st.load("ai-mier"))
    assert "brings about cooperation, 0.178 better" in committed(found)
    proxy = replace(found.commitment, outcome="proxy", type="capture")
    assert "brings about proxy (type capture)," in committed(replace(found, commitment=proxy))


def test_ladder_survival_and_recovery_of_two_rungs_by_hand():
    """Cooperation leaks h (1 - r) a period, a crisis ends with r: two rungs, full crash."""
    model = st.load("amnesty-below-the-repair-limit")
    risk, repair = 0.05, measured(model, "ladder_recovery") ** -1.0
    assert repair == pytest.approx(0.1)
    ladder = section(model.slug)["ladder"]
    leak = risk * (1 - repair)
    assert ladder["survival"] == pytest.approx(1 / leak)
    assert ladder["survival_curve"] == pytest.approx((1 - leak) ** np.arange(61))
    assert ladder["share"] == pytest.approx(repair / (repair + leak))
    assert "recovery from a crisis takes 10 periods" in " ".join(section(model.slug)["sentences"])


def test_nothing_survives_where_nobody_cooperates():
    ladder = section("amnesty-above-the-repair-limit")["ladder"]
    assert ladder["best"] is None
    assert ladder["recovery"] == math.inf
    assert set(ladder["survival_curve"]) == {0.0}


def test_half_life_and_risk_dominant_discount_are_measures():
    model = st.load("asymmetric-dependence-with-transfers")
    assert measured(model, "half_life") == pytest.approx(math.log(0.5) / math.log(0.95))
    reward, sucker, temptation = (
        measured(model, f"{name}_government") for name in ("reward", "loss", "temptation")
    )
    expected = (temptation + sucker - reward) / (temptation + sucker)
    assert measured(model, "risk_dominant_discount_government") == pytest.approx(expected)
    hopeless = st.load("asymmetric-dependence-without-transfers")
    assert measured(hopeless, "half_life") == 0


def test_counterfactuals_are_told_and_only_shown_where_they_matter():
    path = section("ai-mier", "path")
    assert (
        "Without the event of 2014Q3 both would have cooperated in no quarter instead of 14."
        in path["sentences"]
    )
    assert what_if("C", [{"without": "x", "regimes": "C"}]) == [
        "No single event changed who cooperated when."
    ]
    ax = relationship_figures.draw_path(path)
    rows = [label.get_text() for label in ax.get_yticklabels()][5:]
    assert rows[0] == "as it was"
    assert "without 2014Q3" in rows
    assert "without 2014Q4" not in rows  # reports came when cooperation had begun


def test_strips_of_many_years_break_into_lines():
    dates = [f"{year}Q{quarter}" for year in range(2000, 2010) for quarter in range(1, 5)]
    lines = strip_table({"as it was": "C" * 40, "without x": "d" * 40}, dates)
    assert len(lines) == 6
    assert lines[3].split() == ["2008", "2009"]
    assert max(map(len, lines)) < 80


def test_best_replies_cross_at_the_equilibria_of_any_2x2():
    game = st.Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    ax = figures.draw_best_replies(game)
    dots = ax.collections[0].get_offsets()
    found = st.solve(game)
    assert np.allclose(dots, np.stack([found.row[:, 0], found.column[:, 0]], axis=-1))
    row, column = (np.array(line.get_data()).T for line in ax.lines)
    assert [2 / 3, 1 / 3] in dots.round(12).tolist() or np.allclose(dots[2], [2 / 3, 1 / 3])
    assert np.allclose(row[:, 1], [0, 1 / 3, 1 / 3, 1])  # the row player turns at q = 1/3
    assert np.allclose(column[:, 0], [0, 2 / 3, 2 / 3, 1])


def test_every_figure_is_public_documented_and_lazy():
    for namespace in (figures, relationship_figures):
        for name in namespace.__all__:
            assert getattr(namespace, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'draw_nothing'"):
        figures.draw_nothing  # noqa: B018


def test_sweep_summary_is_a_table_for_notebooks_and_papers():
    over = {"government.performance_competition": "0:1:5"}
    result = st.sweep(st.load("ai-mier"), over, "surplus,relationship_type")
    summary = st.summarise(result)
    assert summary["relationship_type"]["counts"] == {"cooperation": 2, "capture": 3}
    assert "<th" in summary._repr_html_()
    assert "cooperation & 2 (40\\%)" in summary._repr_latex_()
    assert summary.to_markdown().count("\n") == 4
    endless = st.sweep(
        st.load("one-incident-robust"), {"trust.government": "0.1:0.9:3"}, "ladder_survival"
    )
    assert "no finite value" in st.summarise(endless).to_markdown()


def test_comparison_at_a_glance_answers_the_same_questions_of_every_model():
    from strategic.reports.page._glance import glance

    reports = [st.report(st.load(slug)) for slug in ("one-incident-fragile", "hawk-dove")]
    table = glance(reports)
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["belief needed, this period only"] == ["0.78, 0.22", "-"]
    assert rows["quarters of mutual cooperation"] == ["4 of 16", "-"]
    assert rows["equilibria of the one-shot game"] == ["3", "3"]


@pytest.mark.parametrize("slug", ["ai-mier", "asymmetric-dependence-with-transfers"])
def test_without_incidents_nothing_lasts_without_limit_periods(slug):
    model = st.load(slug).change({"relation.incident_risk": 0.0})
    said = " ".join(st.report(model).document["repeated"]["sentences"])
    assert "unbounded" not in said
    assert "undefined" not in said


@pytest.mark.parametrize("slug", ["confrontation", "asymmetric-dependence-without-transfers"])
def test_what_cannot_be_enforced_has_no_amnesty_to_fear(slug):
    said = " ".join(section(slug)["sentences"])
    assert "amnesty" not in said
    assert "forgive" not in said
    assert "Repetition cannot sustain cooperation" in said


def test_close_products_are_told_apart():
    said = section("one-incident-fragile", "base")["sentences"][3]
    gains, losses = (float(word.rstrip(".,")) for word in said.split() if word[:2] == "0.")
    assert gains > losses


def test_tied_strategies_share_a_rank():
    from strategic.repeated.strategies.tournament import round_robin
    from strategic.reports.terminal import rich_table
    from strategic.reports.tournament_report import tournament_answer

    ranking = tournament_answer(round_robin(["AllC", "TFT", "Grim"])).blocks[0]
    table = rich_table(ranking.tables[0])
    assert list(table.columns[1].cells)[-1].plain == "1"


def test_basins_are_shaded_in_games_of_chicken_too():
    """Followed numerically, starts in the shaded region end at (hawk, dove)."""
    from strategic.evolution.replicator import two_population_field
    from strategic.reports.figures.replicator import shaded_end

    game = st.load("hawk-dove").game()
    assert shaded_end(game) == ("hawk", "dove")
    assert shaded_end(st.load("prisoners-dilemma").game()) is None
    ax = figures.draw_replicator(game)
    region = ax.collections[0].get_paths()[0]
    for start in ([0.6, 0.2], [0.2, 0.6], [0.9, 0.85], [0.85, 0.9]):
        x, y = start
        for _ in range(20_000):
            dx, dy = two_population_field(game.row, game.column, [x, 1 - x], [y, 1 - y])
            x, y = x + 0.05 * dx[0], y + 0.05 * dy[0]
        assert region.contains_point(start) == (x > 0.99 and y < 0.01)


def test_a_figure_with_nothing_in_it_gives_way_to_the_reason():
    def shown(model):
        [block] = [b for b in st.report(model).blocks if b.name == "repeated"]
        return {figure.name for figure in block.figures}, " ".join(block.notes)

    figures, notes = shown(st.load("ai-mier"))
    assert figures == {"survival"}
    assert "at any of them neither side needs a punishment" in notes
    calm = {"relation.incident_risk": 0.0}
    figures, notes = shown(st.load("ai-mier").change(calm))
    assert figures == set()
    assert "there are no incidents, and on the trust ladder cooperation holds for ever" in notes
    tempted = st.relationship({"government.temptation": 0.3, "relation.alignment": 0.9})
    assert shown(tempted)[0] == {"limits", "survival"}


def test_limits_run_through_the_measured_incident_limit():
    rng = np.random.default_rng(4)
    drawn = 0
    for _ in range(40):
        model = st.relationship({
            "government.temptation": rng.uniform(0, 0.5), "relation.alignment": rng.uniform(0.7, 1),
            "relation.incident_risk": rng.uniform(0, 0.3), "relation.discount": rng.uniform(0.6, 1),
        })  # fmt: skip
        section = repeated(model)
        for line in relationship_figures.draw_limits(section).lines:
            if line.get_label().startswith("limit of the "):
                side, drawn = line.get_label().removeprefix("limit of the "), drawn + 1
                at = np.interp(section["discount"][side], *line.get_data())
                assert at == pytest.approx(section["incident_limit"][side], abs=2e-3)
    assert drawn > 5


def test_wide_tables_of_numbers_are_cut_between_columns_on_narrow_terminals():
    from rich.console import Console

    from strategic.markup import Table
    from strategic.reports.blocks import Block
    from strategic.reports.terminal import block_parts

    rows = [[f"r{i}", *(f"{i}{j}*, {j}" for j in range(20))] for i in range(3)]
    table = Table(["row", *(f"c{j}" for j in range(20))], rows, numbers=True)
    for width in (40, 80, 400):
        console = Console(width=width, record=True, file=io.StringIO())
        for part in block_parts(Block("b", "", tables=[table])):
            console.print(part)
        lines = console.export_text().splitlines()
        assert max(map(len, lines)) <= width
        told = [line.split("   ") for line in lines]
        cells = {cell.strip() for line in told for cell in line}
        assert {cell for row in rows for cell in row} <= cells  # none is broken
        parts = sum(line.startswith(" r0") for line in lines)
        assert parts == 1 if width == 400 else 2 < parts < 11


def test_what_has_no_value_is_undefined_in_words():
    assert measured_text(float("nan")) == measured_text(None) == "undefined"
    assert measured_text([0.5, float("nan")]) == "0.5 to undefined"


def test_the_explorer_opens_on_what_tells_most_and_numbers_what_has_no_letter_from_one():
    model = st.load("prisoners-dilemma")
    data = json.loads(explorer_data(model, reporting_of(model.family)))
    letters = {
        reading["name"]: [(kind["letter"], kind["name"]) for kind in reading["kinds"]]
        for reading in data["readings"]
    }
    assert data["mapped"] == "best_welfare"
    assert [letter for letter, _ in letters["risk_dominant"]] == ["?", "1", "2", "3"]
    assert all(letter == name for letter, name in letters["equilibrium_count"])


def test_claims_without_sources_have_no_column_of_sources():
    def header(name):
        model = st.load(name)
        return CLAIMS.layout(CLAIMS.describe(model, 0), model).tables[0].header

    assert header("prisoners-dilemma") == ["", "says", "expected", "measured"]
    assert "sources" in header("dal-bo-frechette")
