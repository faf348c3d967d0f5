"""The replayed path: who cooperated when, what each believed, which events moved it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from strategic.measures import Event, Model
from strategic.relationship.trust import TrustPath, logistic, replay
from strategic.reports.sections.words import first_up, per_side

REGIME_WORDS = {
    "C": "both cooperate",
    "d": "the organisation cooperates and the government withholds",
    "o": "the government cooperates and the organisation withholds",
    ".": "both withhold",
}


def path(model: Model) -> dict[str, Any]:
    """Replay the model's dated events."""
    played = replay(model.point)
    strip = played.strip()
    return {
        "start": played.dates[0],
        "periods": list(played.dates),
        "regimes": strip,
        "trust": per_side(*played.beliefs),
        "threshold": per_side(*_threshold_beliefs(played)),
        "events": [_event(event) for event in (model.path.events if model.path else ())],
        "counterfactuals": _counterfactuals(model),
        "sentences": story(strip, played.dates),
    }


def _counterfactuals(model: Model) -> list[dict[str, str]]:
    """Replay the path without each event that does something."""
    events = model.path.events if model.path else ()
    acting = [event for event in events if event.effects or event.incident or event.set]
    return [
        {"without": event.key, "regimes": replay(model.without(event.key).point).strip()}
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
