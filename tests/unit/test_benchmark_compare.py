"""What changed between two runs: seeded runs with known noise, loads, bursts and changes."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks._compare import compare, shrunk, told
from benchmarks._lines import OURS, Check, Line
from benchmarks._runs import Run

PEER = "QuantEcon supports"
MACHINE = {"processor": "one", "cores": 2, "system": "s", "python": "3.11.1",
           "packages": {"quantecon": "0.11", "numpy": "2.4"}}  # fmt: skip
SITTINGS, ROUNDS, LINES = 5, 5, 20
TRIALS = 120


def run(rng, gains, *, noise=0.04, sitting=0.03, bursts=0.1, load=0.3, peers=True, **rest):
    """Draw a run whose lines are ``gains`` times as fast as they were.

    A round is slowed by a load that hits ours and the peer alike, each has noise and bursts of its
    own, and a sitting shifts ours by an amount whose size differs from line to line.
    """
    sizes = sitting * np.exp(rng.normal(0, 0.5, len(gains)))
    lines = []
    for number, (gain, size) in enumerate(zip(gains, sizes, strict=True)):
        shape = (SITTINGS, ROUNDS)
        busy = np.exp(np.abs(rng.normal(0, load, shape)))
        own = np.exp(rng.normal(0, noise, (2, *shape)))
        own *= np.where(rng.random((2, *shape)) < bursts, 1.5, 1.0)
        ours = busy * own[0] * np.exp(rng.normal(0, size, SITTINGS))[:, None] / gain
        samples = {OURS: ours.tolist()}
        if peers:
            samples[PEER] = (40 * busy * own[1]).tolist()
        lines.append(Line("t", f"case {number}", "us per game", samples, clock="processor"))
    return Run(**{"commit": "a" * 12, "dirty": False, "date": "2026-01-01T00:00:00Z",
                  "quick": False, "sittings": SITTINGS, "machine": MACHINE, "load": [0.0],
                  "lines": tuple(lines)} | rest)  # fmt: skip


def changed(before, after):
    return [c for c in compare(before, after) if c.verdict in ("better", "worse")]


@pytest.mark.parametrize("count", [1, 5, LINES])
def test_runs_of_the_same_code_differ_in_one_comparison_of_twenty_at_most(count):
    same = np.ones(count)
    false = 0
    for seed in range(TRIALS):
        rng = np.random.default_rng([seed, count])
        false += bool(changed(run(rng, same), run(rng, same)))
    assert false <= 0.05 * TRIALS + 2 * np.sqrt(0.05 * 0.95 * TRIALS)


@pytest.mark.parametrize("gain", [1.2, 1 / 1.2])
def test_a_change_of_a_fifth_is_found_among_lines_that_did_not_change(gain):
    gains = np.ones(LINES)
    gains[3] = gain
    hit, trials = 0, 40
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        before, after = (run(rng, g, bursts=0.02) for g in (np.ones(LINES), gains))
        verdict = compare(before, after)[3].verdict
        hit += verdict == ("better" if gain > 1 else "worse")
    assert hit >= 0.95 * trials


def test_a_load_that_hits_everybody_is_no_change():
    """Rounds of the second run take four times as long, the peer's as well."""
    rng = np.random.default_rng(1)
    same = np.ones(LINES)
    after = run(rng, same)
    slow = [replace(line, samples={name: (4 * np.array(values)).tolist()
                                   for name, values in line.samples.items()})
            for line in after.lines]  # fmt: skip
    assert not changed(run(rng, same), replace(after, lines=tuple(slow)))
    alone = [replace(line, samples={OURS: line.samples[OURS]}) for line in slow]
    before = run(rng, same, peers=False)
    assert len(changed(before, replace(after, lines=tuple(alone)))) == LINES  # nothing to tell by


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda line: {"samples": {n: v[:1] for n, v in line.samples.items()}}, "single sitting"),
        (lambda _: {"unit": "ms per game"}, "another way"),
        (lambda _: {"samples": {OURS: [[0.0]] * 5}, "clock": ""}, "another way|no ratio"),
    ],
)
def test_what_cannot_be_told_says_why(edit, why):
    rng = np.random.default_rng(2)
    before, after = run(rng, np.ones(3)), run(rng, [3.0, 3.0, 3.0])
    first = after.lines[0]
    after = replace(after, lines=(replace(first, **edit(first)), *after.lines[1:]))
    none, *rest = compare(before, after)
    assert none.verdict == "cannot tell"
    assert any(word in none.why for word in why.split("|"))
    assert [one.verdict for one in rest] == ["better", "better"]
    assert none.why in told(before, after)


