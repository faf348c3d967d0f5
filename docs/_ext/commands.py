"""A page per command, from the command line itself."""

import io
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import typer
from _ext.made import escaped, hidden_tree, table

from strategic.cli import main
from strategic.cli.app import COMMANDS, _application
from strategic.cli.exit_codes import BAD_INPUT, CLAIM_FAILED, DONE, IN_PART, STOPPED

EXITS = {
    DONE: "done",
    CLAIM_FAILED: "a checked claim does not hold",
    BAD_INPUT: "bad input; one line per error on stderr",
    IN_PART: "done in part; stderr says what is missing",
    STOPPED: "stopped by the user",
}
_EXAMPLE = re.compile(r"^Examples?:\s*(.*)", re.MULTILINE | re.DOTALL)


def command_pages() -> dict[str, str]:
    """Make a page per command, and an index by what they are about."""
    tree: Any = typer.main.get_command(_application(""))
    pages = {f"commands/{name}.md": "\n\n".join(_page(name, command)) + "\n"
             for name, command in tree.commands.items()}  # fmt: skip
    pages["commands/index.md"] = "\n\n".join(_index(tree.commands))
    return pages


def keys_of(command: str) -> list[str]:
    """Run a command of the package with ``--json`` and list the keys of what it prints."""
    printed, problems = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(problems):
        code = main([*shlex.split(command)[1:], "--json"])
    assert code == 0, f"{command}: {problems.getvalue()}"
    return list(json.loads(printed.getvalue()))


def _page(name: str, command: Any) -> Iterator[str]:
    told, example = _split(command.help)
    yield f"# `strategic {name}`"
    yield from (_plain(part) for part in told.split("\n\n"))
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    yield f"```text\nstrategic {name} {' '.join(_shown(one) for one in arguments)} [OPTIONS]\n```"
    if arguments:
        rows = [(f"`{_shown(one)}`", _plain(one.help or "")) for one in arguments]
        yield table(("argument", "what it is"), rows)
    panels: dict[str, list[Any]] = {}
    for one in command.params:
        if one.param_type_name == "option" and not one.hidden:
            panels.setdefault(getattr(one, "rich_help_panel", None) or "Options", []).append(one)
    for panel, options in panels.items():
        yield f"## {panel}"
        yield table(("option", "what it does"), map(_option, options))
    if example:
        yield f"## Example\n\n```sh\n{example}\n```"


def _split(told: str) -> tuple[str, str]:
    """Part the text of a command from the example at its end."""
    found = _EXAMPLE.search(told)
    if found is None:
        return told.strip(), ""
    return told[: found.start()].strip(), re.sub(r"\n(?!strategic )", " ", found[1].strip())


def _plain(text: str) -> str:
    return escaped(text.replace("\b", ""))


def _shown(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> tuple[str, str]:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    if not option.is_flag:
        names += f" `{option.metavar or option.type.name.upper()}`"
    told = _plain(option.help or "")
    default = option.default
    if default not in (None, False, True, "", (), []) and not callable(default):
        told += f" Default: {escaped(str(default))}."
    return names, told + (" May be given several times." if option.multiple else "")


def _index(commands: dict[str, Any]) -> Iterator[str]:
    yield "# Commands"
    yield (
        "`strategic COMMAND --help` prints the same. Results go to stdout, everything else to "
        "stderr; `--json` prints one strict JSON document. Every command also takes `--quiet` "
        "(no progress and no notes) and `--debug` (the traceback of an error); "
        "`strategic --install-completion` sets up completion of your shell, and `NO_COLOR` is "
        "honoured."
    )
    for panel, names in COMMANDS.items():
        yield f"## {panel}"
        rows = [(f"[`{name}`]({name}.md)", _plain(_split(commands[name].help)[0].split("\n\n")[0]))
                for name in names]  # fmt: skip
        yield table(("command", "what it does"), rows)
    yield "## Exit codes"
    yield table(("code", "meaning"), [(str(code), told) for code, told in EXITS.items()])
    yield hidden_tree(commands)
