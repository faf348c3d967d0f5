"""What a run was made on: processor, versions, load, commit. No names of hosts, users or paths."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "scipy", "numba", "quantecon", "nashpy", "pygambit", "axelrod", "statsmodels")
HOME = Path(__file__).resolve().parents[1]
MEASURED = ("strategic", "benchmarks/*.py", "pyproject.toml")
"""A tree is dirty where one of these is not as committed."""


def machine() -> dict[str, Any]:
    """Describe the processor and the software; equal on two runs where times may be compared."""
    versions = {name: found for name in PACKAGES if (found := _version(name))}
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": versions,
    }


def load() -> float:
    """Programs that wanted a processor in the last minute, by the system's count."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else float("nan")


def commit() -> tuple[str, bool]:
    """Name the commit of the tree, and whether what is measured differs from it."""
    name = git("rev-parse", "HEAD")
    if name is None:
        return "unknown", True
    changed = git("status", "--porcelain", "--", *MEASURED)
    return name[:12], changed != ""


def git(*words: str) -> str | None:
    """Ask git about this tree; nothing where it is no repository or git does not know."""
    try:
        done = subprocess.run(
            ["git", "-C", str(HOME), *words], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Name the model, its frequency and its cache, where the system tells.

    The name alone says little: cloud machines of several generations share one.
    """
    listed = Path("/proc/cpuinfo")
    if not listed.exists():
        return platform.processor() or platform.machine()
    lines = listed.read_text(encoding="utf8", errors="replace").splitlines()
    known = dict(reversed([_pair(line) for line in lines if ":" in line]))
    name = known.get("model name", platform.machine())
    family = [f"{key} {known[key]}" for key in ("cpu family", "model") if key in known]
    cache = [f"{known['cache size']} cache"] if "cache size" in known else []
    return ", ".join([name, *family, *cache])


def _pair(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip(), value.strip()
