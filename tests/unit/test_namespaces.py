"""The lazy namespaces: every name is there, documented, listed once, and costs nothing to list."""

import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys

import pytest

import strategic

NAMESPACES = ("strategic.repeated", "strategic.evolution")


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_name_is_there_and_documented(namespace):
    package = importlib.import_module(namespace)
    assert sorted(set(package.__all__)) == package.__all__ == dir(package)
    for name in package.__all__:
        value = getattr(package, name)
        assert isinstance(value, int) or value.__doc__, name
    assert not hasattr(package, "no_such_name")


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_the_table_lists_every_function_and_nothing_else(namespace):
    package = importlib.import_module(namespace)
    listed = set(re.findall(r"`(\w+)`", package.__doc__))
    assert listed <= set(package.__all__)
    functions = {name for name in package.__all__ if name.islower()}
    assert functions <= listed


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_namespace_alone_loads_no_module(namespace):
    program = f"import sys, {namespace}; print(*(m for m in sys.modules if '{namespace}' in m))"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == [namespace]


PACKAGES = [
    "strategic",
    *(m.name for m in pkgutil.walk_packages(strategic.__path__, "strategic.") if m.ispkg),
]
OFFERING = [name for name in PACKAGES if hasattr(importlib.import_module(name), "__all__")]


@pytest.mark.parametrize("name", OFFERING)
def test_a_package_lists_what_it_offers_and_nothing_else(name):
    package = importlib.import_module(name)
    offered = sorted(package.__all__)
    assert all(hasattr(package, entry) for entry in offered)
    if not name.startswith("strategic.families"):
        assert dir(package) == offered
        assert [entry for entry in offered if entry.startswith("_")] in ([], ["__version__"])


@pytest.mark.parametrize("name", [name for name in OFFERING if not name.endswith(".reporting")])
def test_all_that_is_offered_has_a_signature_and_an_example_that_runs(name):
    """The examples run as doctests, which are collected from every module."""
    package = importlib.import_module(name)
    for entry in package.__all__:
        value = getattr(package, entry)
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        assert inspect.signature(value) is not None
        finder = doctest.DocTestFinder(recurse=False)
        (found,) = finder.find(value, value.__name__, module=inspect.getmodule(value))
        assert found.examples, f"{value.__module__}.{entry}"
        assert not all(doctest.SKIP in example.options for example in found.examples), entry
