"""Work that is done beside other work: the same results, errors and order, wherever it is done."""

import os

import pytest

import strategic as st
from strategic.cli import main
from strategic.errors import ModelError
from strategic.reports import together
from strategic.reports.together import beside, shared


@pytest.fixture(params=[1, 2, 4])
def cores(request, monkeypatch):
    monkeypatch.setattr(together, "available_cores", lambda: request.param)
    return request.param


@pytest.mark.parametrize("count", [0, 1, 2, 3, 20])
def test_shared_tasks_come_in_order(cores, count):
    made = shared(lambda number: (number, os.getpid()), count)
    assert [number for number, _ in made] == list(range(count))
    if cores > 1 and count > 1:
        assert made[0][1] != os.getpid() == made[-1][1]  # helpers begin with the first
    assert len({process for _, process in made}) <= max(1, min(cores, count))


@pytest.mark.usefixtures("cores")
def test_an_error_beside_is_raised_where_the_result_is_asked_for():
    def fail(*_):
        raise ModelError("does not work", where="here")

    with beside(fail) as found, pytest.raises(ModelError, match="here: does not work"):
        found()
    with pytest.raises(ModelError, match="here: does not work"):
        shared(fail, 3)


@pytest.mark.parametrize("name", ["community-correction", "hawk-dove"])
def test_a_report_is_the_same_on_any_number_of_cores(name, monkeypatch):
    made = []
    for cores in (1, 3):
        monkeypatch.setattr(together, "available_cores", lambda cores=cores: cores)
        report = st.report(st.load(name))
        made.append((list(report.document), report.json(), report.html()))
    assert made[0] == made[1]


def test_a_check_of_many_models_is_the_same_on_any_number_of_cores(monkeypatch, capsys):
    names = ["hawk-dove", "stag-hunt", "capture", "cooperation", "coordination", "inspection"]
    printed = []
    for cores in (1, 3):
        monkeypatch.setattr(together, "available_cores", lambda cores=cores: cores)
        assert main(["check", *names, *names[:3], "--json"]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert printed[0].count('"slug"') == 9
