"""The analysis of populations as tables, for spreadsheets and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from strategic.reports.evolution._evolving import Evolution

Columns = dict[str, list[Any]]
MAIN = "rest points"
"""The table that a file of one table holds."""


def tables_of(made: Evolution) -> dict[str, Columns]:
    """Put an analysis into tables: columns by title, tables by name; empty ones are left out."""
    document = made.document
    tables = {
        MAIN: rest_point_columns(document),
        "thresholds": _thresholds(document),
        "equations": _equations(made),
        "paths": _paths(made),
        "ends": _ends(document),
        "basins": _rows_of({"end": name, **entry} for name, entry in document["basins"].items()),
        "stages": _stages(document),
        "mixed": _rows_of({"actions": m["name"], **m["shares"]} for m in document["mixed"]),
        "finite": _rows_of(document.get("finite", {}).get("invasions", ())),
        "long run": _rows_of(
            {"corner": name, "share of time": share}
            for name, share in document.get("finite", {}).get("long_run", {}).items()
        ),
        "parameters": _parameters(made),
    }
    return {name: columns for name, columns in tables.items() if any(map(len, columns.values()))}


def rest_point_columns(document: Mapping[str, Any]) -> Columns:
    """One row per rest point: shares, kind, eigenvalues, verdict, conditions."""
    rows = []
    for entry in document["rest_points"]:
        row = {"rest point": entry["name"], "kind": entry["kind"], **_flat(entry["shares"])}
        for number, (real, imaginary) in enumerate(entry["eigenvalues"], start=1):
            row[f"eigenvalue {number}"] = real
            row[f"eigenvalue {number} (imaginary)"] = imaginary
        row |= {"verdict": entry["verdict"], "nash": entry["nash"]}
        row["conditions"] = "; ".join(entry["conditions"] or [])
        rows.append(row)
    columns = _rows_of(rows)
    turning = [k for k in columns if k.endswith("(imaginary)") and not any(columns[k])]
    return {name: values for name, values in columns.items() if name not in turning}


def _flat(shares: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {f"{player}: {a}": s for player, own in shares.items() for a, s in own.items()}


def _rows_of(rows: Any) -> Columns:
    """Turn rows into columns; what a row lacks is None."""
    listed = list(rows)
    titles = dict.fromkeys(title for row in listed for title in row)
    return {title: [row.get(title) for row in listed] for title in titles}


def _thresholds(document: Mapping[str, Any]) -> Columns:
    kinds = (("thresholds", "condition changes sign at"), ("ties", "condition only ties at"))
    return _rows_of(
        {"corner": entry["name"], "parameter": name, title: value}
        for entry in document["rest_points"]
        for key, title in kinds
        for name, values in (entry[key] or {}).items()
        for value in values
    )


def _equations(made: Evolution) -> Columns:
    return _rows_of(
        {"equation": equation.text, "LaTeX": equation.latex} for equation in made.symbols.equations
    )


def _paths(made: Evolution) -> Columns:
    """Shares over time: one row per path and moment."""
    found, game = made.followed, made.game
    count, moments = len(made.starts[0]), len(made.moments)
    columns: Columns = {
        "path": np.repeat(np.arange(count), moments).tolist(),
        "time": np.tile(made.moments, count).tolist(),
    }
    for player, actions, own in zip(game.players, game.actions, found.shares, strict=True):
        for number, action in enumerate(actions):
            columns[f"{player}: {action}"] = np.asarray(own)[..., number].ravel().tolist()
    return columns


def _ends(document: Mapping[str, Any]) -> Columns:
    return _rows_of(
        {
            "path": number,
            **{f"start, {name}": share for name, share in _flat(path["start"]).items()},
            **{f"end, {name}": share for name, share in _flat(path["end"]).items()},
            "ends at": path["at"],
            "settled at": path["settled_at"],
        }
        for number, path in enumerate(document["paths"])
    )


def _stages(document: Mapping[str, Any]) -> Columns:
    return _rows_of(
        {
            "stage": stage["name"] or number,
            "from": stage["from"],
            **stage["set"],
            "stable corners": ", ".join(stage["ess"]),
        }
        for number, stage in enumerate(document.get("stages", ()), start=1)
    )


def _parameters(made: Evolution) -> Columns:
    return _rows_of(
        {
            "parameter": name,
            "value": float(made.model.points[name]),
            "lower": float(parameter.lower),
            "upper": float(parameter.upper),
            "unit": parameter.unit,
            "meaning": parameter.meaning,
        }
        for name, parameter in made.model.family.parameters.items()
    )
