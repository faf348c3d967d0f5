"""Run benchmarks by topic: ``python -m benchmarks [TOPIC ...] [--quick]``."""

from __future__ import annotations

import argparse
import os
import pkgutil
from importlib import import_module
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # one core each; topics load numpy later


def topics() -> list[str]:
    """Name the files of this folder that have a ``run`` function to offer."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in found if not name.startswith("_"))


def main() -> None:
    known = topics()
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"any of {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and fewer games")
    chosen = parser.parse_args()
    for topic in chosen.topics or known:
        if topic not in known:
            parser.error(f"no topic {topic!r}; there are {', '.join(known)}")
        module = import_module(f"benchmarks.{topic}")
        if hasattr(module, "run"):
            module.run(quick=chosen.quick)


if __name__ == "__main__":
    main()
