"""No report contradicts itself: every sentence is a claim that the verdict must bear out.

`CLAIMS` pairs every sentence that a report of a relationship can hold with the condition on the
verdict under which it is true.  Two sentences that exclude each other have conditions that exclude
each other, so that no report can hold both; a sentence that no template covers fails the test.

In a template ``{who}`` stands for one side or both, ``{side}`` and ``{other}`` for one, ``{n}`` for
a number, any other name for any text; what stands in brackets may be missing, and has a name where
one stands before a bar.
"""

import re
from functools import cache

import numpy as np
import pytest
from briefs import check_brief

import strategic as st
from strategic.families.relationship import RELATIONSHIP
from strategic.families.relationship.reporting._mechanisms import obstacle
from strategic.families.relationship.reporting._verdict import decided, robust
from strategic.reports.sections import reporting_of

SIDES = ("government", "organisation")
PLACES = {
    "who": "(?P<who>the government and the organisation|the government|the organisation)",
    "side": "(?P<side>government|organisation)",
    "other": "(?:government|organisation)",
    "n": r"(?:over |under )?[-+.\w]+(?: infinity)?",
}


def pattern_of(template):
    """Turn a template into a pattern: its words stand for themselves."""
    parts = []
    for part in re.split(r"(\{\w+\}|\[|\])", template):
        if part == "[":
            parts.append("[")
        elif part == "]":
            name, bar, inner = "", "", ""
            while (last := parts.pop()) != "[":
                inner = last + inner
            if "\\|" in inner:
                name, bar, inner = inner.partition("\\|")
            parts.append(f"(?P<{name}>{inner})?" if bar else f"(?:{inner})?")
        elif part.startswith("{"):
            name = part[1:-1]
            parts.append(PLACES.get(name, f"(?P<{name}>.*?)"))
        else:
            parts.append(re.escape(part))
    return re.compile("".join(parts))


def sides_of(found):
    return tuple(side for side in SIDES if side in found["who"])


def never(needed):
    return tuple(side for side, belief in needed.items() if belief is None)


def always(_verdict, _found):
    return True


# Conditions of more than a line.


def clause(v, status, needed, text):
    """Whether a clause on trust at one end of foresight is true."""
    if text == "initial trust is enough":
        return status == "enough"
    if found := re.fullmatch(f"no belief makes {PLACES['who']} cooperate", text):
        return status == "irrelevant" and sides_of(found) == never(needed)
    held = v.trust.belief
    short = [side for side, asked in needed.items() if asked is not None and held[side] < asked]
    parts = re.findall(r"the (government|organisation) needs a belief of [\w. ]+? and holds", text)
    return status == "missing" and parts == short


def this_period(v, text):
    return clause(v, v.trust.this_period, v.trust.needed_this_period, text)


def all_periods(v, text):
    return clause(v, v.trust.all_periods, v.trust.needed_all_periods, text)


def foreseen(v, found):
    """Both ends of foresight, and the switch where trust is enough at the far end only."""
    last, switch = found["long"], v.trust.foresight_to_start
    if switched := re.fullmatch(r"(.*), from a foresight of (\S+) on", last):
        last = switched[1]
        if not switch or f"{switch:.3g}" != switched[2]:
            return False
    elif switch:
        return False
    return this_period(v, found["short"]) and all_periods(v, last)


def both_ends(v, found):
    """What one side needs at both ends of foresight, and where it switches."""
    side, text = found["side"], found["rest"]
    short, long = v.trust.needed_this_period[side], v.trust.needed_all_periods[side]
    switch = v.trust.foresight_to_start_of[side]
    if "no belief makes it cooperate, however far" in text:
        return short is None and long is None and switch is None
    lasting = long is not None and v.trust.belief[side] >= long
    return all([
        ("no belief suffices this period only" in text) == (short is None),
        ("no belief suffices counting all" in text) == (long is None),
        ("too little at any foresight" in text) == (switch is None),
        ("enough from a foresight of" in text) == bool(switch),
        ("enough at any foresight" in text) == (switch == 0 and lasting),
        ("enough only while it looks ahead little" in text) == (switch == 0 and not lasting),
    ])  # fmt: skip


def one_period(v, found):
    side, text = found["side"], found["belief"]
    needed = v.trust.needed_this_period[side]
    if text == "no belief makes it cooperate":
        return needed is None
    return needed is not None and text.endswith("enough") == (v.trust.belief[side] >= needed)


