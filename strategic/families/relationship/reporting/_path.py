"""The replayed path: who cooperated when, what each believed, which events moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from strategic.families.relationship._judge import path_of
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._trust import TrustPath, replay
from strategic.families.relationship._turns import Turn
from strategic.families.relationship._verdict import Path
from strategic.families.relationship.reporting._words import SIDES, horizon, named, per_side, verb
from strategic.families.relationship.reporting.figures.path import draw_path
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.words import first_up

LEGEND = "One letter per quarter: C both, d only the organisation, o only the government, . none."
REGIME_WORDS = {
    "C": "both cooperate",
    "d": "the organisation cooperates and the government withholds",
    "o": "the government cooperates and the organisation withholds",
    ".": "both withhold",
}


def path(model: Model, _seed: int = 0) -> dict[str, Any]:
    """Replay the model's dated events, and the path without each event that does something."""
    played, events = replay(model.points), model.path.events if model.path else ()
    strip = played.strip()
    others = [
        {"without": event.key, "regimes": replay(model.without(event.key).points).strip()}
        for event in events
        if any(event.effects.values()) or event.set
    ]
    described = []
    for event in events:
        details = {
            "effects": {side: event.effects[side] for side in SIDES if side in event.effects},
            "incident": event.effects.get("incident", False),
            "official": event.effects.get("official"),
            "set": dict(event.set),
        }
        known = {key: value for key, value in details.items() if value}
        described.append({"date": event.date, "name": event.key, "says": event.says, **known})
    return {
        "start": played.dates[0],
        "periods": list(played.dates),
        "regimes": strip,
        "trust": per_side(*played.beliefs),
        "threshold": per_side(*logistic(played.thresholds)),
        "departments": willing_strips(played),
        "events": described,
        "counterfactuals": others,
        "sentences": [
            summary(path_of(model.points)),
            *story(strip, played.dates),
            *what_if(strip, others),
        ],
    }


def willing_strips(played: TrustPath) -> dict[str, str] | None:
    """Write when each department wants to cooperate, C or a dot; None where there are none."""
    votes = played.votes
    strips = (
        "".join("C" if wants else "." for wants in department) for department in votes.willing
    )
    return dict(zip(votes.names, strips, strict=True)) or None


def summary(path: Path) -> str:
    """Tell in one sentence how long both cooperate on a path, what begins it and what ends it.

    Examples
    --------
    >>> import strategic as st
    >>> summary(st.verdict(st.load("ai-mier-second-incident")).path)
    'Both cooperate in 1 of 32 quarters: the event of 2014Q3 sets it off, and an incident ends it in
    2014Q4.'
    """
    count = f"{path.cooperation or 'none'} of {path.periods} quarter{'s' * (path.periods != 1)}"
    if not path.turns:
        who, view = named(path.sides), horizon(path.foresight)
        if path.cause == "no belief suffices":
            return f"Both cooperate in {count}: {view}, no belief makes {who} cooperate at the end."
        if path.cause == "hostile official":
            return f"Both cooperate in {count}: a hostile official withholds at the end."
        trusts = verb(path.sides, "trusts", "trust")
        return f"Both cooperate in {count}: {view}, {who} still {trusts} too little at the end."
    if path.cooperation == path.periods:
        whole = f"all {path.periods} quarters" if path.periods > 1 else "the only quarter"
        return f"Both cooperate in {whole}: {_began(path.turns[0])}."
    breaks = [turn for turn in path.turns if turn.kind == "breakdown"]
    told = [_began(path.turns[0])]
    if len(breaks) > 1:
        last = breaks[-1]
        told.append(f"it breaks down {len(breaks)} times, last in {last.date} ({last.cause})")
    elif breaks:
        told.append(_broke(breaks[0]))
    if path.cooperates_at_end:
        told.append("it is back at the end" if breaks else "it lasts to the end")
    *most, final = told
    return f"Both cooperate in {count}: {', '.join(most)}, and {final}."


def _began(turn: Turn) -> str:
    match turn.cause:
        case "event":
            return f"{events_named(turn.events)} {verb(turn.events, 'sets', 'set')} it off"
        case "growing trust":
            return f"growing trust sets it off in {turn.date}"
    return f"initial trust is enough to start in {turn.date}"


def _broke(turn: Turn) -> str:
    match turn.cause:
        case "incident":
            return f"an incident ends it in {turn.date}"
        case "official":
            return f"a hostile official ends it in {turn.date}"
        case "event":
            return f"{events_named(turn.events)} {verb(turn.events, 'ends', 'end')} it"
    return f"fading trust ends it in {turn.date}"


def events_named(keys: Sequence[str]) -> str:
    """Name dated events in a sentence.

    Examples
    --------
    >>> events_named(["2014Q3"]), events_named(["gift", "party"])
    ('the event of 2014Q3', 'the events gift and party')
    """
    if len(keys) > 1:
        return f"the events {' and '.join(keys)}"
    dated = keys[0][:4].isdigit()
    return f"the event {'of ' if dated else ''}{keys[0]}"


