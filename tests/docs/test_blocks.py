"""Every code block on every page runs, and prints what the page says it prints."""

from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from _ext.blocks import blocks_of, run_page

DOCS = Path(__file__).resolve().parents[2] / "docs"
MADE = {"_build", "_ext", "_static", "_templates"}
PAGES = [
    page
    for page in sorted(DOCS.rglob("*.md"))
    if page.relative_to(DOCS).parts[0] not in MADE
    and not (page.relative_to(DOCS).parts[0] == "look-up" and page.parent.parent != DOCS)
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    plt.close("all")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_the_blocks_of_a_page_run(page, folder):
    run_page(page, folder)


def written(folder, text):
    page = folder / "page.md"
    page.write_text(text, encoding="utf8")
    return page


GOOD = """---
file_format: mystnb
---
# A page

```{code-block} toml
:caption: mine.toml

kind = "game"
title = "Mine"
players = ["a", "b"]
actions = [["x", "y"], ["x", "y"]]
payoffs = [[[1, 0], [0, 1]], [[1, 0], [0, 1]]]
```

:::{note}
```{code-cell} python
import strategic as st
model = st.load("mine.toml")
```
:::

````{tab-set}
```{code-cell} python
:tags: [raises-exception]

model.no_such_thing
```
````

```python
# needs: no_such_package
import no_such_package
```

```console
$ strategic measures mine.toml --json
{..."name": "equilibrium_count", ...}
$ strategic solve "1,2" # exit 2
error: ...
$ echo one two | cat
one
two
$ echo three \\
    four
three four
$ printf '%s' 'a \\\\' && echo && echo b
a \\\\
b
```

```text
not run
```
"""


def test_the_runner_runs_every_kind_of_block(folder):
    run_page(written(folder, GOOD), folder)
    assert (folder / "mine.toml").is_file()
    assert len(list(blocks_of(GOOD))) == 6


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('st.load("mine.toml")', 'st.load("yours.toml")', "yours.toml"),
        ("model.no_such_thing", "model", "nothing is raised"),
        ("# needs: no_such_package\n", "", "no_such_package"),
        (" # exit 2", "", "exit 2"),
        ("one\ntwo", "one\nthree", "but the page has"),
        ("```text", "```fortran", "is not run"),
        ("```text", "    indented\n\n```text", "indented code"),
        ("```console\n$ ", "```console\n", "begins with"),
    ],
)
def test_the_runner_tells_what_is_wrong(folder, old, new, rule):
    assert old in GOOD
    with pytest.raises(Exception, match=rule):
        run_page(written(folder, GOOD.replace(old, new, 1)), folder)


COMPARED = """
```python
# needs: numpy
import numpy as np
theirs = np.array([1, 2])
```
```{code-cell} python
ours = [1, 2]
```
Words in between.

%= both = [*theirs]
%= assert both == ours
"""


def test_blocks_of_other_packages_are_compared_where_these_are_installed(folder):
    run_page(written(folder, COMPARED), folder)
    wrong = COMPARED.replace("[1, 2]\n```\nWords", "[1, 3]\n```\nWords")
    with pytest.raises(AssertionError):
        run_page(written(folder, wrong), folder)
    run_page(written(folder, wrong.replace("needs: numpy", "needs: no_such_peer")), folder)
