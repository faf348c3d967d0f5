"""One look for every figure: colours anyone can tell apart, ink that follows light and dark."""

from __future__ import annotations

import hashlib
import html
import io
import re
import warnings
from collections.abc import Callable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

from strategic.errors import FileError
from strategic.games.io.files import write_text, written_whole
from strategic.printable import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")

INK = "#0a0b0c"
"""Colour of text and lines; inside a page it becomes the page's own text colour."""
ON_PAPER = "#111213"
"""Colour of words on a white ground; it stays as it is in the dark."""
FAINT = "#8a8d91"
BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, GREY = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#d55e00",
    "#56b4e9",
    "#cc79a7",
    "#f0e442",
    "#b0b3b8",
)
"""Okabe and Ito's palette, told apart by colour-blind readers too."""
PALETTE = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, GREY)
RISE, FALL = "#4b5768", "#c3c9d1"
"""Changes up and down, and bars that stand for no word: shades of slate."""
FIGURE_ENDINGS: dict[str, dict[str, Any]] = {
    ".png": {},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}
"""Endings of files of figures; the metadata leave out dates, so that bytes repeat."""
_SETTINGS: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.size": 9.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "strategic",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.titlesize": 10.0,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


def new_axes(
    ax: Axes | None = None,
    *,
    width: float = 6.0,
    height: float = 3.4,
    projection: str | None = None,
) -> Axes:
    """Give back ``ax``, or axes on a figure of its own (sizes in inches; "3d" as a projection).

    Examples
    --------
    >>> print(new_axes(width=4).figure.get_figwidth())
    4.0
    """
    if ax is not None:
        return ax
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        made: Axes = figure.subplots(subplot_kw={"projection": projection})
    return _for_notebooks(made)


def shortened(name: str, most: int = 24) -> str:
    """Cut a long name for an axis or a legend.

    Examples
    --------
    >>> shortened("cooperate"), shortened("the ministry of civil affairs", 12)
    ('cooperate', 'the ministr\u2026')
    """
    line = " ".join(name.split())
    return line if len(line) <= most else line[: most - 1] + "\u2026"


def new_panels(
    rows: int, columns: int, *, width: float, height: float, ratios: Sequence[float] | None = None
) -> list[Axes]:
    """Make axes side by side on one figure (size of the whole in inches), row by row.

    ``ratios`` are the heights of the rows in relation to each other.

    Examples
    --------
    >>> len(new_panels(2, 3, width=7, height=4))
    6
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        heights = figure.subplots(rows, columns, squeeze=False, height_ratios=ratios)
        made: list[Axes] = list(heights.ravel())
    return [_for_notebooks(ax) for ax in made]


def _for_notebooks(ax: Axes) -> Axes:
    """Let a notebook show the figure where the axes end a cell: only pyplot's own show themselves.

    An attribute, not a class of axes: one would be needed for every projection.
    """
    vars(ax)["_repr_html_"] = partial(notebook_html, ax)
    return ax


def notebook_html(ax: Axes, *, title: str = "", description: str = "") -> str:
    """Write a figure as a cell of a notebook shows it; it scrolls where the screen is narrow.

    Examples
    --------
    >>> notebook_html(new_axes())[:30]
    '<div style="overflow-x: auto">'
    """
    words = [ax.get_title("left") or ax.get_title(), ax.get_ylabel(), ax.get_xlabel()]
    told = [" ".join(text.split()) for text in words if text] or ["figure"]
    title, description = title or told[0], description or "; ".join(told)
    svg = inline_svg(ax, name="figure-0", title=title, description=description)
    named = f"figure-{hashlib.sha256(svg.encode()).hexdigest()[:10]}"  # ids are those of the page
    return f'<div style="overflow-x: auto">\n{svg.replace("figure-0", named)}\n</div>'


def in_style(draw: Callable[[], Axes]) -> Axes:
    """Draw with the settings of the house from the first line to the last word.

    Examples
    --------
    >>> in_style(lambda: new_axes(width=4)).get_figure().get_size_inches().tolist()[0]
    4.0
    """
    from matplotlib import rc_context

    with rc_context(_SETTINGS):
        return draw()


def styled(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """Make a function of figures draw in the style of the house whoever calls it.

    Examples
    --------
    >>> @styled
    ... def empty() -> Axes:
    ...     return new_axes()
    >>> empty().title.get_fontsize()
    10.0
    """

    @wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> Axes:
        from matplotlib import rc_context

        with rc_context(_SETTINGS):
            return draw(*args, **options)

    return drawn


def inline_svg(ax: Axes, *, name: str, title: str, description: str) -> str:
    """Write the figure of ``ax`` as an SVG element for a page; the same bytes for the same figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        From one of the figure functions.
    name : str
        Unique on the page; the prefix of every id inside.
    title, description : str
        Read out by screen readers.
    """
    svg = _svg(ax, name, metadata={"Date": None, "Creator": None})
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = svg.replace(INK, "currentColor")
    head = (
        f'<svg class="figure" role="img" aria-labelledby="{name}-title {name}-text" '
        f'style="max-width: {1.6 * _width(svg):.0f}px; min-width: {1.05 * _width(svg):.0f}px" '
    )
    named = (
        f'<title id="{name}-title">{html.escape(printable(title))}</title>'
        f'<desc id="{name}-text">{html.escape(printable(description))}</desc>'
    )
    opening, rest = svg.split(">", 1)
    opening = re.sub(r' (width|height)="[^"]*"', "", opening)
    return opening.replace("<svg ", head, 1) + ">" + named + rest


def save_figure(ax: Axes, path: str | Path) -> None:
    """Write the figure of ``ax`` as PNG, SVG or PDF, beside and then renamed.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        From one of the figure functions.
    path : path-like
        The file; its ending says which format.

    Raises
    ------
    FileError
        When the ending is not one of `FIGURE_ENDINGS`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_figure(new_axes(), f"{folder}/empty.svg")
    ...     [file.name for file in Path(folder).iterdir()]
    ['empty.svg']
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in FIGURE_ENDINGS:
        rule = f"a figure ends in one of {', '.join(FIGURE_ENDINGS)}"
        raise FileError(rule, where=str(path), value=path.suffix)
    kind, metadata = ending.removeprefix("."), FIGURE_ENDINGS[ending]
    if kind == "svg":
        write_text(path, _svg(ax, dpi=160, facecolor="white", metadata=metadata))
        return
    with written_whole(path) as beside:
        _write(ax, beside, kind, dpi=160, facecolor="white", metadata=metadata)


