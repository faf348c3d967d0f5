"""Figures of sweeps: what they show, on axes of the caller's or their own."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import strategic as st
from strategic.errors import SweepError
from strategic.reports.figures import cut, phase_diagram, save_figure, tornado
from strategic.reports.figures._swept import looks_of

PHI, LAM = "government.performance_competition", "government.shelter_responsibility"
MODEL = st.relationship(title="Defaults")
MAP = st.sweep(
    MODEL, {PHI: "0:1:31", LAM: "0:.5:11"}, ["relationship_type", "surplus", "critical_discount"]
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
    assert not [c for c in ax.collections if type(c).__name__ == "LineCollection"]


def test_axes_of_the_caller_are_used_and_returned():
    figure = Figure()
    first, second, third = figure.subplots(1, 3)
    assert phase_diagram(MAP, "surplus", first) is first
    assert cut(MAP.isel({LAM: 0}), "surplus", second) is second
    study = st.sensitivity(MODEL, {PHI: (0, 1)}, "surplus", draws=16)
    assert tornado(study, third) is third


def test_a_label_looks_the_same_in_every_figure():
    known = {-1: "undefined", 0: "a", 1: "b"}
    assert looks_of(known)[1] == looks_of({1: "b"})[1]
    assert len(set(looks_of({n: str(n) for n in range(16)}).values())) == 16


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
