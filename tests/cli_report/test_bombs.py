"""Input that would fill the memory, or take minutes, costs one line."""

import json
import os
import signal
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from strategic import Game
from strategic.errors import StrategicError
from strategic.games._numbers import fraction_text, parse_number
from strategic.games.formula import parse
from strategic.games.io._typed import looks_typed

SECONDS = 10
"""So long may a case compute before it counts as hanging; each takes milliseconds."""
GAME = """title = "t"
kind = "game"
players = ["a", "b"]
actions = [["x", "y"], ["u", "v"]]
payoffs = [[[{}, 0], [0, 1]], [[1, 0], [0, 1]]]
"""
MANY = 70


def nested(levels, inside="1"):
    return "[" * levels + inside + "]" * levels


def nfg(number, players=2):
    names, ones = '"p" ' * players, "1 " * players
    return f'NFG 1 R "t" {{ {names}}} {{ {ones}}} {number} ' + "1 " * (players - 1)


TABLE = "row_0_0,column_0_0\n{},1\n"
FILES = {
    "exponent.toml": GAME.format("1e999999999"),
    "small-exponent.toml": GAME.format("1e-999999999"),
    "exponent-in-a-formula.toml": GAME.format('"1e999999999"'),
    "small-exponent-in-a-formula.toml": GAME.format('"1e-999999999"'),
    "long-power.toml": GAME.format('"9 ** 9 ** 9 ** 9"'),
    "digits.toml": GAME.format("1" * 4300),
    "more-digits.toml": GAME.format("1" * 4301),
    "digits-in-a-formula.toml": GAME.format('"' + "1" * 4301 + '"'),
    "digits-of-a-parameter.toml": f'title = "t"\n[relation]\nalignment = {"1" * 4000}\n',
    "deep-key.toml": GAME.format(1) + f"[parameters]\n{'.'.join('a' * 1000)} = 1\n",
    "deepest-key.toml": GAME.format(1) + f"[parameters]\n{'.'.join('a' * 16_000)} = 1\n",
    "many-deep-keys.toml": "".join(f"{'.'.join('a' * 120)}.b{n} = 1\n" for n in range(16_000)),
    "series.toml": 'title = "t"\n[data]\n'
    + "".join(f"series{n} = [1.0, 2.0]\n" for n in range(1000))
    + "".join(
        f'[[claims]]\nid = "{n}"\nsays = "x"\nmeasure = "surplus"\nover = "serie{n}"\n'
        'increases_with = "relation.alignment"\n'
        for n in range(1000)
    ),
    "deep-key-of-a-model.toml": f'title = "t"\nrelation.{".".join("a" * 1000)} = 1\n',
    "deep-array.toml": f'title = "t"\na = {nested(900)}\n',
    "many-keys.toml": 'title = "t"\n' + "".join(f"aligment{n} = 1\n" for n in range(1000)),
    "long-key.toml": f'title = "t"\n{"a" * 200_000} = 1\n',
    "many-players.toml": f'title = "t"\nkind = "game"\nplayers = {["p"] * MANY}\n'
    f"actions = {[['x']] * MANY}\npayoffs = [{', '.join([nested(MANY)] * MANY)}]\n",
    "exponent.json": '{"payoffs": [[[1e999999999]], [[1]]]}',
    "small-exponent.json": '{"payoffs": [[["1e-999999999"]], [[1]]]}',
    "digits.json": f'{{"payoffs": [[[{"1" * 5000}]], [[1]]]}}',
    "deep.json": f'{{"payoffs": {nested(900)}}}',
    "deeper.json": f'{{"payoffs": {nested(100_000)}}}',
    "half-a-pair.json": '{"title": "\\ud800", "payoffs": [[[1]], [[1]]]}',
    "many-players.json": json.dumps({"payoffs": [json.loads(nested(60))] * MANY}),
    "many-players.nfg": nfg(1, MANY),
    "digits.nfg": nfg("1" * 5000),
    "exponent.nfg": nfg("1e999999999"),
    "zeros.nfg": nfg(1).replace("1", "0" * 5000 + "1"),
    "zero-outcomes.nfg": f'NFG 1 R "" {{ "a" }} {{ 1 }} {{ {{ "x" 1 }} }} {"0" * 5000}1',
    "zeros.gam": f"{'0' * 5000}1 2 3 4\n",
    "many-players.gam": f"{MANY}\n{'1 ' * 2 * MANY}\n",
    "many-profiles.gam": f"1000\n{'999999999 ' * 1000}\n1\n",
    "exponent.gam": "1 2\n1e999999999 1\n",
    "exponent.efg": 'EFG 2 R "t" { "a" }\n"" t "" 1 "" { 1e999999999 }\n',
    "small-exponent.efg": 'EFG 2 R "t" { "a" }\n"" t "" 1 "" { 1e-999999999 }\n',
    "deep.efg": 'EFG 2 R "t" { "a" }\n""\n' + 'p "" 1 1 "" { "x" } 0\n' * 100_000,
    "reference.efg": f'EFG 2 R "\u00e9&#{"1" * 5000};" {{ "a" }}\n"" t "" 1 "x" {{ 1 ',
    "exponent.csv": TABLE.format("1e999999999"),
    "small-exponent.csv": TABLE.format("1e-999999999"),
    "digits.csv": TABLE.format("1" * 5000),
}


