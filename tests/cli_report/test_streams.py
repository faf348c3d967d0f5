"""What streams lose: work goes on, a result that nobody can read is told, and no exit code lies."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from strategic.games import Game, write

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")

DILEMMA = "3,0;5,1 / 3,5;0,1"
OVER = ("--over", "relation.alignment=0:1:5", "--measure", "surplus")
ON_SCREEN = [
    ("--help",),
    ("--version",),
    ("solve", DILEMMA),
    ("solve", DILEMMA, "--json"),
    ("solve", DILEMMA, "--explain"),
    ("solve", "--list-methods"),
    ("convert", DILEMMA, "-", "--to", "md"),
    ("report", "ai-mier"),
    ("report", "ai-mier", "--json"),
    ("check", "ai-mier"),
    ("compare", "ai-mier", "--mechanism", "delegation"),
    ("new", "-"),
    ("replay", "ai-mier"),
    ("simulate", "ai-mier", "--paths", "10"),
    ("tournament",),
    ("tournament", "--strategies", "list"),
    ("payoffs", DILEMMA, "--discount", ".5"),
    ("sweep", "ai-mier", *OVER),
    ("boundary", "ai-mier", "--measure", "surplus", "--level", ".4",
     "--over", "relation.alignment=0:1"),
    ("sensitivity", "ai-mier", "--draws", "16", "--measure", "surplus",
     "--over", "relation.alignment=0:1"),
    ("models",),
    ("sources",),
    ("parameters", "ai-mier"),
    ("measures", "ai-mier"),
    ("mechanisms", "ai-mier"),
    ("schema",),
]  # fmt: skip
"""Commands whose result is on standard output."""
IN_FILES = [
    ("batch", "games.npz", "-o", "out.csv"),
    ("batch", "games.npz", "-o", "out.npz", "--json"),
    ("convert", "games.npz", "out.csv"),
    ("report", "ai-mier", "-o", "out.html"),
    ("simulate", "ai-mier", "--paths", "10", "-o", "out.csv"),
    ("payoffs", DILEMMA, "--discount", ".5", "-o", "out.svg"),
    ("sweep", "ai-mier", *OVER, "-o", "out.csv"),
    ("sweep", "ai-mier", *OVER, "-o", "out.zarr"),
    ("sensitivity", "ai-mier", "--draws", "16", "--measure", "surplus",
     "--over", "relation.alignment=0:1", "-o", "out.svg"),
    ("new", "out.toml"),
    ("plot", "map.nc", "-o", "out.png"),
]  # fmt: skip
"""Commands whose result is in a file; some tell it on standard output besides."""
SOME = pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.slow)])
"""Every ninth command of the lists, or every one where there are minutes."""
WRONG = [("solve", "nothing"), ("report", "no-such-model"), ("sweep",), ("no-such-command",)]

# Every command in a process of its own, forked from one that has imported the package already.
DRIVER = """
import json, os, shutil, sys
from pathlib import Path
import strategic.games.io.columns, strategic.equilibria, strategic.reports.terminal
from strategic.cli import main

