"""Figures of sweeps: what they show, on axes of the caller's or their own."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import strategic as st
from strategic.errors import SweepError
from strategic.families.relationship.reporting.figures import draw_path
from strategic.modelling import Measure
from strategic.reports.boundary_report import boundary_answer
from strategic.reports.figures import cut, phase_diagram, save_figure, tornado
from strategic.reports.figures.style import PALETTE
from strategic.reports.looks import Look, looks_of
from strategic.reports.sections import reporting_of

PHI, LAM = "government.performance_competition", "government.shelter_responsibility"
MODEL = st.relationship(title="Defaults")
MAP = st.sweep(
    MODEL, {PHI: "0:1:31", LAM: "0:.5:11"}, ["relationship_type", "surplus", "critical_discount"]
)
RELATIONSHIP = reporting_of(MODEL.family)
TWICE = Measure(
    "twice", lambda points: 2 * points["relation.organisations"], "Twice n.", kind="integer"
)


def words(ax):
    texts = [text.get_text() for text in ax.texts]
    legends = [text.get_text() for legend in ax.figure.legends for text in legend.get_texts()]
    return texts, legends


def test_a_phase_diagram_names_its_regions_and_marks_the_model():
    ax = phase_diagram(MAP)
    texts, legend = words(ax)
    assert {"restriction", "substitution", "capture", "cooperation", "the model"} <= set(texts)
    assert legend == ["cooperation", "capture", "restriction", "substitution"]
    assert PHI in ax.get_xlabel()
    assert LAM in ax.get_ylabel()
    assert "Defaults" in ax.get_title(loc="left")
    assert ax.lines[0].get_xydata().tolist() == [[0.05, 0.05]]


def test_exact_boundaries_replace_the_edges_of_cells():
    up = st.boundary(MODEL, LAM, "relationship_type", over=(0, 1), grid={PHI: "0:1:41"})
    across = st.boundary(MODEL, PHI, "relationship_type", over=(0, 1), grid={LAM: "0:.2:5"})
    ax = phase_diagram(MAP, boundaries=[up, across])
    drawn = np.nanmax(
        [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 41], axis=0
    )
    np.testing.assert_array_equal(drawn, up["at"].values[:, 0])
    [upright] = [line for line in ax.lines if len(line.get_ydata()) == 5]
    np.testing.assert_array_equal(upright.get_xdata(), across["at"].values[:, 0])
    assert "borders" not in [patch.get_gid() for patch in ax.patches]


def test_axes_of_the_caller_are_used_and_returned():
    figure = Figure()
    first, second, third = figure.subplots(1, 3)
    assert phase_diagram(MAP, "surplus", first) is first
    assert cut(MAP.isel({LAM: 0}), "surplus", second) is second
    study = st.sensitivity(MODEL, {PHI: (0, 1)}, "surplus", draws=16)
    assert tornado(study, third) is third


def test_a_label_looks_the_same_in_every_figure():
    known = {0: "a", 1: "b", 2: "not yet"}
    chosen = {"not_yet": Look(PALETTE[0])}
    assert looks_of(known, {})[1] == looks_of({1: "b"}, {})[1]
    assert len(set(looks_of({n: str(n) for n in range(40)}, chosen).values())) == 40
    # A family's words look as it says, and others do not take its colours.
    assert looks_of(known, chosen)[2] == chosen["not_yet"]
    assert PALETTE[0] not in [looks_of(known, chosen)[n].colour for n in (0, 1)]


def test_a_word_has_one_colour_in_maps_bands_and_strips():
    """Cooperation is one colour: as a type, a cell, a regime and an action."""
    looks = RELATIONSHIP.looks
    green = looks["C"].colour
    assert {looks[word].colour for word in ("cooperation", "CP", "CC", "P")} == {green}
    words = set(RELATIONSHIP.looks)
    for measure in ("relationship_type", "relationship_cell", "regime_at", "reply_to_capture"):
        assert set(MODEL.family.measures[measure].labels) <= words
    ax = phase_diagram(MAP, "relationship_type")
    drawn = {
        patch.get_label(): patch.get_facecolor() for patch in ax.figure.legends[0].get_patches()
    }
    assert {name: to_hex(colour) for name, colour in drawn.items()} == {
        name: looks[name].colour for name in drawn
    }
    bands = cut(MAP.isel({LAM: 0}), "relationship_type")
    assert to_hex(bands.patches[0].get_facecolor()) == green
    case = st.load("ai-mier")
    path = draw_path(st.report(case).document["path"])
    strips = [c for c in path.collections if c.get_label() == "both cooperate"]
    assert {to_hex(strip.get_facecolor()[0]) for strip in strips} == {green}
    regimes = cut(st.sweep(case, {"trust.government": "0.4,0.6"}, "regime_at@2014Q2"))
    assert to_hex(regimes.patches[-1].get_facecolor()) == green


def test_colours_of_types_and_sides_are_told_apart():
    types = MODEL.family.measures["relationship_type"].labels
    colours = [RELATIONSHIP.looks[word].colour for word in (*types, "government", "organisation")]
    assert len(set(colours)) == len(colours)
    cells = MODEL.family.measures["relationship_cell"].labels
    assert len({RELATIONSHIP.looks[cell] for cell in cells}) == len(cells)


def test_whole_numbers_are_drawn_in_steps():
    few = phase_diagram(st.sweep(MODEL, {PHI: "0:1:9", LAM: "0:1:9"}, "equilibrium_count"))
    _, legend = words(few)
    assert legend
    assert all(text.isdigit() for text in legend)
    over = {"relation.organisations": "1:40:40", "relation.diversity_cost": ".01:.02:3"}
    model = replace(MODEL, family=replace(MODEL.family, measures={"twice": TWICE}))
    many = phase_diagram(st.sweep(model, over, "twice"))
    norm = many.collections[0].norm
    assert all(boundary % 1 == 0.5 for boundary in norm.boundaries)
    bar = many.figure.axes[1]
    ticks = [text.get_text() for text in bar.get_yticklabels()]
    assert ticks[0] == "2 to 8"
    line = cut(st.sweep(model, {"relation.organisations": "1:3:3"}, "twice"))
    assert all(tick == round(tick) for tick in line.get_yticks())


def test_bands_carry_the_places_of_their_changes():
    texts, legend = words(cut(MAP.isel({LAM: 0})))
    assert "0.117" in texts  # between 0.1 and 0.1333, the places swept
    assert legend == ["cooperation", "capture"]
    lines = cut(MAP.isel({LAM: [0, 5, 10]}), "surplus")
    assert [text.get_text() for text in lines.get_legend().get_texts()] == ["0", "0.25", "0.5"]
    assert len({line.get_linestyle() for line in lines.lines[:3]}) == 3


@pytest.mark.parametrize("draw", [cut, phase_diagram])
def test_a_figure_of_the_wrong_shape_is_refused(draw):
    cube = st.sweep(MODEL, {PHI: "0:1:9", LAM: "0:1:9", "relation.penalty": "0:1:9"}, "surplus")
    with pytest.raises(SweepError, match="surplus"):
        draw(cube)
    with pytest.raises(SweepError, match="not in this sweep"):
        draw(cube, "profit")


@pytest.mark.parametrize(
    ("over", "measure"),
    [
        ({"relation.penalty": "1:100:9:log", PHI: "0:1:9"}, "surplus"),
        ({PHI: [0.5], LAM: "0:1:9"}, "relationship_type"),
        ({PHI: [0.5], LAM: "0:1:9"}, "surplus"),
        ({"relation.discount": ".1:.9:9", LAM: "0:1:9"}, "critical_discount"),  # partly infinite
        ({"relation.penalty": "0:1:9", LAM: ".2:1:9"}, "punishment_length"),  # undefined everywhere
        ({"relation.organisations": "1:9:9", LAM: ".2:1:9"}, "base_equilibrium_count"),
    ],
)
def test_maps_of_awkward_grids_can_be_saved(tmp_path, over, measure):
    swept = st.sweep(MODEL, over, measure)
    save_figure(phase_diagram(swept), tmp_path / "map.png")
    save_figure(cut(swept.isel({list(over)[1]: slice(0, 8)})), tmp_path / "cut.svg")
    assert (tmp_path / "map.png").stat().st_size > 5000


def test_a_tornado_puts_the_strongest_on_top_and_counts_those_left_out():
    names = [name for name, p in MODEL.family.parameters.items() if p.upper == 1 and p.lower == 0]
    over = {name: (0.2, 0.8) for name in names if not MODEL.family.parameters[name].optional}
    study = st.sensitivity(MODEL, over, "surplus", draws=2)
    ax = tornado(study)
    labels = [label.get_text().split()[0] for label in ax.get_yticklabels()]
    swing = (study["largest"] - study["smallest"]).values
    assert labels[-1] == study["parameter"].values[np.argmax(swing)]
    assert f"{len(over) - 20} weaker ones left out" in ax.figure.get_suptitle()
    kinds = tornado(st.sensitivity(MODEL, {PHI: (0, 1)}, "relationship_type", draws=16))
    assert "cooperation … capture" in [text.get_text() for text in kinds.texts]


def test_a_title_names_the_equilibrium_it_speaks_of_once():
    swept = st.sweep(st.load("stag-hunt"), {"hare": "1:3:3"}, "regret@best-welfare")
    title = " ".join(cut(swept).get_title(loc="left").split())
    assert title.endswith("Largest gain from deviating in the best-welfare equilibrium")


def test_a_boundary_that_is_never_crossed_says_which_level_was_not():
    hunt = st.load("stag-hunt")
    for level, said in [(-1.0, "at or above -1 throughout"), (9.0, "below 9 throughout")]:
        found = st.boundary(hunt, "hare", "payoff.first@payoff-dominant", over=(1, 3), level=level)
        assert boundary_answer(found).blocks[0].lines == [said]


def test_regions_draw_themselves_and_are_named_by_texts_too():
    model = st.load("inspection")
    by_text = st.sweeps.regions(model, ["cost=0.5:5", "effort=0.5:5"], "support@only")
    by_numbers = st.sweeps.regions(model, {"cost": (0.5, 5), "effort": (0.5, 5)}, "support@only")
    np.testing.assert_array_equal(by_text.borders, by_numbers.borders)
    ax = phase_diagram(by_text)
    same = phase_diagram(by_text.dataset, boundaries=by_text)
    assert [p.get_gid() for p in ax.patches] == [p.get_gid() for p in same.patches]
    assert any(str(p.get_gid()).startswith("region-") for p in ax.patches)
    with pytest.raises(SweepError, match="must read"):
        st.sweeps.regions(model, {"cost": "0:1:41", "effort": "0:1"}, "support@only")
