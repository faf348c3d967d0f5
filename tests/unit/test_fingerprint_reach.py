"""The hash of a function counts all that it reaches and computes, and nothing that is said."""

import importlib.util
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.sweeps._fingerprint import _Speller, fingerprint

REACHED = {
    "a property": ("""
class C:
    @property
    def rate(self): return 2
def f(x): return C().rate * x""", "return 2", "return 3"),
    "a cached property": ("""
import functools
class C:
    @functools.cached_property
    def rate(self): return 2
HELD = C()
def f(x): return HELD.rate * x""", "return 2", "return 3"),
    "a constant of a class": ("""
class C:
    RATE = 2
def f(x): return C.RATE * x""", "RATE = 2", "RATE = 3"),
    "what a class inherits": ("""
class B:
    def rate(self): return 2
class C(B):
    pass
def f(x): return C().rate() * x""", "return 2", "return 3"),
    "a static method": ("""
class C:
    @staticmethod
    def rate(): return 2
def f(x): return C.rate() * x""", "return 2", "return 3"),
    "the method of an object": ("""
class C:
    def rate(self): return 2
HELD = C()
def f(x): return HELD.rate() * x""", "return 2", "return 3"),
    "the state of an object": ("""
class C:
    def __init__(self, rate): self.rate = rate
HELD = C(2)
def f(x): return HELD.rate * x""", "C(2)", "C(3)"),
    "the state of an object with slots": ("""
class C:
    __slots__ = ("rate",)
    def __init__(self, rate): self.rate = rate
HELD = C(2)
def f(x): return HELD.rate * x""", "C(2)", "C(3)"),
    "a method of an object with slots": ("""
class C:
    __slots__ = ()
    def of(self, x): return 2 * x
HELD = C()
def f(x): return HELD.of(x)""", "2 * x", "3 * x"),
    "the method of a dataclass": ("""
from dataclasses import dataclass
@dataclass(frozen=True)
class C:
    rate: float
    def of(self, x): return x * self.rate
HELD = C(2.0)
def f(x): return HELD.of(x)""", "x * self", "x / self"),
    "a helper of a callable object": ("""
class C:
    def __call__(self, x): return self.rate() * x
    def rate(self): return 2
HELD = C()
def f(x): return HELD(x)""", "return 2", "return 3"),
    "a measure that is a callable object": ("""
class C:
    def __call__(self, x): return self.rate() * x
    def rate(self): return 2
f = C()""", "return 2", "return 3"),
    "a bound method": ("""
class C:
    def __init__(self, rate): self.rate = rate
    def of(self, x): return self.rate * x
f = C(2).of""", "C(2)", "C(3)"),
    "a partial": ("""
from functools import partial
def g(x, rate): return x * rate
f = partial(g, rate=2)""", "rate=2", "rate=3"),
    "a partial's function": ("""
from functools import partial
def g(x, rate): return x * rate
f = partial(g, rate=2)""", "x * rate", "x / rate"),
    "a partial method": ("""
from functools import partialmethod
class C:
    def g(self, x, rate): return x * rate
    of = partialmethod(g, rate=2)
def f(x): return C().of(x)""", "rate=2", "rate=3"),
    "a registry": ("""
FUNCTIONS = {}
def register(function): FUNCTIONS[function.__name__] = function
@register
def g(x): return x + 2
def f(x): return FUNCTIONS["g"](x)""", "x + 2", "x + 3"),
    "a dispatched function": ("""
from functools import singledispatch
@singledispatch
def g(x): return x
@g.register
def _(x: int): return x + 2
def f(x): return g(x)""", "x + 2", "x + 3"),
    "a vectorised function": ("""
import numpy as np
f = np.vectorize(lambda x: x + 2)""", "x + 2", "x + 3"),
    "a decorator": ("""
import functools
def twice(function):
    @functools.wraps(function)
    def wrapped(x): return 2 * function(x)
    return wrapped
@twice
def f(x): return x""", "2 * f", "3 * f"),
    "what a decorator of another package holds": ("""
import contextlib
@contextlib.contextmanager
def g(x):
    yield 2 * x
def f(x):
    with g(x) as y: return y""", "2 * x", "3 * x"),
    "a set of functions": ("""
def g(x): return x + 2
FUNCTIONS = {g, abs}
def f(x): return [h(x) for h in FUNCTIONS]""", "x + 2", "x + 3"),
    "a function in a set that it uses": ("""
FUNCTIONS = set()
def g(x): return len(FUNCTIONS) + 2
FUNCTIONS.add(g)
def f(x): return g(x)""", "+ 2", "+ 3"),
    "a helper of a callable dataclass": ("""
from dataclasses import dataclass
@dataclass(frozen=True)
class C:
    rate: float
    def __call__(self, x): return self.of(x)
    def of(self, x): return x * self.rate
f = C(2.0)""", "x * self", "x / self"),
    "a path": ("""
from pathlib import Path
TABLE = Path("/data/first.csv")
def f(x): return x + len(TABLE.read_text())""", "first", "second"),
    "a decorated method": ("""
import functools
def twice(function):
    @functools.wraps(function)
    def wrapped(self, x): return 2 * function(self, x)
    return wrapped
class C:
    @twice
    def g(self, x): return x
def f(x): return C().g(x)""", "2 * f", "3 * f"),
    "a cached method": ("""
import functools
class C:
    @functools.lru_cache
    def g(self, x): return x + 2
def f(x): return C().g(x)""", "x + 2", "x + 3"),
    "an attribute of a function": ("""
def g(x): return x * g.rate
g.rate = 2
def f(x): return g(x)""", "rate = 2", "rate = 3"),
    "a keyword default": ("""
def f(x, *, rate=2): return x * rate""", "rate=2", "rate=3"),
    "a table of pandas": ("""
import pandas as pd
TABLE = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
def f(x): return TABLE["a"].iloc[0] * x""", "1.0", "1.5"),
    "labels of pandas": ("""
import pandas as pd
TABLE = pd.Series([1.0, 2.0], index=["x", "y"])
def f(x): return TABLE["x"] * x""", '["x", "y"]', '["y", "x"]'),
    "a matrix of scipy": ("""
import scipy.sparse
TABLE = scipy.sparse.csr_array([[1.0, 0.0]])
def f(x): return TABLE[0, 0] * x""", "1.0", "1.5"),
    "a list that holds itself": ("""
TABLE = [2]
TABLE.append(TABLE)
def f(x): return TABLE[0] * x""", "[2]", "[3]"),
    "a function that calls itself": ("""
def f(x): return 2 if x < 1 else f(x - 1)""", "2 if", "3 if"),
    "a nested function": ("""
def f(x):
    def g(y):
        return [z + 2 for z in y]
    return g(x)""", "z + 2", "z + 3"),
    "a branch": ("""
def f(x): return 1 if x > 2 else 0""", "> 2", ">= 2"),
    "what is caught": ("""
def f(x):
    try: return 1 / x
    except ZeroDivisionError: return 0""", "ZeroDivisionError", "ValueError"),
    "the rank of operations": ("""
def f(x): return (x + 1) * 2""", "(x + 1) * 2", "x + 1 * 2"),
}  # fmt: skip
"""Programs that define f, and a change of what f computes."""
SAID = {
    "comments and blank lines": ("""
def f(x): return x + 1""", """
# one


def f(x): return x + 1  # two"""),
    "whitespace": ("""
def f(x):
    return (x +
            1)""", """
def f( x ): return x+1"""),
    "parentheses": ("def f(x): return x + 1 * x", "def f(x): return (x + (1 * x))"),
    "a docstring": ("""
def f(x):
    "a"
    return x""", """
def f(x):
    '''b'''
    return x"""),
    "the docstring of what is called": ("""
def g(x):
    "a"
    return x
def f(x): return g(x)""", """
def g(x):
    "b"
    return x
def f(x): return g(x)"""),
    "docstrings of classes and their methods": ("""
class C:
    "a"
    def g(self):
        "a"
        return 1
def f(x): return C().g()""", """
class C:
    "b"
    def g(self):
        "b"
        return 1
def f(x): return C().g()"""),
    "local names": ("""
def f(x):
    first = x + 1
    return [first for n in x]""", """
def f(y):
    second = y + 1
    return [second for m in y]"""),
    "names in closures": ("""
def made(rate): return lambda x: x * rate
f = made(2)""", """
def made(share): return lambda x: x * share
f = made(2)"""),
    "the order of definitions": ("""
def g(x): return x
def h(x): return 2 * x
def f(x): return g(x) + h(x)""", """
def h(x): return 2 * x
def f(x): return g(x) + h(x)
def g(x): return x"""),
    "the order of methods": ("""
class C:
    RATE = 2
    def g(self): return 1
    def h(self): return self.g()
def f(x): return C().h()""", """
class C:
    def h(self): return self.g()
    def g(self): return 1
    RATE = 2
def f(x): return C().h()"""),
    "the order in which an object is filled": ("""
class C:
    def __init__(self, **held): vars(self).update(held)
HELD = C(a=1, b=2)
def f(x): return HELD.a""", """
class C:
    def __init__(self, **held): vars(self).update(held)
HELD = C(b=2, a=1)
def f(x): return HELD.a"""),
    "what is not used": ("def f(x): return x", """
RATE = 2
def g(x): return RATE
def f(x): return x"""),
    "annotations": ("def f(x): return x", "def f(x: float) -> float: return x"),
    "numbers written otherwise": ("def f(x): return x + 1000", "def f(x): return x + 1_000"),
    "quotation marks": ("def f(x): return x['a']", 'def f(x): return x["a"]'),
    "what an object has computed": ("""
import functools
class C:
    @functools.cached_property
    def rate(self): return 2
HELD = C()
def f(x): return HELD.rate * x""", """
import functools
class C:
    @functools.cached_property
    def rate(self): return 2
HELD = C()
HELD.rate
def f(x): return HELD.rate * x"""),
    "which kinds were dispatched": ("""
from functools import singledispatch
@singledispatch
def g(x): return x
def f(x): return g(x)""", """
from functools import singledispatch
@singledispatch
def g(x): return x
g(2)
def f(x): return g(x)"""),
    "whom an object was used for": ("""
from weakref import WeakKeyDictionary
RUNS = WeakKeyDictionary()
def f(x): return RUNS.get(x, 0)""", """
from weakref import WeakKeyDictionary
RUNS = WeakKeyDictionary()
RUNS[WeakKeyDictionary] = 3
def f(x): return RUNS.get(x, 0)"""),
}  # fmt: skip
"""Programs that define the same f."""


