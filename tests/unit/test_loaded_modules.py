"""What a command loads, which is most of what a short one takes: lists of modules, not seconds."""

import os
import subprocess
import sys

import pytest

from strategic.games import families, write

GAME = "3,0;5,1 / 3,5;0,1"
LIBRARIES = {
    "dask", "fontTools", "jinja2", "matplotlib", "multiprocessing", "nashpy", "numpy.ma",
    "numpy.random", "pandas", "pyarrow", "pydantic", "scipy", "sympy", "xarray", "zarr",
}  # fmt: skip
"""Each takes at least a tenth of what it takes to load numpy."""


def loaded(*words, code=0):
    """List the modules that are there when a command has ended."""
    program = (
        "import sys; from strategic.cli import main; code = main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def under(package, modules):
    return {m for m in modules if m == package or m.startswith(f"{package}.")}


def test_a_typed_game_loads_no_library_and_only_its_own_kernel():
    modules = loaded("solve", GAME)
    assert not modules & {*LIBRARIES, "concurrent.futures", "tempfile", "html"}
    assert not under("strategic.equilibria.enumeration.players", modules)
    assert not under("strategic.equilibria.concepts", modules) - {"strategic.equilibria.concepts"}
    assert not modules & {
        "strategic.workers", "strategic.chains", "strategic.equilibria.components",
        "strategic.equilibria.enumeration._certified", "strategic.games.families",
        "strategic.games.io.interop", "strategic.games.io.table",
    }  # fmt: skip
    assert not under("rich", modules)
    for package in ("catalogue", "evolution", "families", "modelling", "repeated", "sweeps"):
        assert not under(f"strategic.{package}", modules)


@pytest.mark.parametrize("game", ["0,0,0;0,3,0;0,0,5 / 0,0,0;0,3,0;0,0,5", "1,2;3,4 / 4,3;2,1"])
def test_other_typed_games_load_no_library(game):
    # `numpy.unique` loads masked arrays: where payoffs are tied, extreme equilibria are counted.
    assert not loaded("solve", game) & (LIBRARIES - {"numpy.ma"})


def test_help_loads_no_arrays():
    modules = loaded("--help")
    assert not modules & {*LIBRARIES, "numpy"}
    assert not under("strategic.modelling", modules)
    # what files are read and written stands in the help of commands
    lists = ("io", "io.files", "io.formats", "io.tables", "io.tables.kinds", "io.targets")
    assert under("strategic.games", modules) <= {
        "strategic.games",
        *(f"strategic.games.{m}" for m in lists),
    }


@pytest.mark.parametrize("command", ["solve", "report", "check", "sweep", "estimate", "evolve"])
def test_help_of_a_command_loads_no_other_command(command):
    modules = loaded(command, "--help")
    assert not modules & {*LIBRARIES, "numpy"}
    others = {"batch", "boundary", "plot", "simulate", "tournament"}
    assert not modules & {f"strategic.cli.{other}" for other in others}


@pytest.mark.parametrize("command", ["models", "sources"])
def test_what_reads_no_model_loads_no_schema(command):
    assert not loaded(command) & LIBRARIES


def test_a_report_of_numbers_loads_nothing_for_figures_and_tables():
    modules = loaded("report", "community-correction", "--json")
    assert not modules & {"dask", "jinja2", "matplotlib", "pandas", "scipy", "xarray", "zarr"}


def test_a_page_loads_what_draws_it_and_nothing_for_tables_of_data(tmp_path):
    modules = loaded("-q", "report", "community-correction", "-o", str(tmp_path / "page.html"))
    assert "matplotlib" in modules
    assert not modules & {"dask", "pandas", "scipy", "xarray", "zarr"}


def test_a_check_loads_nothing_for_tables_of_data_or_figures():
    modules = loaded("check", "emil-history", "ai-mier")
    assert not modules & {"dask", "jinja2", "matplotlib", "pandas", "scipy", "xarray", "zarr"}


@pytest.mark.parametrize("name", ["games.csv", "games.parquet"])
def test_a_batch_loads_no_table_library_but_arrow(tmp_path, name):
    write(families.random_games((2, 2), 10, rng=0), tmp_path / name)
    modules = loaded("-q", "batch", str(tmp_path / name), "-o", str(tmp_path / "found.parquet"))
    assert "pyarrow.parquet" in modules
    assert not modules & {"pandas", "polars", "pyarrow.dataset", "scipy", "xarray", "zarr", "dask"}
    assert not under("rich", modules)
    if name.endswith("parquet"):  # texts of numbers need it
        assert "pyarrow.compute" not in modules
