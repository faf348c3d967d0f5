"""The house keeps its shape: layers, the public face, and what an import may load."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import grimp

import strategic

HEAVY = ("scipy.optimize", "zarr", "matplotlib", "xarray", "pandas", "dask", "nashpy")
ROOT = Path(__file__).resolve().parents[2]


def test_rooms_import_only_from_rooms_below():
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_public_name_is_there_and_documented():
    for name in strategic.__all__:
        value = getattr(strategic, name)
        assert value is not None
        if name != "__version__":
            assert value.__doc__, name


def test_type_checkers_see_the_same_names_as_users():
    source = Path(strategic.__file__).read_text(encoding="utf8")
    typed = source.split("if TYPE_CHECKING:")[1].split("_MODULE_OF")[0]
    seen = set()
    for names in re.findall(r" import (\([^)]*\)|.*)", typed):
        seen |= set(re.findall(r"\w+", names))
    assert seen == set(strategic._MODULE_OF) == set(strategic.__all__) - {"__version__"}


def test_no_module_imports_itself_through_others():
    """No cycles, imports inside functions counted; a package and its modules are one import."""
    graph = grimp.build_graph("strategic", exclude_type_checking_imports=True)
    below: dict[str, int] = {}
    path: list[str] = []

    def depth(module: str) -> int:
        if module in path:
            raise AssertionError(" -> ".join([*path[path.index(module) :], module]))
        if module not in below:
            path.append(module)
            imported = graph.find_modules_directly_imported_by(module)
            below[module] = 1 + max(map(depth, sorted(imported)), default=0)
            path.pop()
        return below[module]

    assert max(map(depth, sorted(graph.modules))) > 5


def test_no_generic_module_knows_one_family():
    """Outside families/ no text of the code names what belongs to one family, docstrings apart."""
    own = re.compile(r"government|organisation|relationship", re.IGNORECASE)
    allowed = {"strategic/__init__.py", "strategic/modelling/registry.py"}
    for path in (ROOT / "strategic").rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith("strategic/families/") or place in allowed:
            continue
        tree = ast.parse(path.read_text(encoding="utf8"))
        told = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert id(node) in told or not own.search(node.value), (place, node.value)
            if isinstance(node, ast.Name | ast.Attribute | ast.arg):
                name = getattr(node, "id", getattr(node, "attr", getattr(node, "arg", "")))
                assert not own.search(name), (place, name)


def test_files_and_functions_stay_readable():
    """At most 400 lines in a file and 60 in the body of a function."""
    files = [*(ROOT / "strategic").rglob("*.py"), *(ROOT / "docs").rglob("*.py")]
    for path in files:
        source = path.read_text(encoding="utf8")
        assert source.count("\n") <= 400, path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = node.end_lineno - body[0].lineno + 1 if body else 0
                assert lines <= 60, f"{path}: {node.name}"


def loaded_after(code: str) -> set[str]:
    program = f"import sys; {code}; print('\\n'.join(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def test_import_loads_nothing_heavy():
    assert not loaded_after("import strategic; strategic.solve") & set(HEAVY)


def test_solving_one_typed_game_loads_no_models():
    code = "from strategic.cli import main; main(['solve', '3,0;5,1 / 3,5;0,1'])"
    loaded = loaded_after(code)
    assert not loaded & {*HEAVY, "scipy", "pydantic", "strategic.catalogue", "strategic.modelling"}
    assert not any(name.startswith("strategic.families") for name in loaded)


def test_help_loads_nothing_heavy():
    code = "from strategic.cli import main; main(['--help'])"
    assert not loaded_after(code) & set(HEAVY)


def test_every_package_says_what_is_public():
    for init in (ROOT / "strategic").rglob("__init__.py"):
        source = init.read_text(encoding="utf8")
        assert re.search(r"^__all__\b", source, re.MULTILINE), init
        assert ast.get_docstring(ast.parse(source)), init


def test_no_package_is_empty():
    packages = [path.parent for path in (ROOT / "strategic").glob("*/__init__.py")]
    assert len(packages) >= 9
    for package in packages:
        assert len(list(package.rglob("*.py"))) > 1, package


def test_the_top_level_holds_what_contributing_names():
    """Whoever opens the repository sees these and nothing else."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:  # an unpacked archive
        return
    top = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    folders = {"strategic", "models", "tests", "benchmarks", "docs", ".ci", ".github"}
    files = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "CITATION.cff"}
    assert top <= folders | files | {"pyproject.toml", ".gitignore"}
    assert folders | files <= top
