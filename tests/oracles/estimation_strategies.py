"""Sufficient statistics of Dal Bo and Frechette (2011) for their Table 7.

``python tests/oracles/estimation_strategies.py CHOICES.csv`` writes ``estimation_strategies.json``
from the choices after interaction 110 (columns treatment, id, game, period, choice, other; data of
the article, (c) American Economic Association, CC BY 4.0, as shipped with the R package stratEst
1.1.8). Per subject: how many rounds, and in how many of them each strategy of the paper was not
followed. The likelihood of a mixture with one tremble depends on the choices through these only.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

STRATEGIES = {
    "AllD": {0: ("d", {})},
    "AllC": {0: ("c", {})},
    "Grim": {0: ("c", {"cd": 1, "dc": 1, "dd": 1}), 1: ("d", {})},
    "TFT": {0: ("c", {"cd": 1, "dd": 1}), 1: ("d", {"cc": 0, "dc": 0})},
    "WSLS": {0: ("c", {"cd": 1, "dc": 1}), 1: ("d", {"cc": 0, "dd": 0})},
    "T2": {
        0: ("c", {"cd": 1, "dc": 1, "dd": 1}),
        1: ("d", {"cc": 2, "cd": 2, "dc": 2, "dd": 2}),
        2: ("d", {"cc": 0, "cd": 0, "dc": 0, "dd": 0}),
    },
}
"""State: its action, and the next state by own and other choice where it is another one."""


def mistakes(strategy: dict[int, tuple[str, dict[str, int]]], match: list[tuple[str, str]]) -> int:
    """Count the rounds of a match in which a strategy was not followed."""
    state = wrong = 0
    for own, other in match:
        action, moves = strategy[state]
        wrong += own != action
        state = moves.get(own + other, state)
    return wrong


def main() -> None:
    """Read the choices and write the statistics."""
    lines = Path(sys.argv[1]).read_text().splitlines()
    matches: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        key = row["treatment"], row["id"], row["game"]
        matches[key].append((row["choice"], row["other"]))  # rounds come in order
    subjects: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for (treatment, subject, _), match in matches.items():
        counted = subjects[treatment].setdefault(subject, [0] * (1 + len(STRATEGIES)))
        wrong = [mistakes(strategy, match) for strategy in STRATEGIES.values()]
        for place, number in enumerate([len(match), *wrong]):
            counted[place] += number
    parts = [
        f'"{name}": {json.dumps(sorted(people.values()))}' for name, people in subjects.items()
    ]
    columns = json.dumps(["rounds", *STRATEGIES])
    text = f'{{"columns": {columns},\n' + ",\n".join(parts) + "}\n"
    Path(__file__).with_suffix(".json").write_text(text)


if __name__ == "__main__":
    main()
