"""Every model of the catalogue can be reported on every face."""

import json

import pytest

import strategic as st

SLUGS = [model.slug for model in st.models()]
EXAMPLES = ["ai-mier", "capture", "for-profit-partner", "matching-pennies", "sector-growth"]
OTHERS = [pytest.param(slug, marks=pytest.mark.slow) for slug in SLUGS if slug not in EXAMPLES]


@pytest.mark.parametrize("slug", [*EXAMPLES, *OTHERS])
def test_every_face(slug):
    report = st.report(st.load(slug))
    document = json.loads(report.json(), parse_constant=pytest.fail)
    assert document["schema"] == 1
    assert all(claim["holds"] for claim in document["claims"])
    title = document["model"]["title"]
    assert title in report.text()
    assert report.to_markdown().startswith("# ")
    assert r"\section{" in report.to_latex()
    assert report.html().lstrip().startswith("<!doctype html>")


def test_a_game_of_three_players_is_reported(tmp_path):
    file = tmp_path / "three.toml"
    row = '[[["v", 0], [0, 0]], [[0, 0], [0, 1]]]'
    file.write_text(
        'kind = "game"\ntitle = "Three"\nplayers = ["a", "b", "c"]\n'
        'actions = [["x", "y"], ["x", "y"], ["x", "y"]]\n'
        f"payoffs = [{row}, {row}, {row}]\n[parameters.v]\nvalue = 2\n",
        encoding="utf8",
    )
    report = st.report(st.load(file))
    first = [row["strategies"][0] for row in report.document["game"]["equilibria"]]
    assert first[:2] == [[1, 0], [0, 1]]
    # Mixed, both actions are worth 2 p**2 = (1 - p)**2 to each.
    share = 1 / (1 + 2**0.5)
    assert first[2:] == [[pytest.approx(share), pytest.approx(1 - share)]]
    assert "3 equilibria" in report.text()
