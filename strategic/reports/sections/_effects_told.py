"""How the effects of mechanisms are put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Model
from strategic.reports.blocks import Data
from strategic.reports.words import amount, first_up

_STEPS = 3
"""Flips of one whole number that are listed one by one; more are summed up."""


def plain(name: str) -> str:
    """Write a name as words."""
    return name.replace("_", " ")


def spoken_list(parts: Sequence[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> spoken_list(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def changed(before: Array, after: Array) -> Array:
    """Mark numbers that differ by more than their last bits; two undefined ones do not."""
    same = np.isclose(before, after, rtol=1e-12, atol=1e-15, equal_nan=True)
    return np.asarray(~same)


def flips_told(flips: Sequence[Data]) -> str:
    """Write the flips of one mechanism in the order of intensities, those at one place together.

    Examples
    --------
    >>> flips_told([{"measure": "kind", "at": 0.25, "before": "a", "after": "b"},
    ...             {"measure": "kind", "at": 0.5, "before": "b", "after": "a"},
    ...             {"measure": "size", "at": 0.25, "before": 1, "after": 2}])
    'from 0.25: kind b, size 2; from 0.5: kind a'
    """
    told, summed = [], ""
    steps = [flip for flip in flips if isinstance(flip["before"], int)]
    if len(steps) > _STEPS:
        first, last = steps[0], steps[-1]
        summed = (
            f"; {plain(first['measure'])} {first['before']} to {last['after']} in {len(steps)} "
            f"steps from {amount(first['at'])} to {amount(last['at'])}"
        )
    shown = [flip for flip in flips if not summed or not isinstance(flip["before"], int)]
    shown.sort(key=lambda flip: flip["at"])
    for at, group in groupby(shown, key=lambda flip: amount(flip["at"])):
        turns = (f"{plain(flip['measure'])} {_said(flip['after'])}" for flip in group)
        told.append(f"from {at}: {', '.join(turns)}")
    return ("; ".join(told) + summed).removeprefix("; ")


def _said(value: Any) -> str:
    return "undefined" if value is None else plain(str(value))


def ranking_told(
    ranked: Sequence[Data],
    by: Sequence[str],
    called: Callable[[str], str],
    write: Callable[[str, Any], str],
) -> list[str]:
    """Say which mechanism raises each number most, at full intensity."""
    told = []
    for name in by:
        best = max(ranked, key=lambda entry: entry["effects"][name])
        if best["effects"][name] > 0:
            before, after = (write(name, value) for value in best["changes"][name])
            most = f"The {called(name)} rises most with {plain(best['name'])} (from {before} to "
            told.append(f"{most}{after}).")
        else:
            told.append(f"No mechanism raises the {called(name)}.")
    return told


def obstacle_told(ranked: Sequence[Data], model: Model, now: str, obstacle: Any) -> str:
    """Say what stands in the way and what removes it, at the smallest intensity first."""
    words = obstacle.told(model)
    if now == obstacle.free:
        spoilt = [
            f"{plain(entry['name'])} (from {amount(flip['at'])})"
            for entry in ranked
            for flip in entry["flips"]
            if flip["measure"] == obstacle.measure and flip["before"] == now
        ]
        risk = f"; that would change with {spoken_list(spoilt)}" if spoilt else ""
        return f"{first_up(words)}{risk}."
    return f"What stands in the way at the start is {words}; {remedies_told(ranked)}."


def remedies_told(entries: Sequence[Data], *, first_only: bool = False) -> str:
    """Say which mechanisms remove the obstacle, soonest first, or else relax it most."""
    lifting = sorted((e for e in entries if e["lifts"] is not None), key=lambda e: e["lifts"])
    if lifting:
        first, *rest = lifting
        name, lowest = plain(first["name"]), amount(first["lifts"])
        if first_only and rest:
            return (
                f"of {len(lifting)} mechanisms that remove it, {name} needs the lowest intensity "
                f"({lowest})"
            )
        ways = [f"{name} (from an intensity of {lowest})"]
        ways += [f"{plain(entry['name'])} ({amount(entry['lifts'])})" for entry in rest]
        return f"it is removed by {spoken_list(ways)}"
    best = max(entries, key=lambda entry: entry["relaxes"]["by"])
    if best["relaxes"]["by"] <= 0:
        return "no mechanism alone removes or relaxes it"
    return (
        f"no mechanism alone removes it, and {plain(best['name'])} relaxes it most "
        f"({plain(best['relaxes']['measure'])} {best['relaxes']['by']:+.3g})"
    )


def turns_told(ranked: Sequence[Data], outcome: str) -> list[str]:
    """Tell which mechanisms flip the family's first outcome, those that do the same together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for entry in ranked:
        turns = [flip for flip in entry["flips"] if flip["measure"] == outcome]
        if turns:
            sides = (_said(turns[0]["before"]), *(_said(flip["after"]) for flip in turns))
            places = " and ".join(amount(flip["at"]) for flip in turns)
            some = "intensities" if len(turns) > 1 else "an intensity"
            way = f"{plain(entry['name'])} (from {some} of {places})"
            alike.setdefault(sides, []).append(way)
    told = []
    for sides, those in alike.items():
        ways = [f"back into {side}" if side in sides[:k] else side for k, side in enumerate(sides)]
        told.append(
            f"{first_up(sides[0])} turns into {', then '.join(ways[1:])} with {spoken_list(those)}."
        )
    return told


def falls_told(ranked: Sequence[Data], name: str, called: Callable[[str], str]) -> list[str]:
    """Tell which mechanisms lower a whole number at some intensity, and to what."""
    falls = []
    for entry in ranked:
        steps = [flip for flip in entry["flips"] if flip["measure"] == name]
        lower = [flip for flip in steps if flip["after"] < steps[0]["before"]]
        if lower:
            worst = min(lower, key=lambda flip: flip["after"])
            place = f"from an intensity of {amount(worst['at'])} on"
            falls.append(f"{plain(entry['name'])} (to {worst['after']} {place})")
            start = steps[0]["before"]
    if not falls:
        return []
    return [f"The {called(name)}, {start} as the model is, falls with {spoken_list(falls)}."]
