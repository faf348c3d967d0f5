"""What a user is told about a mistake, and what about the state of an answer."""

import copy

import pytest

from strategic.errors import GameError, ModelError, Problem, nearest
from strategic.status import Status

SLUGS = ("young-cooperation", "capture", "cooperation", "hawk-dove")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("cooperaton", "cooperation"),
        ("young_cooperation", "young-cooperation"),
        ("hawkdove", "hawk-dove"),
        ("captrue", "capture"),
    ],
)
def test_a_typo_is_told_what_was_meant(name, meant):
    assert nearest(name, SLUGS) == f"did you mean '{meant}'?"


@pytest.mark.parametrize("name", [".", "", "x", "7", "---", "nonsense"])
def test_a_name_like_no_other_gets_no_suggestion(name):
    assert nearest(name, SLUGS) == ""


def test_every_problem_is_one_line():
    problem = Problem("must be a number", "payoffs[0]", "a\nb" * 100, "write 1", "game.nfg")
    assert "\n" not in str(problem)
    assert str(problem).startswith("game.nfg: payoffs[0]: must be a number (got ")
    assert str(problem).endswith("...); write 1")
    assert str(ModelError.from_problems([problem, problem])).count("\n") == 1


def test_an_error_survives_the_copy_that_another_process_gets():
    error = copy.deepcopy(GameError("must be finite", where="payoffs[0]"))
    assert str(error) == "payoffs[0]: must be finite"


def test_every_status_has_a_label_and_one_sentence():
    assert len({status.message for status in Status}) == len(Status)
    for status in Status:
        assert status.message.endswith(".")
        assert status.label == status.name.lower()
