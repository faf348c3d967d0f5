"""The command table, and how every error of a command becomes one line and an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from strategic._version import __version__
from strategic.cli import output
from strategic.cli.exit_codes import BAD_INPUT, DONE, STOPPED
from strategic.cli.streams import check_result_was_read, settle
from strategic.errors import Problem, StrategicError, nearest
from strategic.printable import printable

COMMANDS = {
    "One-shot games": ("solve", "batch", "convert"),
    "Models": ("report", "explore", "equations", "check", "compare", "new"),
    "Observed behaviour": ("estimate", "recover"),
    "Repeated games": ("replay", "simulate", "tournament", "payoffs"),
    "Populations": ("evolve",),
    "Parameter grids": ("sweep", "merge", "boundary", "sensitivity", "plot"),
    "Reference": (
        *("explain", "cite", "models", "sources", "parameters", "measures", "mechanisms"),
        "schema",
    ),
}
"""Panels of the help page; each command is the function of its name in the file of its name."""

_NEGATIVE_GAME = re.compile(r"-[\d.][^,; ]*[,; ]")

_GENERAL = ("--debug", "--quiet", "-q", "--version")
"""Options of every command."""

_OTHER_OPTIONS = {
    "--lambda": "--rationality",
    "--beta": "--rationality",
    "--delta": "--discount",
    "--output": "--out",
    "--format": "--to",
    "--threads": "--workers",
    "--jobs": "--workers",
    "--fractions": "--exact",
    "--rational": "--exact",
    "--methods": "--list-methods",
    "--overwrite": "--force",
    "--continue": "--resume",
    "--head": "--limit",
    "--chunk": "--part",
}
"""What people call options that have another name here; spelling would not lead to it."""

_OTHER_COMMANDS = {
    "solve": "game games nash equilibria equilibrium logit dominance",
    "convert": "export import",
    "equations": "latex formulas formula",
    "check": "test validate verify",
    "new": "init template",
    "estimate": "fit regress",
    "payoffs": "folk",
    "evolve": "evolution dynamics replicator",
    "sweep": "grid scan",
    "boundary": "threshold thresholds critical",
    "sensitivity": "sobol tornado",
    "plot": "graph chart figure draw",
    "explain": "info describe define glossary",
    "cite": "citation bibtex references",
    "models": "list catalogue catalog examples",
    "--help": "help man",
    "--version": "version",
}
"""The same for commands."""

_OBJECTS_BETWEEN_COLLECTIONS = 100_000

_UNKNOWN = re.compile(r"No such (command|option):? '?([^\s']+)")
"""How the command-line library starts to say that it does not know a word."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Examples
    --------
    >>> main(["solve", "1,0 / 0,1", "--json", "--method", "pure"])  # doctest: +ELLIPSIS
    {"schema": 1, ...}
    0
    """
    given = sys.argv[1:] if arguments is None else arguments
    # A typed game may start with a negative number; the space keeps it from being an option.
    words = _general_first([f" {w}" if _NEGATIVE_GAME.match(w) else w for w in given])
    place = next((i for i, word in enumerate(words) if not word.startswith("-")), len(words))
    debug, command = "--debug" in words[:place], "".join(words[place : place + 1])
    if arguments is None:  # a process of its own
        # Figures go to files: windows have no say, right or wrong.
        os.environ.pop("MPLBACKEND", None)
        settle()
        # Starting up makes a hundred thousand objects that stay: looking through them for garbage
        # again and again takes a tenth of the time of a short command.
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        application = _application(command)
        result = application(args=words, prog_name="strategic", standalone_mode=False)
        if result == STOPPED:  # so the command-line library tells of an interrupt
            return _error("stopped", code=STOPPED)
        if not output.is_in_file():
            check_result_was_read()
    except (Exception, KeyboardInterrupt, SystemExit) as problem:  # noqa: BLE001 - they become lines
        if debug:
            traceback.print_exc()
        return _explain(problem)
    return result if isinstance(result, int) else DONE


def _general_first(words: list[str]) -> list[str]:
    """Move the options of every command before the command: users write them at either end.

    Examples
    --------
    >>> _general_first(["solve", "game.nfg", "-q", "--", "--debug"])
    ['-q', 'solve', 'game.nfg', '--', '--debug']
    """
    end = words.index("--") if "--" in words else len(words)
    general = [word for word in words[:end] if word in _GENERAL]
    return [*general, *(word for word in words[:end] if word not in _GENERAL), *words[end:]]


def _application(command: str) -> typer.Typer:
    """Build the application; of a known command only its own file is imported."""
    application = typer.Typer(
        name="strategic",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Start with: strategic report ai-mier",
    )
    application.callback()(_before_command)
    known = {name: panel for panel, names in COMMANDS.items() for name in names}
    for name in [command] if command in known else known:
        function = getattr(importlib.import_module(f"strategic.cli.{name}"), name)
        application.command(name, rich_help_panel=known[name])(function)
    return application


def _before_command(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """Certified equilibria of games, and how trust, dependence and incidents move cooperation."""
    del debug, version  # read before parsing: it covers the parser too; answered by its callback
    output.set_quiet(quiet)


def _show_version(asked: bool) -> None:
    if asked:
        output.echo(f"strategic {__version__}")
        raise typer.Exit(DONE)


def _explain(problem: BaseException) -> int:
    """Print one line per problem on stderr and choose the exit code."""
    match problem:
        case typer.Exit():
            return problem.exit_code
        case typer.Abort() | KeyboardInterrupt():
            return _error("stopped", code=STOPPED)
        case StrategicError():
            for line in str(problem).splitlines():
                _error(line)
            return BAD_INPUT
        case OSError():
            rule = problem.strerror or str(problem) or type(problem).__name__
            return _error(f"{problem.filename or 'system'}: {rule[:1].lower()}{rule[1:]}")
        case UnicodeEncodeError() | ValueError(args=("embedded null byte",)):
            # such names come from programs; no shell hands them over
            return _error("no file has a name with a null character or half of a surrogate pair")
        case MemoryError():
            return _error("memory: the problem does not fit; use a smaller grid or block")
    return _explain_foreign(problem)


def _explain_foreign(problem: BaseException) -> int:
    """Explain what the command-line library raises, and what nobody expected."""
    if hasattr(problem, "format_message"):
        return _error(_usage_line(problem))
    if isinstance(problem, SystemExit):
        return problem.code if isinstance(problem.code, int) else DONE
    if isinstance(problem, ModuleNotFoundError):
        return _error(f"{problem.name}: this needs an optional package; install {problem.name}")
    kind = type(problem).__name__
    return _error(f"internal error, {kind}: {problem}; run with --debug and report it", code=70)


def _usage_line(problem: BaseException) -> str:
    message: str = problem.format_message()  # type: ignore[attr-defined]
    if not message:  # the library shows its help page for a call without arguments
        context = getattr(problem, "ctx", None)
        if context is not None:
            output.echo(context.get_help())
        return "no command given; see the help above"
    unknown = _UNKNOWN.match(message)
    if unknown is None:
        context = getattr(problem, "ctx", None)
        more = f"; see '{context.command_path} --help'" if context is not None else ""
        return f"usage: {message.rstrip('.')}{more}"
    kind, name = unknown.groups()
    context = problem.ctx  # type: ignore[attr-defined]
    if kind == "command":
        known = [name for names in COMMANDS.values() for name in names]
        others = (command for command, words in _OTHER_COMMANDS.items() if name in words.split())
        meant = next(others, None)
    else:
        parameters = context.command.get_params(context)
        known = [word for one in parameters for word in one.opts if word.startswith("-")]
        meant = _OTHER_OPTIONS.get(name)
        meant = meant if meant in known else None
    remedy = f"did you mean '{meant}'?" if meant else nearest(name, known)
    remedy = remedy or f"see '{context.command_path} --help'"
    return str(Problem(f"no such {kind}", "usage", name, remedy))


def _error(line: str, *, code: int = BAD_INPUT) -> int:
    print(f"error: {printable(' '.join(line.split()))}", file=sys.stderr)
    return code
