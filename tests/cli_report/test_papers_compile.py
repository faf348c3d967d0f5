"""What is written for papers, set by LaTeX itself: no error, and nothing beyond the margin."""

import re
import shutil
import subprocess

import pytest

from strategic.cli import main

pytestmark = pytest.mark.skipif(not shutil.which("pdflatex"), reason="LaTeX is not installed")

DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath, amssymb, array, booktabs, longtable}
\begin{document}
\input{paper}
\end{document}
"""
BEYOND = 15.0
"""Points that may stand beyond the margin: a word or two characters."""
PAPERS = [
    ("report", "ai-mier"),
    ("report", "rock-paper-scissors"),
    ("report", "event-2014"),
    ("equations", "air-pollution-2023"),
    ("equations", "maritime-emissions-trading"),
    ("equations", "ai-mier"),
    ("evolve", "air-pollution-2023"),
    ("evolve", "courtship-1976"),
]


def compiled(folder):
    """Set the paper of a folder; gives what LaTeX says."""
    (folder / "whole.tex").write_text(DOCUMENT, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "whole.tex"]
    for _ in range(2):  # tables over several pages are measured first
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode("latin-1")[-2000:]
    return (folder / "whole.log").read_text(encoding="latin-1")


@pytest.mark.parametrize(("command", "model"), PAPERS)
def test_papers_compile_and_stay_within_their_margins(command, model, tmp_path):
    assert main([command, model, "-o", str(tmp_path / "paper.tex")]) == 0
    log = compiled(tmp_path)
    beyond = [float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(beyond, default=0) < BEYOND
    assert "Float too large" not in log


def test_a_fit_compiles(tmp_path):
    data = ["estimate", "selten-chmura-01", "-o", str(tmp_path / "paper.tex")]
    assert main(data) == 0
    compiled(tmp_path)
