"""What is said of a fit: one analysis read alike by text, page, paper, figures and JSON."""

import json
import re
import tomllib
from decimal import Decimal
from html.parser import HTMLParser

import numpy as np
import pytest

import strategic as st
from strategic.catalogue.rewriting import rewritten, toml_text
from strategic.errors import StrategicError
from strategic.estimation import Estimate, Estimates
from strategic.estimation.likelihood import Differenced
from strategic.estimation.maximum import maximise
from strategic.estimation.summary import decimals, fixed, summary
from strategic.estimation.uncertainty import part_of
from strategic.reports.estimation import fitted
from strategic.reports.estimation._paper_table import paper_table
from strategic.reports.figures.estimates import (
    draw_estimates,
    draw_posterior,
    draw_predictions,
    draw_profile,
)

ROWS = 200


class LogitAndCoin(Differenced):
    """A choice that depends on income, and a coin."""

    names = ("base.constant", "base.income", "selection")
    bounds = np.array([[-np.inf, np.inf], [-np.inf, np.inf], [0.0, 1.0]])
    units, uniform, saturated = ROWS, -2 * ROWS * np.log(2.0), 0.0

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.income = rng.normal(size=ROWS)
        self.enters = rng.random(ROWS) < 1 / (1 + np.exp(-0.5 - 1.2 * self.income))
        self.heads = rng.random(ROWS) < 0.3

    def per_unit(self, points):
        """Log likelihoods, row by row."""
        index = points[:, :1] + points[:, 1:2] * self.income
        sign = np.where(self.enters, 1.0, -1.0)
        with np.errstate(divide="ignore"):
            coin = np.where(self.heads, np.log(points[:, 2:]), np.log1p(-points[:, 2:]))
        return coin - np.logaddexp(0.0, -sign * index)

    def predicted(self, point):
        """Two rows."""
        share = float(self.enters.mean())
        chance = float((1 / (1 + np.exp(-point[0] - point[1] * self.income))).mean())
        return [
            {"action": "enter", "count": int(self.enters.sum()), "observed": share,
             "predicted": chance},
            {"action": "stay", "count": int(ROWS - self.enters.sum()), "observed": 1 - share,
             "predicted": 1 - chance},
        ]  # fmt: skip


def two_coins(*groups):
    """Fit one part per group."""
    parts = {}
    for seed, group in enumerate(groups or ("",)):
        likelihood = LogitAndCoin(seed)
        maximum = maximise(likelihood, np.array([[0.0, 0.0, 0.5]]))
        parts[group] = part_of(likelihood, maximum, observations=ROWS, group=group)
    return Estimates("entry", parts, "curvature", {}, {"": st.load("inspection")})


@pytest.fixture(scope="module")
def whole():
    """A fit in two groups, with everything that can be asked about it."""
    fit = two_coins("early", "late")
    prior = {"base.constant": "normal(0, 2)", "base.income": "normal(0, 2)"}
    return fitted(fit, profiles=["base.income"], prior=prior, draws=1000, seed=3)


def test_the_summary_is_laid_out_as_packages_of_econometrics_do(whole):
    lines = whole.fit.summary().splitlines()
    assert max(map(len, lines)) <= 79
    assert lines[1] == "=" * len(lines[1])
    labels = ["Play", "Model", "Observations", "Clusters", "AIC", "BIC"]
    text = "\n".join(lines)
    assert all(f"{label}:" in text for label in labels)
    assert "Log likelihood" in text
    assert "Maximum:" in text
    assert "Errors:" in text
    rows = [line for line in lines if re.match(r"(early|late)\s", line)]
    assert len(rows) == 6
    assert all(row.split()[-1] == "ok" for row in rows)


def test_frequencies_of_rows_hardly_two_of_which_are_alike_bound_nothing():
    found = st.estimate(st.load("service-contracts"))
    assert -3.0 < found.document()["log_likelihood_saturated"] < 0.0
    assert "frequencies" not in found.summary()


def test_frequencies_that_predict_every_row_bound_nothing():
    """A log likelihood of 0 says nothing: it is left out, and what remains stays in its column."""
    fit = two_coins()
    told = summary(fit)
    assert "of the frequencies" not in told + paper_table(fit)
    assert re.search(r"Observations: .* AIC: ", told)
    assert fit.document()["log_likelihood_saturated"] == 0.0


