"""Lines of a run in words and tables: for the terminal, for README tables, and for one page."""

from __future__ import annotations

from benchmarks._lines import OURS, Line, shown
from benchmarks._runs import Run

CASE, NUMBER = 34, 26


def line_in_words(line: Line) -> str:
    """One line for the terminal: ours, how much faster than others, targets, what else is told."""
    parts = [faster(line, name) for name in line.others[:1]]
    also = [f"{shown(line.ratio(name).middle)} {name}" for name in line.others[1:]]
    parts += [f"times others: {', '.join(also)}"] * bool(also)
    parts += [str(verdict) for verdict in line.verdicts()]
    parts += [f"{key}: {value}" for key, value in line.told.items() if key != "digest"]
    own = f"{line.spread(OURS)} {line.unit}"
    return f"  {line.case:{CASE}} {own:{NUMBER}}  " + "; ".join(parts)


def faster(line: Line, other: str) -> str:
    """Say how many times as fast as another ours is, or how many times its time it takes."""
    ratio = line.ratio(other)
    if ratio.middle >= 1:
        return f"{ratio} times as fast as {other}"
    return f"{ratio.inverted} times the time of {other}"


def in_words(run: Run) -> str:
    """Tell a whole run: its machine, its lines by topic, and which targets are met."""
    head = [f"\n{about(run)}"]
    for topic in dict.fromkeys(line.topic for line in run.lines):
        head.append(f"\n{topic}: median (lowest-highest)")
        head += [line_in_words(line) for line in run.lines if line.topic == topic]
    if run.checks:
        head.append("\nchecks")
        head += [f"  {check.topic}, {check.case}: {check}" for check in run.checks]
    head += [f"\nfailed: {topic}: {error}" for topic, error in run.failed.items()]
    return "\n".join([*head, "", targets(run)])


def targets(run: Run) -> str:
    """Count the targets that are met, and name those that are not."""
    all_of_them = [(line, verdict) for line in run.lines for verdict in line.verdicts()]
    if not all_of_them:
        return "No targets among these lines."
    missed = [
        f"  {line.topic}, {line.case}: {verdict.found}, wanted {verdict.target}"
        for line, verdict in all_of_them
        if not verdict.met
    ]
    met = f"{len(all_of_them) - len(missed)} of {len(all_of_them)} targets met"
    met += ", which are meant for full cases and not for quick ones" if run.quick else ""
    return "\n".join([f"{met}.", *missed])


def about(run: Run) -> str:
    """One sentence on the machine, the commit and the day."""
    made = run.machine
    packages = ", ".join(f"{name} {number}" for name, number in made["packages"].items())
    sittings = f"{run.sittings} sitting{'s' * (run.sittings != 1)}"
    tree = "a changed tree of " if run.dirty else ""
    return (
        f"{made['processor']}, {made['cores']} cores, {made['system']}, Python {made['python']}, "
        f"{packages}; {tree}commit {run.commit[:7]}, {run.date[:10]}, {sittings}, "
        f"load {min(run.load):g} to {max(run.load):g}"
    )
