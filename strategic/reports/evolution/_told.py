"""What the analysis of populations says in sentences; each rests on the document alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from strategic.reports.evolution._names import UNSETTLED
from strategic.reports.words import amount

Data = Mapping[str, Any]
_STABLE = ("ESS", "non-hyperbolic, ESS")
_AS_FILED = "The rest points are those of the parameters as filed; stages change them."


def sentences_of(document: Data) -> list[str]:
    """Say what matters of an analysis."""
    rest = document["rest_points"]
    return [
        *rest_sentences(rest, complete=document["complete"]),
        *([_AS_FILED] if "stages" in document else []),
        *_paths(document),
        *_basins(document["basins"], last="stages" in document),
        *_stages(document.get("stages", ())),
        *_finite(document.get("finite")),
    ]


def rest_sentences(rest: Sequence[Data], *, complete: bool) -> Iterator[str]:
    """Say which rest points are stable, where play turns, and what is not decided."""
    corners = [entry for entry in rest if entry["kind"] == "corner"]
    stable = [entry["name"] for entry in corners if entry["verdict"] in _STABLE]
    if stable:
        are = "is" if len(stable) == 1 else "are"
        yield (
            f"{len(stable)} of {len(corners)} corners {are} evolutionarily stable: "
            f"{', '.join(stable)}."
        )
    else:
        yield f"None of the {len(corners)} corners is evolutionarily stable."
    mixed = [entry for entry in rest if entry["kind"] != "corner"]
    attracting = [entry for entry in mixed if entry["verdict"] in ("stable", *_STABLE)]
    for entry in attracting:
        does = (
            "is evolutionarily stable"
            if entry["verdict"] in _STABLE
            else "attracts all starts near it"
        )
        yield f"The {entry['name']} {does}: {shares_text(entry)}."
    centres = [entry for entry in mixed if entry["verdict"] == "centre"]
    # A member of a continuum does not attract those next to it.
    undecided = [
        entry
        for entry in mixed
        if entry["verdict"] in ("non-hyperbolic", "undefined") and entry["kind"] != "continuum"
    ]
    others = len(mixed) - len(centres) - len(undecided)
    if others and not attracting:
        if undecided:
            do, them = ("does", "it") if others == 1 else ("do", "them")
            of = f"{others} of {len(mixed)} mixed rest points"
            yield f"{of} {do} not attract all starts near {them}."
        elif len(mixed) > 1:
            yield "No mixed rest point attracts all starts near it."
        else:
            yield "The mixed rest point does not attract all starts near it."
    for entry in centres:
        yield (f"Around the {entry['name']}, a centre, play nearby turns: {shares_text(entry)}.")
    tied = [e["name"] for e in rest if e["verdict"] == "non-hyperbolic"]
    if tied:
        yield (
            f"{_listed(tied)}: an eigenvalue is zero, so that the linearised dynamics do not "
            "decide stability."
        )
    if not complete:
        yield "Not all rest points are proved to be listed."


def _finite(found: Data | None) -> Iterator[str]:
    """Say where finite populations spend most of the time."""
    if not found:
        return
    sizes = found["sizes"]
    of = f"{sizes[0]}" if len(set(sizes)) == 1 else ", ".join(map(str, sizes))
    known = {name: share for name, share in found["long_run"].items() if share == share}  # noqa: PLR0124
    where = f"In finite populations of {of} individuals, at intensity {amount(found['intensity'])},"
    if not known:
        yield f"{where} the long run depends on the start."
        return
    most = max(known, key=lambda name: known[name])
    yield f"{where} {most} is played {known[most]:.0%} of the time in the long run."


def _paths(document: Data) -> Iterator[str]:
    paths = document["paths"]
    counts = Counter(entry["at"] for entry in paths)
    unsettled = counts.pop(UNSETTLED, 0)
    if len(paths) == 1:
        [path] = paths
        if unsettled:
            yield f"The path from its start has not settled by time {moment(path['t'])}."
        else:
            at = path["settled_at"]
            settled = f", settled at time {moment(at)}" if at == at else ""  # noqa: PLR0124 - NaN
            yield f"The path from its start ends at {path['at']}{settled}."
        return
    if not counts:
        yield f"None of {len(paths)} paths has settled by time {moment(paths[0]['t'])}."
        return
    ends = ", ".join(f"{count} end at {name}" for name, count in counts.most_common())
    rest = f"; {unsettled} have not settled" if unsettled else ""
    yield f"Of {len(paths)} paths {ends}{rest}."


def _basins(basins: Data, *, last: bool) -> Iterator[str]:
    opening = "In the last stage " if last else ""
    led = {name: entry for name, entry in basins.items() if entry["share"] > 0}
    for name, entry in sorted(led.items(), key=lambda pair: -pair[1]["share"]):
        told = f"{opening}{entry['share']:.0%} of evenly drawn starts lead to {name}"
        proved = entry["certified"]
        yield told + (f"; of {proved:.0%} it is proved." if proved > 0 else ".")


def _stages(stages: Sequence[Data]) -> Iterator[str]:
    for number, stage in enumerate(stages, start=1):
        named = f"{number} ({stage['name']})" if stage["name"] else str(number)
        stable = _listed(stage["ess"]) if stage["ess"] else "no corner"
        are = "are" if len(stage["ess"]) > 1 else "is"
        yield f"In stage {named}, from time {moment(stage['from'])} on, {stable} {are} stable."


def moment(time: float) -> str:
    """Write a time with three digits, and none after the point where it is long.

    Examples
    --------
    >>> moment(2.3456), moment(1052.3)
    ('2.35', '1,052')
    """
    return f"{time:,.0f}" if time >= 100 else amount(time)


def shares_text(entry: Data) -> str:
    """Write the shares of first actions: government regulate 0.25, firm comply 0.5."""
    parts = []
    for player, own in entry["shares"].items():
        shown = list(own.items())[: max(len(own) - 1, 1)]
        parts += [f"{player} {action} {amount(share)}" for action, share in shown]
    return ", ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
