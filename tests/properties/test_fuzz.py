"""No hostile input makes an internal error, a traceback, a hang or a steered terminal."""

import importlib.util
import sys
from pathlib import Path

import pytest
from seeds import seeds

SHARES = 20
"""The long run is split, so that several workers can share it."""


def _fuzzing():
    name, file = "strategic_fuzzing", Path(__file__).with_name("fuzzing.py")
    spec = importlib.util.spec_from_file_location(name, file)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def broken(numbers):
    return [(o.number, o.arguments, why) for o, why in _fuzzing().complaints(numbers)]


@pytest.mark.parametrize("first", seeds(200, 400, step=100))
def test_hostile_input(first):
    assert not broken(range(first, first + 100))


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_twenty_thousand_hostile_inputs(share):
    each = 20_000 // SHARES
    assert not broken(range(share * each, (share + 1) * each))


def test_the_fuzzer_tells_what_went_wrong():
    outcome = _fuzzing().Outcome
    assert "exit code 70" in outcome(0, (), 70, "", "error: internal error", 0.0).complaint()
    assert "control" in outcome(0, (), 0, "\x1b[31m", "", 0.0).complaint()
    assert "took" in outcome(0, (), 0, "", "", 60.0).complaint()
    assert "no error line" in outcome(0, (), 2, "", "oops", 0.0).complaint()
    assert not outcome(0, (), 2, "", "note\nerror: x", 0.0).complaint()


def test_cases_are_what_they_should_be(tmp_path, monkeypatch):
    """Most of them get through the parser, and many to the end: else they test the first check."""
    monkeypatch.chdir(tmp_path)
    fuzzing = _fuzzing()
    fuzzer = fuzzing.Fuzzer(tmp_path)
    cases = [fuzzer.case(number) for number in range(2000)]
    assert [fuzzer.case(number) for number in range(50)] == cases[:50]
    assert {arguments[0] for arguments, _ in cases} >= set(fuzzer.options)
    codes = [fuzzing.run(n, *fuzzer.case(n)).code for n in range(100)]
    assert codes.count(0) > 15
    assert codes.count(2) > 30
