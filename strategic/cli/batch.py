"""``strategic batch``: every equilibrium of a whole file of games, block by block."""

from __future__ import annotations

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
    json: JsonOption = False,
) -> int:
    """Find all equilibria of every game in a file, one row per equilibrium.

    Example: strategic batch games.csv -o equilibria.csv
    """
    from strategic.equilibria import solve
    from strategic.games import open_games
    from strategic.games.io.findings import written_findings

    start = perf_counter()
    table = open_games(games)
    with written_findings(out, games) as findings, progress_bar("games") as move:
        for block in table.blocks(missing=True):
            read = block if rationalise is None else block.rationalised(rationalise)
            found = solve(read, workers=workers, backend=backend, device=device)
            findings.append(
                count=found.count,
                status=found.status,
                game=found.game,
                strategies=found.strategies,
                payoffs=found.payoffs,
                index=found.index,
                regret=found.regret,
            )
            move(findings.games_done, table.count)
    output.result_is_in_file()
    _show(_summary(findings, perf_counter() - start), out, json=json)
    return IN_PART if findings.failures else DONE


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
    statuses = ", ".join(f"{label} {count:,}" for label, count in summary["statuses"].items())
    output.echo(
        f"{out}: {summary['equilibria']:,} equilibria of {summary['games']:,} games "
        f"({statuses}; regret at most {summary['largest_regret']:.2g})"
    )
    output.note(f"{summary['seconds']:.1f} s")
