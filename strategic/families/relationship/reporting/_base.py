"""The base game: payoffs, terms, thresholds, risk dominance, certified equilibria."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from strategic.equilibria import equilibria_rows, equilibria_table, solve
from strategic.families.relationship._base_game import (
    RISK_DOMINANT,
    BaseTerms,
    base_terms,
    exposure,
    risk_dominant,
    threshold_belief,
    threshold_log_odds,
)
from strategic.families.relationship._foresight import trust_terms
from strategic.families.relationship._production import produce
from strategic.families.relationship._trust import foresight_to_start
from strategic.families.relationship._verdict import Trust, Verdict
from strategic.families.relationship.reporting._words import (
    SIDES,
    apart,
    named,
    other,
    per_side,
)
from strategic.families.relationship.reporting.figures.beliefs import draw_beliefs
from strategic.games import Game
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.definitions import formulas
from strategic.reports.sections.game import best_replies_figure, learning_figure
from strategic.reports.words import amount, number
from strategic.status import Status


def base(model: Model, seed: int = 0) -> dict[str, Any]:
    """Describe the 2x2 game of cooperating or acting alone."""
    points, game = model.points, model.base
    output, (government, organisation) = points.once(produce), points.once(base_terms).sides()
    sides, found = per_side(government, organisation), solve(game)
    terms = {
        "q_G": output.government,
        "q_O": output.organisation,
        "q_J": output.joint,
        "s": output.synergy,
        "Gamma_G": government.gain,
        "Gamma_O": organisation.gain,
        "E_G": exposure(points),
        "R_G": government.reward,
        "R_O": organisation.reward,
        "b_G": government.temptation,
        "b_O": organisation.temptation,
        "c_G": government.loss,
        "c_O": organisation.loss,
        "x_G": government.incentive,
        "x_O": organisation.incentive,
    }
    dominant = int(number(risk_dominant(points)))
    document = {
        "payoffs": per_side(game.row, game.column),
        "actions": per_side(*game.actions),
        "terms": {name: number(value) for name, value in terms.items()},
        "incentive": {name: number(side.incentive) for name, side in sides.items()},
        "trust_threshold": _beliefs(points.once(base_terms)),
        "belief": {name: number(points[f"trust.{name}"]) for name in SIDES},
        "foresight": number(points["trust.foresight"]),
        "belief_needed": _beliefs(points.once(trust_terms)),
        "foresight_to_start": per_side(*map(number, points.once(foresight_to_start))),
        "risk_dominant": RISK_DOMINANT[dominant] if dominant >= 0 else None,
        "status": Status(int(found.status)).label,
        "equilibria": equilibria_rows(found),
    }
    return document | {"sentences": list(_sentences(document, model.verdict(seed=seed)))}


def _beliefs(terms: BaseTerms) -> dict[str, float]:
    """Belief from which each side cooperates; NaN where none suffices, whatever its limit is."""
    needed = np.where(threshold_log_odds(terms) == np.inf, np.nan, threshold_belief(terms))
    return per_side(*map(number, needed))


def _sentences(section: Data, verdict: Verdict) -> Iterator[str]:
    terms = section["terms"]
    losses = per_side(terms["c_G"], terms["c_O"])
    for side, x in section["incentive"].items():
        gains = f"{'gains' if x > 0 else 'loses'} {amount(abs(x))}" if x else "gains nothing"
        yield (
            f"Looking at this period only, the {side} {gains} from cooperating when the "
            f"{other(side)} cooperates and loses {amount(losses[side])} when it withholds: "
            f"{_belief_sentence(verdict.trust, side)}."
        )
    yield _equilibrium(verdict)
    if verdict.one_shot.risk_dominant is not None:
        yield _dominance(verdict.one_shot.risk_dominant, terms)


def _belief_sentence(trust: Trust, side: str) -> str:
    needed, belief = trust.needed_this_period[side], trust.belief[side]
    if needed is None:
        return "no belief makes it cooperate"
    held, asked = apart(belief, needed)
    enough = "enough" if trust.foresight_to_start_of[side] == 0 else "too low"
    return f"it cooperates from a belief of {asked} on, and its initial belief is {held}, {enough}"


def _equilibrium(verdict: Verdict) -> str:
    """Say whether cooperation is an equilibrium of one period, and what carries it if not."""
    played, blocked = verdict.one_shot, verdict.one_shot.blocked_by
    if not blocked:
        strict = "" if played.strict else ", but not a strict one"
        return f"Played once, mutual cooperation is an equilibrium{strict}; so is acting alone."
    start = f"Played once, mutual cooperation is not an equilibrium because of {named(blocked)}"
    if verdict.repetition.status == "carries it":
        return f"{start}; repetition can sustain it."
    return f"{start}, and repetition cannot sustain it either."


def _dominance(dominant: str, terms: Data) -> str:
    gains, lost = terms["x_G"] * terms["x_O"], terms["c_G"] * terms["c_O"]
    shown, against = amount(gains), amount(lost)
    if shown == against and gains != lost:
        shown, against = f"{gains:.6g}", f"{lost:.6g}"
    start = {
        "CC": "Mutual cooperation risk-dominates acting alone",
        "DD": "Acting alone risk-dominates mutual cooperation",
    }.get(dominant, "Neither pure equilibrium risk-dominates the other")
    return f"{start}: the product of the two gains is {shown}, that of the two losses {against}."


_LISTS = {
    Status.COMPLETE: "All equilibria, proved complete",
    Status.COMPLETE_EXACT: "All equilibria, proved complete",
    Status.COMPONENTS: "All extreme equilibria, proved complete; others may lie between them",
}


def list_caption(section: Data) -> str:
    """Say what is known of the equilibria listed.

    Examples
    --------
    >>> list_caption({"status": "components"}), list_caption({"status": "invalid"})
    ('All extreme equilibria, proved complete; others may lie between them', 'Equilibria')
    """
    return _LISTS.get(Status[section["status"].upper()], "Equilibria")


def base_block(section: Data, model: Model) -> Block:
    """Lay out the 2x2 game."""
    game = game_of(section)
    return Block(
        name="base",
        title="The one-shot game, this period only: cooperate or act alone",
        sentences=section["sentences"],
        tables=[
            game.table(),
            equilibria_table(section["equilibria"], game, caption=list_caption(section)),
        ],
        notes=[
            "C: cooperate; D: withhold, or act alone. Acting alone on both sides is worth 0.",
            "x: what a side gains from cooperating (R) rather than withholding (b) when the other "
            "cooperates; c: what it loses from cooperating when the other withholds; theta*: the "
            "smallest probability of the other's cooperation at which it cooperates.",
        ],
        figures=[
            Figure(
                "beliefs",
                "Beliefs needed this period only, and initial beliefs",
                "For each side, looking at this period only, the smallest belief in the other's "
                "cooperation at which it cooperates, and its initial belief.",
                lambda: draw_beliefs(section["trust_threshold"], section["belief"]),
            ),
            best_replies_figure(game),
            learning_figure(game),
        ],
        formulas=formulas(model.family, "incentive_government", "trust_threshold_government"),
    )


def game_of(section: Data) -> Game:
    """Build the game of a section again, for its table and figures."""
    sides = list(section["payoffs"])
    return Game(
        payoffs=tuple(np.asarray(section["payoffs"][side], dtype=float) for side in sides),
        players=tuple(sides),
        actions=tuple(tuple(section["actions"][side]) for side in sides),
    )
