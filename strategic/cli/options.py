"""Arguments and options that several commands share, and how they become a model."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from strategic.modelling import Model


def _kinds(incomplete: str) -> list[str]:
    from strategic.modelling import kinds

    return [kind for kind in kinds() if kind.startswith(incomplete)]


def measure_names(context: typer.Context, incomplete: str) -> list[str]:
    """Complete a measure of the model that stands before it, and the selection behind its ``@``."""
    from strategic.catalogue import load
    from strategic.errors import StrategicError

    # Behind an option that lacks its value, arguments are not assigned yet.
    name = context.params.get("model") or next(iter(context.args), "")
    try:
        family = load(name).family if name and name != "-" else None
    except StrategicError:
        return []
    known = {**family.measures, **family.of_games} if family else {}
    first, comma, last = incomplete.rpartition(",")
    found: list[str] = []
    for stem, measure in known.items():
        which = [f"{stem}@{selection}" for selection in measure.selections]
        found += which if "@" in last else [stem]
    return [f"{first}{comma}{name}" for name in found if name.startswith(last)]


ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="A slug (see 'strategic models'), a file, or - for standard input."
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter; repeat for more."),
]
MechanismOption = Annotated[
    list[str] | None,
    typer.Option(
        "--mechanism", metavar="NAME[=E]", help="Apply a mechanism with intensity E (default 1)."
    ),
]
KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="NAME",
        help="Family of games; an unknown name lists them all.",
        autocompletion=_kinds,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace an output that exists.")]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Number of workers; all cores by default."),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Compute on this Dask cluster."),
]
RationaliseOption = Annotated[
    int | None,
    typer.Option(
        "--rationalise",
        metavar="D",
        min=1,
        max=10**6,
        help="Read rounded decimals, such as .3333, as fractions of denominators up to D.",
    ),
]
RowOption = Annotated[
    str | None,
    typer.Option(
        "--row",
        metavar="NAME",
        help="Name of the array of the first player's payoffs, or what the names of its columns "
        "begin with; needs --column.",
    ),
]
ColumnOption = Annotated[
    str | None,
    typer.Option("--column", metavar="NAME", help="The same for the second player; needs --row."),
]
PlayersOption = Annotated[
    str | None,
    typer.Option(
        "--players",
        metavar="NAME,NAME,..",
        help="The same for all players in order, instead of --row and --column.",
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Random seed.")]


@contextmanager
def executor_at(scheduler: str | None, *, unused: str = "") -> Iterator[Executor | None]:
    """Open the cluster of ``--scheduler``; nothing without it, for work on this machine.

    A cluster that was given nothing to do is told of, with the reason ``unused``.
    """
    if scheduler is None:
        yield None
        return
    from strategic.executors import NothingSent, cluster, runs_on

    with ExitStack() as stack, warnings.catch_warnings():
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            executor, _ = stack.enter_context(cluster(scheduler))
        for each in told:
            output.note(str(each.message).partition("\n")[0])
        warnings.simplefilter("ignore", NothingSent)
        yield executor
        if unused and not runs_on(executor):
            output.note(f"nothing was sent to the cluster: {unused}")


def read_model(
    name: str,
    settings: Sequence[str] | None = None,
    mechanisms: Sequence[str] | None = None,
    *,
    several: bool = False,
) -> Model:
    """Load a model and apply ``--set`` and ``--mechanism`` in the order given.

    What was guessed of its file is told, with its name where it is one of several.
    """
    from strategic.catalogue import load

    model = load(named_or_piped(name))
    led = f"{name}: " if several else ""
    output.note_guesses(f"{led}{note}" for note in model.notes)
    changes = dict(_assignment(text, "--set") for text in settings or ())
    if changes:
        model = model.change({name: _number(value, name) for name, value in changes.items()})
    for mechanism, intensity in read_mechanisms(mechanisms or ()):
        model = model.with_mechanism(mechanism, intensity)
    return model


def read_numbers(texts: Sequence[str], option: str) -> dict[str, float]:
    """Read ``NAME=VALUE`` of an option that may be repeated."""
    return {name: _number(value, name) for name, value in (_assignment(t, option) for t in texts)}


def read_assignments(texts: Sequence[str], option: str) -> dict[str, str]:
    """Read ``NAME=TEXT`` of an option that may be repeated."""
    return dict(_assignment(text, option) for text in texts)


def names_of_players(
    row: str | None, column: str | None, players: str | None
) -> tuple[str, ...] | None:
    """Read ``--row A --column B`` or ``--players A,B,C``: whose payoffs are where in a file."""
    if players is not None:
        if row is not None or column is not None:
            raise UsageError("does not go with --row and --column", where="--players")
        names = tuple(name.strip() for name in players.split(","))
        if len(names) < 2 or not all(names):
            rule = "must name two or more players, such as A,B,C"
            raise UsageError(rule, where="--players", value=players)
        return names
    if row is None and column is None:
        return None
    if row is None or column is None:
        given, other = ("--column", "--row") if row is None else ("--row", "--column")
        raise UsageError(f"needs {other} too", where=given, remedy="name both players")
    return row, column


def read_options(texts: Sequence[str] | None) -> dict[str, float | bool | str]:
    """Read ``NAME=VALUE`` of options: a whole number, a number, true or false, else a text."""
    read: dict[str, float | bool | str] = {}
    for name, value in read_assignments(texts or (), "--option").items():
        read[name.replace("-", "_")] = _plain(value)
    return read


def _plain(text: str) -> float | bool | str:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.lower() in words:
        return words[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def read_mechanisms(texts: Sequence[str]) -> list[tuple[str, float]]:
    """Read ``NAME=E``, or ``NAME`` for an intensity of 1."""
    pairs = (text.partition("=") for text in texts)
    return [(name, _number(intensity or "1", name)) for name, _, intensity in pairs]


def named_or_piped(name: str) -> str | bytes:
    """Read standard input where the name is ``-``; else return the name.

    Returns
    -------
    str or bytes
        Bytes if a table of games came in.

    Raises
    ------
    UsageError
        When standard input is empty.
    """
    if name != "-":
        return name
    from strategic.games.io.read import is_table_content

    content = standard_input()
    return content if is_table_content(content) else _as_text(content)


def standard_text() -> str:
    """Read all of standard input as a text, which has a line break.

    Raises
    ------
    UsageError
        When it is empty.
    FileError
        When it is no text.
    """
    return _as_text(standard_input())


def _as_text(content: bytes) -> str:
    from strategic.games.io.files import text_of

    text = text_of(content, "-")
    return text if "\n" in text else text + "\n"


def standard_input() -> bytes:
    """Read all of standard input.

    Raises
    ------
    UsageError
        When it is empty.
    FileError
        When it cannot be read.
    """
    from strategic.games.io.files import errors_named

    content = b""
    if sys.stdin is not None:  # closed by the caller
        stream = getattr(sys.stdin, "buffer", None)
        with errors_named("-", "read"):
            content = sys.stdin.read().encode() if stream is None else stream.read()
    if not content.strip():
        raise UsageError("standard input is empty", where="-", remedy="pipe a model or a game in")
    return content


def _assignment(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("must read NAME=VALUE", where=option, value=text)
    return name.strip(), value.strip()


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError("must be a number", where=where, value=text) from None
