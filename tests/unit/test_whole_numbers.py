"""Truth values are no whole numbers, wherever these are options of public functions."""

import inspect
import re
from contextlib import nullcontext
from importlib import import_module

import numpy as np
import pytest

import strategic as st
from strategic.equilibria import METHODS
from strategic.errors import StrategicError

ROOMS = ("", ".equilibria", ".evolution", ".repeated", ".sweeps", ".estimation", ".executors",
         ".families.relationship", ".families.tripartite")  # fmt: skip
INDICES = {"verdicts.inside"}
"""A whole number that is counted, and no option."""


def options():
    """List public functions with an option that is a whole number."""
    found = {}
    for room in ROOMS:
        module = import_module(f"strategic{room}")
        for name in module.__all__:
            function = getattr(module, name)
            if not inspect.isfunction(function):
                continue
            for one in inspect.signature(function).parameters.values():
                kind = re.sub(r"(\[.*\]|\s)", "", str(one.annotation)).split("|")
                if "int" in kind and f"{name}.{one.name}" not in INDICES:
                    found[f"{name}.{one.name}"] = (function, one.name)
    return found


def run(function, /, *given, **named):
    """Call a function; what it computes only when it is read is read."""
    found = function(*given, **named)
    with found if hasattr(found, "__enter__") else nullcontext():
        list(found)


@pytest.mark.parametrize("value", [True, np.False_])
@pytest.mark.parametrize("name", options())
def test_a_truth_value_is_no_whole_number(name, value):
    function, option = options()[name]
    taken = inspect.signature(function).parameters.values()
    needed = [one for one in taken if one.default is one.empty or one.name == option]
    needed = [one for one in needed if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    filled = {one.name: value if one.name == option else [[1.0]] for one in needed}
    given = [filled.pop(one.name) for one in needed if one.kind == one.POSITIONAL_ONLY]
    with pytest.raises(StrategicError, match=f"{option}: must be a whole number"):
        run(function, *given, **filled)


@pytest.mark.parametrize(
    ("method", "option"),
    [(r.name, o.name) for r in METHODS.values() for o in r.options if o.kind is int],
)
def test_methods_take_no_truth_values(method, option):
    with pytest.raises(StrategicError, match=f"{option}: must be a whole number"):
        st.solve([[1.0]], [[1.0]], method=method, **{option: True})


def test_families_of_games_take_no_truth_values():
    for given in ({"count": True, "rng": 0}, {"count": np.True_, "rng": 0}, {"rng": True}):
        with pytest.raises(StrategicError, match="must be a whole number"):
            st.games.families.random_games((2, 2), **given)


def test_numbers_of_numpy_are_whole():
    game = st.games.families.random_games((2, 2), np.int64(3), rng=np.int32(1))
    assert st.solve(game, workers=np.int8(1)).count.sum() > 0
    assert st.read_game(".33,1 / 1,.33").rationalised(np.int64(3)).exact is not None
