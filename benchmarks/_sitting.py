"""One sitting of one topic, in a process of its own: ``python -m benchmarks._sitting TOPIC OUT``.

A process of its own, because addresses, the order of hashes, compiled code and what was freed
before differ from process to process, and a comparison has to know by how much.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

from benchmarks._recorder import Bench


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks._sitting")
    parser.add_argument("topic")
    parser.add_argument("out", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", action="store_true")
    asked = parser.parse_args()
    bench = Bench(
        asked.topic,
        quick=asked.quick,
        large=asked.large,
        show=lambda text: print(text, flush=True),
    )
    import_module(f"benchmarks.{asked.topic}").run(bench)
    stored = {
        "lines": [line.stored() for line in bench.lines],
        "checks": [check.stored() for check in bench.checks],
    }
    asked.out.write_text(json.dumps(stored), encoding="utf8")


if __name__ == "__main__":
    main()
