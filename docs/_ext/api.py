"""A page per public name: what a package offers, and under which other names it is offered."""

import inspect
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from _ext.made import escaped, hidden_tree, table
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer

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
    return [*USERS, *(name for name in offering if name not in USERS)]


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
        module = import_module(package)
        for short in module.__all__:
            value = getattr(module, short)
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
        pages[f"api/{one.name}.rst"] = "\n".join(_page(one))
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
    for short in sorted(module.__all__, key=str.lower):
        one = offered().get(f"{package}.{short}")
        if one is None:
            continue
        rows.append((f"[`{short}`]({one.name}.rst)", escaped(one.summary)))
        if one.name == f"{package}.{short}":
            own.append(one.name)
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
            texts = ModuleAnalyzer.for_module(module.__name__).find_attr_docs()
            if ("", short) in texts:
                return "\n".join(texts["", short]).strip()
    return "The version of the package." if short == "__version__" else ""


def _defines(module: ModuleType | None, short: str, value: Any) -> bool:
    name = getattr(module, "__name__", "")
    return name.startswith("strategic") and vars(module).get(short, _defines) is value


def resolve(
    _app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.Element
) -> nodes.Node | None:
    """Lead from every other name of an object to the page of its main name."""
    target = node.get("reftarget", "")
    one = offered().get(target)
    if node.get("refdomain") != "py" or one is None:
        return None
    page = env.app.builder.get_relative_uri(node["refdoc"], f"look-up/api/{one.name}")
    return nodes.reference("", "", shown, internal=True, refuri=page, reftitle=one.name)
