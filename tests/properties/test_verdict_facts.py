"""The verdict against a second route: brute force over payoffs and a plain simulation of trust."""

import itertools
import math

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship._choices import OUTCOMES

SIDES = ("government", "organisation")
NEAR = 1e-9
"""Decisions closer than this to a tie are left to the tests of ties."""


class Undecided(Exception):  # noqa: N818 - no error: a point too close to a tie
    """A comparison that plain floating point cannot make."""


def compare(value, level):
    """Tell whether a value reaches a level, unless they are too close to say."""
    if abs(value - level) <= NEAR * max(1.0, abs(value), abs(level)) and value != level:
        raise Undecided
    return value >= level


class Plain:
    """The numbers of one relationship as Python floats, read off its payoff matrices."""

    def __init__(self, points):
        from strategic.families.relationship import RELATIONSHIP
        from strategic.modelling import Model

        game = Model(RELATIONSHIP, dict(points)).base
        self.reward = (float(game.row[0, 0]), float(game.column[0, 0]))
        self.tempted = (float(game.row[1, 0]), float(game.column[0, 1]))
        self.loss = (-float(game.row[0, 1]), -float(game.column[1, 0]))
        self.risk = float(points["relation.incident_risk"])
        self.hostile = float(points["trust.incident_if_hostile"])
        common = float(points["relation.discount"])
        own = [float(points[f"{side}.discount"]) for side in SIDES]
        self.discount = [common if math.isnan(rate) else rate for rate in own]
        n = float(points["relation.organisations"])
        self.outside = ((1 - 1 / n) * max(self.reward[0], 0.0), 0.0)
        self.detection = math.sqrt(
            points["relation.internal_supervision"] * points["relation.external_supervision"]
        )
        self.foresight = float(points["trust.foresight"])

    def cooperates(self, side, belief, foresight):
        """Compare cooperating until an incident with withholding, period by period."""
        R, T, c = self.reward[side], self.tempted[side], self.loss[side]
        # As long as cooperation lasts it earns this much more than after its end.
        reached = foresight * self.discount[side] * (1 - self.risk)
        periods = np.arange(1, 2 + int(-35 / math.log(reached))) if reached else np.zeros(0)
        together = R + float(np.sum(reached**periods)) * (R - self.outside[side])
        return compare(belief * together - (1 - belief) * c, belief * T)

    @property
    def drop(self):
        """Log-odds an incident costs: the logarithm of how much likelier hostility makes it."""
        if self.hostile <= self.risk:
            return 0.0
        return math.log(self.hostile / self.risk) if self.risk else math.inf

    @property
    def gain(self):
        """Log-odds a quiet period of cooperation brings."""
        return max(math.log((1 - self.risk) / (1 - self.hostile)), 0.0)

    def choices(self, odds, *, hostile):
        """Who cooperates at these log-odds: 1 or 0 per side; a hostile official withholds."""
        government, organisation = (
            int(self.cooperates(side, _belief(odds[side]), self.foresight)) for side in (0, 1)
        )
        return (0 if hostile else government, organisation)

    def sustained(self):
        """Try every length of punishment, then an endless one, for both sides at once."""
        if all(T <= R for R, T in zip(self.reward, self.tempted, strict=True)):
            return "not needed"
        if any(R <= 0 and R < T for R, T in zip(self.reward, self.tempted, strict=True)):
            return "cannot carry it"
        slack = max(self._slack(length) for length in (*range(1, 400), math.inf))
        return "carries it" if compare(slack, 0.0) else "cannot carry it"

    def _slack(self, length):
        """By how much the tighter side prefers to keep its promise under a punishment."""
        found = []
        for side in (0, 1):
            R, T, P = self.reward[side], self.tempted[side], self.outside[side]
            delta, bad = self.discount[side], self.risk
            caught = 1 - (1 - bad) * (1 - self.detection)
            back = 0.0 if math.isinf(length) else delta**length
            # Average values: V while cooperation lasts, W from the first period of punishment on.
            earned = (1 - delta) * R + delta * bad * (1 - back) * P
            value = earned / (1 - delta * (1 - bad) - delta * bad * back)
            punished = (1 - back) * P + back * value
            deviation = (1 - delta) * T + delta * ((1 - caught) * value + caught * punished)
            found.append(value - deviation)
        return min(found)