@pytest.fixture(autouse=True)
def _in_time(tmp_path, monkeypatch):
    """Turn a case that hangs into one that fails."""
    monkeypatch.chdir(tmp_path)
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, 12 * SECONDS)  # for a busy machine
    yield
    for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
        signal.setitimer(timer, 0)
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("name", FILES)
def test_a_bomb_costs_one_line(name, tmp_path, failing):
    (tmp_path / name).write_text(FILES[name])
    lines = failing("solve", name).splitlines()
    assert len(lines) == (21 if name in ("many-keys.toml", "series.toml") else 1)
    assert all(len(line) < 1000 for line in lines)
    assert lines[0].startswith(f"error: {name}: ")


def test_a_thousand_keys_are_counted(tmp_path, failing):
    (tmp_path / "many-keys.toml").write_text(FILES["many-keys.toml"])
    assert failing("solve", "many-keys.toml").endswith("error: and 980 more problems\n")


@pytest.mark.parametrize(
    "text",
    [
        "0.333333333333333333 1 / 2 x",
        "1" * 100_000 + "x",
        "1," * 50_000 + "x",
        "1, /" * 30_000 + "x",
        " " * 100_000 + ",x",
        "1.1." * 30_000 + "x",
        "[1" + "]" + " " * 100_000 + "x / 1,2",
        "1 " * 50_000 + "/" + " 1" * 50_000 + "x",
        "1 /" + " " * 100_000 + "2 x",
    ],
)
def test_tokens_take_linear_time(text, strategic):
    looks_typed(text)
    assert strategic("solve", text).code in (0, 2)
    for read in (parse_number, lambda t: parse(t, ["x"])):
        with pytest.raises(StrategicError):
            read(text)


@pytest.mark.parametrize("name", ["f.csv", "f.npz", "f.parquet", "f.toml", "f.nfg", "f.json"])
def test_nobody_waits_for_a_pipe(name, failing):
    os.mkfifo(name)
    assert failing("solve", name).startswith(f"error: {name}: ")
    assert "pipe" in failing("convert", name, "out.csv")


@pytest.mark.parametrize("name", ["f.csv", "f.nc", "f.zarr"])
def test_nobody_waits_for_a_pipe_of_a_sweep(name, failing):
    os.mkfifo(name)
    failing("plot", name, "-o", "out.svg")
    failing("sweep", "hawk-dove", "--points", name, "--measure", "equilibrium_count")


def test_a_pipe_with_a_slow_writer_is_read(strategic):
    os.mkfifo("game.nfg")
    writer = os.fork()
    if not writer:
        try:
            Path("game.nfg").write_text(nfg("7"))
        finally:
            os._exit(0)
    assert strategic("solve", "game.nfg").code == 0
    os.waitpid(writer, 0)