def story(strip: str, dates: tuple[str, ...]) -> list[str]:
    """Tell a path of regimes, one sentence per spell.

    Examples
    --------
    >>> story("..C", ("2014Q1", "2014Q2", "2014Q3"))
    ['From 2014Q1 to 2014Q2 both withhold.', 'In 2014Q3 both cooperate.']
    """
    sentences, start = [], 0
    for regime, spell in groupby(strip):
        end = start + len(list(spell)) - 1
        when = f"in {dates[start]}" if start == end else f"from {dates[start]} to {dates[end]}"
        sentences.append(first_up(f"{when} {REGIME_WORDS[regime]}."))
        start = end + 1
    return sentences


def what_if(strip: str, others: Sequence[Mapping[str, str]]) -> list[str]:
    """Tell which events made a difference to how long both cooperate.

    Examples
    --------
    >>> what_if("..CC", [{"without": "2014Q3", "regimes": "...."}])
    ['Without the event of 2014Q3 both would have cooperated in no quarter instead of 2.']
    """
    before, sentences = strip.count("C"), []
    for other in others:
        count = other["regimes"].count("C")
        if count != before:
            many = f"{count} quarter{'s' if count != 1 else ''}" if count else "no quarter"
            sentences.append(
                f"Without the event of {other['without']} both would have cooperated in {many} "
                f"instead of {before or 'none'}."
            )
    idle = [other["without"] for other in others if other["regimes"] == strip]
    if idle and len(idle) == len(others):
        sentences.append("No single event changed who cooperated when.")
    elif idle:
        *most, last = idle
        named = f"{', '.join(most)} or {last}" if most else last
        sentences.append(f"Without {named} the path would have been the same.")
    return sentences


def by_year(strip: str, dates: tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    """Cut a strip of regimes into years.

    Examples
    --------
    >>> by_year("dd.C", ["2013Q3", "2013Q4", "2014Q1", "2014Q2"])
    [('2013', 'dd'), ('2014', '.C')]
    """
    pairs = zip(dates, strip, strict=True)
    years = groupby(pairs, key=lambda pair: pair[0][:4])
    return [(year, "".join(regime for _, regime in spell)) for year, spell in years]


YEARS_PER_LINE = 8


def path_block(section: Data, _model: Model) -> Block:
    """Lay out the path: a strip of regimes with its years, the events, the beliefs."""
    played = section["regimes"]
    others = {
        f"without {other['without']}": other["regimes"]
        for other in section["counterfactuals"]
        if other["regimes"] != played
    }
    events = [[str(k), e["date"], e["says"]] for k, e in enumerate(section["events"], start=1)]
    figure = Figure(
        "path",
        "Trust over time",
        "What each side believes of the other, what it needs to believe, "
        "who cooperated in each quarter, the numbered events, and who would have "
        "cooperated without each of them.",
        lambda: draw_path(section),
    )
    return Block(
        name="path",
        title="The path: who cooperated when",
        sentences=section["sentences"],
        letters="".join(REGIME_WORDS),
        lines=strip_table({"as it was" if others else "": played, **others}, section["periods"]),
        tables=[Table(["", "date", "what happened"], events, caption="Events")] if events else [],
        notes=[LEGEND],
        figures=[figure],
    )


def strip_table(strips: Mapping[str, str], dates: Sequence[str]) -> list[str]:
    r"""Write several strips of regimes under their years, one below the other.

    Examples
    --------
    >>> strips = {"as it was": "dd.C", "without 2014Q1": "dd.."}
    >>> print("\n".join(strip_table(strips, ["2013Q3", "2013Q4", "2014Q1", "2014Q2"])))
                    2013  2014
    as it was       dd    .C
    without 2014Q1  dd    ..
    """
    width = max(map(len, strips))
    indent = width + 2 if width else 0
    written = {name: strip_lines(regimes, dates) for name, regimes in strips.items()}
    lines: list[str] = []
    for row in range(0, len(next(iter(written.values()))), 2):
        years = next(iter(written.values()))[row]
        lines.append(" " * indent + years)
        lines += [
            f"{name:<{width}}  {of[row + 1]}" if indent else of[row + 1]
            for name, of in written.items()
        ]
    return lines


def strip_lines(regimes: str, dates: Sequence[str]) -> list[str]:
    r"""Write a strip of regimes under its years.

    Examples
    --------
    >>> print("\n".join(strip_lines("dd.C", ["2013Q3", "2013Q4", "2014Q1", "2014Q2"])))
    2013  2014
    dd    .C
    """
    years, lines = by_year(regimes, list(dates)), []
    for start in range(0, len(years), YEARS_PER_LINE):
        some = years[start : start + YEARS_PER_LINE]
        lines.append("  ".join(f"{year:<4}" for year, _ in some).rstrip())
        lines.append("  ".join(f"{spell:<4}" for _, spell in some).rstrip())
    return lines