def test_every_format_shows_the_same_numbers(whole):
    """The table, the page, the paper and JSON: four digits of every estimate."""
    page, paper = whole.report().html(), whole.report().to_latex()
    markdown, text = whole.report().to_markdown(), whole.text()
    for one in whole.document["parameters"]:
        written = f"{one['estimate']:.4f}"
        for shown in (page, paper, markdown, text):
            assert written in shown, (one["name"], written)


def test_profiles_are_told_with_their_95_percent_level(whole):
    early, late = whole.document["profiles"]
    assert (early["name"], early["group"], late["group"]) == ("base.income", "early", "late")
    heights, values = np.array(early["log_likelihood"]), np.array(early["values"])
    part = whole.fit.parts["early"]
    assert heights.max() == pytest.approx(part.log_likelihood, abs=1e-3)
    inside = (values > early["low"]) & (values < early["high"])
    above = heights > part.log_likelihood - 1.920729410347062
    assert (inside == above).all()


def test_a_profile_is_drawn_with_its_level_and_ends(whole):
    profile = whole.profiles[0][1]
    ax = draw_profile(profile)
    level = [line for line in ax.lines if np.allclose(line.get_ydata(), -1.920729410347062)]
    assert level
    ends = {float(line.get_xdata()[0]) for line in ax.lines if len(line.get_xdata()) == 2}
    assert {profile.low, profile.high} <= ends


def test_posteriors_are_told_with_their_simulation_errors(whole):
    early = whole.document["posterior"][0]
    assert early["effective_draws"] > 100
    for entry in early["parameters"]:
        assert entry["low"] < entry["mean"] < entry["high"]
        assert 0 < entry["simulation_error"] < entry["deviation"]
    text = whole.report().to_markdown()
    assert "independent ones" in text
    assert "uniform(0.0, 1.0)" in text
    ax = draw_posterior(whole.posteriors["early"], "selection")
    density = ax.patches[0].get_data()
    assert (density.values * np.diff(density.edges)).sum() == pytest.approx(1.0, abs=0.01)


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []
        self.figures = 0

    def handle_starttag(self, tag, attributes):
        del attributes
        self.figures += tag == "svg"
        if tag == "table":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag == "table":
            self.open.pop()


def test_the_page_has_every_figure(whole):
    parser = _Tags()
    parser.feed(whole.report().html())
    assert not parser.open
    assert parser.figures == 1 + 2 + 6 + 1  # estimates, profiles, posteriors, predictions


def test_the_paper_has_balanced_environments_and_plain_words(whole):
    paper = whole.report().to_latex()
    for name in ("table", "tabular"):
        assert paper.count(rf"\begin{{{name}}}") == paper.count(rf"\end{{{name}}}") > 0
    assert paper.count("{") == paper.count("}")
    assert not re.search(r"(?<!\\)_(?!\{)", paper.replace("$_", ""))
    rows = re.findall(r"^(.*) \\\\$", paper.split(r"\bottomrule")[0], re.MULTILINE)
    assert {row.count("&") for row in rows} == {2}


@pytest.mark.parametrize(
    ("one", "marks"),
    [
        (Estimate("a", float("inf"), float("nan"), 2.0, float("inf"), "infinite"), [r"\infty"]),
        (Estimate("a", 0.0, float("nan"), 0.0, 0.4, "at_bound"), ["^{b}", "[0.0000, 0.4000]"]),
        (Estimate("a", float("nan"), float("nan"), 0.1, 0.4, "interval"), ["[0.1000, 0.4000]"]),
        (Estimate("a", *[float("nan")] * 4, "not_identified", note="moves with b"), ["^{n}"]),
    ],
)
def test_statuses_are_marked_and_explained(one, marks):
    from dataclasses import replace

    fit = two_coins()
    part = replace(fit.parts[""], estimates=(one,))
    told = fitted(Estimates("entry", {"": part}, "curvature", {}, fit.models))
    paper = told.report().to_latex()
    assert all(mark in paper for mark in marks)
    assert f"'{one.status}':" in told.text()
    assert one.note in told.text()
    json.dumps(told.document["sentences"])


def test_an_unknown_number_has_no_profile(whole):
    with pytest.raises(StrategicError, match=r"did you mean 'base\.income'\?"):
        fitted(whole.fit, profiles=["base.incom"])


def test_other_ways_are_compared():
    fit = two_coins()
    made = fitted(fit, against=[two_coins()])
    (found,) = made.document["comparisons"]
    assert found["kind"] == "Vuong"
    assert found["difference"] == pytest.approx(0.0)
    assert found["against"]["aic"] == pytest.approx(fit.aic)
    assert "Against entry" in made.report().to_markdown()