def summed_up(v, found):
    """The sentence that sums a path up: counts, what begins cooperation and what ends it."""
    path, text = v.path, found["how"]
    count = 0 if found["count"] == "none" else int(found["count"])
    if (count, int(found["periods"])) != (path.cooperation, path.periods):
        return False
    if path.turns:
        return turned(path, text)
    if path.cause == "hostile official":
        return text == "a hostile official withholds at the end"
    who = tuple(side for side in SIDES if side in text)
    return ("no belief makes" in text) == (path.cause == "no belief suffices") and who == path.sides


def turned(path, text):
    first, ends = path.turns[0], [turn for turn in path.turns if turn.kind == "breakdown"]
    begins = {"event": "it off", "growing trust": f"growing trust sets it off in {first.date}"}
    once = ends[0].cause if len(ends) == 1 else ""
    several = f"{len(ends)} times, last in {ends[-1].date} ({ends[-1].cause})" if ends else ""
    return all([
        begins.get(first.cause, f"initial trust is enough to start in {first.date}") in text,
        all(key in text for key in first.events),
        ("lasts to the end" in text) == (path.cooperates_at_end and not ends),
        ("is back at the end" in text) == (path.cooperates_at_end and bool(ends)),
        ("breaks down" in text) == (len(ends) > 1),
        len(ends) < 2 or several in text,
        ("an incident ends it" in text) == (once == "incident"),
        ("fading trust ends it" in text) == (once == "fading trust"),
        ("a hostile official ends it" in text) == (once == "official"),
    ])  # fmt: skip


def unbroken(v, found):
    return v.path.cooperation == v.path.periods and turned(
        v.path, found["how"] + " lasts to the end"
    )


def committed(v, found):
    made, kind = v.commitment, v.constraint.kind
    together = v.path.cooperates_at_end if v.path else kind == "none"
    return (
        made.leader == found["side"]
        and found["what"] in {made.outcome, f"{made.outcome} (type {made.type})"}
        and bool(found["contrast"]) == ((made.type == "cooperation") != together)
        and bool(found["doubt"]) == bool(found["likely"]) == (made.holds < 1)
    )


def flipped(v, found):
    """What the section on flips says an answer is now."""
    asked, now, path = found["asked"], found["now"], v.path
    if asked == "The type of the relationship":
        return now == v.commitment.type
    if asked == "Mutual cooperation in the one-shot game":
        return now == ("no equilibrium" if v.one_shot.blocked_by else "an equilibrium")
    count, ends = path.cooperation, path.breakdowns
    return {
        "absent": count == 0,
        "unbroken from the start": count == path.periods,
        "lasting once it has begun": 0 < count < path.periods and not ends,
        "broken for good": ends > 0 and not path.cooperates_at_end,
        "broken and recovered": ends > 0 and path.cooperates_at_end,
    }[now]


def patient(v, found):
    held, needed = v.repetition.discount, v.repetition.critical_discount
    side = found["side"]
    return (found["enough"] == "enough") == (held[side] >= needed[side])


def role(status):
    return lambda v, _: v.repetition.status == status


def cannot(reason):
    def holds(v, found):
        return v.repetition.reason == reason and v.repetition.blocked_by == sides_of(found)

    return holds


def now(effect):
    return lambda v, _: v.incident.now == effect


