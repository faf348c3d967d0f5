"""Progress of long work where nobody watches a bar: a line now and then, and none of short work."""

import pytest

from strategic.cli import output, progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that only the test moves."""
    now = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    output.set_quiet(False)
    return now


def test_a_log_gets_a_line_every_half_minute(clock, capsys):
    with progress.progress_bar("games") as move:
        move(1000, 5000)  # a run that goes on: an earlier one did these
        for seconds, done in ((10, 1500), (29, 1900), (31, 2240), (50, 3000), (62, 3480)):
            clock[0] = seconds
            move(done, 5000)
        clock[0] = 100
        move(5000, 5000)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "games: 2,240 of 5,000 (45%), 40/s, 1 min 9 s left",
        "games: 3,480 of 5,000 (70%), 40/s, 38 s left",
    ]


def test_a_total_that_nobody_knows_is_left_out(clock, capsys):
    with progress.progress_bar("games") as move:
        move(0, None)
        clock[0] = 40
        move(80_000, None)
    assert capsys.readouterr().err == "games: 80,000, 2,000/s\n"


def test_short_and_quiet_work_says_nothing(clock, capsys):
    with progress.progress_bar("games") as move:
        move(0, 10)
        clock[0] = 20
        move(5, 10)
    output.set_quiet(True)
    with progress.progress_bar("games") as move:
        move(0, 10)
        clock[0] = 200
        move(5, 10)
    output.set_quiet(False)
    assert capsys.readouterr().err == ""