def test_names_that_are_not_utf8(strategic):
    for ending, text in (
        (".csv", TABLE.format(2)),
        (".nfg", nfg("1/3")),
        (".toml", GAME.format(1)),
    ):
        name = f"n\udcff{ending}"
        Path(name).write_text(text)
        assert strategic("solve", name).code == 0
        for target in (".npz", ".csv", ".parquet", ".json", ".nfg", ".md"):
            assert strategic("convert", name, f"o\udcff{target}", "--force").code == 0
    for target in (".npz", ".csv", ".parquet"):
        assert strategic("batch", "n\udcff.csv", "-o", f"e\udcff{target}").code == 0
        assert strategic("batch", f"o\udcff{target}", "-o", "e.csv", "--force").code == 0
    for target in (".html", ".json", ".md", ".tex", ".txt"):
        assert strategic("report", "n\udcff.toml", "-o", f"r\udcff{target}").code == 0


@pytest.mark.parametrize("name", ["", "..", "a/../b", "."])
def test_a_column_that_no_store_can_hold(name, tmp_path, failing):
    (tmp_path / "points.csv").write_text(f'"{name}",relation.alignment\nx,0.5\n')
    sweep = ("sweep", "cooperation", "--points", "points.csv", "--measure", "surplus")
    assert "needs a name" in failing(*sweep, "-o", "out.zarr")


def test_a_crowd_of_strategies_is_refused(failing):
    assert "at most 1,000" in failing("tournament", "--strategies", "AllC," * 20_000)


@pytest.mark.parametrize("count", ["4294967296", "9223372036854775808", "1" + "0" * 30])
@pytest.mark.parametrize(
    "command",
    [
        "tournament --turns",
        "tournament --turns 5 --repetitions",
        "sensitivity ai-mier --measure surplus --over relation.alignment=0:1 --draws",
        "boundary ai-mier --measure surplus --over relation.alignment=0:1 --scan",
        "simulate ai-mier --paths",
        "simulate ai-mier --periods",
        "solve 5/6 --check nashpy --time-limit",
        "convert hawk-dove - --number",
    ],
)
def test_counts_nobody_lives_to_see_are_refused(command, count, failing):
    failing(*command.split(), count)


def test_grids_nobody_lives_to_see_are_refused(failing):
    for spec in ("0:1:10000000000", "0:1:" + "1" * 5000):
        over = f"relation.alignment={spec}"
        failing("sweep", "ai-mier", "--measure", "surplus", "--over", over)
        grid = ("--over", "relation.penalty=0:1", "--grid", over)
        failing("boundary", "ai-mier", "--measure", "surplus", *grid)
    names = ("relation.alignment", "relation.penalty", "trust.government", "trust.organisation")
    over = [word for name in names for word in ("--over", f"{name}=0.1:0.9:100000")]
    assert "points" in failing("sweep", "ai-mier", "--measure", "surplus", *over)


@pytest.mark.parametrize("number", ["1e999999999", "-1e-999999999", "NaN", "Infinity"])
def test_a_decimal_of_python_is_bounded(number):
    with pytest.raises(StrategicError):
        Game.from_payoffs([[Decimal(number)]], [[1]])


def test_ordinary_decimals_of_python_are_exact():
    game = Game.from_payoffs([[Decimal("0.1")]], [[1]])
    assert game.fractions()[0][0, 0] == Fraction(1, 10)


def test_whatever_can_be_read_can_be_written():
    rng = np.random.default_rng(0)
    for _ in range(300):
        digits = "".join(map(str, rng.integers(0, 10, rng.integers(1, 900))))
        whole, places = digits[: rng.integers(0, 300)], rng.integers(0, 900)
        exponent = f"e{rng.integers(-999, 0)}" if rng.random() < 0.5 else ""
        written = f"{whole or '0'}.{digits[:places]}{exponent}"
        number = parse_number(written)
        assert Game.from_payoffs([[number]], [[1]]).texts()[0][0, 0]
        assert fraction_text(number + Fraction(1, 3**6000)).count("/") == 1


def test_an_exact_formula_stays_short():
    text = " + ".join(f"1 / (x + {n}) ** 300" for n in range(90))
    value = parse(text, ["x"]).exact({"x": Fraction(1, 7)})
    assert max(value.numerator.bit_length(), value.denominator.bit_length()) < 20_000
    assert abs(float(value) / parse(text, ["x"]).evaluate({"x": 1 / 7}) - 1) < 1e-12
