"""Commands from start to end, each a process of its own, beside one that only imports numpy."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks._commands import STRATEGIC, timed_command
from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench

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
        for case in _QUICK if bench.quick else COMMANDS:
            words, wanted = COMMANDS[case]
            commands = {OURS: [*STRATEGIC, *words], NUMPY: [sys.executable, "-c", NUMPY]}
            for clock, wants in (("wall", wanted), ("processor", ())):
                works = {
                    name: timed_command(command, place, clock) for name, command in commands.items()
                }
                bench.race(f"{case}, {clock}", works, unit="s per run", clock=clock, wanted=wants)