def lose(number, how):
    if how == "closed":
        os.close(number)
        setattr(sys, ("stdin", "stdout", "stderr")[number], None)
    elif how == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), number)
    elif how == "broken":
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, number)
    else:
        os.dup2(os.open(how, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)

def run(words, how):
    for old in Path().glob("out*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    child = os.fork()
    if not child:
        code = 99
        try:
            sys.argv = ["strategic", *words]
            lose(1, how.get("1", "said.1"))
            lose(2, how.get("2", "said.2"))
            if "0" in how:
                lose(0, "closed")
            code = main()
            for stream in (sys.stdout, sys.stderr):
                stream.flush()  # as the end of a process does
        except BaseException as problem:
            Path("said.2").write_text(f"raised {problem!r}")
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = [Path(f"said.{n}").read_bytes().decode() if str(n) not in how else "" for n in (1, 2)]
    return [code, *said, sorted(path.name for path in Path().glob("out*"))]

print(json.dumps([run(words, how) for words, how in json.load(sys.stdin)]))
"""


@pytest.fixture
def run_all(tmp_path, strategic):
    rng = np.random.default_rng(5)
    write(Game.from_payoffs(*rng.integers(0, 6, size=(2, 50, 2, 2))), tmp_path / "games.npz")

    def run(runs):
        if any("map.nc" in words for words, _ in runs):
            assert strategic("sweep", "ai-mier", *OVER, "-o", tmp_path / "map.nc").code == 0
        done = subprocess.run(
            [sys.executable, "-c", DRIVER],
            input=json.dumps(runs),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"COLUMNS": "100", "MPLBACKEND": "Agg"},
        )
        assert done.returncode == 0, done.stderr
        return [
            (code, timeless(out), err, files) for code, out, err, files in json.loads(done.stdout)
        ]

    return run


KNOWN = {}
"""What commands print and write where nothing is lost: each is run once."""


def without_and_with(run_all, commands, how):
    """Run commands without and with a loss."""
    new = [words for words in commands if words not in KNOWN]
    done = run_all([*((words, {}) for words in new), *((words, how) for words in commands)])
    KNOWN.update(zip(new, done, strict=False))
    return [KNOWN[words] for words in commands], done[len(new) :]


def timeless(text):
    return re.sub(r'[\d.,e-]+ s\b|"seconds": [\d.e-]+', "", text)


@SOME
@pytest.mark.parametrize("how", ["broken", "full", "closed"])
def test_notes_that_nobody_reads_change_nothing(how, step, run_all):
    commands = [*IN_FILES[::step], *WRONG[::step], *ON_SCREEN[::step]]
    whole, lossy = without_and_with(run_all, commands, {"2": how})
    for words, (code, out, _, files), lost in zip(commands, whole, lossy, strict=True):
        assert code in (0, 1, 2, 3), words
        assert lost == (code, out, "", files), words


@SOME
@pytest.mark.parametrize(
    "how", [{"1": "broken"}, {"1": "closed"}, {"0": "", "1": "closed", "2": "closed"}]
)
def test_a_result_in_a_file_needs_no_screen(how, step, run_all):
    whole, lossy = without_and_with(run_all, IN_FILES[::step], how)
    assert [(code, files) for code, _, _, files in lossy] == [(c, f) for c, _, _, f in whole]
    assert all(code in (0, 3) and files for code, _, _, files in lossy)
    assert not any("error" in err for _, _, err, _ in lossy)


@SOME
def test_a_reader_that_left_has_seen_enough_and_the_exit_code_is_that_of_the_work(step, run_all):
    whole, lossy = without_and_with(run_all, ON_SCREEN[::step], {"1": "broken"})
    assert [code for code, *_ in lossy] == [code for code, *_ in whole]
    assert not any("error" in err for _, _, err, _ in lossy)


@SOME
@pytest.mark.parametrize(
    ("how", "line"),
    [
        ("full", "error: standard output: no space left on device"),
        ("closed", "error: standard output: is closed, so the result is lost; "
         "send it to a file or a pipe"),
    ],
)  # fmt: skip
def test_a_result_that_is_lost_is_one_line(how, line, step, run_all):
    commands = ON_SCREEN[::step]
    lossy = run_all([(words, {"1": how}) for words in commands])
    for words, (code, _, err, _) in zip(commands, lossy, strict=True):
        assert code == 2, words
        assert [text for text in err.splitlines() if "error" in text] == [line], words


def test_failing_claims_fail_though_the_reader_leaves(run_all, tmp_path):
    claims = "".join(
        f'[[claims]]\nid = "c{n}"\nsays = "no"\nmeasure = "surplus"\nequals = 5.0\n'
        for n in range(9)
    )
    (tmp_path / "wrong.toml").write_text(f'title = "wrong"\n{claims}')
    [(calm, *_)], [(lost, *_)] = without_and_with(
        run_all, [("check", "wrong.toml")], {"1": "broken"}
    )
    assert (calm, lost) == (1, 1)


def shell(line, folder, **options):
    line = line.replace("strategic", f"'{sys.executable}' -m strategic")
    return subprocess.run(["bash", "-c", line], cwd=folder, check=False, timeout=300, **options)


@pytest.fixture
def games(tmp_path):
    rng = np.random.default_rng(6)
    write(Game.from_payoffs(*rng.integers(0, 6, size=(2, 100, 2, 2))), tmp_path / "g.npz")
    return tmp_path


def test_a_batch_in_front_of_a_reader_that_left_is_written_whole(games):
    shell("(strategic batch g.npz -o o.csv; echo $? >&3) 3>rc 2>&1 | true", games)
    assert (games / "rc").read_text() == "0\n"
    assert len((games / "o.games.csv").read_text().splitlines()) == 101
    shell("strategic batch g.npz -o whole.csv", games, capture_output=True)
    assert (games / "o.csv").read_bytes() == (games / "whole.csv").read_bytes()


def test_no_output_file_takes_the_number_of_a_closed_stream(games):
    shell("strategic batch g.npz -o o.csv <&- >&- 2>&-; echo $? >rc", games)
    assert (games / "rc").read_text() == "0\n"
    shell("strategic batch g.npz -o whole.csv", games, capture_output=True)
    assert (games / "o.csv").read_bytes() == (games / "whole.csv").read_bytes()


def test_a_pipe_that_does_not_block_gets_everything(tmp_path):
    script = (
        "import os, subprocess, sys; os.set_blocking(1, False);"
        "sys.exit(subprocess.call([sys.executable, '-m', 'strategic', 'schema']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=tmp_path
    ) as process:
        while process.poll() is None and not os.get_blocking(process.stdout.fileno()):
            pass  # the other side of the pipe has its own flag; nothing to wait for
        text = process.stdout.read()
    assert process.returncode == 0
    assert json.loads(text)


@pytest.mark.parametrize("stream", ["<&-", "0>/dev/null"])
def test_an_input_that_cannot_be_read_is_one_line(stream, tmp_path):
    done = shell(f"strategic solve - {stream}", tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"error: -: [^\n]+\n", done.stderr)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_what_the_caller_ignores_stays_ignored(name, games):
    script = (
        "import os, signal, sys\n"
        f"signal.signal(signal.{name}, signal.SIG_IGN)\n"
        "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    )
    inner = (
        "import os, signal\nfrom strategic.cli.streams import settle\nsettle()\n"
        f"os.kill(os.getpid(), signal.{name})\nprint('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, inner], capture_output=True, text=True, check=False,
        cwd=games,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "alive\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_stopped_batch_leaves_nothing_even_when_told_twice(number, tmp_path):
    rng = np.random.default_rng(7)
    write(Game.from_payoffs(*rng.normal(size=(2, 60_000, 4, 4))), tmp_path / "g.npz")
    words = [sys.executable, "-m", "strategic", "batch", "g.npz", "-o", "o.csv", "--workers", "2"]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and not list(tmp_path.glob(".o*.part")):
            pass
        for _ in range(1 if number == signal.SIGINT else 2):
            process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "error: stopped"
    assert [path.name for path in tmp_path.iterdir()] == ["g.npz"]
