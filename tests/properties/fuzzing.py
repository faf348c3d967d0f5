"""Hostile input by the thousand: typed games, files and command lines drawn from a seed.

``python tests/properties/fuzzing.py FIRST COUNT`` runs them outside of pytest and prints what
broke; every case has a number that reproduces it alone.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import signal
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SECONDS = 10.0
"""Of computing: a case that takes longer hangs, and so does one that waits twelve times as long."""
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
CODES = {0, 1, 2, 3}

NUMBERS = (
    "0", "1", "-1", "2", "3.5", "1/3", "-2/7", ".5", "5.", "1e3", "1e308", "-1e308", "1.8e308",
    "1e-323", "5e-324", "1e999999999", "1e-999999999", "1e-999", "0x10", "1_000", "nan", "inf",
    "-inf", "1/0", "0/0", "--1", "+1", "1e", "e1", "", " ", "1" * 30, "1" * 400, "1" * 4301,
    "0." + "3" * 60, "1/" + "7" * 50, "9007199254740993", "999999999999999999999999", "\u0661",
    "1\u00a0", "x", "1,5", "\x1b[31m", "1e+1", "1E-2", "00", "-0", "1000000000001",
)  # fmt: skip
TEXTS = (
    "", " ", "a", "C", "D", "\x1b[31mred", "\x07", "\x9b2J", "\u202eevil", "\ufeff", "\ud83d",
    "\udcff", "</script><script>alert(1)</script>", "\\end{verbatim}\\immediate\\write18{x}",
    "```\n<script>", "|", "a|b", "=cmd()", "$\\frac{", "$$", "%s{0}", "'", '"', "\\", "a\nb",
    "a\r\nb", "\x00", "n" * 3000, "[x]", "*", "&amp;", "\u05d0\u05d1", "e\u0301", "\U0001f600",
    "../..", "nul", "-", "--", "{", "}", ",", ";", "/", "a=b", "@", "#", "~", "true", "null",
)  # fmt: skip
MODELS = ("ai-mier", "hawk-dove", "cooperation", "nowhere", "matching-pennies", "", ".", "-")
BIG = ("4294967296", "9223372036854775808", "1" + "0" * 30)

RELATION = """title = "t"
[government]
control_preference = 0.2
[relation]
alignment = 0.5
incident_risk = 0.1
[path]
start = "2010Q1"
periods = 8
[[events]]
date = "2011Q1"
name = "first"
says = "it happened"
incident = true
[[events]]
date = "2011Q2"
set = { "relation.alignment" = 0.25 }
[data]
years = [1.0, 2.0, 3.0]
[[claims]]
id = "a"
says = "something"
measure = "surplus"
increases_with = "relation.alignment"
over = [0.1, 0.9]
"""
TABLE = """title = "Hawks"
kind = "game"
players = ["one", "two"]
actions = [["hawk", "dove"], ["hawk", "dove"]]
payoffs = [
  [["(v - c) / 2", "v"], [0, "v / 2"]],
  [["(v - c) / 2", 0], ["v", "v / 2"]],
]
[parameters.v]
value = 2.0
bounds = [0.0, 10.0]
meaning = "prize"
[parameters.c]
value = 3
[[claims]]
id = "a"
says = "three of them"
measure = "equilibrium_count"
equals = 3
"""
NFG = """NFG 1 R "Title" { "Row" "Column" }

{ { "a" "b" }
  { "c" "d" "e" } }
"comment"

1 2 3 4 5 6 7 8 9 1/3 0.25 -1e3
"""
OUTCOMES = 'NFG 1 R "t" { "a" "b" } { 2 2 } { { "x" 1, 2 } { "y" 3, 4 } } 1 2 2 0'
DOCUMENT = json.dumps(
    {
        "schema": 1,
        "title": "t",
        "comment": "c",
        "players": ["r", "c"],
        "actions": [["x", "y"], ["u", "v"]],
        "payoffs": [[[1, "1/3"], [0.1, 2]], [[3, 4], [5, 6]]],
    }
)
GAM = "2\n2 3\n1 2 3 4 5 6\n7 8 9 10 1/3 -0.5\n"
EFG = """EFG 2 R "Title" { "One" "Two" }
"comment"