def test_other_machines_are_compared_by_peers_of_the_same_version_only():
    rng = np.random.default_rng(3)
    other = {**MACHINE, "processor": "another"}
    newer = {**other, "packages": {**MACHINE["packages"], "quantecon": "0.12"}}
    before = run(rng, np.ones(2))
    assert len(changed(before, run(rng, [3.0, 3.0], machine=other))) == 2
    for machine, peers in ((other, False), (newer, True)):
        after = run(rng, [3.0, 3.0], machine=machine, peers=peers)
        first = replace(before, lines=tuple(
            replace(line, samples={OURS: line.samples[OURS]} if not peers else line.samples)
            for line in before.lines))  # fmt: skip
        assert {change.why.split(",")[0] for change in compare(first, after)} == {
            "other machines or versions"
        }
        assert "note: processor" in told(first, after)


def test_ways_of_our_own_are_no_clock():
    """Beside one worker two look as fast as before when both became twice as fast."""
    rng = np.random.default_rng(4)

    def own(run):
        lines = (
            replace(line, samples={OURS: line.samples[OURS], "one worker": line.samples[OURS]})
            for line in run.lines
        )
        return replace(run, lines=tuple(lines))

    changes = changed(own(run(rng, np.ones(3), load=0)), own(run(rng, [2.0, 2.0, 2.0], load=0)))
    assert [change.beside for change in changes] == ["", "", ""]


def test_more_of_a_number_may_be_better():
    rng = np.random.default_rng(5)

    def values(middle, better):
        samples = {OURS: [[v] for v in middle * np.exp(rng.normal(0, 0.01, SITTINGS))]}
        return Line("t", "value", "per second", samples, better=better)

    for better, verdict in (("higher", "better"), ("lower", "worse")):
        before, after = (run(rng, [], lines=(values(m, better),)) for m in (100, 200))
        (change,) = compare(before, after)
        assert change.verdict == verdict
        assert "value +" in told(before, after)  # twice the number, whichever way is progress


def test_variances_are_shared_as_far_as_they_agree():
    rng = np.random.default_rng(6)
    alike = [rng.normal(0, 0.05, SITTINGS) for _ in range(200)]
    variances, freedoms = shrunk(alike)
    own = np.array([np.var(side, ddof=1) for side in alike])
    assert freedoms[0] == SITTINGS - 1 + 6
    assert np.std(np.log(variances)) < 0.6 * np.std(np.log(own))
    assert np.median(variances) == pytest.approx(0.05**2, rel=0.1)
    apart = [rng.normal(0, 0.05 * 10 ** rng.uniform(-3, 3), SITTINGS) for _ in range(200)]
    assert shrunk(apart)[1][0] < SITTINGS  # hardly anything in common


def test_checks_and_digests_are_compared():
    rng = np.random.default_rng(7)
    before = run(rng, np.ones(2), checks=(Check("agreement", "ties", 0, 50, {"digest": "1"}),))
    wrong = replace(before, checks=(Check("agreement", "ties", 2, 50, {"digest": "2"}),))
    assert "check agreement, ties: pass: 0 wrong of 50 -> FAIL: 2 wrong" in told(before, wrong)
    assert "not the same: agreement, ties" in told(before, wrong)
    assert "answers the same to the last bit: 1 of 1 cases" in told(before, before)


def test_runs_of_different_topics_say_what_each_has():
    before = run(np.random.default_rng(8), np.ones(2))
    lines = tuple(replace(line, topic="thin") for line in before.lines)
    after = replace(before, lines=lines, sittings=1)
    text = told(before, after)
    assert "0 lines in both" in text
    assert "topics with lines are t before, thin after" in text
    assert "5 sittings" in text
    assert "1 sitting," in text
