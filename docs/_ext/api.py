"""A page per public name: what a package offers, and under which other names it is offered."""

import ast
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from types import ModuleType
from typing import Any

from _ext.made import escaped, hidden_tree, table

import strategic

USERS = (
    "strategic", "strategic.games", "strategic.games.families", "strategic.equilibria",
    "strategic.repeated", "strategic.evolution", "strategic.estimation", "strategic.sweeps",
    "strategic.modelling", "strategic.catalogue", "strategic.reports",
)  # fmt: skip
"""The namespaces that a user meets, in the order in which one meets them."""


@dataclass(frozen=True)
class Offered:
    """A public name: where it is documented, and under which other names it is offered."""

    name: str
    value: Any
    aliases: tuple[str, ...]

    @property
    def page(self) -> str:
        """The file of its page; ``Family`` and ``family`` are one on some machines."""
        return self.name if self.kind == "function" else f"{self.name}-{self.kind}"

    @property
    def kind(self) -> str:
        """What it is to autodoc."""
        if inspect.isclass(self.value):
            return "class"
        return "function" if callable(self.value) else "data"

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        text = self.text
        return " ".join(text.partition("\n\n")[0].split())

    @property
    def text(self) -> str:
        """Its docstring; of data the one that stands below its definition."""
        return _text_of_data(self) if self.kind == "data" else inspect.getdoc(self.value) or ""


def packages() -> list[str]:
    """List the packages that offer names: those of users first, then those for builders."""
    walked = pkgutil.walk_packages(strategic.__path__, "strategic.")
    found = [module.name for module in walked if module.ispkg and "._" not in module.name]
    offering = [name for name in found if getattr(import_module(name), "__all__", ())]
    within = [f"{name}.{short}" for name in offering for short in import_module(name).__all__
              if inspect.ismodule(getattr(import_module(name), short))]  # fmt: skip
    return [*USERS, *(name for name in dict.fromkeys([*offering, *within]) if name not in USERS)]


def names_of(package: str) -> list[str]:
    """List what a package offers; of a module without a list, what it defines."""
    module = import_module(package)
    own = (name for name, value in vars(module).items()
           if getattr(value, "__module__", "") == package and name[:1] != "_")  # fmt: skip
    return list(getattr(module, "__all__", None) or own)


@cache
def offered() -> dict[str, Offered]:
    """Say of every public name which object it is; the shortest way to it is its main name.

    Examples
    --------
    >>> offered()["strategic.equilibria.solve"].name
    'strategic.solve'
    """
    found: dict[str, Offered] = {}
    homes: dict[int, list[str]] = {}
    for package in packages():
        for short in names_of(package):
            value = getattr(import_module(package), short)
            name = f"{package}.{short}"
            if inspect.ismodule(value):
                continue
            shared = inspect.isclass(value) or inspect.isfunction(value)
            key = id(value) if shared or isinstance(value, dict) else hash(name)
            homes.setdefault(key, []).append(name)
            found[name] = Offered(name, value, ())
    for names in homes.values():
        one = Offered(names[0], found[names[0]].value, tuple(names[1:]))
        found |= dict.fromkeys(names, one)
    return found


def api_pages() -> dict[str, str]:
    """Make a page per public name, and an index per namespace."""
    pages = {}
    for one in {one.name: one for one in offered().values()}.values():
        pages[f"api/{one.page}.rst"] = "\n".join(_page(one))
    for package in packages():
        pages[f"api/{package}.index.md"] = _namespace(package)
    pages["api/index.md"] = _index()
    return pages


def _page(one: Offered) -> Iterator[str]:
    short = one.name.rpartition(".")[2]
    yield f"{short}\n{'=' * len(short)}\n"
    yield f".. currentmodule:: {one.name.rpartition('.')[0]}\n"
    if one.kind == "data":
        yield f".. py:data:: {short}\n"
        yield from (f"   {line}" for line in one.text.splitlines())
    else:
        yield f".. auto{one.kind}:: {one.name}"
        if one.kind == "class":
            yield "   :members:\n   :member-order: bysource"
    if one.aliases:
        yield f"\nAlso offered as {', '.join(f'``{name}``' for name in one.aliases)}."
    yield ""


def _namespace(package: str) -> str:
    module = import_module(package)
    rows, own = [], []
    for short in sorted(names_of(package), key=str.lower):
        one = offered().get(f"{package}.{short}")
        if one is None:
            continue
        rows.append((f"[`{short}`]({one.page}.rst)", escaped(one.summary)))
        if one.name == f"{package}.{short}":
            own.append(one.page)
    about = (inspect.getdoc(module) or "").partition("\n\n")[0]
    parts = [f"# {package}", escaped(about), table(("name", "what it is"), rows), hidden_tree(own)]
    return "\n\n".join(parts)


def _index() -> str:
    def rows(names: list[str]) -> str:
        first = ((inspect.getdoc(import_module(name)) or "").partition("\n")[0] for name in names)
        links = ((f"[`{name}`]({name}.index.md)", escaped(line)) for name, line in
                 zip(names, first, strict=True))  # fmt: skip
        return table(("namespace", "what is there"), links)

    builders = [name for name in packages() if name not in USERS]
    return "\n\n".join([
        "# Python", "Every public name, by the namespace that offers it.", rows(list(USERS)),
        "## For builders", "What families, sections and figures are made of.", rows(builders),
        hidden_tree(f"{name}.index" for name in packages()),
    ])  # fmt: skip


def _text_of_data(one: Offered) -> str:
    """Find the text below the definition of a name that is no function or class."""
    short = one.name.rpartition(".")[2]
    for module in list(sys.modules.values()):
        if _defines(module, short, one.value):
            statements = ast.parse(inspect.getsource(module)).body
            for statement, below in pairwise(statements):
                if short in _assigned(statement) and isinstance(below, ast.Expr):
                    return inspect.cleandoc(ast.literal_eval(below.value))
    known = {"__version__": "The version of the package."}
    return known.get(short, f"One object of the class `{type(one.value).__name__}`.")


def _assigned(statement: ast.stmt) -> list[str]:
    """List the names that a statement gives a value."""
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    inner = [one for target in targets for one in getattr(target, "elts", [target])]
    return [one.id for one in inner if isinstance(one, ast.Name)]


def _defines(module: ModuleType | None, short: str, value: Any) -> bool:
    name = getattr(module, "__name__", "")
    return name.startswith("strategic") and vars(module).get(short, _defines) is value