def _svg(ax: Axes, salt: str = "strategic", **options: Any) -> str:
    """Write a figure as SVG, which as XML cannot hold control characters."""
    buffer = io.StringIO()
    _write(ax, buffer, "svg", salt, **options)
    return printable(buffer.getvalue())


def _figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    return figure


def _write(ax: Axes, target: Any, kind: str, salt: str = "strategic", **options: Any) -> None:
    """Write a figure in the style of reports; a glyph no font has is no reason to warn."""
    from matplotlib import rc_context

    with rc_context({**_SETTINGS, "svg.hashsalt": salt}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        warnings.filterwarnings("ignore", message="constrained_layout not applied")  # long names
        figure = _plainly(_figure(ax))
        if kind == "svg":
            _write_svg(figure, target, **options)
        else:
            figure.savefig(target, format=kind, **options)


def _write_svg(
    figure: Figure, target: Any, *, metadata: Any, dpi: float = 0, facecolor: str = ""
) -> None:
    """Write what `savefig` writes, which draws all of a figure twice: first only to lay it out."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    canvas, engine = FigureCanvasSVG(figure), figure.get_layout_engine()
    before = {"dpi": figure.dpi, "facecolor": figure.get_facecolor()}
    if engine is not None:
        figure.dpi = canvas.fixed_dpi  # that of the texts to be measured
        engine.execute(figure)
        figure.set_layout_engine("none")
    figure.set(dpi=dpi or before["dpi"], facecolor=facecolor or before["facecolor"])
    canvas.print_svg(target, metadata=metadata)
    figure.set(**before)


def _plainly(figure: Figure) -> Figure:
    """Take dollar signs in names for what they are; only logarithmic ticks are formulas."""
    from matplotlib.text import Text

    powers = {
        label
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        if axis.get_scale() == "log"
        for label in (*axis.get_majorticklabels(), *axis.get_minorticklabels())
    }
    for text in figure.findobj(Text):
        if text not in powers:
            text.set_parse_math(False)
            text.set_text(printable(text.get_text()))
    return figure


_HALF = 5.8
"""Width in inches of a figure whose letters can be read at half the width of a page."""


def is_wide(ax: Axes) -> bool:
    """Whether a figure is so wide that it deserves a row of a page to itself."""
    width, height = _figure(ax).get_size_inches()
    return bool(width > 1.8 * height or width > _HALF)


def _width(svg: str) -> float:
    """Width in points: a page shows it at most 1.6 times, and at least 1.05 times, as wide."""
    match = re.search(r'viewBox="0 0 ([\d.]+) ', svg)
    return float(match[1]) if match else 400.0
