"""The base game: payoffs, terms, thresholds, risk dominance, certified equilibria."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from strategic.equilibria import equilibria_rows, equilibria_table, solve
from strategic.families.relationship.base_game import (
    RISK_DOMINANT,
    BaseTerms,
    base_terms,
    exposure,
    risk_dominant,
    threshold_belief,
    threshold_log_odds,
)
from strategic.families.relationship.production import produce
from strategic.families.relationship.reporting.figures.beliefs import draw_beliefs
from strategic.families.relationship.reporting.formulas import FORMULAS
from strategic.families.relationship.reporting.words import SIDES, other, per_side
from strategic.games import Game
from strategic.modelling import Model, Points
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.sections.game import best_replies_figure, learning_figure
from strategic.reports.words import amount, chance, first_up, number


def base(model: Model, _seed: int = 0) -> dict[str, Any]:
    """Describe the 2x2 game of cooperating or acting alone."""
    points, game = model.points, model.base
    sides = points.once(base_terms).sides()
    found = solve(game)
    dominant = int(number(risk_dominant(points)))
    return {
        "payoffs": per_side(game.row, game.column),
        "actions": per_side(*game.actions),
        "terms": _terms(points),
        "incentive": per_side(*(number(side.incentive) for side in sides)),
        "trust_threshold": per_side(*(_threshold(side) for side in sides)),
        "belief": per_side(*(number(points[f"trust.{side}"]) for side in SIDES)),
        "risk_dominant": RISK_DOMINANT[dominant] if dominant >= 0 else None,
        "status": _label(found),
        "equilibria": equilibria_rows(found),
        "sentences": [*_incentive_sentences(points), _dominance_sentence(points, dominant)],
    }


def _terms(points: Points) -> dict[str, float]:
    output, terms = points.once(produce), points.once(base_terms)
    government, organisation = terms.sides()
    named = {
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
    return {name: number(value) for name, value in named.items()}


def _label(found: Any) -> str:
    from strategic.status import Status

    return Status(int(found.status)).label


def _threshold(side: BaseTerms) -> float:
    """Belief from which the side cooperates; NaN ("never") where none suffices."""
    never = number(threshold_log_odds(side)) == math.inf
    return math.nan if never else number(threshold_belief(side))


def _incentive_sentences(points: Points) -> list[str]:
    sides = dict(zip(SIDES, points.once(base_terms).sides(), strict=True))
    return [_incentive_sentence(name, side, points) for name, side in sides.items()]


def _incentive_sentence(name: str, side: BaseTerms, points: Points) -> str:
    x, loss = number(side.incentive), number(side.loss)
    threshold, belief = _threshold(side), number(points[f"trust.{name}"])
    verb = "gains" if x >= 0 else "loses"
    start = (
        f"the {name} {verb} {amount(abs(x))} by answering cooperation with cooperation "
        f"and loses {amount(loss)} if the {other(name)} then withholds"
    )
    if math.isnan(threshold):
        return first_up(f"{start}: no belief makes it cooperate in a single period.")
    enough = "enough" if belief >= threshold else "too little"
    return first_up(
        f"{start}: it cooperates from a chance of {chance(threshold)} that the {other(name)} does, "
        f"and believes {chance(belief)} at the start, {enough}."
    )


def _dominance_sentence(points: Points, dominant: int) -> str:
    government, organisation = points.once(base_terms).sides()
    if dominant < 0:
        stuck = [
            n
            for n, s in zip(SIDES, (government, organisation), strict=True)
            if number(s.incentive) <= 0
        ]
        blame = " and ".join(f"the {name}" for name in stuck)
        return (
            f"Mutual cooperation is no strict equilibrium of the single period because of {blame}: "
            "only repetition or a commitment can carry it."
        )
    gains = number(government.incentive) * number(organisation.incentive)
    losses = number(government.loss) * number(organisation.loss)
    shown, against = amount(gains), amount(losses)
    if shown == against and gains != losses:
        shown, against = f"{gains:.6g}", f"{losses:.6g}"
    match RISK_DOMINANT[dominant]:
        case "CC":
            verdict = "Cooperation is the safer of the two pure equilibria (risk-dominant)"
        case "DD":
            verdict = "Acting alone is the safer of the two pure equilibria (risk-dominant)"
        case _:
            verdict = "Neither pure equilibrium is safer than the other"
    return f"{verdict}: the product of the gains is {shown}, that of the losses {against}."


PROVED = "All equilibria, proved complete"


def base_block(section: Data, _model: Model) -> Block:
    """Lay out the 2x2 game."""
    game = game_of(section)
    thresholds = {side: _or_nan(value) for side, value in section["trust_threshold"].items()}
    return Block(
        name="base",
        title="Cooperate or act alone: the game of one period",
        sentences=section["sentences"],
        tables=[game.table(), equilibria_table(section["equilibria"], game, caption=PROVED)],
        notes=[
            "C: cooperate; D: withhold, or act alone. Acting alone on both sides is worth 0.",
            "x: what a side gains by answering cooperation with cooperation (R) rather than "
            "withholding (b); c: what it loses if the other withholds; theta*: the chance of the "
            "other's cooperation from which it cooperates.",
        ],
        figures=[
            Figure(
                "beliefs",
                "Belief needed and belief held",
                "For each side, the chance of the other's cooperation from which it cooperates, "
                "and the chance it believes in at the start.",
                lambda: draw_beliefs(thresholds, section["belief"]),
            ),
            best_replies_figure(game),
            learning_figure(game),
        ],
        formulas=[FORMULAS["incentive"], FORMULAS["threshold"]],
    )


def game_of(section: Data) -> Game:
    """Build the game of a section again, for its table and figures."""
    sides = list(section["payoffs"])
    return Game(
        payoffs=tuple(np.asarray(section["payoffs"][side], dtype=float) for side in sides),
        players=tuple(sides),
        actions=tuple(tuple(section["actions"][side]) for side in sides),
    )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
