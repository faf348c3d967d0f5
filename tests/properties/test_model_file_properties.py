"""Whatever a model file holds, it loads or says what is wrong, one line per problem."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategic.catalogue import load, models
from strategic.errors import StrategicError

TEXTS = [entry.file.read_text() for entry in models()]
VALUES = st.sampled_from(
    [
        "1",
        "-1",
        "nan",
        "inf",
        "-inf",
        "1e400",
        '"a"',
        "true",
        "[]",
        "[1,2]",
        "[[1]]",
        "{}",
        "2014Q1",
        '"2014Q2"',
        "{a=1}",
        '{"relation.payment"=-1}',
        "1979-05-27",
        '"exp(1"',
        "''",
        "=",
    ]
)
KEYS = st.sampled_from(
    ["title", "kind", "date", "payoffs", "players", "x", "measure", "over", "set"]
)
EDITS = st.tuples(st.sampled_from(["drop", "double", "value", "key", "swap", "cut"]), VALUES, KEYS)


def _edited(text, edits, seed):
    rng = random.Random(seed)  # noqa: S311 - reproducible edits, nothing secret
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for kind, value, key in edits:
        n = rng.randrange(len(lines))
        name, equals, old = lines[n].partition("=")
        match kind:
            case "drop":
                lines[n] = ""
            case "double":
                lines.insert(n, lines[n])
            case "value" if equals:
                lines[n] = f"{name}= {value}"
            case "key" if equals:
                lines[n] = f"{key} ={old}"
            case "swap":
                m = rng.randrange(len(lines))
                lines[n], lines[m] = lines[m], lines[n]
            case "cut":
                lines[n] = lines[n][: rng.randrange(len(lines[n]) + 1)]
    return "\n".join(lines) + "\n"


@settings(max_examples=100)
@given(st.sampled_from(TEXTS), st.lists(EDITS, min_size=1, max_size=4), st.integers(0, 10**6))
def test_edited_files_load_or_say_what_is_wrong(text, edits, seed):
    try:
        lines = [load(_edited(text, edits, seed)).title]
    except StrategicError as error:
        lines = str(error).splitlines()
        lines = [line.removeprefix("-: ") for line in lines if line.startswith("-: ")] or [""]
    assert all(lines)


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_any_text_is_told_what_is_wrong_with_it(text):
    with pytest.raises(StrategicError) as caught:
        load("a model\n" + text)
    assert str(caught.value).startswith("-: ")