c "deal" 1 "" { "high" 1/2 "low" 1/2 } 0
p "" 1 1 "high" { "bet" "fold" } 0
p "" 2 1 "" { "call" "pass" } 0
t "" 1 "won" { 2, -2 }
t "" 2 "half" { 1, -1 }
t "" 3 "lost" { -1, 1 }
p "" 1 2 "low" { "bet" "fold" } 0
p "" 2 1 "" { "call" "pass" } 0
t "" 4 "" { -2, 2 }
t "" 5 "" { 1, -1 }
t "" 3 "lost" { -1, 1 }
"""
COLUMNS = "row_0_0,row_0_1,column_0_0,column_0_1\n1,2,3,4\n0.1,1/3,5e-1,-7\n"
POINTS = "name,relation.alignment,relation.penalty\nfirst,0.5,0.1\nsecond,0.25,0.3\n"


@dataclass(frozen=True)
class Outcome:
    """What one command did."""

    number: int
    arguments: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    def complaint(self) -> str:
        """Say what must not happen and did, or nothing."""
        if self.code not in CODES:
            return f"exit code {self.code}: {self.err[-600:]}"
        if "Traceback" in self.err or "internal error" in self.err:
            return f"traceback: {self.err[-600:]}"
        if self.seconds > SECONDS:
            return f"took {self.seconds:.0f} s"
        if STEERING.search(self.out) or STEERING.search(self.err):
            return "control characters in the output"
        if self.code == 2 and not all(
            line.startswith("error: ") for line in self.err.splitlines()[-1:]
        ):
            return f"no error line: {self.err[-300:]}"
        return ""


class Fuzzer:
    """Draws cases; number ``n`` is always the same case.

    Parameters
    ----------
    folder : Path
        Where files are written; the current folder of the commands.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.options = {name: list(_options(name)) for name in _commands()}
        self.stores = {ending: self._store(ending) for ending in (".nc", ".csv", ".zarr")}

    def _store(self, ending: str) -> dict[Path, bytes]:
        """Sweep once, and keep the files that makes."""
        from strategic import load, sweep

        over = {"relation.alignment": [0.1, 0.5, 0.9], "relation.penalty": [0.0, 1.0]}
        measures = ["surplus", "relationship_type"]
        sweep(load("cooperation"), over, measures, out=f"kept{ending}", workers=1)
        kept = Path(f"kept{ending}")
        files = [kept] if kept.is_file() else [p for p in kept.rglob("*") if p.is_file()]
        return {file: file.read_bytes() for file in files}

    def _broken_store(self) -> str:
        """Write the files of a sweep, one of them broken now and then."""
        ending = self.rng.choice(list(self.stores))
        broken = self.rng.choice(sorted(self.stores[ending])) if self.rng.random() < 0.7 else None
        for file, content in self.stores[ending].items():
            readable = file.suffix in (".csv", ".json")
            changed = content
            if file == broken and readable and self.rng.random() < 0.7:
                changed = self._mutated(content.decode()).encode(errors="replace")
            elif file == broken:
                changed = self._broken(content)
            file.write_bytes(changed)
        if broken and ending == ".zarr" and self._now():
            broken.unlink()
        return f"kept{ending}"

    def case(self, number: int) -> tuple[tuple[str, ...], bytes]:
        """Draw the command line of a case, write its files, and give it with its stdin."""
        self.rng = random.Random(number)  # noqa: S311 - a seed is wanted
        # Wholly hostile input stops at the first check; what is nearly right gets further in.
        self.wild = self.rng.choice([0.0, 0.03, 0.03, 0.2, 0.7])
        draw = self.rng.choices(
            (self._typed, self._file, self._command, self._models, self._tables),
            weights=(4, 5, 5, 3, 1),
        )[0]
        return draw()

    # Each of these gives a command line and a standard input.

    def _typed(self) -> tuple[tuple[str, ...], bytes]:
        rows, columns = self.rng.randint(1, 4), self.rng.randint(1, 4)
        comma = self.rng.choice([",", " ", ", "])

        def matrix() -> str:
            return ";".join(comma.join(self._number() for _ in range(columns)) for _ in range(rows))

        text = matrix() + " / " + matrix()
        text = self._mutated(text)
        command = self.rng.choice(["solve", "solve", "solve", "payoffs", "convert"])
        extra = {
            "solve": self._method_options(),
            "payoffs": ["--discount", self.rng.choice(["0.5", "0,.9,.3", self._number()])],
            "convert": [self._target(".nfg", ".json", ".md", ".tex", ".html", ".csv", ".npz")],
        }[command]
        if self.rng.random() < 0.1:
            return (command, "-", *extra), text.encode("utf-8", "surrogatepass")
        return (command, text, *extra), b""

    def _file(self) -> tuple[tuple[str, ...], bytes]:
        name, content = self._game_file()
        (self.folder / name).write_bytes(content)
        command = self.rng.choice(["solve", "batch", "convert", "payoffs"])
        if command == "batch" and (self._now() or name.endswith((".npz", ".csv", ".parquet"))):
            out = self._target(".csv", ".parquet", ".npz")
            return (command, name, "-o", out, "--workers", "1"), b""
        if command == "convert":
            endings = (".nfg", ".json", ".md", ".tex", ".html", ".csv", ".npz", ".parquet")
            return (command, name, self._target(*endings), *self._some_options("convert", 1)), b""
        if command == "payoffs":
            return (command, name, "--discount", "0.5", *self._some_options(command, 1)), b""
        command = "solve"
        if self.rng.random() < 0.1 and not name.endswith((".npz", ".csv", ".parquet")):
            return (command, "-", *self._some_options("solve", 1)), content
        return (command, name, *self._method_options()), b""

    def _models(self) -> tuple[tuple[str, ...], bytes]:
        name, content = self._model_file()
        (self.folder / name).write_bytes(content)
        command = self.rng.choice(
            ["check", "report", "parameters", "measures", "replay", "solve", "compare", "sweep"]
        )
        return (command, name, *self._some_options(command, 2, required=True)), b""

    def _command(self) -> tuple[tuple[str, ...], bytes]:
        command = self.rng.choice(sorted(self.options))
        words = [self._argument(command)]
        if command in ("models", "schema", "tournament", "sources") and not self._now():
            words = []
        options = self._some_options(command, 4, required=not self._now())
        line = [command, *words, *options]
        if self._now() and self._now():
            self.rng.shuffle(line)
        return tuple(line), b"" if self.rng.random() < 0.9 else TABLE.encode()

    def _tables(self) -> tuple[tuple[str, ...], bytes]:
        if self.rng.random() < 0.5:
            line = ["plot", self._broken_store(), "-o", self._target(".svg", ".png", ".pdf")]
            return (*line, *self._some_options("plot", 1)), b""
        line = ["sweep", "cooperation", "--points", self._points_file(), "--measure", "surplus"]
        out = self._target(".csv", ".nc", f"-{self.rng.randrange(10**9)}.zarr")
        return (*line, "-o", out, "--workers", "1"), b""

    # Pieces of command lines.

    def _argument(self, command: str) -> str:
        if command in ("solve", "payoffs") and self.rng.random() < 0.6:
            return self.rng.choice(["3,0;5,1 / 3,5;0,1", "1 0;0 1 / 1 0;0 1", "2,-1 / -1,2"])
        if command == "plot":
            return "missing.zarr" if self._now() else self._broken_store()
        if command == "new":
            return self.rng.choice(["-", "ai-mier", f"new-{self.rng.randrange(10**9)}.toml"])
        if self._now():
            return self.rng.choice([self._text(), *MODELS])
        return self.rng.choice(MODELS[:3])

    def _now(self) -> bool:
        """Whether something hostile happens here."""
        return self.rng.random() < self.wild

    def _method_options(self) -> list[str]:
        """Ask for one method with options it takes, among those of the command."""
        from strategic.equilibria.methods import METHODS

        record = self.rng.choice(list(METHODS.values()))
        own = [o for o in self.options["solve"] if o.flag in {m.flag for m in record.options}]
        words = ["--method", record.name, "--workers", "1"]
        for option in self.rng.sample(own, self.rng.randint(0, len(own))):
            words += [option.flag] if option.switch else [option.flag, self._value(option)]
        words += [flag for flag in ("--json", "--exact", "--explain") if self.rng.random() < 0.2]
        return words + (self._some_options("solve", 2) if self._now() else [])

    def _some_options(self, command: str, most: int, *, required: bool = False) -> list[str]:
        found = self.options[command]
        chosen = self.rng.sample(found, min(self.rng.randint(0, most), len(found)))
        if command in ("solve", "payoffs", "convert") and not self._now():
            chosen = [o for o in chosen if o.flag not in ("--set", "--mechanism", "--game")]
        if command == "sweep" and not self._now():
            chosen += [option for option in found if option.flag == "--over"]
        if required:
            chosen += [option for option in found if option.required and option not in chosen]
        words: list[str] = []
        for option in chosen:
            words += [option.flag] if option.switch else [option.flag, self._value(option)]
        small = {"simulate": ("--paths", "20"), "sensitivity": ("--draws", "16")}.get(command, ())
        words += small if small and small[0] not in words else ()
        if any(option.flag == "--workers" for option in found) and "--workers" not in words:
            words += ["--workers", "1"]
        return words

    def _value(self, option: Option) -> str:
        flag = option.flag
        if flag in ("-o", "--output", "--out", "-p"):
            return self._target(".csv", ".json", ".svg", ".md", ".tex", ".txt", ".nc", ".png")
        if flag == "--scheduler":
            return self.rng.choice(["", "x", "tcp://", "\x1b"])
        if flag == "--workers":
            return self.rng.choice(["1", "0", "-1", "x"]) if self._now() else "1"
        if self._now():
            return self.rng.choice([self._number(), self._text()])
        if option.whole:
            return self.rng.choice([*"1234567", "16", *(("0", "-1", *BIG) * self._now())])
        return self._likely(flag)

    def _likely(self, flag: str) -> str:
        number = self._number
        parameter = self._mostly(
            ["relation.alignment", "relation.penalty", "trust.government", "v", "relation.discount"]
        )
        measure = self._mostly(["surplus", "equilibrium_count", "relationship_type", "x", "a@b"])
        span = self._mostly(["0.1:0.9:3", "0:1", "1:0", "0:1:3:log", "0.1,0.2", ":", "0:1:0"])
        likely: dict[str, Callable[[], str]] = {
            "--set": lambda: f"{parameter}={self._mostly(['0.3', number()])}",
            "--mechanism": lambda: f"information_sharing={self._mostly(['0.3', number()])}",
            "--measure": lambda: measure,
            "--rank": lambda: measure,
            "--over": lambda: f"{parameter}={span}",
            "--grid": lambda: f"{parameter}={span}",
            "--explore": lambda: parameter,
            "--without": lambda: self._mostly(["2011Q1", "2014Q2", "first", "x"]),
            "--method": lambda: self.rng.choice(_methods()),
            "--discount": lambda: self._mostly(["0.5", "0.9", "1", number()]),
            "--points": self._points_file,
            "--at": lambda: f"relation.alignment={number()}",
            "--strategies": lambda: self._mostly(["TFT,AllD", "list", "AllC", "x,,", "TFT,TFT"]),
            "--payoffs": lambda: ",".join(number() for _ in range(self.rng.choice([4, 4, 4, 3]))),
            "--check": lambda: "nashpy",
            "--to": lambda: self.rng.choice(["nfg", "json", "md", "tex", "html", "x"]),
            "--kind": lambda: self._mostly(["relationship", "game", "x"]),
            "--game": lambda: self.rng.choice(["base", "choices", "game", "x"]),
        }
        return likely.get(flag, self._number)()

    def _points_file(self) -> str:
        (self.folder / "points.csv").write_bytes(self._mutated(POINTS).encode(errors="replace"))
        return "points.csv"

    def _target(self, *endings: str) -> str:
        if self._now():
            return self.rng.choice(["-", "", ".", "no/where.csv", "/dev/null", self._text()])
        return f"out{self.rng.choice(endings)}"

    def _number(self) -> str:
        if self._now():
            return self.rng.choice(NUMBERS)
        return str(self.rng.randint(-9, 9)) if self.rng.random() < 0.7 else f"{self.rng.random():g}"

    def _text(self) -> str:
        return self.rng.choice(TEXTS)

    # Files.

    def _game_file(self) -> tuple[str, bytes]:
        kinds = ["nfg", "json", "csv", "npz", "parquet", "nfg", "json", "npz", "gam", "efg"]
        kind = self.rng.choice(kinds)
        if kind == "npz":
            return "in.npz", self._npz()
        if kind == "parquet":
            return "in.parquet", self._broken(_parquet())
        text = {
            "nfg": self.rng.choice([NFG, OUTCOMES]),
            "json": DOCUMENT,
            "csv": COLUMNS,
            "gam": GAM,
            "efg": EFG,
        }[kind]
        if kind == "json" and self.rng.random() < 0.5:
            return "in.json", json.dumps(self._changed(json.loads(DOCUMENT))).encode()
        return f"in.{kind}", self._encoded(self._mutated(text))

    def _model_file(self) -> tuple[str, bytes]:
        text = self.rng.choice([RELATION, TABLE])
        if self._now():
            return "in", self._encoded(self._mutated(text))
        return "in.toml", self._encoded(self._mutated(text))

    def _encoded(self, text: str) -> bytes:
        content = text.encode("utf-8", "surrogatepass" if self.rng.random() < 0.05 else "replace")
        return self._broken(content) if self._now() else content

    def _mutated(self, text: str) -> str:
        """Change some words, numbers or quoted texts for hostile ones, or move lines about."""
        for _ in range(self.rng.choice([0, 1, 2, 3, 6] if self._now() else [0, 0, 1])):
            words = list(re.finditer(r'[\d.]+|"[^"\n]*"|\w+|\W', text))
            if not words:
                return text
            word = self.rng.choice(words)
            draw, new = self.rng.random(), ""
            if draw < 0.35 or word[0][0].isdigit():
                new = self.rng.choice(NUMBERS) if draw < 0.2 else self._number()
            elif draw < 0.7 or word[0][0] == '"':
                shown = self._text()
                quoted = word[0].startswith('"')
                new = json.dumps(shown, ensure_ascii=False) if quoted else shown
            elif draw < 0.8:
                new = word[0] * self.rng.choice([2, 3, 40, 1200])
            elif draw < 0.9:
                new = self.rng.choice("[]{}\"'=,;/.\n\t\\ #-")
            text = text[: word.start()] + new + text[word.end() :]
        return text

    def _changed(self, node: object) -> object:
        """Change some values of a document, keeping it a document."""
        if self.rng.random() < self.wild / 4:
            return self.rng.choice(
                [None, True, 10**30, 1e300, -0.0, [], {}, [[]], *TEXTS, *NUMBERS, [1] * 70]
            )
        if isinstance(node, dict):
            changed = {key: self._changed(value) for key, value in node.items()}
            if self.rng.random() < 0.1:
                changed[self._text()] = 1
            return changed
        if isinstance(node, list):
            kept = [self._changed(value) for value in node if self.rng.random() > 0.02]
            return [kept] if self.rng.random() < 0.02 else kept
        return node

    def _broken(self, content: bytes) -> bytes:
        """Flip, cut, drop or insert bytes."""
        data = bytearray(content)
        for _ in range(self.rng.choice([0, 1, 1, 2, 5, 20])):
            place = self.rng.randrange(len(data) or 1)
            match self.rng.randrange(4):
                case 0 if data:
                    data[place] = self.rng.randrange(256)
                case 1:
                    del data[place : place + self.rng.choice([1, 4, 100])]
                case 2:
                    data[place:place] = self.rng.randbytes(self.rng.choice([1, 4, 30]))
                case 3:
                    data = data[:place] if self.rng.random() < 0.3 else data
        return bytes(data)

    def _mostly(self, choices: list[Any]) -> Any:
        """Take the first, or now and then any."""
        return self.rng.choice(choices) if self._now() else choices[0]

    def _npz(self) -> bytes:
        """Write an archive whose arrays have hostile headers, or break its bytes."""
        descr = self._mostly(
            ["'<f8'", "'<f8'", "'<f8'", "'>i2'", "'|O'", "'<U3'", "'|b1'", "'<f2'", "'<c16'",
             "[('a','<f8')]", "'<f999'", "1", "'<M8[s]'", "'|V8'", "'<f16'", "('<f8',(2,))"]
        )  # fmt: skip
        shape = self._mostly(
            ["(3, 2, 2)", "(3, 2, 2)", "(2, 2)", "(0, 2, 2)", "(-1, 2, 2)", "(3, 2, 0)", "()",
             "(1000000000000, 2, 2)", "(10**9,2,2)", "(3, 2, 2.0)", "(True, 2, 2)", "(2,)" ,
             "(99999999999999999999999, 2, 2)", "(1,)*70", "(3, -2, -2)", "[3, 2, 2]",
             "(1, 400, 1)"]
        )  # fmt: skip
        order = self._mostly(["False", "True", "2", "None"])
        header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"
        if self.rng.random() < 0.1:
            header = self._mutated(header)
        if self.rng.random() < 0.03:
            header = "(" * self.rng.choice([100, 9000])
        text = header.encode("utf-8", "replace") + b"\n"
        version = self._mostly([b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x00"])
        size = len(text).to_bytes(2 if version[:1] == b"\x01" else 4, "little")
        numbers = np.arange(12, dtype="<f8").tobytes() * self.rng.choice([1, 1, 1, 0, 40])
        member = b"\x93NUMPY" + version + size + text + numbers
        buffer = io.BytesIO()
        kind = self.rng.choice([zipfile.ZIP_STORED] * 3 + [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
        with zipfile.ZipFile(buffer, "w", kind) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in ("row", "column"):
                ending = self._mostly([".npy", ""])
                archive.writestr(name + ending, member)
            if self.rng.random() < 0.1:
                archive.writestr("row.npy", member)
        content = buffer.getvalue()
        return self._broken(content) if self._now() else content


@dataclass(frozen=True)
class Option:
    """One option of a command."""

    flag: str
    switch: bool
    whole: bool
    required: bool


def _commands() -> list[str]:
    from strategic.cli.app import COMMANDS

    return [name for names in COMMANDS.values() for name in names]


def _options(command: str) -> Iterator[Option]:
    import typer.main

    from strategic.cli.app import _application

    group = typer.main.get_command(_application(command))
    known = group.commands[command] if hasattr(group, "commands") else group
    for parameter in known.params:
        flags = [flag for flag in parameter.opts if flag.startswith("-")]
        if flags and "--help" not in flags:
            switch = bool(getattr(parameter, "is_flag", False))
            whole = "int" in parameter.type.name
            yield Option(flags[0], switch, whole, parameter.required)


def _methods() -> list[str]:
    from strategic.equilibria.methods import METHODS

    return [*METHODS, "x"]


def _parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    names = ("row_0_0", "row_0_1", "column_0_0", "column_0_1")
    parquet.write_table(pa.table({name: [1.0, 2.5, -3.0] for name in names}), sink)
    return bytes(sink.getvalue().to_pybytes())


class HangError(BaseException):
    """No Exception: nothing on the way may take it for an error of its own."""


def _ring(_number: int, _frame: object) -> None:
    raise HangError


def run(number: int, arguments: tuple[str, ...], stdin: bytes) -> Outcome:
    """Run one command in this process, for at most `SECONDS`."""
    from strategic.cli import main

    out, err = io.StringIO(), io.StringIO()
    before, began = sys.stdin, time.process_time()
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    old = signal.signal(signal.SIGPROF, _ring), signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, 12 * SECONDS)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(arguments))
    except HangError:
        code = -1
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGPROF, old[0])
        signal.signal(signal.SIGALRM, old[1])
        sys.stdin = before
    seconds = time.process_time() - began
    return Outcome(number, arguments, code, out.getvalue(), err.getvalue(), seconds)


def complaints(numbers: range) -> Iterator[tuple[Outcome, str]]:
    """Run cases in a folder of their own, and give those that did what must not happen."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        fuzzer = Fuzzer(Path(folder))
        for number in numbers:
            outcome = run(number, *fuzzer.case(number))
            if complaint := outcome.complaint():
                yield outcome, complaint


if __name__ == "__main__":
    import faulthandler
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, resource.RLIM_INFINITY))
    warnings.simplefilter("error")
    first, count = map(int, sys.argv[1:3])
    faulthandler.enable()
    for start in range(first, first + count, 50):
        faulthandler.dump_traceback_later(600, exit=True)
        for found, why in complaints(range(start, min(start + 50, first + count))):
            words = " ".join(word[:60] for word in found.arguments)
            shown = f"{found.number} {words} :: {why}".encode("unicode_escape").decode()
            sys.stdout.write(f"{shown}\n")
            sys.stdout.flush()
