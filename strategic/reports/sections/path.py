"""The replayed path: who cooperated when, what each believed, which events moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from strategic.families.relationship.trust import TrustPath, logistic, replay
from strategic.modelling import Event, Model
from strategic.reports.sections.words import first_up, per_side

REGIME_WORDS = {
    "C": "both cooperate",
    "d": "the organisation cooperates and the government withholds",
    "o": "the government cooperates and the organisation withholds",
    ".": "both withhold",
}


def path(model: Model) -> dict[str, Any]:
    """Replay the model's dated events."""
    played = replay(model.points)
    strip = played.strip()
    others = _counterfactuals(model)
    return {
        "start": played.dates[0],
        "periods": list(played.dates),
        "regimes": strip,
        "trust": per_side(*played.beliefs),
        "threshold": per_side(*_threshold_beliefs(played)),
        "events": [_event(event) for event in (model.path.events if model.path else ())],
        "counterfactuals": others,
        "sentences": [*story(strip, played.dates), *what_if(strip, others)],
    }


def _counterfactuals(model: Model) -> list[dict[str, str]]:
    """Replay the path without each event that does something."""
    events = model.path.events if model.path else ()
    acting = [event for event in events if event.effects or event.incident or event.set]
    return [
        {"without": event.key, "regimes": replay(model.without(event.key).points).strip()}
        for event in acting
    ]


def story(strip: str, dates: tuple[str, ...]) -> list[str]:
    """Tell a path of regimes, one sentence a spell.

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
    before = strip.count("C")
    after = {other["without"]: other["regimes"].count("C") for other in others}
    sentences = [
        f"Without the event of {event} both would have cooperated in {_quarters(count)} "
        f"instead of {before or 'none'}."
        for event, count in after.items()
        if count != before
    ]
    idle = [other["without"] for other in others if other["regimes"] == strip]
    if idle and len(idle) == len(others):
        sentences.append("No single event changed who cooperated when.")
    elif idle:
        sentences.append(f"Without {_listed(idle)} the path would have been the same.")
    return sentences


def _quarters(count: int) -> str:
    return f"{count} quarter{'s' if count != 1 else ''}" if count else "no quarter"


def _listed(events: Sequence[str]) -> str:
    *most, last = events
    return f"{', '.join(most)} or {last}" if most else last


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


def _threshold_beliefs(played: TrustPath) -> tuple[Any, Any]:
    return logistic(played.thresholds[0]), logistic(played.thresholds[1])


def _event(event: Event) -> dict[str, Any]:
    details = {"effects": dict(event.effects), "incident": event.incident, "set": dict(event.set)}
    described: dict[str, Any] = {"date": event.date, "name": event.key, "says": event.says}
    return described | {key: value for key, value in details.items() if value}
