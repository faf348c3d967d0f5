"""The bands of an outcome along the intensities of mechanisms."""

import pytest

import strategic as st
from strategic.reports.figures import draw_intensities


def test_each_piece_runs_to_the_next_flip():
    bands = {"forum": [(0.0, "good"), (0.3, "bad"), (0.6, "good")], "control": [(0.0, "bad")]}
    ax = draw_intensities(bands)
    spans = sorted((p.get_y(), p.get_x(), p.get_width()) for p in ax.patches)
    [control, *forum] = [(x, width) for _, x, width in spans]  # the first mechanism stands on top
    assert control == pytest.approx((0.0, 1.0))
    assert forum == [pytest.approx(end) for end in ((0.0, 0.3), (0.3, 0.3), (0.6, 0.4))]
    colours = {p.get_facecolor() for p in ax.patches}
    assert len(colours) == 2
    assert [label.get_text() for label in ax.get_yticklabels()] == ["control", "forum"]


def test_a_report_draws_the_outcomes_that_flip():
    blocks = {block.name: block for block in st.report(st.load("ai-mier")).blocks}
    names = [figure.name for figure in blocks["mechanisms"].figures]
    assert names == ["mechanisms", "intensities-relationship-type", "intensities-path-kind"]
    quiet = {block.name: block for block in st.report(st.load("capture")).blocks}
    assert [figure.name for figure in quiet["mechanisms"].figures] == ["mechanisms"]
