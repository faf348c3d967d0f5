"""The recorder of benchmarks: works in turns, times by thing done, targets, checks, files."""

import doctest
import inspect
import json
import time
from importlib import import_module

import pytest

from benchmarks.__main__ import topics
from benchmarks._lines import OURS, Check, Line, Wanted, shown
from benchmarks._machine import machine
from benchmarks._recorder import Bench, Timed, one_by_one
from benchmarks._runs import Run, UnknownRunError, found, merged
from benchmarks._tables import in_words, targets

MACHINE = {"processor": "a model", "cores": 2, "system": "s", "python": "3", "packages": {}}


def quiet(topic="topic"):
    return Bench(topic, quick=True, show=lambda _: None)


def made(commit="a" * 12, date="2026-01-01T00:00:00Z", lines=(), **rest):
    rest = {"dirty": False, "quick": False, "sittings": 1, "machine": MACHINE, "load": [0.0]} | rest
    return Run(commit=commit, date=date, lines=tuple(lines), **rest)


def line(samples, **rest):
    return Line(**{"topic": "t", "case": "c", "unit": "us per game", "samples": samples} | rest)


@pytest.mark.parametrize("topic", topics())
def test_every_topic_talks_to_the_recorder(topic):
    assert list(inspect.signature(import_module(f"benchmarks.{topic}").run).parameters) == ["bench"]


def test_works_take_turns_after_an_untimed_one_and_every_second_turn_runs_backwards():
    order, bench = [], quiet()
    works = {name: lambda name=name: order.append(name) for name in (OURS, "a", "b")}
    bench.race("case", works, unit="us per call", rounds=3)
    assert order == [OURS, "a", "b", OURS, "a", "b", "b", "a", OURS, OURS, "a", "b"]
    assert all(len(sittings[0]) == 3 for sittings in bench.lines[0].samples.values())


def test_times_are_per_thing_done_in_the_unit_of_the_line():
    bench = quiet()
    works = {OURS: lambda: Timed(0.5), "peer": lambda: Timed(3.0, items=4, answer="told")}
    answers = bench.race("case", works, unit="ms per game", items={OURS: 10, "peer": 1000})
    (one,) = bench.lines
    assert answers["peer"] == "told"
    assert one.spread(OURS).middle == 50.0
    assert one.spread("peer").middle == 750.0  # a work's own count goes first
    assert one.ratio("peer").middle == 15.0


def test_the_clock_of_a_race_is_processor_time_unless_the_wall_is_asked_for():
    bench = quiet()
    for clock in ("processor", "wall"):
        work = {OURS: lambda: time.sleep(0.05)}
        bench.race(clock, work, unit="s per nap", clock=clock, rounds=2)
    processor, wall = (one.spread().middle for one in bench.lines)
    assert wall >= 0.05 > 5 * processor


def test_one_by_one_stops_when_patience_ends():
    def slow(game):
        start = time.process_time()
        while time.process_time() - start < 0.01:
            pass
        return game

    done = one_by_one(slow, list(range(100)), patience=0.035)()
    assert 1 < done.items < 10
    assert done.answer == list(range(done.items))
    assert one_by_one(slow, [1, 2])().items == 2


def test_a_name_is_used_once_and_ours_must_run():
    bench = quiet()
    bench.value("memory", 3.0, unit="MB")
    with pytest.raises(ValueError, match="two lines of topic are called 'memory'"):
        bench.value("memory", 4.0, unit="MB")
    with pytest.raises(ValueError, match="must hold 'strategic'"):
        bench.race("case", {"peer": lambda: None}, unit="s per game")


def test_ratios_compare_works_of_the_same_round():
    """A machine twice as slow in the second round leaves ratios as they are."""
    one = line({OURS: [[1.0, 2.0], [1.0]], "peer": [[10.0, 20.0], [12.0]]})
    assert (one.ratio("peer").low, one.ratio("peer").middle, one.ratio("peer").high) == (10, 10, 12)


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        (Wanted(faster=10), True),
        (Wanted(faster=10.5), False),
        (Wanted(faster=29, than="slow"), True),
        (Wanted(faster=31, than="slow"), False),
        (Wanted(most=1.0), True),
        (Wanted(most=0.9), False),
        (Wanted(least=1.0), True),
        (Wanted(least=1.1), False),
    ],
)
def test_targets_are_met_by_medians(wanted, met):
    one = line(
        {OURS: [[0.5, 1.0, 5.0]], "slow": [[30.0, 30.0, 30.0]], "fast": [[10.0, 10.0, 10.0]]},
        wanted=(wanted,),
    )
    (verdict,) = one.verdicts()
    assert verdict.met is met
    assert ("NOT MET" in str(verdict)) is not met
    text = targets(made(lines=[one]))
    assert text.startswith(f"{int(met)} of 1 targets met.")
    assert (verdict.target in text) is not met


