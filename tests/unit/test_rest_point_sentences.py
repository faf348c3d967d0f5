"""What is said of mixed rest points, and what is left open where stability is not decided."""

from __future__ import annotations

import pytest

from strategic.reports.evolution._told import rest_sentences


def entry(kind, verdict, name):
    shares = {"firm": {"comply": 0.25, "cheat": 0.75}}
    return {"kind": kind, "verdict": verdict, "name": name, "shares": shares}


CORNER = entry("corner", "unstable", "comply")
EDGES = [entry("edge", "saddle", "edge point 1"), entry("edge", "unstable", "edge point 2")]
OPEN = entry("interior", "non-hyperbolic", "interior point")


@pytest.mark.parametrize(
    ("rest", "said", "unsaid"),
    [
        (EDGES, "No mixed rest point attracts all starts near it.", "is zero"),
        (EDGES[:1], "The mixed rest point does not attract all starts near it.", "No mixed"),
        ([*EDGES, OPEN], "2 of 3 mixed rest points do not attract all starts near", "No mixed"),
        ([EDGES[0], OPEN], "1 of 2 mixed rest points does not attract all starts", "No mixed"),
        ([OPEN], "interior point: an eigenvalue is zero", "attract"),
        (
            [entry("continuum", "non-hyperbolic", "continuum"), *EDGES],
            "No mixed rest point attracts all starts near it.",
            "of 3",
        ),
        (
            [entry("interior", "ESS", "interior point")],
            "The interior point is evolutionarily stable: firm comply 0.25.",
            "No mixed",
        ),
    ],
)
def test_mixed_rest_points_are_not_judged_where_nothing_is_decided(rest, said, unsaid):
    told = " ".join(rest_sentences([CORNER, *rest], complete=True))
    assert said in told
    assert unsaid not in told


def test_a_tied_corner_that_is_evolutionarily_stable_is_counted():
    tied = entry("corner", "non-hyperbolic, ESS", "cheat")
    told = list(rest_sentences([CORNER, tied], complete=True))
    assert told == ["1 of 2 corners is evolutionarily stable: cheat."]
