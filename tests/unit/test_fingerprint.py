"""Resuming is refused when what a measure computes has changed, and only then."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.errors import SweepError
from strategic.sweeps._fingerprint import fingerprint

SOURCE = """
import functools
import numpy as np
import strategic as st
from strategic.modelling import Family, Measure, Model, Parameter

RATE = 2.0
TABLE = np.array([1.0, 2.0])

def helper(x):
    return x * RATE

class Shape:
    def area(self, x):
        return x + 1

@functools.cache
def kept(n):
    return n + 1

def inner(gain=3.0):
    def value(points):
        '''Say what it is.'''
        # a comment
        return helper(points["a"]) + gain + TABLE[0] + Shape().area(0) + kept(1)
    return value

def payoffs(a):
    return [[a, 0], [0, 1]], [[1, 0], [0, 1]]

measure = Measure("b", inner(), "What it is.")
family = st.family(payoffs, {"a": (1.0, 0, 9)}, measures={"b": measure})
model = Model(family)
"""
COMPUTES = {
    "a global": ("RATE = 2.0", "RATE = 2.5"),
    "an array": ("[1.0, 2.0]", "[1.0, 2.5]"),
    "a helper": ("x * RATE", "x / RATE"),
    "a class": ("return x + 1", "return x + 2"),
    "what a cache wraps": ("return n + 1", "return n - 1"),
    "a closure": ("inner()", "inner(4.0)"),
    "a default": ("gain=3.0", "gain=3.5"),
    "a constant": ("TABLE[0]", "TABLE[1]"),
    "bytecode": ("+ gain", "- gain"),
    "another global": ("helper(points", "abs(points"),
    "the game": ("[0, 1]], [[1", "[0, 2]], [[1"),
    "the game elsewhere": ("[[a, 0]", "[[a**2, 0]"),
}
SPEAKS = {
    "a comment": ("# a comment", "# another"),
    "a docstring": ("Say what it is", "Say something else"),
    "a meaning": ('"What it is."', '"Whatever."'),
    "a place": ("RATE = 2.0", "\n\nRATE = 2.0"),
    "a local name": ("def helper(x):\n    return x", "def helper(y):\n    return y"),
}


def model_of(source, name="model_module"):
    namespace = {"__name__": name}
    exec(compile(source, name, "exec"), namespace)  # noqa: S102 - our own
    return namespace["model"]


@pytest.mark.parametrize("what", COMPUTES)
def test_resuming_with_other_code_is_refused(tmp_path, what):
    over = {"a": "0:2:5"}
    st.sweep(model_of(SOURCE), over, "b", out=tmp_path / "out.zarr")
    old, new = COMPUTES[what]
    assert SOURCE.count(old) == 1
    changed = model_of(SOURCE.replace(old, new))
    with pytest.raises(SweepError, match="the store was made from another state of the ") as raised:
        st.sweep(changed, over, "b", out=tmp_path / "out.zarr", resume=True)
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].where == ("model" if "game" in what else "measures")


@pytest.mark.parametrize("what", SPEAKS)
def test_resuming_with_other_words_goes_on(tmp_path, what):
    over = {"a": "0:2:5"}
    st.sweep(model_of(SOURCE), over, "b", out=tmp_path / "out.zarr")
    old, new = SPEAKS[what]
    assert SOURCE.count(old) == 1
    again = model_of(SOURCE.replace(old, new))
    st.sweep(again, over, "b", out=tmp_path / "out.zarr", resume=True)


def test_functions_of_another_python_are_not_said_to_have_changed(tmp_path):
    over, root = {"a": "0:2:5"}, tmp_path / "out.zarr" / "zarr.json"
    st.sweep(model_of(SOURCE), over, "b", out=tmp_path / "out.zarr")
    document = json.loads(root.read_text())
    document["attributes"] |= {"python_version": "3.99", "code_hash": "0"}
    root.write_text(json.dumps(document))
    with pytest.raises(SweepError, match=r"python: the store was made with Python 3\.99") as raised:
        st.sweep(model_of(SOURCE), over, "b", out=tmp_path / "out.zarr", resume=True)
    assert len(raised.value.problems) == 1


def test_stores_whose_hashes_held_a_folder_are_refused_and_can_be_replaced(tmp_path):
    out = tmp_path / "out.zarr"
    st.sweep(model_of(SOURCE), {"a": "0:2:5"}, "b", out=out)
    document = json.loads((out / "zarr.json").read_text())
    del document["attributes"]["hash_version"]
    document["attributes"]["code_hash"] = "0"
    (out / "zarr.json").write_text(json.dumps(document))
    for again in ({"resume": True}, {"grow": True}):
        with pytest.raises(SweepError, match=r"where the package is installed; make it") as raised:
            st.sweep(model_of(SOURCE), {"a": "0:2:5"}, "b", out=out, **again)
        assert len(raised.value.problems) == 1
    st.sweep(model_of(SOURCE), {"a": "0:2:5"}, "b", out=out, force=True)


HUNT = """\
# about hunting
title = "Hunt"
kind = "game"
players = ["a", "b"]
actions = [["x", "y"], ["x", "y"]]
payoffs = [[["2*v", 0], [1, 1]], [[2, 1], [0, 1]]]
[parameters.v]
value = 1
bounds = [0, 9]
meaning = "gain"
"""


def test_a_comment_in_a_model_file_does_not_block_resuming(tmp_path):
    file, out = tmp_path / "hunt.toml", tmp_path / "out.zarr"
    file.write_text(HUNT)
    st.sweep(st.load(file), {"v": "0:1:3"}, "pure_count", out=out)
    file.write_text(HUNT.replace("about hunting", "about stags") + "# the end\n")
    st.sweep(st.load(file), {"v": "0:1:3"}, "pure_count", out=out, resume=True)
    for same in ("2 * v", "(2*v)", " 2*v "):
        file.write_text(HUNT.replace("2*v", same))
        st.sweep(st.load(file), {"v": "0:1:3"}, "pure_count", out=out, resume=True)
    file.write_text(HUNT.replace('meaning = "gain"', 'meaning = "what one gains"'))
    st.sweep(st.load(file), {"v": "0:1:3"}, "pure_count", out=out, resume=True)
    file.write_text(HUNT.replace("2*v", "2*v**2"))  # the same payoffs where v is 1
    with pytest.raises(SweepError, match="another state of the model's file"):
        st.sweep(st.load(file), {"v": "0:1:3"}, "pure_count", out=out, resume=True)


@pytest.mark.slow
def test_the_hash_of_every_measure_is_the_same_in_another_folder_and_process(tmp_path):
    """Also after all measures were used, in another order, with one processor and other times."""
    package = Path(st.__file__).parent
    for folder in (package, package.parent / "models"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(folder, tmp_path / folder.name, ignore=ignored)
    program = """
        import json, sys
        import strategic as st
        from strategic.errors import StrategicError
        from strategic.sweeps._provenance import _hash, _model_hash
        models = [st.load(slug) for slug in ("ai-mier", "hawk-dove", "event-2014")]
        if sys.argv[1:]:
            models.reverse()
            for model in models:
                for name in reversed(model.family.measures):
                    try:
                        st.measure(model, name)
                    except StrategicError:
                        pass
        found = {}
        for model in models:
            family = model.family
            found[model.slug] = [_model_hash(model, {}, []), *sorted(
                _hash(family, (name,), ()) for name in family.measures
            )]
            found[family.name] = sorted(_hash(family, (), (n,)) for n in family.mechanisms)
        print(st.__file__)
        print(json.dumps(found, sort_keys=True))
    """

    def printed(folder, *used, **changed):
        command = [sys.executable, "-B", "-c", textwrap.dedent(program), *used]
        env = {**os.environ, "PYTHONPATH": str(folder), **changed}
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    here = printed(package.parent, PYTHONHASHSEED="1")
    there = printed(tmp_path, "used", PYTHONHASHSEED="2", TZ="Asia/Tokyo", HOME=str(tmp_path))
    assert here[0] != there[0]
    assert len(here[1]) > 10_000
    assert here[1] == there[1]


def test_the_hash_is_the_same_in_every_process():
    program = """
        import strategic as st
        from strategic.sweeps._fingerprint import fingerprint
        family = st.load("ai-mier").family
        print(fingerprint([m.function for m in family.measures.values()], dict(family.games)))
    """
    hashes = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2)
    }  # fmt: skip
    family = st.load("ai-mier").family
    here = fingerprint([m.function for m in family.measures.values()], dict(family.games))
    assert hashes == {here + "\n"}


def test_libraries_count_by_their_names_wherever_they_are_installed(tmp_path):
    package = tmp_path / "somewhere" / "a_library"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("def double(x):\n    return 2 * x\n")
    (tmp_path / "used.py").write_text(
        "from a_library import double\ndef measure(p):\n    return double(p)\n"
    )
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]; import used\n"
        "from strategic.sweeps._fingerprint import fingerprint; print(fingerprint(used.measure))"
    )

    def hashed():
        command = [sys.executable, "-B", "-c", program, str(tmp_path), str(package.parent)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def changed():
        before = hashed()
        (package / "__init__.py").write_text("def double(x):\n    return x + x\n")
        after = hashed()
        (package / "__init__.py").write_text("def double(x):\n    return 2 * x\n")
        return before != after

    assert changed()  # a folder beside a script
    (package.parent / "a_library-1.0.dist-info").mkdir()
    assert not changed()  # what an installer left there


def test_masked_arrays_count_with_their_masks():
    shown, hidden = np.ma.array([1.0, 2.0], mask=[0, 1]), np.ma.array([1.0, 2.0], mask=[1, 0])
    found = {fingerprint(value) for value in (shown, hidden, np.ma.masked)}
    assert len(found) == 3
