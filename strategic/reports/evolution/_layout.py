"""The analysis of populations for people: sentences, equations, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.reports.blocks import VERDICT, Block
from strategic.reports.evolution._along import told_stretches
from strategic.reports.evolution._cells import eigenvalue_text, shares_tuple, told_conditions
from strategic.reports.evolution._figures import (
    basin_figures,
    path_figures,
    sensitivity_figures,
    stage_figures,
)
from strategic.reports.evolution._latex import condition_table, rest_point_table
from strategic.reports.words import amount

if TYPE_CHECKING:
    from strategic.reports.evolution._evolving import Evolution

Data = Mapping[str, Any]
_CORNERS = (
    "At a corner the eigenvalues are what each other action would gain; it is evolutionarily "
    "stable (ESS) exactly when all are negative (a strict Nash equilibrium; Selten 1980)."
)
_BASINS = (
    "Starts drawn evenly from all shares, of several stages in the last; certified: a box around "
    "the corner that no path leaves holds so large a share of the starts."
)
_FORMULAS = (
    "Where the equations of such a rest point are linear; it exists where every share lies "
    "between 0 and 1."
)
_TOO_LONG = (
    "Left out, as the payoffs are long: strategic.evolution.mixed_rest_points writes them, in "
    "its time."
)
_FINITE = (
    "Pairwise comparison within each population, mutations rare: between mutations every "
    "population is uniform (Fudenberg and Imhof 2006). A neutral mutant takes over N individuals "
    "with probability 1/N."
)
_RARE = 5e-4
"""Shares of time below it are left out of the table."""
_MIXED = (
    "Where payoffs do not depend on a population's own shares, no mixed rest point attracts all "
    "starts near it (Hofbauer and Sigmund 1998, section 11.3)."
)


def blocks_of(made: Evolution) -> list[Block]:
    """Lay an analysis out."""
    document = made.document
    notes = [
        shares_note(document["populations"]),
        *notes_of(document["rest_points"], own_shares=made.game.game is None),
    ]
    blocks = [
        Block(VERDICT, "In short", document["sentences"]),
        _equations(made),
        rest_block(document["rest_points"], symbols_of_entries(document["populations"]), notes),
        *_mixed(made),
        *_conditions(document),
        *_thresholds(made),
        Block("paths", "Paths", _dynamics(document), figures=path_figures(made)),
        *_stages(made),
        *_basins(made),
        *_finite(document),
        *_sensitivity(made),
    ]
    return [*blocks, *_parameters(made)]


def _equations(made: Evolution) -> Block:
    symbols = made.symbols
    return Block(
        "equations",
        "Equations of motion",
        formulas=[equation.mathml for equation in symbols.equations],
        equations=[equation.latex for equation in symbols.equations],
        lines=[] if symbols.missing else [equation.text for equation in symbols.equations],
        notes=[symbols.missing] if symbols.missing else [],
        drawn=True,
    )


def notes_of(rest: Sequence[Data], *, own_shares: bool = True) -> list[str]:
    """Say how to read a table of rest points.

    Parameters
    ----------
    rest : sequence of mappings
        The rest points.
    own_shares : bool
        Whether payoffs may depend on a population's own shares.
    """
    mixed = any(entry["kind"] != "corner" for entry in rest)
    return [_CORNERS, *[_MIXED] * (mixed and not own_shares)]


def rest_block(rest: Sequence[Data], symbols: Sequence[str], notes: Sequence[str]) -> Block:
    """Lay rest points out, for papers as mathematics."""
    return Block(
        "rest-points",
        "Rest points and their stability",
        tables=[rest_table(rest, symbols)],
        notes=notes,
        latex=rest_point_table(rest, symbols),
    )


def rest_table(rest: Sequence[Data], symbols: Sequence[str]) -> Table:
    """Put rest points into one table: shares, eigenvalues, verdict."""
    rows = [
        [
            entry["name"],
            shares_tuple(entry),
            ", ".join(eigenvalue_text(*pair) for pair in entry["eigenvalues"]),
            entry["verdict"],
            "yes" if entry["nash"] else "no",
        ]
        for entry in rest
    ]
    return Table(["rest point", f"({', '.join(symbols)})", "eigenvalues", "verdict", "Nash"], rows)


def symbols_of_entries(populations: Sequence[Data]) -> list[str]:
    """Name the shares that a table lists: as formulas do, else by population or action."""
    names = []
    for entry in populations:
        known = {action: name for name, action in entry["shares"].items()}
        for action in entry["actions"][: max(len(entry["actions"]) - 1, 1)]:
            alone = len(entry["actions"]) <= 2
            names.append(known.get(action) or (entry["name"] if alone else action))
    return names


def shares_note(populations: Sequence[Data]) -> str:
    """Say which shares a table of rest points lists, in the order of its symbols."""
    shares = [
        f"{action} in {entry['name']}"
        for entry in populations
        for action in entry["actions"][: max(len(entry["actions"]) - 1, 1)]
    ]
    return f"({', '.join(symbols_of_entries(populations))}): the shares of {', '.join(shares)}."


def _conditions(document: Data) -> Iterator[Block]:
    """Say under which signs each corner is stable, where formulas could be made."""
    corners = [entry for entry in document["rest_points"] if entry.get("conditions")]
    if not corners:
        return
    rows = [
        [
            entry["name"],
            told_conditions(entry["conditions"]),
            "yes" if entry["verdict"] == "ESS" else "no",
        ]
        for entry in corners
    ]
    yield Block(
        "conditions",
        "When each corner is stable",
        tables=[Table(["corner", "stable where", "now"], rows)],
        latex=condition_table(corners),
    )


def _thresholds(made: Evolution) -> Iterator[Block]:
    """Say along each parameter which corners are stable, with the exact ends of each stretch."""
    along = made.document["stable_along"]
    rows = [
        [name, number_text(float(made.model.points[name])), told_stretches(stretches)]
        for name, stretches in along.items()
    ]
    if rows:
        yield Block(
            "thresholds",
            "Thresholds of the parameters",
            tables=[Table(["parameter", "now", "stable corners"], rows)],
            notes=[
                "One parameter at a time, all others as they are; within its range. Parameters "
                "that change no corner's stability alone are left out."
            ],
        )


def _dynamics(document: Data) -> list[str]:
    dynamics = document["dynamics"]
    noise = "" if dynamics["noise"] is None else f", noise {amount(dynamics['noise'])}"
    return [f"{dynamics['title']}{noise}."]


def _stages(made: Evolution) -> Iterator[Block]:
    stages = made.document.get("stages", [])
    if stages:
        rows = [
            [
                f"{number} {stage['name']}".rstrip(),
                amount(stage["from"]),
                ", ".join(f"{k} = {number_text(v)}" for k, v in stage["set"].items()),
                ", ".join(stage["ess"]) or "none",
            ]
            for number, stage in enumerate(stages, start=1)
        ]
        header = ["stage", "from time", "changes", "stable corners"]
        yield Block("stages", "Stages", tables=[Table(header, rows)], figures=stage_figures(made))


def _basins(made: Evolution) -> Iterator[Block]:
    found = made.document["basins"]
    rows = [
        [name, *(_percent(entry[key]) for key in ("share", "error", "certified"))]
        for name, entry in found.items()
        if entry["share"] > 0
    ]
    if rows:
        yield Block(
            "basins",
            "Basins",
            tables=[Table(["end", "share of starts", "standard error", "certified"], rows,
                          numbers=True)],
            notes=[_BASINS],
            figures=basin_figures(made),
        )  # fmt: skip


def _mixed(made: Evolution) -> Iterator[Block]:
    """List mixed rest points as formulas; those that lie outside the shares are points nowhere."""
    found = made.symbols.mixed
    if found:
        rows = [[p.name, ", ".join(f"{n} = {text}" for n, text in p.shares.items())] for p in found]
        table = Table(["actions in use", "shares"], rows)
        yield Block("mixed", "Mixed rest points as formulas", tables=[table], notes=[_FORMULAS])
    elif made.symbols.mixed_too_long:
        yield Block("mixed", "Mixed rest points as formulas", notes=[_TOO_LONG])


def _finite(document: Data) -> Iterator[Block]:
    found = document.get("finite")
    if not found:
        return
    most = sorted(found["long_run"].items(), key=lambda entry: -entry[1])
    long_run = [[name, _percent(share)] for name, share in most if share >= _RARE]
    invasions = [
        [entry["at"], f"{entry['population']}: {entry['action']}", amount(entry["fixation"]),
         amount(entry["times_neutral"])]
        for entry in found["invasions"]
    ]  # fmt: skip
    yield Block(
        "finite",
        "Finite populations",
        tables=[
            Table(["corner", "share of time"], long_run, numbers=True),
            Table(["at", "a mutant", "takes over with", "times neutral"], invasions, numbers=True),
        ],
        notes=[_FINITE],
    )


def _percent(share: float) -> str:
    return "" if share != share else f"{share:.1%}"  # noqa: PLR0124 - NaN


def _sensitivity(made: Evolution) -> Iterator[Block]:
    figures = sensitivity_figures(made)
    if figures:
        told = [
            f"Values of {name}: {', '.join(map(number_text, map(float, values)))}."
            for name, values in made.vary.items()
        ]
        yield Block("sensitivity", "Paths as parameters change", told, figures=figures)


def _parameters(made: Evolution) -> Iterator[Block]:
    """List the parameters, without the columns that nobody filled."""
    rows = [
        [
            name,
            number_text(float(made.model.points[name])),
            parameter.rule.removeprefix("must be ").replace("a finite number", ""),
            parameter.unit,
            parameter.meaning,
        ]
        for name, parameter in made.model.family.parameters.items()
    ]
    header = ["parameter", "value", "range", "unit", "meaning"]
    kept = [place for place in range(len(header)) if any(row[place] for row in rows)]
    if rows:
        table = Table([header[k] for k in kept], [[row[k] for k in kept] for row in rows])
        yield Block("parameters", "Parameters", tables=[table])