def f_of(source):
    namespace = {"__name__": "some_module"}
    exec(compile(textwrap.dedent(source), "some_module", "exec"), namespace)  # noqa: S102 - our own
    return namespace["f"]


@pytest.mark.parametrize("what", REACHED)
def test_what_a_function_reaches_counts(what):
    source, old, new = REACHED[what]
    assert source.count(old) == 1
    assert fingerprint(f_of(source)) == fingerprint(f_of(source))
    assert fingerprint(f_of(source)) != fingerprint(f_of(source.replace(old, new)))


@pytest.mark.parametrize("what", SAID)
def test_what_is_only_said_does_not_count(what):
    first, second = SAID[what]
    assert fingerprint(f_of(first)) == fingerprint(f_of(second))


@pytest.mark.parametrize("content", [
    {"helpers.py": "RATE = 2\ndef g(x): return x * RATE\n"},
    {"helpers/__init__.py": "from helpers.inner import g\n",
     "helpers/inner.py": "RATE = 2\ndef g(x): return x * RATE\n"},
])  # fmt: skip
@pytest.mark.parametrize("script", [
    "import helpers\ndef f(x): return helpers.g(x)\n",
    "from helpers import g\ndef f(x): return g(x)\n",
])  # fmt: skip
def test_files_beside_a_script_count_and_their_comments_do_not(tmp_path, content, script):
    def printed():
        found = subprocess.run(
            [sys.executable, "-B", "script.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return found.stdout

    for name, text in content.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    program = "from strategic.sweeps._fingerprint import fingerprint\nprint(fingerprint(f))\n"
    (tmp_path / "script.py").write_text(script + program)
    before = printed()
    last = tmp_path / list(content)[-1]
    last.write_text("# what helps\n" + last.read_text())
    assert printed() == before
    last.write_text(last.read_text().replace("RATE = 2", "RATE = 3"))
    assert printed() != before


def test_a_function_of_a_module_inside_a_package_counts(tmp_path, monkeypatch):
    folder = tmp_path / "outer" / "middle"
    folder.mkdir(parents=True)
    (tmp_path / "outer" / "__init__.py").write_text("import outer.middle.inner\n")
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    found = []
    for rate in (2, 3, 2):
        (folder / "inner.py").write_text(f"def g(x): return x + {rate}\n")
        for name in [name for name in sys.modules if name.startswith("outer")]:
            del sys.modules[name]
        found.append(fingerprint(f_of("import outer\ndef f(x): return outer.middle.inner.g(x)")))
    assert found[0] == found[2] != found[1]


def placed(source, folder, monkeypatch):
    """Define f in a module that lies in a folder."""
    file = folder / "some_module.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(textwrap.dedent(source))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location("some_module", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.f


HERE = """
import os
from pathlib import Path
HERE = Path(__file__).resolve().parent
TABLES = {"costs": HERE / "costs.csv", "rents": os.path.join(os.path.dirname(__file__), "a.csv")}
def f(x, path=HERE / "b.csv"): return x, TABLES, path, __file__, __name__, f.__doc__
"""


def test_the_folder_of_code_does_not_count(tmp_path, monkeypatch):
    first = placed(HERE, tmp_path / "a", monkeypatch)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for other in ("b", "link"):
        f = placed(HERE, tmp_path / other, monkeypatch)
        assert f.__code__.co_filename != first.__code__.co_filename
        assert fingerprint(f) == fingerprint(first)
    for name in ("costs.csv", "a.csv", "b.csv"):
        f = placed(HERE.replace(f'"{name}"', '"other.csv"'), tmp_path / "b", monkeypatch)
        assert fingerprint(f) != fingerprint(first)


def test_no_library_and_no_folder_is_hashed_with_this_package():
    """Only names of what is installed: its code differs between its versions."""
    model = st.load("ai-mier")
    spelled = [*_Speller().texts(model.family.measure("relationship_type").function, "")]
    spelled += _Speller().texts((dict(model.family.games), st.load("hawk-dove").family.games), "")
    folders = [str(Path(module.__file__).parent) for module in (st, np)] + [sys.prefix]
    assert not [text for text in spelled if any(folder in text for folder in folders)]
    assert not [text for text in spelled if text.startswith("a numpy._")]
    codes = {text for text in spelled if text.startswith("code ")}
    for foreign in (Fraction.limit_denominator, np.errstate.__call__, contextmanager):
        code = foreign.__code__.co_code.hex()
        assert not [text for text in codes if text.startswith(f"code {code} ")]


def test_numbers_of_numpy_are_written_by_their_value():
    found = [*_Speller().texts((np.float64(0.1), np.int8(2), np.True_), "")]
    assert found[1:] == ["float64 0.1", "int8 2", "bool True"]
