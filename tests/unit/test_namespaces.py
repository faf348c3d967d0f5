"""The lazy namespaces: every name is there, documented, listed once, and costs nothing to list."""

import importlib
import re
import subprocess
import sys

import pytest

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