STARTS = "Without commitment, cooperation starts at the initial beliefs"
STAYS = "Without commitment, cooperation does not start"
ONCE = "Played once, mutual cooperation is "
PERIOD = "Looking at this period only, "
MODEL = "{view}, as the model does, "
LADDER = (
    "On the trust ladder[contrast|, by contrast, where any defection may cost trust, whatever the "
    "detection,] "
)
BEARS = "At these rewards repetition bears an incident risk of up to {n}"
HAZARD = "An incident or a hostile successor comes with probability {n} per period of cooperation"
SIMULTANEOUS = (
    "Pure equilibria with simultaneous choices: {cells}; number of mixed equilibria: {n}."
)
CLAIMS = [
    # The opening, and the path.
    ("Both cooperate in {count} of {periods} quarter[s]: {how}.", summed_up),
    ("Both cooperate in all {n} quarters: {how}.", unbroken),
    ("Both cooperate in the only quarter: {how}.", unbroken),
    (
        f"{STARTS}, and neither side gains by ending it.",
        lambda v, _: v.constraint.kind == "none" and v.repetition.status == "not needed",
    ),
    (
        f"{STARTS}, and repetition can sustain it.",
        lambda v, _: v.constraint.kind == "none" and v.repetition.status == "carries it",
    ),
    (
        f"{STARTS}, but it cannot last.",
        lambda v, _: v.trust.status == "enough" and v.repetition.status == "cannot carry it",
    ),
    (
        f"{STAYS}: {{who}} trust[s] too little.",
        lambda v, f: (
            v.trust.status != "enough"
            and v.repetition.status != "cannot carry it"
            and v.trust.missing == sides_of(f)
        ),
    ),
    (
        f"{STAYS}, though it could last: {{who}} look[s] ahead too little.",
        lambda v, f: (
            v.trust.status != "enough" == v.trust.all_periods
            and v.repetition.status == "carries it"
            and v.trust.missing == sides_of(f)
        ),
    ),
    (
        f"{STAYS}: {{who}} gain[s] nothing by joining in.",
        lambda v, _: v.trust.status == "irrelevant" and v.repetition.status == "not needed",
    ),
    (
        f"{STAYS} and could not last.",
        lambda v, _: v.trust.status != "enough" and v.repetition.status == "cannot carry it",
    ),
    (f"{PERIOD}{{short}}; counting all periods, {{long}}.", foreseen),
    (
        "Whether they count this period only or all periods, {what}.",
        lambda v, f: this_period(v, f["what"]) and all_periods(v, f["what"]),
    ),
    (
        "Neither promise depends on repetition: once both cooperate, neither gains by deviating.",
        lambda v, _: v.repetition.status == "not needed" and not v.repetition.worthless_to,
    ),
    (
        "Neither promise depends on repetition, yet to {who} cooperation is worth no more than "
        "acting alone.",
        lambda v, f: (
            v.repetition.status == "not needed" and v.repetition.worthless_to == sides_of(f)
        ),
    ),
    (
        "Repetition can sustain cooperation; the {side}'s promise is the harder to keep.",
        lambda v, f: v.repetition.status == "carries it" and v.repetition.binding == f["side"],
    ),
    (
        "Repetition can sustain cooperation; both promises are equally hard to keep.",
        lambda v, _: v.repetition.status == "carries it" and v.repetition.binding is None,
    ),
    (
        "Repetition cannot sustain cooperation: to {who} it is worth no more than acting alone.",
        cannot("interest"),
    ),
    (
        "Repetition cannot sustain cooperation: deviations by {who} are detected too rarely.",
        cannot("detection"),
    ),
    (
        "Repetition cannot sustain cooperation: {who} count[s] the future too little.",
        cannot("patience"),
    ),
    (
        "Repetition cannot sustain cooperation: an incident risk of {n} per period is too high; "
        "at these rewards it may be {n}.",
        lambda v, _: v.repetition.reason == "incident risk" and v.incident.risk > v.incident.limit,
    ),
    ("One incident now would end cooperation.", now("ends cooperation")),
    ("An incident now would leave trust unchanged.", now("no news")),
    ("There is no cooperation now that an incident could end.", now("nothing to end")),
    ("Trust now survives {many}.", now("absorbed")),
    (
        "As leader with commitment[doubt| that holds with probability {n}][contrast|, by contrast]"
        ", the {side} [likely|most likely ]brings about {what}, {better} better for it than its "
        "next best choice.",
        committed,
    ),
    (
        "Nobody leads, and simultaneous choices in the 4x4 game leave open what is played.",
        lambda v, _: v.commitment.leader == "nobody" and v.commitment.cell is None,
    ),
    (
        "Nobody leads: simultaneous choices in the 4x4 game lead to {what}.",
        lambda v, f: v.commitment.leader == "nobody" and f["what"].startswith(v.commitment.outcome),
    ),
    (
        "The government's promise holds whatever the number of organisations.",
        lambda v, _: v.n.status == "no bound",
    ),
    (
        "The government's promise does not hold, even with a single organisation.",
        lambda v, _: v.n.status == "beyond" and v.n.bound < 1,
    ),
    (
        "With {n} organisation[s] the government's promise holds; it would with up to {n}.",
        lambda v, _: v.n.status == "within" and v.n.count <= v.n.bound,
    ),
    (
        "With {n} organisation[s] the government's promise fails; it would hold with up to {n}.",
        lambda v, _: v.n.status == "beyond" and v.n.count > v.n.bound >= 1,
    ),
    (
        "Where organisations compete by effort, the government prefers no partner to one that "
        "makes the effort, so that none makes it.",
        lambda v, _: v.candidates.blocked_by == "government" and v.candidates.working == 0,
    ),
    (
        "Where organisations compete by effort, it repays none of them, even if sure to be picked.",
        lambda v, _: v.candidates.blocked_by == "organisation" and v.candidates.working == 0,
    ),
    (
        "A single candidate makes the effort in equilibrium.",
        lambda v, _: v.candidates.count == v.candidates.working == 1,
    ),
    (
        "Where {n} organisations compete by effort, all of them make it in one equilibrium: even "
        "picked by equal lots it repays them.",
        lambda v, _: v.candidates.count == v.candidates.working > 1,
    ),
    (
        "Where {n} organisations compete by effort, at most {working} are sure to make it in one "
        "equilibrium: among more, each is picked too rarely for it to repay.",
        lambda v, f: v.candidates.count > v.candidates.working == int(f["working"]) > 0,
    ),
    ("That nobody is picked and nobody makes the effort is an equilibrium in any case.", always),
    (
        "A share of {n} of nearby parameter points gives the same type, {type}.",
        lambda v, f: f["type"] == v.commitment.type,
    ),
    (
        "A share of {n} of nearby parameter points leaves it open too.",
        lambda v, _: v.commitment.type in ("several", "mixed"),
    ),
    *(
        (f"{when} {told}.", always)
        for when in ("In {n}", "From {n} to {n}")
        for told in (
            "both cooperate",
            "both withhold",
            "the organisation cooperates and the government withholds",
            "the government cooperates and the organisation withholds",
        )
    ),
    (
        "Without the event of {name} both would have cooperated in {many} instead of {count}.",
        lambda v, f: f["count"] == str(v.path.cooperation or "none"),
    ),
    ("Without {events} the path would have been the same.", always),
    ("No single event changed who cooperated when.", always),
    # One period, and trust.
    (
        PERIOD + "the {side} gains nothing from cooperating when the {other} cooperates and loses "
        "{n} when it withholds: {belief}.",
        one_period,
    ),
    (
        PERIOD + "the {side} gains {n} from cooperating when the {other} cooperates and loses {n} "
        "when it withholds: {belief}.",
        lambda v, f: f["side"] not in v.one_shot.blocked_by and one_period(v, f),
    ),
    (
        PERIOD + "the {side} loses {n} from cooperating when the {other} cooperates and loses {n} "
        "when it withholds: {belief}.",
        lambda v, f: f["side"] in v.one_shot.blocked_by and one_period(v, f),
    ),
    (
        ONCE + "an equilibrium[weak|, but not a strict one]; so is acting alone.",
        lambda v, f: not v.one_shot.blocked_by and v.one_shot.strict == (f["weak"] is None),
    ),
    (
        ONCE + "not an equilibrium because of {who}; repetition can sustain it.",
        lambda v, f: v.one_shot.blocked_by == sides_of(f) and v.repetition.status == "carries it",
    ),
    (
        ONCE + "not an equilibrium because of {who}, and repetition cannot sustain it either.",
        lambda v, f: (
            v.one_shot.blocked_by == sides_of(f) and v.repetition.status == "cannot carry it"
        ),
    ),
    (
        "Mutual cooperation risk-dominates acting alone: {products}.",
        lambda v, _: v.one_shot.risk_dominant == "CC",
    ),
    (
        "Acting alone risk-dominates mutual cooperation: {products}.",
        lambda v, _: v.one_shot.risk_dominant == "DD",
    ),
    (
        "Neither pure equilibrium risk-dominates the other: {products}.",
        lambda v, _: v.one_shot.risk_dominant == "tie",
    ),
    ("The {side}'s belief that the {other} cooperates is {n}; {rest}.", both_ends),
    (
        MODEL + "both sides trust each other enough to start.",
        lambda v, _: v.trust.status == "enough",
    ),
    (
        MODEL + "no belief makes {who} cooperate.",
        lambda v, f: v.trust.status == "irrelevant" and v.trust.never == sides_of(f),
    ),
    (
        MODEL + "{who} trust[s] too little to start.",
        lambda v, f: v.trust.status == "missing" and v.trust.missing == sides_of(f),
    ),
    # The repeated game.
    (
        "The {side} gains nothing by deviating from cooperation.",
        lambda v, f: v.repetition.critical_discount[f["side"]] == 0,
    ),
    (
        "No punishment keeps the {side} from acting alone.",
        lambda v, f: (
            f["side"] in v.repetition.blocked_by and f["side"] in v.repetition.worthless_to
        ),
    ),
    (
        "No discount factor sustains cooperation by the {side} at this incident risk.",
        lambda v, f: f["side"] in v.repetition.blocked_by,
    ),
    (
        "The {side} keeps cooperating if its discount factor is at least {n}; it is {n}, {enough}.",
        patient,
    ),
    (
        "There are no incidents, and none would need to be punished.",
        lambda v, _: v.repetition.status == "not needed" and v.incident.risk == 0,
    ),
    (
        "Incidents (probability {n} per period; the first comes after {n} periods on average) need "
        "no punishment. {after}",
        lambda v, f: v.repetition.status == "not needed" and borne_out(v, f["after"]),
    ),
    (
        BEARS + ", and the risk is {n} ({first}); if each incident is answered by {punishment} of "
        "acting alone, both cooperate for a share of {n} of the time. That earns {payoffs}.",
        lambda v, _: v.repetition.status == "carries it" and v.incident.risk > 0,
    ),
    (
        BEARS + "; there are no incidents, so the threat of {punishment} alone sustains "
        "cooperation. That earns {payoffs}.",
        lambda v, _: v.repetition.status == "carries it" and v.incident.risk == 0,
    ),
    (
        "If the sides could also pay each other and withhold the payment from a deviator (no "
        "incidents, every deviation seen), cooperation {would} be sustainable: {why}.",
        lambda v, _: v.repetition.status != "not needed",
    ),
    (
        "Immediate forgiveness of a crisis weakens neither side's incentive to cooperate.",
        role("carries it"),
    ),
    ("Any unconditional amnesty destroys cooperation here.", role("carries it")),
    (
        "A crisis may be forgiven with a probability of up to {n} per period; a faster amnesty "
        "destroys cooperation.",
        role("carries it"),
    ),
    (
        LADDER + "only mutual withholding is an equilibrium.",
        lambda v, f: bool(f["contrast"]) == (v.repetition.status != "cannot carry it"),
    ),
    (
        LADDER + "cooperation can hold {where}.",
        lambda v, f: bool(f["contrast"]) == (v.repetition.status == "cannot carry it"),
    ),
    # The 4x4 game.
    (
        "If the {side} commits first, it chooses to {verb} and the {other} to {reply}: {what}, "
        "worth {n} to the government and {n} to the organisation.",
        lambda v, f: (
            v.commitment.leader == f["side"]
            and v.commitment.holds == 1
            and f["what"].split(" (type ")[0] == v.commitment.outcome.split(" (type ")[0]
        ),
    ),
    (
        "The {side} leads with a commitment that holds with probability {n}: most likely {what}.",
        lambda v, f: v.commitment.leader == f["side"] and v.commitment.holds < 1,
    ),
    (
        "Nobody commits first, and simultaneous choices have {many}: what is played is left open.",
        lambda v, _: v.commitment.leader == "nobody" and v.commitment.cell is None,
    ),
    (
        "Nobody commits first: in the only pure equilibrium {what}.",
        lambda v, _: v.commitment.leader == "nobody" and v.commitment.cell is not None,
    ),
    ("The organisation's replies[ if the government led]: {replies}.", always),
    (
        f"Without commitment this outcome is an equilibrium too. {SIMULTANEOUS}",
        lambda v, _: v.commitment.equilibrium_too,
    ),
    (
        "Without commitment this outcome is not an equilibrium[: the {other} would deviate]. "
        + SIMULTANEOUS,
        lambda v, _: not v.commitment.equilibrium_too,
    ),
    (SIMULTANEOUS, lambda v, _: v.commitment.leader == "nobody"),
    (
        "The 2x2 game asks whether cooperation is self-enforcing, this one what commitment leads "
        "to: they answer different questions.",
        always,
    ),
    (
        "Of {choice}, {what} serves the public best, with a net social value of {n}: it is "
        "{played}.",
        lambda v, f: f["what"] == v.commitment.outcome,
    ),
    (
        "Of {choice}, {what} serves the public best, with a net social value of {n}; {played} is "
        "worth {n}.",
        always,
    ),
    (
        "Of {choice}, {what} serves the public best, with a net social value of {n}.",
        lambda v, _: v.commitment.holds < 1 or v.commitment.cell is None,
    ),
    (
        "Simultaneous choices have no pure equilibrium, so nobody's benefit is settled.",
        lambda v, _: v.commitment.leader == "nobody" and v.commitment.cell is None,
    ),
    # Officials and organisations.
    (
        PERIOD + "no share of supportive officials makes cooperation an equilibrium: {who} would "
        "withhold all the same.",
        lambda v, f: v.one_shot.blocked_by == sides_of(f),
    ),
    (
        PERIOD + "with a share of {n} supportive officials there is {whether} equilibrium in which "
        "they and the organisation cooperate; the organisation needs a share of at least {n}.",
        lambda v, _: not v.one_shot.blocked_by,
    ),
    (
        "Neither incidents nor hostile successors endanger cooperation.",
        lambda v, _: v.incident.risk == 0,
    ),
    (f"{HAZARD}.", role("cannot carry it")),
    (
        f"{HAZARD}; if each of them ended it, a spell would last {{n}} periods on average.",
        lambda v, _: v.repetition.status != "cannot carry it",
    ),
    ("On {n} simulated paths (seed {n}) cooperation never begins.", always),
    ("With trust as it moves, cooperation breaks down within {n} periods on {share}.", always),
    ("It never survives the arrival of a {n} successor.", always),
    ("It survives the arrival of a {n} successor with probability {n} ({n} to {n}).", always),
    ("The government consists of {n} departments ({names}): {rule}.", always),
    ("Too little initial trust: {departments}.", always),
    (
        "Every department trusts enough to cooperate from the start.",
        lambda v, _: "government" not in v.trust.missing,
    ),
    ("On the path {name} alone stands in the way in {count} of {n} quarters.", always),
    ("On the path no department stands in the way alone.", always),
    (
        "On the path every department wants to cooperate throughout.",
        lambda v, _: "government" not in v.path.sides or "official" in v.path.cause,
    ),
    ("From {n} to {n} the number of organisations goes from {n} to {n}, {how}.", always),
    ("In {n} there are {n} organisations, {how}.", always),
    ("The government's promise to one of them {years}.", always),
    ("With an organisation of the model's technology the outcome is {years}.", always),
    ("Among organisations that differ in technology the share of {shares}.", always),
    ("Of those of {n} a share of {share} is left in {n}; mean technology {change}.", always),
    (
        "Nobody leaves: survival does not depend on evaluated performance (evaluation is 0).",
        always,
    ),
    (
        "Both sides depend on each other equally[; bargaining gives {shares}].",
        lambda v, _: v.dependence.more_dependent is None,
    ),
    (
        "The {side} depends more on the {other} than the other way round[; bargaining gives "
        "{shares}].",
        lambda v, f: v.dependence.more_dependent == f["side"],
    ),
    (
        PERIOD + "both sides accept payments from {n} to {n}; the payment of {n} lies within that "
        "range, and bargaining by power would yield {n}.",
        lambda v, _: not v.one_shot.blocked_by,
    ),
    (
        PERIOD + "both sides accept payments from {n} to {n}; the payment of {n} lies outside that "
        "range, and bargaining by power would yield {n}.",
        always,
    ),
    (
        PERIOD + "the government would pay up to {n}, which does not cover the organisation's cash "
        "costs net of donations of {n}.",
        always,
    ),
    (
        PERIOD + "no payment makes both sides willing to cooperate.",
        lambda v, _: bool(v.one_shot.blocked_by),
    ),
    # Mechanisms, flips, robustness, claims, parameters, warnings.
    (
        "What stands in the way at the start is {what}; {remedies}.",
        lambda v, f: f["what"] == obstacle(v.constraint) and v.constraint.kind != "none",
    ),
    (
        "No lack of trust, interest or patience stands in the way of cooperation[; that would "
        "change with {what}].",
        lambda v, _: v.constraint.kind == "none",
    ),
    ("The {number} rises most with {mechanism}.", always),
    ("No mechanism raises the {number}.", always),
    (
        "{type} turns into {types} with {mechanisms}.",
        lambda v, f: f["type"].lower() == v.commitment.type,
    ),
    (
        "The number of periods of cooperation, {count} as the model is, falls with {mechanisms}.",
        lambda v, f: int(f["count"]) == v.path.cooperation,
    ),
    ("With {mechanism} in full: {warning}", always),
    *(
        (f"{{asked}} is {{now}}; {rest}.", flipped)
        for rest in ("it becomes {ways}", "no parameter alters that alone, within its range")
    ),
    (
        "With all {n} parameters moved at once by up to {spread}, a share of {n} of {n} points "
        "keeps the type {type} (standard error {n}), and {rest}.",
        lambda v, f: f["type"] == v.commitment.type,
    ),
    (
        "Of the points with another type, setting a single parameter back restores {type} most "
        "often for {name}: a share of {n}.",
        lambda v, f: f["type"] == v.commitment.type,
    ),
    ("The replayed path stays the same in every period at {shares}.", lambda v, _: bool(v.path)),
    (
        "The most frequent other type is {type} ({share}).",
        lambda v, f: f["type"] == v.robustness.next_type != v.commitment.type,
    ),
    ("{n} of {n} claims hold.", always),
    ("{n} of {n} parameters differ from their default.", always),
    ("1 of {n} parameters differs from its default.", always),
    ("All parameters are at their defaults.", always),
    ("An incident is on record in {what}", always),
]
TWO = re.compile(r"((?:Neither|Repetition)[^.]*(?:\.\d[^.]*)*\.) ([A-Z].*)")
"""Two claims in one sentence of the opening: what repetition does, and what an incident does."""


