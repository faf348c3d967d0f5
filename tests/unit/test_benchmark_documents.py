"""What readers see of benchmarks: tables from a stored run, and the command that makes them."""

from pathlib import Path

import pytest

from benchmarks import _documents, _sittings
from benchmarks.__main__ import main
from benchmarks._documents import (
    PAGE,
    PART,
    README,
    SPEED,
    between_markers,
    brief,
    page,
    replaced,
    speed,
)
from benchmarks._lines import OURS, Check, Line, Wanted
from benchmarks._machine import git
from benchmarks._runs import HISTORY, Run, UnknownRunError

MACHINE = {"processor": "a model", "cores": 2, "system": "s", "python": "3", "packages": {}}


def run_of(*lines, **rest):
    rest = {"dirty": False, "quick": False, "sittings": 1, "load": [0.5]} | rest
    return Run(commit="a" * 12, date="2026-01-01T00:00:00Z", machine=MACHINE, lines=lines, **rest)


def raced(topic, case, ours, others, **rest):
    samples = {OURS: [ours], **{name: [times] for name, times in others.items()}}
    return Line(topic, case, "us per game", samples, **rest)


@pytest.mark.parametrize(("path", "make"), [(README, brief), (SPEED, speed), (PAGE, page)])
def test_documents_say_what_the_stored_run_says(path, make):
    (found,) = PART.finditer(path.read_text(encoding="utf8"))
    run = Run.read(HISTORY / f"{found[1]}.json")
    assert not run.dirty
    assert not run.quick
    assert found[0] == between_markers(make(run), run)


def test_stored_runs_are_named_by_their_date_and_commit():
    files = [file for file in HISTORY.glob("*.json") if "-dirty" not in file.name]
    assert files
    for file in files:
        run = Run.read(file)
        assert file.stem == run.name
        assert "/" not in run.machine["processor"]


def test_tables_give_medians_ranges_and_targets():
    run = run_of(
        raced("solve", "random 2x2", [1.0, 2.0, 4.0], {"a": [50.0, 80.0, 120.0]},
              wanted=(Wanted(faster=45),)),
        raced("solve", "random 3x3", [1.0], {"a": [30.0], "b": [90.0]},
              wanted=(Wanted(faster=31),)),
        raced("solve", "payoffs 0..3 3x3", [1.0], {"a": [30.0]}),
        raced("solve", "payoffs 0..3 4x4", [1.0], {"b": [30.0]}),
    )  # fmt: skip
    text = speed(run)
    assert "| microseconds per game | 2 (1-4) | 1 |  |" in text
    assert "| times as fast as a | 40 (30-50) | 30 |  |" in text
    assert "| wanted at least | 45: **missed** | 31: **missed** |  |" in text
    assert "| which is |  | a | b |  |" in text
    assert "thin" not in text
    assert "a model, 2 cores" in text


def test_the_page_has_every_line_target_and_check():
    lines = (
        raced("thin", "9x9", [1.0], {"a": [0.5], "b": [3.0]}, wanted=(Wanted(most=2),)),
        raced(
            "other", "alone", [1.0], {}, wanted=(Wanted(most=0.5),), told={"digest": "d", "k": "|"}
        ),
    )
    text = page(run_of(*lines, checks=(Check("agreement", "ties", 1, 50),)))
    assert (
        "| 9x9 | 1 us per game | 2 times the time of a; 3 times as fast as b | at most 2: met |"
        in text
    )
    assert "1 of 2 targets met" in text
    assert "| agreement | ties | FAIL: 1 wrong of 50 |  |" in text
    assert r"k: \|" in text
    assert "digest" not in text


def test_a_part_goes_where_the_markers_are():
    run = run_of()
    empty = "a\n<!-- speed of none -->x<!-- end of speed -->\nb"
    first = replaced(empty, between_markers("1", run), name="f")
    again = replaced(first, between_markers("2", run), name="f")
    assert again == f"a\n<!-- speed of {run.name} -->\n\n2\n\n<!-- end of speed -->\nb"
    with pytest.raises(UnknownRunError, match="must hold"):
        replaced("nothing", "part", name="f")


@pytest.mark.parametrize(("rest", "place"), [({"dirty": True}, "RUN"), ({"quick": True}, "RUN")])
def test_tables_come_from_runs_that_others_can_repeat(tmp_path, monkeypatch, capsys, rest, place):
    path = run_of(**rest).store(tmp_path / "run.json")
    for name in ("README", "SPEED", "PAGE"):
        target = tmp_path / name
        target.write_text("<!-- speed of none --><!-- end of speed -->", encoding="utf8")
        monkeypatch.setattr(_documents, name, target)
    assert main(["tables", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"error: {place}: must be a full run")
    assert "none" in (tmp_path / "README").read_text(encoding="utf8")


def test_a_quick_run_measures_prints_and_stores(tmp_path, capfd):
    out = tmp_path / "run.json"
    assert main(["closed_forms", "--quick", "--sittings", "2", "--out", str(out)]) == 0
    run = Run.read(out)
    assert run.quick
    assert [len(sittings) for sittings in run.line("closed_forms", "repair").samples.values()] == [
        2
    ]
    assert len(run.load) == 3
    assert "closed_forms: median (lowest-highest)" in capfd.readouterr().out
    assert main(["compare", str(out), str(out)]) == 0
    assert "0 better, 0 worse" in capfd.readouterr().out


@pytest.mark.parametrize(("checks", "error", "code"), [
    ((Check("t", "c", 0, 3),), "", 0), ((Check("t", "c", 0, 0),), "", 0),
    ((Check("t", "c", 1, 3),), "", 1), ((), "ValueError: no", 1),
])  # fmt: skip
def test_wrong_answers_and_failures_end_with_code_1(monkeypatch, capsys, checks, error, code):
    monkeypatch.setattr(_sittings, "_sitting", lambda *_, **__: ((), checks, error))
    assert main(["solve", "--quick", "--sittings", "1"]) == code
    assert error in capsys.readouterr().out


@pytest.mark.skipif(git("rev-parse", "HEAD~1") is None, reason="no repository with a past")
def test_another_commit_is_measured_in_turn_with_the_topics_of_this_tree(monkeypatch):
    seen = []

    def sitting(code, topic, words):
        folder = Path(code)
        assert (folder / "strategic" / "__init__.py").exists()
        assert (folder / "models").is_dir()
        ours = (folder / "benchmarks").resolve() == _sittings.HOME / "benchmarks"
        seen.append((folder.resolve() == _sittings.HOME, topic, *words, ours))
        line = raced(topic, "case", [1.0 + (len(seen) > 2)], {})
        return (line,), (), ""

    monkeypatch.setattr(_sittings, "_sitting", sitting)
    asked = {"sittings": 2, "quick": True, "large": True, "beside": "HEAD~1"}
    other, ours = _sittings.measured(["solve"], **asked)
    assert [own for own, *_ in seen] == [False, True, True, False]
    assert {tuple(rest) for _, *rest in seen} == {("solve", "--quick", "--large", True)}
    assert other.commit == git("rev-parse", "HEAD~1")[:12]
    assert ours.commit == git("rev-parse", "HEAD")[:12]
    assert ours.lines[0].samples == {OURS: [[1.0], [2.0]]}
    assert "code" not in (git("worktree", "list") or "").split()
    with pytest.raises(UnknownRunError, match="--beside: must be a commit"):
        _sittings.measured(["solve"], sittings=1, quick=True, beside="nowhere")
