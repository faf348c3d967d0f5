"""Commands from start to end, each a process of its own, beside one that only imports numpy."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import strategic
from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Timed, Work

GAME = "3,0;5,1 / 3,5;0,1"
NUMPY = "import numpy"
"""What everything here has to do first, so that another machine or a busy hour cancels."""
PAGE = "page.html"

COMMANDS: dict[str, tuple[list[str], tuple[Wanted, ...]]] = {
    "solve": (["solve", GAME], (Wanted(faster=1 / 2.5, than=NUMPY),)),
    "solve, JSON": (["solve", GAME, "--json"], (Wanted(faster=1 / 2.5, than=NUMPY),)),
    "help": (["--help"], ()),
    "help of a command": (["solve", "--help"], ()),
    "check of the catalogue": (["check"], (Wanted(most=2.0),)),
    "report, JSON": (["report", "ai-mier", "--json"], ()),
    "report, page": (["report", "ai-mier", "-o", PAGE], ()),
}
"""What is run, and what is wanted of its time on the wall."""
_QUICK = ("solve", "solve, JSON", "help")


def run(bench: Bench) -> None:
    bench.title("Commands, from the start of their process to its end, bytecode compiled before")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in _QUICK if bench.quick else COMMANDS:
            words, wanted = COMMANDS[name]
            command = [sys.executable, "-m", "strategic", "-q", *words]
            bare = [sys.executable, "-c", NUMPY]
            for clock, wants in (("wall", wanted), ("processor", ())):
                works = {OURS: _timed(command, place, clock), NUMPY: _timed(bare, place, clock)}
                bench.race(f"{name}, {clock}", works, unit="s per run", clock=clock, wanted=wants)


def _timed(command: list[str], place: Path, clock: str) -> Work:
    """Run a command, and tell its own time and that of the processes it started."""
    tree = Path(strategic.__file__).parents[1]
    environment = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    which = ("processor", "wall").index(clock)
    environment |= {"PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": str(place / "compiled")}

    def work() -> Timed:
        before = _processor_of_children(), time.perf_counter()
        subprocess.run(command, cwd=place, env=environment, check=True, stdout=subprocess.DEVNULL)
        after = _processor_of_children(), time.perf_counter()
        return Timed(after[which] - before[which])

    return work


def _processor_of_children() -> float:
    """Add up what the processes took that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