@cache
def patterns():
    return [(pattern_of(template), holds) for template, holds in CLAIMS]


def borne_out(v, sentence):
    """Whether a sentence is a known claim, and everything it claims is true."""
    if two := TWO.fullmatch(sentence):
        return borne_out(v, two[1]) and borne_out(v, two[2])
    told = [(holds, f) for pattern, holds in patterns() if (f := pattern.fullmatch(sentence))]
    assert told, f"no claim covers: {sentence}"
    return all(holds(v, found) for holds, found in told)


def check_report(model, *, whole=True):
    """Hold every sentence of a report against the verdict.

    Trying every mechanism and every parameter takes most of the time of a report; ``whole=False``
    leaves these two sections out.
    """
    found, reporting, report = st.verdict(model), reporting_of(RELATIONSHIP), None
    if whole:
        report = st.report(model)
        blocks = report.blocks
    else:
        blocks = [
            section.layout(section.describe(model, 0), model)
            for section in reporting.sections
            if section.applies(model) and section.name not in ("mechanisms", "flips")
        ]
        for sentence in [*decided(found), robust(found)]:
            assert borne_out(found, sentence), told_of(model, "opening", sentence)
    for block in blocks:
        for sentence in block.sentences:
            assert borne_out(found, sentence), told_of(model, block.name, sentence)
        if block.name in ("trust", "repeated"):
            cells = {cell for table in block.tables for row in table.rows for cell in row[1:]}
            assert not cells & {"unbounded", "undefined", "nan", "inf", "-inf"}, cells
    return report


