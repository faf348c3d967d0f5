"""Give the cells of a page a temporary folder with the files that the page shows."""

import re

from sphinx.application import Sphinx

_FIRST_CELL = re.compile(r"^```+\{code-cell\}", re.MULTILINE)
_FILE = re.compile(
    r"^(?P<fence>```+)\{code-block\} \S+\n:caption: (?P<name>\S+)\n(?P<more>(?::.*\n)*)"
    r"\n?(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_HIDDEN = """```{{code-cell}} python
:tags: [remove-cell]

from pathlib import Path

for name, text in {files!r}.items():
    Path(name).write_text(text, encoding="utf8")
```

"""


def with_files(page: str) -> str:
    """Put a hidden cell before the first cell, which writes the files that have a caption."""
    first = _FIRST_CELL.search(page)
    files = {found["name"]: found["text"] for found in _FILE.finditer(page)}
    if first is None or not files:
        return page
    return page[: first.start()] + _HIDDEN.format(files=files) + page[first.start() :]


def _read(_app: Sphinx, _name: str, source: list[str]) -> None:
    source[0] = with_files(source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Say to Sphinx what is here."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