def play(points, path):
    """Play the trust engine in plain Python: the strip of regimes, and whether both go on."""
    values = {name: float(value) for name, value in points.items()}
    odds = [_log_odds(values[f"trust.{side}"]) for side in SIDES]
    start, strip, hostile = list(odds), "", False
    for date in path.dates:
        here = [event for event in path.events if event.date == date]
        for event in here:
            values |= event.set
        now = Plain(values)
        officials = [e.effects["official"] for e in here if e.effects.get("official")]
        if officials:  # of several on one date the first one stays
            hostile = officials[0] == "hostile"
            odds[0] = start[0] + values["officials.memory"] * (odds[0] - start[0])
        for event in here:
            odds[0] += event.effects.get("government", 0.0)
            odds[1] += event.effects.get("organisation", 0.0)
            odds[0] -= now.drop if event.effects.get("incident") else 0.0
        plays = now.choices(odds, hostile=hostile)
        strip += {(1, 1): "C", (1, 0): "o", (0, 1): "d", (0, 0): "."}[plays]
        if plays == (1, 1) and not any(event.effects.get("incident") for event in here):
            odds = [held + now.gain for held in odds]
        if plays != (1, 1):
            odds = [
                held - values["trust.ignored"] * own for held, own in zip(odds, plays, strict=True)
            ]
        told = values["trust.reporting" if plays == (1, 1) else "trust.reporting_outside"]
        odds = [odds[0] + told, odds[1] + told / 2]
        share = values["trust.forgetting"]
        if share:
            odds = [
                first if share == 1 else share * first + (1 - share) * held
                for first, held in zip(start, odds, strict=True)
            ]
    return strip, Plain(values).choices(odds, hostile=hostile) == (1, 1)


def _log_odds(belief):
    return math.log(belief / (1 - belief))


def _belief(odds):
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


def trust_at(plain, beliefs, foresight):
    """Say whether both start, or whether a side would not even if it were sure of the other."""
    sure = 1 - 1e-15
    if not all(plain.cooperates(side, sure, foresight) for side in (0, 1)):
        return "irrelevant"
    starts = all(plain.cooperates(side, beliefs[side], foresight) for side in (0, 1))
    return "enough" if starts else "missing"


def check_one(model):
    """Hold one verdict against the second route; Undecided where a tie is near."""
    found, points = st.verdict(model), model.points
    plain = Plain(points)
    beliefs = [float(points[f"trust.{side}"]) for side in SIDES]
    blocked = tuple(
        side
        for side, R, T in zip(SIDES, plain.reward, plain.tempted, strict=True)
        if not compare(R, T)
    )
    assert found.one_shot.blocked_by == blocked
    assert found.one_shot.equilibrium == ("DD" if blocked else "CC, DD")
    for foresight, said in (
        (0.0, found.trust.this_period),
        (1.0, found.trust.all_periods),
        (plain.foresight, found.trust.status),
    ):
        assert trust_at(plain, beliefs, foresight) == said
    switch = found.trust.foresight_to_start
    if switch is not None and 1e-6 < switch < 1 - 1e-6:
        assert trust_at(plain, beliefs, switch + 1e-6) == "enough"
        assert trust_at(plain, beliefs, switch - 1e-6) != "enough"
    assert found.repetition.status == plain.sustained()
    check_commitment(model, found.commitment)
    if model.path is not None:
        strip, holds_after = play(points, model.path)
        assert found.path.cooperation == strip.count("C")
        assert found.path.breakdowns == sum(
            before == "C" != after for before, after in itertools.pairwise(strip)
        )
        dates = [
            date for date, regime in zip(model.path.dates, strip, strict=True) if regime == "C"
        ]
        assert found.path.first == (dates[0] if dates else None)
        assert found.path.last == (dates[-1] if dates else None)
        assert (found.incident.now == "nothing to end") == (not holds_after)


def check_commitment(model, found):
    """Find what a leader with a sure commitment chooses, by trying everything."""
    game = model.choices
    if found.holds < 1 or found.leader == "nobody":
        return
    own, others = game.row, game.column
    if found.leader == "organisation":
        own, others = game.column.T, game.row.T
    worth = []
    for action in range(4):
        best = others[action].max()
        replies = np.flatnonzero(others[action] >= best - NEAR)
        if len(replies) > 1:
            raise Undecided
        worth.append(own[action, replies[0]])
    first, second = sorted(worth, reverse=True)[:2]
    if first - second < NEAR:
        raise Undecided
    action = int(np.argmax(worth))
    reply = int(np.argmax(others[action]))
    row, column = (action, reply) if found.leader == "government" else (reply, action)
    cell = list(OUTCOMES)[4 * row + column]
    assert found.cell == cell
    assert found.type == OUTCOMES[cell][1]
    assert found.margin == pytest.approx(first - second)
    stable = game.row[row, column] >= game.row[:, column].max()
    stable &= game.column[row, column] >= game.column[row].max()
    assert found.equilibrium_too == stable


def check_many(random_model, count, seed):
    rng, ties = np.random.default_rng(seed), 0
    for _ in range(count):
        model = random_model(rng)
        try:
            check_one(model)
        except Undecided:
            ties += 1
    assert ties < count / 4


def test_verdicts_agree_with_brute_force_and_plain_simulation(random_model):
    check_many(random_model, 12, seed=12)


@pytest.mark.slow
def test_two_thousand_verdicts_agree_with_brute_force(random_model):
    check_many(random_model, 2000, seed=13)
