"""The method of a command and its options: made from the registry, which is the one list."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

import typer

from strategic.cli import output
from strategic.equilibria.method_records import MethodOption
from strategic.equilibria.methods import BEYOND, METHODS, method_record, methods_table
from strategic.errors import MethodError, StrategicError


def _list_methods(wanted: bool) -> None:
    if not wanted:
        return
    from strategic.cli.listing import listing

    table = methods_table()
    output.echo(listing(table.rows, header=[title.upper() for title in table.header]))
    output.echo(f"\n{BEYOND}")
    raise typer.Exit


MethodNameOption = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="NAME",
        help="Solution method; see --list-methods.",
        autocompletion=lambda: [(m.name, m.question) for m in METHODS.values()],
    ),
]
ListMethodsOption = Annotated[
    bool,
    typer.Option(
        "--list-methods",
        callback=_list_methods,
        is_eager=True,
        help="List the methods and the question each answers.",
    ),
]


def takers_of(name: str) -> dict[str, MethodOption]:
    """Give the methods that take an option, each with the option as it is there.

    Examples
    --------
    >>> list(takers_of("rationality"))
    ['logit', 'logit_path']
    """
    listed = ((m.name, option) for m in METHODS.values() for option in m.options)
    return {method: option for method, option in listed if option.name == name}


def with_flags_of_methods(
    command: Callable[..., int], *, batches: bool = False
) -> Callable[..., int]:
    """Give a command one flag per option of the methods, so that the registry is the one list.

    Options that are not given stay None (or False), and are not handed on. With ``batches``, only
    methods that take batches count.
    """
    signature = inspect.signature(command, eval_str=True)
    *known, _ = signature.parameters.values()  # the last one takes the flags
    counted = [m for m in METHODS.values() if not (batches and m.single)]
    for name in dict.fromkeys(option.name for m in counted for option in m.options if option.flag):
        by_method = {m.name: takers_of(name)[m.name] for m in counted if m.name in takers_of(name)}
        option, helps = next(iter(by_method.values())), dict[str, list[str]]()
        for method, own in by_method.items():
            helps.setdefault(own.help, []).append(method)
        flag = typer.Option(
            option.flag,
            metavar=option.metavar or None,
            min=option.least if option.kind is int else None,
            help=" ".join(f"{text} ({', '.join(names)})" for text, names in helps.items()),
            rich_help_panel="Options of methods",
        )
        switch = option.kind is bool
        # Numbers may be several, and are read from the text.
        kind: Any = Annotated[
            bool if switch else (str if option.kind is float else option.kind) | None, flag
        ]
        known.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=False if switch else None,
                annotation=kind,
            )
        )
    command.__signature__ = signature.replace(parameters=known)  # type: ignore[attr-defined]
    return command


def options_given(method: str, flags: Mapping[str, Any]) -> dict[str, Any]:
    """Read the options of a method from the flags of a command line.

    Parameters
    ----------
    method : str
        Its name.
    flags : mapping
        Values by names of options; None or False where a flag was not given.

    Raises
    ------
    MethodError
        When there is no such method, a flag is of another one, or its value cannot be read.

    Examples
    --------
    >>> options_given("logit", {"rationality": "0.5,1", "weak": False})
    {'rationality': [0.5, 1.0]}
    """
    method_record(method, where="--method")
    options = {}
    for name, value in flags.items():
        if value is None or value is False:
            continue  # not given
        takers = takers_of(name)
        if method not in takers:
            raise MethodError(
                f"is not an option of method '{method}'",
                where=f"--{name.replace('_', '-')}",
                remedy=f"methods that take it: {', '.join(takers)}",
            )
        options[name] = takers[method].read(value)
    return options


@contextmanager
def errors_as_typed(flags: Mapping[str, Any]) -> Iterator[None]:
    """Name flags, and their values as they were typed, where the options of a method are wrong.

    Examples
    --------
    >>> with errors_as_typed({"label": 5}):
    ...     raise MethodError("must be a label from 0 to 3", where="label", value=4)
    Traceback (most recent call last):
    strategic.errors.MethodError: --label: must be a label from 0 to 3 (got 5)
    """
    try:
        yield
    except StrategicError as error:
        problems = [
            replace(p, where=f"--{p.where.replace('_', '-')}", value=flags[p.where])
            if flags.get(p.where) is not None
            else p
            for p in error.problems
        ]
        raise type(error).from_problems(problems).with_traceback(error.__traceback__) from None