def told_of(model, section, sentence):
    return f"{section}: {sentence}\n{st.verdict(model)}\n{dict(model.values)}\n{model.path}"


@pytest.mark.parametrize("slug", [m.slug for m in st.models() if m.kind == "relationship"])
def test_no_report_of_the_catalogue_contradicts_itself(slug):
    check_brief(check_report(st.load(slug)))


def test_first_sentences_of_the_case_and_its_counterfactual_differ():
    first, second = (
        st.report(st.load(slug)).document["story"][0]
        for slug in ("ai-mier", "ai-mier-second-incident")
    )
    assert first != second


@pytest.mark.parametrize("seed", range(3))
def test_no_random_report_contradicts_itself(random_model, seed):
    rng = np.random.default_rng(seed)
    for number in range(12):
        check_report(random_model(rng, departments=number % 6 == 5), whole=number == 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_two_thousand_random_reports_do_not_contradict_themselves(random_model, seed):
    rng = np.random.default_rng(seed)
    for number in range(100):
        check_report(random_model(rng, departments=number % 6 == 5), whole=number % 10 == 0)


def test_a_claim_that_the_verdict_excludes_is_found():
    """The table has teeth: sentences of one model are false of another."""
    found = st.verdict(st.load("capture"))
    other = st.report(st.load("one-incident-robust"))
    told = [*other.document["story"][1:3], *other.document["repeated"]["sentences"][:1]]
    assert not any(borne_out(found, sentence) for sentence in told)
    with pytest.raises(AssertionError, match="no claim covers"):
        borne_out(found, "Only repetition or a commitment can carry it.")
