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
    'from 0.25 kind b, size 2; from 0.5 kind a'
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
        told.append(f"from {at} {', '.join(turns)}")
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


def levers_told(ranked: Sequence[Data], model: Model, by: Sequence[str]) -> list[str]:
    """Tell flips of the family's first outcome, and whole numbers ranked by that fall anywhere."""
    told = []
    outcome = next(iter(model.family.outcomes), "")
    for entry in ranked:
        name = first_up(plain(entry["name"]))
        turns = [flip for flip in entry["flips"] if flip["measure"] == outcome]
        ways = " and ".join(
            f"{_said(flip['before'])} into {_said(flip['after'])} from {amount(flip['at'])} on"
            for flip in turns
        )
        told += [f"{name} turns {ways}."] if turns else []
        for measure in by:
            falls = [
                flip
                for flip in entry["flips"]
                if flip["measure"] == measure and flip["after"] < flip["before"]
            ]
            if falls:
                last = falls[-1]
                told.append(
                    f"{name} lowers the {plain(measure)} from {last['before']} to "
                    f"{last['after']} where it passes an intensity of {amount(last['at'])}."
                )
    return told
