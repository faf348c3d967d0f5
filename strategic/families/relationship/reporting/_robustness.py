"""Robustness of a relationship's type and path to its parameter values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from strategic.families.relationship._robustness import Robustness, robustness_once
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import chance, first_up, short_meaning


def robustness(model: Model, seed: int = 0) -> dict[str, Any]:
    """Move all parameters at once, thousands of times, and count which answers stay."""
    found = robustness_once(model, seed)
    return asdict(found) | {"sentences": list(_sentences(found, model))}


def _sentences(found: Robustness, model: Model) -> Iterator[str]:
    yield (
        f"With all {found.moved} parameters moved at once by up to {found.spread:g} (zeros too; "
        f"values above 1 by {100 * found.spread:.0f}%), a share of {chance(found.same_type)} of "
        f"{found.points} points keeps the type {found.type} (standard error "
        f"{found.errors['same_type']:.3f}), and at a share of "
        f"{chance(found.cooperation_is_equilibrium)} mutual cooperation is an equilibrium of the "
        "2x2 game."
    )
    others = {name: share for name, share in found.types.items() if name != found.type}
    if others:
        most = max(others, key=lambda name: others[name])
        yield f"The most frequent other type is {most} ({chance(others[most])})."
    if found.turned_by:
        first, share = next(iter(found.turned_by.items()))
        meaning = short_meaning(model.family.parameters[first].meaning)
        yield (
            f"Of the points with another type, setting a single parameter back restores "
            f"{found.type} most often for {first} ({meaning}): a share of {chance(share)}."
        )
    if found.same_path is not None and found.same_end is not None:
        yield (
            f"The replayed path stays the same in every period at a share of "
            f"{chance(found.same_path)} of the points, and ends in the same regime at "
            f"{chance(found.same_end)}."
        )


def robustness_block(section: Data, model: Model) -> Block:
    """Lay out the share of every type near the model, and what turns the type."""
    types = [[name, f"{share:.3f}"] for name, share in section["types"].items()]
    caption = f"{section['points']} points within {section['spread']:g} of the parameters"
    tables = [Table(["type", "share"], types, caption=caption, numbers=True)]
    if section["turned_by"]:
        known = model.family.parameters
        rows = [
            [name, first_up(short_meaning(known[name].meaning)), f"{share:.3f}"]
            for name, share in section["turned_by"].items()
        ]
        caption = "Points with another type that a single parameter, set back, restores"
        tables.append(Table(["parameter", "meaning", "share"], rows, caption=caption))
    return Block(
        name="robustness",
        title="Robustness to parameter values",
        sentences=section["sentences"],
        tables=tables,
    )
