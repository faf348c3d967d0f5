"""Officials with views of their own: what they need, and what their turnover does to a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from strategic.families.relationship._simulation import Simulation, simulate
from strategic.families.relationship._verdict import Verdict
from strategic.families.relationship.measures._organisations import (
    breakdown_hazard,
    cooperative_bayesian_equilibrium,
    expected_spell,
    supportive_share_needed,
)
from strategic.families.relationship.reporting._words import apart, named
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import amount, number

PATHS = 1000
AFTER = (1, 5, 13)
"""Periods from the one before a turnover on: through the change, and four and twelve more."""
WORDS = {"supportive": "a supportive successor", "hostile": "a hostile successor"}


def officials(model: Model, seed: int = 0) -> dict[str, Any]:
    """Describe what officials' private views change, and how cooperation survives turnover."""
    points = model.points
    document: dict[str, Any] = {
        "supportive": number(points["officials.supportive"]),
        "supportive_needed": number(supportive_share_needed(points)),
        "cooperative_equilibrium": bool(cooperative_bayesian_equilibrium(points)),
        "turnover": number(points["officials.turnover"]),
        "memory": number(points["officials.memory"]),
        "breakdown_hazard": number(breakdown_hazard(points)),
        "expected_spell": number(expected_spell(points)),
        "survival": None,
    }
    if document["turnover"] > 0:
        drawn = simulate(model, paths=PATHS, seed=seed, workers=1)
        document["survival"] = {
            "paths": drawn.paths,
            "periods": drawn.periods,
            "seed": drawn.seed,
            "started": number(drawn.survival.started),
            "breakdown": number(drawn.breakdown),
            "breakdown_error": _share_error(number(drawn.breakdown), drawn.paths),
            "by_successor": simulated_successors(drawn),
        }
    verdict = model.verdict(seed=seed)
    document["sustainable"] = verdict.repetition.status != "cannot carry it"
    sentences = [
        _officials_sentence(document, verdict),
        _hazard_sentence(document),
        *_survival_sentences(document["survival"]),
    ]
    return document | {"sentences": sentences}


def simulated_successors(found: Simulation) -> dict[str, Any] | None:
    """Describe how long cooperation lasts after its first turnover, by who takes office.

    Counted from the period before the turnover; None where no turnover meets cooperation.
    """
    if not any((curve.started > 0).any() for curve in found.by_successor.values()):
        return None
    return {
        who: {
            "spells": curve.started,
            "estimate": curve.estimate,
            "low": curve.low,
            "high": curve.high,
        }
        for who, curve in found.by_successor.items()
    }


def _share_error(share: float, count: int) -> float:
    return float(np.sqrt(share * (1 - share) / count))


def _officials_sentence(document: Data, verdict: Verdict) -> str:
    """Say whether supportive officials suffice for cooperation in one period (P9)."""
    blocked = verdict.one_shot.blocked_by
    if blocked:
        return (
            "Looking at this period only, no share of supportive officials makes cooperation an "
            f"equilibrium: {named(blocked)} would withhold all the same."
        )
    an = "an" if document["cooperative_equilibrium"] else "no"
    held, needed = apart(document["supportive"], document["supportive_needed"])
    return (
        f"Looking at this period only, with a share of {held} supportive officials there is {an} "
        "equilibrium in which they and the organisation cooperate; the organisation needs a share "
        f"of at least {needed}."
    )


def _hazard_sentence(document: Data) -> str:
    hazard = document["breakdown_hazard"]
    if hazard == 0:
        return "Neither incidents nor hostile successors endanger cooperation."
    start = (
        "An incident or a hostile successor comes with probability "
        f"{amount(hazard)} per period of cooperation"
    )
    if not document["sustainable"]:
        return f"{start}."
    return (
        f"{start}; if each of them ended it, a spell would last "
        f"{amount(document['expected_spell'])} periods on average."
    )


def _survival_sentences(drawn: Data | None) -> Iterator[str]:
    if drawn is None:
        return
    if not drawn["started"]:
        yield (
            f"On {drawn['paths']} simulated paths (seed {drawn['seed']}) cooperation never begins."
        )
        return
    yield (
        f"With trust as it moves, cooperation breaks down within {drawn['periods']} periods on "
        f"{drawn['breakdown']:.1%} of {drawn['paths']} simulated paths (seed {drawn['seed']}, "
        f"standard error {drawn['breakdown_error']:.1%})."
    )
    for who, curve in (drawn["by_successor"] or {}).items():
        if float(curve["spells"]) > 0:
            low, value, high = (float(curve[name][1]) for name in ("low", "estimate", "high"))
            arrival = f"the arrival of {WORDS[who]}"
            if value == 0:
                yield f"It never survives {arrival}."
            else:
                spread = f"({low:.2f} to {high:.2f})"
                yield f"It survives {arrival} with probability {value:.2f} {spread}."


def officials_block(section: Data, _model: Model) -> Block:
    """Lay out officials' private views, and survival by successor."""
    names = {
        "supportive": "share of supportive officials",
        "supportive_needed": "share the organisation needs",
        "turnover": "turnover of officials per period",
        "memory": "share of the trust a successor keeps",
        "breakdown_hazard": "probability of an incident or a hostile successor per period",
    }
    if section["sustainable"]:
        names["expected_spell"] = "mean spell of cooperation if each ends it, periods"
    rows = [[text, amount(section[name])] for name, text in names.items()]
    tables, notes = [Table(["", "value"], rows, numbers=True)], []
    drawn = section["survival"]
    if drawn and drawn["by_successor"]:
        tables.append(successors_table(drawn["by_successor"]))
        notes.append(SUCCESSORS_NOTE)
    title = "Officials with private views"
    return Block("officials", title, section["sentences"], tables=tables, notes=notes)


SUCCESSORS_NOTE = (
    "Probability that cooperation lasts through its first change of officials, dated or drawn, and "
    "four and twelve periods longer; 95% band."
)


def successors_table(curves: Mapping[str, Data]) -> Table:
    """Show how cooperation survives its first turnover, by who takes office."""
    rows = [
        [who, f"{float(curve['spells']):.0f}", *(_band(curve, periods) for periods in AFTER)]
        for who, curve in curves.items()
    ]
    header = ("successor", "changes during cooperation", "survived", "4 more", "12 more")
    return Table(header, rows, numbers=True)


def _band(curve: Data, place: int) -> str:
    if place >= len(curve["estimate"]) or np.isnan(float(curve["estimate"][place])):
        return ""
    low, centre, high = (float(curve[name][place]) for name in ("low", "estimate", "high"))
    return f"{centre:.2f} ({low:.2f} to {high:.2f})"
