"""Shortcuts of figures against what they are short for."""

import io
import re
import warnings

import numpy as np
import pytest
from matplotlib import rc_context
from scipy.ndimage import distance_transform_edt

import strategic as st
from strategic.errors import FileError
from strategic.reports import figures
from strategic.reports.blocks import Figure
from strategic.reports.figures import style
from strategic.reports.figures._phase import _space


def drawn(number):
    """Axes of several kinds, with words, a legend, a colour bar and panels."""
    rng = np.random.default_rng(number)
    panels = style.new_panels(1, 2, width=6, height=3) if number % 2 else [style.new_axes()]
    for ax in panels:
        ax.plot(rng.random(9).cumsum(), label="A rather long name of a line")
        ax.set(title="Title " * number, xlabel="along", ylabel=f"up\n{number}")
        ax.legend()
        mesh = ax.pcolormesh(rng.random((4, 5)), rasterized=number > 2)
        ax.figure.colorbar(mesh, ax=ax)
    return panels[0]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("options", [{}, {"dpi": 160, "facecolor": "white"}])
def test_a_figure_laid_out_once_has_the_bytes_of_one_drawn_twice(number, options):
    metadata = {"Date": None}
    found = style._svg(style.in_style(lambda: drawn(number)), metadata=metadata, **options)
    with rc_context(style._SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        buffer = io.StringIO()
        figure = style._plainly(style._figure(style.in_style(lambda: drawn(number))))
        figure.savefig(buffer, format="svg", metadata=metadata, **options)
    assert found == buffer.getvalue()


def test_a_figure_may_be_written_again_and_in_any_format(tmp_path):
    ax = style.in_style(lambda: drawn(1))
    before = ax.figure.dpi, ax.figure.get_facecolor()
    style.save_figure(ax, tmp_path / "first.svg")
    assert (ax.figure.dpi, ax.figure.get_facecolor()) == before
    style.save_figure(ax, tmp_path / "picture.png")
    style.save_figure(ax, tmp_path / "again.svg")
    first, again = (tmp_path.joinpath(f"{name}.svg").read_bytes() for name in ("first", "again"))
    assert first == again


def test_a_figure_is_saved_under_a_plain_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    style.save_figure(style.new_axes(), "axes.svg")
    Figure("two", "Two", "Two panels.", draw=lambda: drawn(1)).save("report.png")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["axes.svg", "report.png"]
    with pytest.raises(FileError, match="ends in one of"):
        style.save_figure(style.new_axes(), "axes.gif")


def test_space_is_the_distance_to_the_nearest_cell_outside():
    rng = np.random.default_rng(5)
    for _ in range(40):
        shape, cell = rng.integers(1, 30, size=2), tuple(rng.uniform(0.01, 0.3, size=2))
        inside = rng.random(shape) < rng.uniform(0.3, 1)
        expected = distance_transform_edt(np.pad(inside, 1), sampling=cell)[1:-1, 1:-1]
        np.testing.assert_allclose(_space(inside, cell), expected, rtol=1e-14)


def test_axes_and_figures_of_reports_show_themselves_in_notebooks():
    games = [[[2, 0], [0, 1]], [[1, 0], [0, 2]]]
    ax = figures.draw_best_replies(st.Game.from_payoffs(*games))
    shown = ax._repr_html_()
    assert shown.count("<svg") == 1
    assert "probability that player 1 plays 1" in shown
    assert ax._repr_html_() == shown  # a page that is built again has the same bytes
    other = figures.draw_best_replies(st.Game.from_payoffs(*games[::-1]))._repr_html_()
    ids = [set(re.findall(r'\bid="([^"]+)"', page)) for page in (shown, other)]
    assert ids[0].isdisjoint(ids[1])  # both may stand on one page
    assert {part.removeprefix("#") for part in re.findall(r'href="(#[^"]+)"', shown)} <= ids[0]
    told = st.report(st.load("hawk-dove")).figures["best-replies"]._repr_html_()
    assert "<svg" in told
    assert all(hasattr(panel, "_repr_html_") for panel in style.new_panels(1, 2, width=4, height=2))


def test_figures_are_drawn_in_the_style_of_the_house_whoever_calls_them():
    ax = figures.draw_best_replies(st.Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert not ax.get_legend().get_frame_on()
    assert {text.get_fontsize() for text in ax.get_legend().get_texts()} == {8.0}
    assert ax.xaxis.label.get_fontsize() == 9.0
