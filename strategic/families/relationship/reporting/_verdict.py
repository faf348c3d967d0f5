"""The report in a few sentences, all read off the verdict: first of all what happened."""

from __future__ import annotations

from collections.abc import Sequence

from strategic.families.relationship._verdict import Constraint, Needed, Trust, Verdict
from strategic.families.relationship.reporting._mechanisms import obstacle
from strategic.families.relationship.reporting._path import summary
from strategic.families.relationship.reporting._repeated import carried, incident_now
from strategic.families.relationship.reporting._surroundings import promised
from strategic.families.relationship.reporting._words import apart, named, verb
from strategic.reports.blocks import Data
from strategic.reports.sections.mechanisms import effect, remedies_told
from strategic.reports.words import amount, chance, spoken


def opening(document: Data) -> list[str]:
    """Tell what decides the outcome, what to do about it, and how robust the type is."""
    verdict: Verdict = document["verdict"]
    remedy = lever(document["mechanisms"], verdict.constraint)
    return [*decided(verdict), remedy, robust(verdict)]


def decided(verdict: Verdict) -> list[str]:
    """Tell the path or the start, trust and foresight, repetition, commitment, organisations."""
    idle = verdict.incident.now == "nothing to end"
    told = [
        summary(verdict.path) if verdict.path else outlook(verdict),
        foreseen(verdict.trust),
        carried(verdict) if idle else f"{carried(verdict)} {incident_now(verdict.incident)}",
        committed(verdict),
    ]
    return [*told, promised(verdict.n)] if verdict.n.count > 1 else told


def outlook(verdict: Verdict) -> str:
    """Say whether cooperation starts at the initial beliefs, and whether it could last."""
    kind, sides = verdict.constraint.kind, verdict.constraint.sides
    starts = "Without commitment, cooperation starts at the initial beliefs"
    stays = "Without commitment, cooperation does not start"
    if kind == "none":
        lasts = "neither side gains by ending it"
        if verdict.repetition.status == "carries it":
            lasts = "repetition can sustain it"
        return f"{starts}, and {lasts}."
    if kind == "trust":
        return f"{stays}: {named(sides)} {verb(sides, 'trusts', 'trust')} too little."
    if kind == "foresight":
        looks = verb(sides, "looks", "look")
        return f"{stays}, though it could last: {named(sides)} {looks} ahead too little."
    if verdict.trust.status == "enough":
        return f"{starts}, but it cannot last."
    if verdict.repetition.status == "not needed":
        return f"{stays}: {named(sides)} {verb(sides, 'gains', 'gain')} nothing by joining in."
    return f"{stays} and could not last."


def foreseen(trust: Trust) -> str:
    """Say what trust starts at both ends of foresight, and where it switches."""
    shortly = _at_one_end(trust, trust.this_period, trust.needed_this_period)
    lasting = _at_one_end(trust, trust.all_periods, trust.needed_all_periods)
    if shortly == lasting:
        return f"Whether they count this period only or all periods, {shortly}."
    switch = ""
    if trust.foresight_to_start:
        switch = f", from a foresight of {amount(trust.foresight_to_start)} on"
    return f"Looking at this period only, {shortly}; counting all periods, {lasting}{switch}."


def _at_one_end(trust: Trust, status: str, needed: Needed) -> str:
    if status == "enough":
        return "initial trust is enough"
    never = [side for side, belief in needed.items() if belief is None]
    if never:
        return f"no belief makes {named(never)} cooperate"
    parts = []
    for side, belief in needed.items():
        if belief is not None and trust.belief[side] < belief:
            held, asked = apart(trust.belief[side], belief)
            parts.append(f"the {side} needs a belief of {asked} and holds {held}")
    return " and ".join(parts)


def committed(verdict: Verdict) -> str:
    """Say what the leader chooses with commitment, and how clearly, or what follows without."""
    found = verdict.commitment
    kind = "" if found.outcome == found.type else f" (type {found.type})"
    if found.cell is None:
        return "Nobody leads, and simultaneous choices in the 4x4 game leave open what is played."
    if found.leader == "nobody":
        return f"Nobody leads: simultaneous choices in the 4x4 game lead to {found.outcome}{kind}."
    margin = found.margin or 0.0
    clearly = f"{amount(margin)} better for it than" if margin > 0 else "no better for it than"
    doubted = ""
    brings = "brings about"
    if found.holds < 1:
        doubted = f" that holds with probability {chance(found.holds)}"
        brings = "most likely brings about"
    together = verdict.path.cooperates_at_end if verdict.path else verdict.constraint.kind == "none"
    contrast = ", by contrast" if (found.type == "cooperation") != together else ""
    return (
        f"As leader with commitment{doubted}{contrast}, the {found.leader} {brings} "
        f"{found.outcome}{kind}, {clearly} its next best choice."
    )


def lever(mechanisms: Sequence[Data], constraint: Constraint) -> str:
    """Name the obstacle, and the mechanism that removes it first, or else relaxes it most."""
    if constraint.kind != "none":
        remedies = remedies_told(mechanisms, first_only=True)
        return f"What stands in the way at the start is {obstacle(constraint)}; {remedies}."
    best = max(mechanisms, key=lambda entry: effect(entry, "joint_incentive"))
    if effect(best, "joint_incentive") <= 0:
        return "No mechanism raises the joint incentive to cooperate."
    _, after = best["changes"].get("relationship_type", ("", None))
    turn = f", but in full it leads to {after}" if after else ""
    return f"The joint incentive to cooperate rises most with {spoken(best['name'])}{turn}."


def robust(verdict: Verdict) -> str:
    """Say how many nearby points keep the type."""
    found = verdict.robustness
    # Several cells may be of one type, which is then as good as known.
    if verdict.commitment.type in ("several", "mixed"):
        return (
            f"A share of {chance(found.same_type)} of nearby parameter points leaves it open too."
        )
    return (
        f"A share of {chance(found.same_type)} of nearby parameter points gives the same type, "
        f"{verdict.commitment.type}."
    )
