"""What the comparison of several relationships asks of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from strategic.families.relationship.reporting._choices import commitment_named
from strategic.families.relationship.reporting._words import SIDES, belief_text
from strategic.reports.blocks import Data
from strategic.reports.words import amount, chance, patience


def _equilibria(document: Data) -> str:
    return str(len(document["base"]["equilibria"]))


def _of_sides(section: str, name: str, write: Callable[[float], str]) -> Callable[[Data], str]:
    def answer(document: Data) -> str:
        values = document[section][name]
        return ", ".join(write(values[side]) for side in SIDES)

    return answer


def _of_trust(name: str) -> Callable[[Data], str]:
    def answer(document: Data) -> str:
        values = document["verdict"]["trust"][name]
        return ", ".join(belief_text(values[side]) for side in SIDES)

    return answer


def _switch(document: Data) -> str:
    switch = document["verdict"]["trust"]["foresight_to_start"]
    return "never" if switch is None else amount(switch)


def _constraint(document: Data) -> str:
    found = document["verdict"]["constraint"]
    return f"{found['kind']} ({' and '.join(found['sides'])})" if found["sides"] else found["kind"]


def _path(document: Data) -> str:
    path = document["verdict"]["path"]
    return f"{path['cooperation']} of {path['periods']}" if path else ""


def _ladder(document: Data) -> str:
    ladder = document["repeated"]["ladder"]
    return "never" if ladder["best"] is None else f"from rung {ladder['best']} on"


QUESTIONS: Mapping[str, Callable[[Data], str]] = {
    "quarters of mutual cooperation": _path,
    "equilibria of the one-shot game": _equilibria,
    "what stands in the way of cooperation that lasts": _constraint,
    "initial belief (government, organisation)": _of_trust("belief"),
    "belief needed, this period only": _of_trust("needed_this_period"),
    "belief needed, counting all periods": _of_trust("needed_all_periods"),
    "foresight from which both would start": _switch,
    "what commitment leads to": lambda d: commitment_named(d["choices"]["commitment"]),
    "net social value of it": lambda d: amount(d["choices"]["benefits"]["net_social_value"]),
    "what repetition does for cooperation": lambda d: d["verdict"]["repetition"]["status"],
    "critical discount factor": _of_sides("repeated", "critical_discount", patience),
    "largest sustainable incident risk": _of_sides("repeated", "incident_limit", amount),
    "incident risk": lambda d: amount(d["repeated"]["incident_risk"]),
    "long-run share of cooperation, repeated game": lambda d: amount(
        d["repeated"]["cooperation_share"]
    ),
    "cooperation on the trust ladder": _ladder,
    "nearby points of the same type": lambda d: chance(d["robustness"]["same_type"]),
}