def test_numbers_of_different_size_stand_on_axes_of_their_own():
    from dataclasses import replace

    small, large = Estimate("small", 0.05, 0.01, 0.03, 0.07), Estimate("large", 9.0, 1.0, 7.0, 11.0)
    part = replace(two_coins().parts[""], estimates=(small, large))
    figure = draw_estimates(Estimates("entry", {"": part}, "", {}, {})).get_figure()
    assert len(figure.axes) == 2
    left, right = figure.axes[0].get_xlim()
    assert right - left < 1.0


@pytest.mark.parametrize(
    ("estimate", "error", "written"),
    [(1.845609746, 0.7713, "1.8456"), (0.0512, 0.00288, "0.05120"), (0.0, 0.0, "0.0000"),
     (1234.5678, 100.0, "1234.5678"), (1.0, 4.9e-9, "1.00000000")],
)  # fmt: skip
def test_a_number_has_the_decimals_that_its_error_is_worth(estimate, error, written):
    one = Estimate("a", estimate, error, estimate, estimate)
    assert fixed(one.estimate, decimals(one)) == written


@pytest.mark.parametrize(
    "data",
    [
        {"title": 'quotes " and \\ back', "n": 3, "x": 0.1, "big": 1e300, "flag": True},
        {"a": {"b": {"c": 1.5, "d": [1, 2]}, "e": {"f": {"g": "h"}}}},
        {"list": [{"id": "x", "set": {"p.q": 1.0}}, {"id": "y"}], "empty": []},
        {"payoffs": [[["a + b" * 9, 1], [2, "c" * 60]], [[3, 4], [5, 6.25]]]},
        {"odd key": {"ü.": "tab\t line\n"}, "inf": [float("inf"), float("-inf")]},
    ],
)
def test_toml_is_read_back_as_it_was(data):
    assert tomllib.loads(toml_text(data)) == data


def test_decimals_are_written_as_they_were():
    data = tomllib.loads("a = 0.10\nb = 1e3\nc = inf\nd = -0.0", parse_float=Decimal)
    assert toml_text(data).splitlines()[:2] == ["a = 0.10", "b = 1E+3"]
    assert tomllib.loads(toml_text(data)) == {"a": 0.1, "b": 1000.0, "c": float("inf"), "d": -0.0}


@pytest.mark.parametrize("slug", [entry.slug for entry in st.catalogue.models()])
def test_every_model_is_written_and_read_back(slug):
    model = st.load(slug)
    again = st.load(rewritten(model))
    assert dict(again.points) == {n: pytest.approx(v, nan_ok=True) for n, v in model.points.items()}
    assert again.family.name == model.family.name
    of_data = [claim for claim in model.claims if claim.measure.startswith("estimate.")]
    assert len(again.claims) == len(model.claims) - len(of_data)


def test_changed_values_are_in_the_file_and_nothing_else_moves():
    model = st.load("ai-mier").change({"relation.alignment": 0.123})
    again = st.load(rewritten(model))
    moved = {n for n, v in st.load("ai-mier").points.items() if not np.array_equal(
        v, again.points[n], equal_nan=True)}  # fmt: skip
    assert moved == {"relation.alignment"}
    assert again.path == model.path


def test_models_without_a_file_are_told():
    with pytest.raises(StrategicError, match="save the model as a TOML file first"):
        rewritten(st.load("3,0;5,1 / 3,5;0,1"))


def test_estimates_are_labelled_arrays_too(whole):
    found = whole.fit.to_xarray()
    one = whole.fit.parameters[1]
    chosen = found["estimate"].sel(group=one.group, name=one.name)
    assert float(chosen) == one.estimate
    assert two_coins().to_xarray()["low"].dims == ("name",)


def test_notebooks_show_the_same_numbers(whole):
    shown = whole.fit._repr_html_()
    assert all(f"{one.estimate:.4f}" in shown for one in whole.fit.parameters)


@pytest.mark.parametrize(("points", "named"), [(4, 4), (6, 6), (7, 3)])
def test_few_predictions_are_all_named_and_of_many_the_worst(points, named):
    rows = [
        {"player": "ann", "action": f"a{k}", "predicted": 0.1 * k, "observed": 0.1 * k + 0.01 * k}
        for k in range(points)
    ]
    written = {text.get_text().split()[-1] for text in draw_predictions(rows).texts}
    assert written == {f"a{k}" for k in range(points - named, points)}
