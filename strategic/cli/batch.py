"""``strategic batch``: every equilibrium of a whole file of games, block by block."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART
from strategic.cli.options import JsonOption, RationaliseOption, WorkersOption
from strategic.cli.progress import progress_bar

if TYPE_CHECKING:
    from strategic.games.io.findings import FindingsWriter


class Want(StrEnum):
    """What is wanted of the equilibria instead of everything."""

    COUNT = "count"
    SUPPORTS = "supports"
    STRATEGIES = "strategies"


def batch(
    games: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="Games of one shape: .npz (arrays row, column of shape N x m x n), .csv or "
            ".parquet (columns row_I_J, column_I_J; one row per game). Of more players: "
            "player_0, player_1, ..; player_0_I_J_K, ..",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="OUT",
            help="OUT.parquet or OUT.csv, with the count and status of each game beside it in "
            "OUT.games.parquet or OUT.games.csv; or OUT.npz, which holds both.",
        ),
    ],
    rationalise: RationaliseOption = None,
    backend: Annotated[
        str,
        typer.Option(
            metavar="numpy|torch|cupy|jax",
            help="Array library that proves which supports are equilibria, if it is installed.",
        ),
    ] = "numpy",
    device: Annotated[
        str | None,
        typer.Option(metavar="DEVICE", help="Where that library computes, such as cuda."),
    ] = None,
    workers: WorkersOption = None,
    want: Annotated[
        Want | None,
        typer.Option(
            "--want",
            help="Compute and write no more than this: count (OUT has one row per game), supports "
            "(1 for an action in use), strategies (no payoffs, index and regret). Proved alike.",
        ),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Find all equilibria of every game in a file, one row per equilibrium.

    Examples: strategic batch games.csv -o equilibria.csv

    strategic batch games.npz -o counts.parquet --want count
    """
    from strategic.equilibria import solve
    from strategic.games import open_games
    from strategic.games.io.findings import written_findings

    start = perf_counter()
    table = open_games(games)
    with (
        written_findings(out, games, counts=want == Want.COUNT) as findings,
        progress_bar("games") as move,
    ):
        for block in table.blocks(missing=True):
            read = block if rationalise is None else block.rationalised(rationalise)
            found = solve(
                read,
                workers=workers,
                backend=backend,
                device=device,
                want=None if want is None else want.value,
            )
            findings.append(count=found.count, status=found.status, **_columns(found, want))
            move(findings.games_done, table.count)
    output.result_is_in_file()
    _show(_summary(findings, perf_counter() - start), out, json=json)
    return IN_PART if findings.failures else DONE


def _columns(found: Any, want: Want | None) -> dict[str, Any]:
    """Give what is written of the equilibria."""
    if want == Want.COUNT:
        return {}
    if want is not None:
        return {"game": found.game, "strategies": getattr(found, want.value)}
    names = "game", "strategies", "payoffs", "index", "regret"
    return {name: getattr(found, name) for name in names}


def _summary(findings: FindingsWriter, seconds: float) -> dict[str, Any]:
    return {
        "games": findings.games_done,
        "equilibria": findings.equilibria_done,
        "statuses": findings.statuses(),
        "largest_regret": findings.largest_regret,
        "seconds": round(seconds, 3),
    }


def _show(summary: dict[str, Any], out: Path, *, json: bool) -> None:
    if json:
        output.echo_json(summary)
        return
    largest = summary["largest_regret"]
    regret = "" if largest is None else f"; regret at most {largest:.2g}"
    statuses = ", ".join(f"{label} {count:,}" for label, count in summary["statuses"].items())
    output.echo(
        f"{out}: {summary['equilibria']:,} equilibria of {summary['games']:,} games "
        f"({statuses}{regret})"
    )
    output.note(f"{summary['seconds']:.1f} s")
