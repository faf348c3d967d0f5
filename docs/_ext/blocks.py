"""The code blocks of a page, and how each kind is run by `tests/docs/test_blocks.py`.

- ``{code-cell} python``: in order, in one namespace per page.
- ``python``: each in a namespace of its own. With ``# needs: pygambit`` in its first line it is run
  in the namespace of the cells, where that package is installed, and skipped elsewhere.
- lines that begin with ``%=``, which pages do not show: statements in the namespace of the cells,
  run where everything that the page needs is installed; they compare ours with theirs.
- ``console``: after each ``$ command`` its output; ``...`` stands for anything, line ends for
  blanks, and ``# exit 3`` behind a command for an exit code other than 0.
- ``{code-block} LANGUAGE`` with ``:caption: NAME``: a file of that name, written before all else.
- ``toml`` and ``json`` must be well-formed; ``text``, ``bibtex``, ``latex``, ``csv`` are not run.
"""

import ast
import importlib.util
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from strategic.cli import main

NOT_RUN = {"text", "bibtex", "latex", "csv"}
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_NEEDS = re.compile(r"# needs: (.+)")
_EXIT = re.compile(r"\s+# exit (\d+)$")
_SHELL = re.compile(r"[|<>&;$`*]")


@dataclass(frozen=True)
class Block:
    """One block of a page: its language (in braces: a directive), options, text and line."""

    language: str
    options: dict[str, str]
    text: str
    line: int

    @property
    def file(self) -> str:
        """The name of the file it is, or nothing."""
        return self.options.get("caption", "") if self.language.startswith("{code-block}") else ""


def blocks_of(text: str, line: int = 0) -> Iterator[Block]:
    """List the blocks of Markdown, also of those inside directives such as notes and tabs."""
    hidden = _FRONT.match(text)
    if hidden:  # the lines stay where they are
        text = "\n" * hidden[0].count("\n") + text[hidden.end() :]
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "code_block":
            raise AssertionError(
                f"line {line + token.map[0] + 1}: indented code is not run; fence it"
            )
        if token.type == "fence":
            yield from _block(token.info.strip(), token.content, line + token.map[0] + 1)
        if token.type == "inline" and token.content.startswith("%="):
            text = "\n".join(part.removeprefix("%=").removeprefix(" ")
                             for part in token.content.splitlines())  # fmt: skip
            yield Block("compared", {}, text, line + token.map[0] + 1)


def _block(info: str, content: str, line: int) -> Iterator[Block]:
    directive = re.match(r"\{[\w-]+\}", info)
    if directive is None:
        yield Block(info, {}, content, line)
        return
    options, text = _options(content)
    if directive[0] in {"{code-cell}", "{code-block}"}:
        yield Block(" ".join(info.split()), options, text, line)
    elif directive[0] not in {"{math}", "{toctree}", "{eval-rst}"}:
        yield from blocks_of(content, line)


def _options(content: str) -> tuple[dict[str, str], str]:
    """Split the ``:key: value`` lines on top from what follows."""
    lines = content.splitlines(keepends=True)
    options = {}
    while lines and (found := re.match(r":([\w-]+):\s*(.*)", lines[0])):
        options[found[1]] = found[2].strip()
        lines.pop(0)
    if options and lines and not lines[0].strip():
        lines.pop(0)
    return options, "".join(lines)


def run_page(page: Path, folder: Path) -> None:
    """Run every block of a page in a folder, which is the current one."""
    blocks = list(blocks_of(page.read_text(encoding="utf8")))
    for block in blocks:
        if block.file:
            (folder / block.file).write_text(block.text, encoding="utf8")
    cells: dict[str, Any] = {"__name__": "__main__"}
    comparable = all(_is_there(block.text) for block in blocks if block.language == "python")
    for block in blocks:
        if block.language != "compared" or comparable:
            _run(block, cells, f"{page.name}, line {block.line}")


def _run(block: Block, cells: dict[str, Any], place: str) -> None:
    language = block.language.removeprefix("{code-block} ")
    match language:
        case "{code-cell} python" | "{code-cell}":
            _run_cell(block, cells, place)
        case _ if block.file or language in NOT_RUN:
            pass
        case "python" | "compared":
            alone = language == "python" and not _NEEDS.match(block.text)
            names = {"__name__": "__main__"} if alone else cells
            if _is_there(block.text):
                exec(compile(block.text, place, "exec"), names)  # noqa: S102
        case "console":
            for command, wanted in _commands(block.text):
                _run_command(command, wanted, place)
        case "toml":
            tomllib.loads(block.text)
        case "json":
            json.loads(block.text)
        case _:
            raise AssertionError(
                f"{place}: a block of {language!r} is not run; see docs/_ext/blocks.py"
            )


def _is_there(text: str) -> bool:
    needs = _NEEDS.match(text)
    return needs is None or all(
        importlib.util.find_spec(name.strip()) for name in needs[1].split(",")
    )


def _run_cell(block: Block, names: dict[str, Any], place: str) -> None:
    """Run a cell, and show its last expression as a notebook does."""
    tree = ast.parse(block.text, place)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    try:
        exec(compile(tree, place, "exec"), names)  # noqa: S102
        if last is not None:
            value = eval(compile(ast.Expression(last.value), place, "eval"), names)  # noqa: S307
            shown = getattr(value, "_repr_html_", None)
            assert value is None or (shown() if shown else repr(value)), place
    except Exception:
        if "raises-exception" not in block.options.get("tags", ""):
            raise
    else:
        assert "raises-exception" not in block.options.get("tags", ""), (
            f"{place}: nothing is raised"
        )


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Split a terminal session into commands and what each printed."""
    assert text.startswith("$ "), "a console block begins with '$ command'"
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        last = next(k for k, line in enumerate(lines) if not line.endswith("\\"))
        command = " ".join(line.removesuffix("\\") for line in lines[: last + 1])
        yield command, "\n".join(lines[last + 1 :])


def _run_command(line: str, wanted: str, place: str) -> None:
    code = _EXIT.search(line)
    command = _EXIT.sub("", line)
    found, printed = _outcome(command)
    assert found == (int(code[1]) if code else 0), f"{place}: {command}\nexit {found}: {printed}"
    parts = [re.escape(" ".join(part.split())) for part in wanted.split("...")]
    if wanted.strip():
        pattern = r"\s*.*?\s*".join(parts)
        shown = " ".join(printed.split())
        same = re.fullmatch(pattern, shown, re.DOTALL)
        assert same, f"{place}: {command}\nprinted:\n{printed}\nbut the page has:\n{wanted}"


def _outcome(command: str) -> tuple[int, str]:
    """Run one command: the package's own in this process, others in a shell."""
    if command.startswith("strategic ") and not _SHELL.search(_without_quotes(command)):
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            code = main(shlex.split(command, comments=True)[1:])
        return code, printed.getvalue()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        ["sh", "-c", command],
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PATH": path, "PYTHONPATH": root},
    )
    return done.returncode, done.stdout


def _without_quotes(command: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", command)
