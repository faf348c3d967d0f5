"""The house keeps its shape: layers, the public face, and what an import may load."""

import subprocess
import sys
from pathlib import Path

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
    typed = source.split("if TYPE_CHECKING:")[1].split("__version__")[0]
    seen = {
        name.strip()
        for line in typed.splitlines()
        if " import " in line
        for name in line.split(" import ")[1].split(",")
    }
    assert seen == set(strategic._ROOM_OF) == set(strategic.__all__) - {"__version__"}


def loaded_after(code: str) -> set[str]:
    program = f"import sys; {code}; print('\\n'.join(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def test_import_loads_nothing_heavy():
    assert not loaded_after("import strategic; strategic.solve") & set(HEAVY)


def test_help_loads_nothing_heavy():
    code = "from strategic.cli import main; main(['--help'])"
    assert not loaded_after(code) & set(HEAVY)


def test_no_room_is_empty():
    rooms = [path.parent for path in (ROOT / "strategic").glob("*/__init__.py")]
    assert len(rooms) >= 9
    for room in rooms:
        assert len(list(room.glob("*.py"))) > 1, room