def test_a_target_against_one_who_is_not_installed_is_neither_met_nor_missed():
    wanted = (Wanted(faster=2, than="absent"), Wanted(faster=2))
    assert not list(line({OURS: [[1.0]]}, wanted=wanted).verdicts())


def test_checks_pass_fail_or_say_that_nobody_could_tell():
    assert Check("t", "c", wrong=0, of=5).passed
    assert not Check("t", "c", wrong=1, of=5).passed
    assert not Check("t", "c", wrong=0, of=0).passed
    said = [str(Check("t", "c", wrong, of)) for wrong, of in ((0, 5), (1, 5), (0, 0))]
    assert [text.split(":")[0] for text in said] == ["pass", "FAIL", "NOT CHECKED"]


def test_a_run_comes_back_from_its_file(tmp_path):
    one = line({OURS: [[1.0, 2.0]], "p": [[3.0, 4.0]]}, wanted=(Wanted(faster=1 / 3, than="p"),))
    run = made(lines=[one], checks=(Check("t", "k", 0, 5, {"digest": "12"}),), dirty=True)
    path = run.store(tmp_path / f"{run.name}.json")
    assert path.name == "20260101T000000-aaaaaaaaaaaa-dirty.json"
    assert Run.read(path) == run
    assert json.loads(path.read_text(encoding="utf8"))["lines"][0]["wanted"][0]["than"] == "p"
    assert "tree" in in_words(run)


def test_sittings_add_up_and_a_peer_who_missed_one_is_left_out():
    first, second = line({OURS: [[1.0]], "p": [[2.0]]}), line({OURS: [[3.0]]})
    both = merged([made(lines=[first]), made(lines=[second])])
    assert both.sittings == 2
    assert both.lines[0].samples == {OURS: [[1.0], [3.0]]}


def test_runs_go_by_file_by_age_and_by_commit(tmp_path):
    elsewhere = {**MACHINE, "processor": "another model"}
    one = line({OURS: [[1.0]]})
    runs = [
        made("a" * 12, "2026-01-01T00:00:00Z", [one], machine=elsewhere),
        made("a" * 12, "2026-01-02T00:00:00Z", [one]),
        made("a" * 12, "2026-01-03T00:00:00Z", [one]),
        made("a" * 12, "2026-01-04T00:00:00Z", [one], dirty=True),
        made("b" * 12, "2026-01-05T00:00:00Z", [one]),
    ]
    for run in runs:
        run.store(tmp_path / f"{run.name}.json")
    assert found("last", tmp_path) == runs[4]
    assert found("last~2", tmp_path) == runs[2]
    assert found(f"{runs[0].name}.json", tmp_path) == runs[0]
    pooled = found("a" * 12, tmp_path)  # clean, on one machine
    assert pooled.sittings == 2
    assert pooled.lines[0].samples[OURS] == [[1.0], [1.0]]
    for name in ("c" * 12, "last~5", "last~x", "nowhere.json"):
        with pytest.raises(UnknownRunError, match="must be"):
            found(name, tmp_path)


def test_what_is_stored_of_the_machine_names_no_host_user_or_path(monkeypatch):
    monkeypatch.setenv("USER", "somebody")
    told = json.dumps(machine())
    import getpass
    import platform

    assert platform.node() not in told
    assert getpass.getuser() not in told
    assert "/" not in machine()["processor"]
    assert machine()["packages"]["numpy"]


def test_numbers_have_two_digits_or_three_after_a_one():
    values = (0.1561, 0.9961, 9.96, 41.6, 99.7, 196.2, 1234.5, 0.0, 3e-7, 3.21e9)
    expected = ("0.156", "1", "10", "42", "100", "196", "1,230", "0", "3e-07", "3.2e+09")
    assert tuple(map(shown, values)) == expected


@pytest.mark.parametrize("name", ["_lines", "_recorder"])
def test_examples_of_the_recorder_run(name):
    ran = doctest.testmod(import_module(f"benchmarks.{name}"))
    assert ran.attempted
    assert not ran.failed
