"""What the facts about one game say in sentences and tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import isinf

from strategic.equilibria.concepts._reduction import UNFINISHED, Reduction
from strategic.equilibria.concepts.pure import pure_mask
from strategic.equilibria.concepts.reasons import Reason, as_double
from strategic.equilibria.concepts.welfare import Welfare
from strategic.equilibria.listing import mixture_text, signed
from strategic.games.matrix import MOST_PROFILES, number_text
from strategic.markup import Table
from strategic.reports.blocks import Data
from strategic.reports.game_facts import GameFacts

MOST_NAMED = 12
"""Outcomes that a sentence names; of more it tells the number."""
MOST_LISTED = 32
"""Profiles that are no equilibria and are listed one by one."""


def index_sentence(facts: GameFacts) -> str:
    """Say what the sum of the indices proves.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> index_sentence(GameFacts(solve([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])))
    'Its index is +1, the sum of all indices in every game.'
    """
    total, indices = facts.index_sum, facts.indices
    if total is None:
        return _of_strict(facts)
    connected = bool(facts.found.degenerate) and bool(facts.found.details()["components"])
    if facts.complete and len(indices) == 1:
        whose = "The index of its only component" if connected else "Its index"
        return f"{whose} is {total:+d}, the sum of all indices in every game."
    if facts.complete:
        which = "components" if connected else "equilibria"
        odd = "" if connected else ", so that without ties their number is odd"
        return f"The indices of the {which} sum to {total:+d}, as in every game{odd}."
    known = sum(index is not None for index in indices)
    which = "is the index of the one" if known == 1 else f"is the sum of the indices of the {known}"
    missing = f"equilibria that are not listed, or have no index, make up the other {1 - total:+d}"
    if total == 1:
        missing = "nothing in the sum shows that others are missing"
    return f"{signed(total)} {which} with an index; in every game the sum of all is +1: {missing}."


def _of_strict(facts: GameFacts) -> str:
    """Say how many further equilibria strict ones call for; nothing where fewer than two."""
    strict = int(pure_mask(facts.game, strict=True).sum())
    if strict < 2:
        return ""
    return (
        f"Each of the {strict} strict equilibria has index +1, and the sum of all indices is +1: "
        f"without ties there are at least {strict - 1} more equilibria, all mixed."
    )


def left_out_sentences(facts: GameFacts) -> list[str]:
    """Say that outcomes of a large game are not compared; nothing of others.

    Examples
    --------
    >>> import numpy as np
    >>> from strategic.equilibria import solve
    >>> payoffs = np.arange(1025.0)[None]
    >>> left_out_sentences(GameFacts(solve(payoffs, payoffs)))
    ["Its 1,025 outcomes are not compared, as they are up to 1,024: who leaves the others, dominance
    and welfare are left out; 'strategic solve GAME --method dominance' takes any."]
    """
    if facts.small:
        return []
    return [
        f"Its {facts.game.payoffs[0].size:,} outcomes are not compared, as they are up to "
        f"{MOST_PROFILES:,}: who leaves the others, dominance and welfare are left out; "
        "'strategic solve GAME --method dominance' takes any."
    ]


def dominance_sentences(facts: GameFacts) -> list[str]:
    """Say what iterated elimination leaves, strictly and weakly.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> dominance_sentences(GameFacts(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]])))
    ['Iterated strict dominance leaves player 1: 2; player 2: 2, the only equilibrium.']
    """
    strict, weak = facts.strict, facts.weak
    if strict is None or weak is None:
        return []
    unfinished = [] if strict.finished and weak.finished else [UNFINISHED]
    if not (strict.eliminations or weak.eliminations or unfinished):
        return ["No action is dominated, strictly or weakly, by a pure action or by a mixture."]
    told = []
    if strict.eliminations:
        only = ", the only equilibrium" if strict.solved else ""
        told.append(f"Iterated strict dominance leaves {_left(strict)}{only}.")
    elif strict.finished:
        told.append("No action is strictly dominated, by a pure action or by a mixture.")
    if further(facts):
        told.append(
            f"Iterated weak dominance, all of a round together, leaves {_left(weak)}; "
            "it may eliminate equilibria."
        )
    return told + unfinished


def further(facts: GameFacts) -> bool:
    """Whether weak dominance eliminates more than strict dominance."""
    strict, weak = facts.strict, facts.weak
    return bool(strict and weak) and len(weak.eliminations) > len(strict.eliminations)  # type: ignore[union-attr]


def _left(reduced: Reduction) -> str:
    left = zip(reduced.games.players, reduced.details()["left"], strict=True)
    return "; ".join(f"{player}: {', '.join(actions)}" for player, actions in left)


def welfare_sentences(facts: GameFacts) -> list[str]:
    """Say which outcomes are best, how far equilibria fall short, and which are efficient.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> for line in welfare_sentences(GameFacts(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]))):
    ...     print(line)
    The largest sum of payoffs is 6, at (1, 1).
    The price of anarchy is 3: the largest sum, 6, divided by 2, the sum in equilibrium 0.
    Everybody earns more at (1, 1) than in equilibrium 0.
    3 of 4 pure outcomes are Pareto efficient (none gives somebody more and nobody less): (1, 1);
    (1, 2); (2, 1).
    """
    found = facts.welfare
    if found is None:
        return []
    told = [
        f"The largest sum of payoffs is {value_text(found.best)}, "
        f"at {_profiles(facts, found.best_profiles)}."
    ]
    if found.sums:
        told += _prices(found)
    better = sorted(found.improved.items(), key=lambda item: (item[1], item[0]))
    for profile, group in groupby(better, key=lambda item: item[1]):
        worse = [e for e, _ in group]
        told.append(
            f"Everybody earns more at {_profile(facts, profile)} than in {equilibria_text(worse)}."
        )
    outcomes, count = facts.game.payoffs[0].size, len(found.efficient)
    are = "is" if count == 1 else "are"
    told.append(
        f"{count} of {outcomes} pure outcomes {are} Pareto efficient (none gives somebody more and "
        f"nobody less): {_profiles(facts, found.efficient)}."
    )
    return told


def _prices(found: Welfare) -> list[str]:
    """Compare the best sum with those of the worst and the best equilibrium."""
    worst, best = found.worst_equilibria, found.best_equilibria
    low, high = found.sums[worst[0]], found.sums[best[0]]
    if found.prices is None:
        return [
            f"The price of anarchy is undefined: {value_text(low)}, the sum in "
            f"{_each(worst)}, is not positive."
        ]
    anarchy, stability = found.prices
    least, most = ("", "") if found.complete else ("at least ", "at most ")
    most *= stability > 1  # no equilibrium that is not listed is better
    told = (
        f"The price of anarchy is {least}{number_text(anarchy)}: the largest sum, "
        f"{value_text(found.best)}, divided by {value_text(low)}, the sum in {_each(worst)}"
    )
    if worst == best:
        return [f"{told}."]
    return [
        f"{told}. The price of stability is {most}{number_text(stability)}: the same sum divided "
        f"by {value_text(high)}, the sum in {_each(best)}."
    ]


def _each(numbers: Sequence[int]) -> str:
    """Name equilibria that have the same sum."""
    return f"{'each of ' * (len(numbers) > 1)}{equilibria_text(numbers)}"


def reasons_table(section: Data) -> Table:
    """Lay out, for every equilibrium and player, what the actions earn against the others' play.

    Parameters
    ----------
    section : mapping
        With the facts' plain data, from `GameFacts.document`.
    """
    told = section["reasons"]
    rows = []
    for reason in told:
        used = [part for part in reason["actions"] if part["probability"]]
        others = [part for part in reason["actions"] if not part["probability"]]
        weights = [part["probability"] for part in used]
        rows.append([
            str(reason["equilibrium"]),
            reason["player"],
            mixture_text(weights, [part["action"] for part in used]),
            number_text(reason["earned"]),
            "; ".join(
                f"{part['action']}: {number_text(part['payoff'])}"
                f"{'' if part['loss'] else ' (a tie)'}"
                for part in others
            ),
        ])  # fmt: skip
    left = len(section["equilibria"]) - len({reason["equilibrium"] for reason in told})
    more = f"; {left} more equilibria not shown" if left else ""
    header = ["equilibrium", "player", "plays", "earns", "other actions earn"]
    caption = f"Why they are equilibria: payoffs of actions against the others' play{more}"
    return Table(header, rows, caption=caption, names=False)


def tie(reason: Reason, action: int) -> str:
    """Mark an action out of use that earns as much as those in use."""
    return (" (the same)" if reason.exact else " (the same up to rounding)") * (
        action in reason.ties
    )


def dominance_table(reduced: Data) -> Table:
    """Lay out the rounds of elimination, dominators by name."""
    rows = [
        [
            str(done["round"]),
            done["player"],
            done["action"],
            done["dominated_by"],
            number_text(done["margin"]),
        ]
        for done in reduced["eliminated"]
    ]
    header = ["round", "player", "action", "dominated by", "least gain"]
    return Table(header, rows, caption=f"Iterated {reduced['kind']} dominance", names=False)


def deviations_table(section: Data) -> Table:
    """Lay out who leaves each pure profile that is no equilibrium, for which action and gain.

    Empty where there are more than `MOST_LISTED`.
    """
    rows = [
        [*profile, "; ".join(_gain(each) for each in group)]
        for profile, group in groupby(section["deviations"], key=lambda each: each["profile"])
    ]
    header = [*section["players"], "who gains by what"]
    caption = "Why the other profiles of pure actions are no equilibria"
    return Table(header, rows if len(rows) <= MOST_LISTED else [], caption=caption, names=False)


def deviation_lines(facts: GameFacts, *, most: int = MOST_LISTED) -> list[str]:
    """Say why profiles of pure actions are no equilibria: each one, or how often who leaves."""
    told = facts.told_deviations
    by_profile = [
        (profile, list(group)) for profile, group in groupby(told, key=lambda each: each["profile"])
    ]
    if len(by_profile) <= most:
        return [
            f"({', '.join(profile)}): {'; '.join(_gain(each) for each in group)}."
            for profile, group in by_profile
        ]
    often = ", ".join(
        f"{name} at {sum(each['player'] == name for each in told)}" for name in facts.game.players
    )
    outcomes = facts.game.payoffs[0].size
    return [
        f"{len(by_profile)} of {outcomes} profiles are no equilibria: somebody gains by leaving: "
        f"{often}."
    ]


def _gain(each: Data) -> str:
    gain = each["gain"]
    size = "more than 1.79e308" if isinf(gain) else number_text(gain)  # the largest double
    return f"{each['player']} gains {size} by playing {each['action']}"


def value_text(value: Fraction | float) -> str:
    """Write a number to six digits, beyond the doubles too.

    Examples
    --------
    >>> value_text(Fraction(7, 3)), value_text(3 * Fraction(10) ** 308)
    ('2.33333', '3.00000e+308')
    """
    double = as_double(value)
    if isinstance(value, Fraction) and isinf(double):
        return f"{Decimal(value.numerator) / Decimal(value.denominator):.6g}"
    return number_text(double)


def equilibria_text(numbers: Sequence[int]) -> str:
    """Name equilibria by their numbers, runs of three and more as ranges.

    Examples
    --------
    >>> equilibria_text([2]), equilibria_text([0, 2, 3, 4, 6])
    ('equilibrium 2', 'equilibria 0, 2-4 and 6')
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = []
    for run in runs:
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"equilibri{'a' if len(numbers) > 1 else 'um'} {listed}"


def _profiles(facts: GameFacts, profiles: Sequence[Sequence[int]]) -> str:
    shown = [_profile(facts, profile) for profile in profiles[:MOST_NAMED]]
    left = len(profiles) - len(shown)
    return "; ".join([*shown, f"{left} more"] if left else shown)


def _profile(facts: GameFacts, profile: Sequence[int]) -> str:
    return f"({', '.join(facts.names(profile))})"
