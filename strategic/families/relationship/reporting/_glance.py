"""What the comparison of several relationships asks of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from strategic.families.relationship.reporting._choices import commitment_named
from strategic.families.relationship.reporting._words import SIDES
from strategic.reports.blocks import Data
from strategic.reports.words import amount, chance, patience


def _equilibria(document: Data) -> str:
    return str(len(document["base"]["equilibria"]))


def _of_sides(section: str, name: str, write: Callable[[float], str]) -> Callable[[Data], str]:
    def answer(document: Data) -> str:
        values = document[section][name]
        return ", ".join(write(values[side]) for side in SIDES)

    return answer


def _chance(value: float) -> str:
    return "never" if value != value else chance(value)  # noqa: PLR0124 - NaN


def _path(document: Data) -> str:
    regimes = document["path"]["regimes"]
    return f"{regimes.count('C')} of {len(regimes)}"


def _ladder(document: Data) -> str:
    ladder = document["repeated"]["ladder"]
    return "never" if ladder["best"] is None else f"from rung {ladder['best']} on"


QUESTIONS: Mapping[str, Callable[[Data], str]] = {
    "equilibria of the one-shot game": _equilibria,
    "belief needed (government, organisation)": _of_sides("base", "trust_threshold", _chance),
    "initial belief": _of_sides("base", "belief", _chance),
    "what commitment leads to": lambda d: commitment_named(d["choices"]["commitment"]),
    "surplus of cooperation": lambda d: amount(d["organisations"]["surplus"]),
    "quarters of mutual cooperation": _path,
    "critical discount factor": _of_sides("repeated", "critical_discount", patience),
    "largest sustainable incident risk": _of_sides("repeated", "incident_limit", amount),
    "incident risk": lambda d: amount(d["repeated"]["incident_risk"]),
    "long-run share of time in cooperation": lambda d: amount(d["repeated"]["cooperation_share"]),
    "class of initial trust": lambda d: d["repeated"]["trust_class"] or "",
    "cooperation on the trust ladder": _ladder,
    "nearby points of the same type": lambda d: chance(d["robustness"]["same_type"]),
}
