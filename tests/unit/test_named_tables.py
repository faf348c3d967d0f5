"""Tables for notebooks and papers: players and actions by name, games numbered in batches only."""

import random
from dataclasses import replace

import numpy as np
import pytest

import strategic as st
from strategic.equilibria import METHODS, Equilibria
from strategic.reports.game_facts import GameFacts
from strategic.reports.game_told import dominance_sentences
from strategic.status import Status

NAMES = ("Ann", "Bob", "Eve")
ACTIONS = (("stop", "go", "wait"), ("left", "right", "out"), ("yes", "no", "maybe"))


def game(rng, shape, method, batch=()):
    tables = [rng.integers(-4, 5, (*batch, *shape)).astype(float) for _ in shape]
    if method == "zero_sum":
        tables[1] = -tables[0]
    if method == "symmetric":
        shape = shape[:1] * len(shape)
        tables = [rng.integers(-4, 5, (*batch, *shape)).astype(float) for _ in shape]
        tables[1] = tables[0].swapaxes(-1, -2)
    players = NAMES[: len(shape)]
    actions = tuple(names[:n] for names, n in zip(ACTIONS, shape, strict=False))
    return st.Game.from_payoffs(*tables, players=players, actions=actions)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(4))
def test_tables_of_one_game_name_players_and_actions(method, seed):
    rng = np.random.default_rng([seed, 7])
    one = game(rng, random.Random(seed).choice([(2, 2), (2, 3), (3, 3)]), method)  # noqa: S311
    found = st.solve(one, method=method)
    table = found.table()
    assert "game" not in table.header
    bare = {"row", "column", *(f"{side}_{k}" for side in ("row", "column") for k in range(3))}
    assert not bare & set(table.header)
    for shown in (found._repr_html_(), found.to_markdown(), found.to_latex()):
        assert "row_0" not in shown.replace("\\", "")
        if table.rows and method != "logit_path":
            assert any(name in shown for name in ("Ann", "Bob")), shown
    # what is computed with keeps its columns
    if isinstance(found, Equilibria):
        assert "row_0" in found.to_pandas().columns


def test_correlated_play_is_listed_by_the_names_of_actions():
    chicken = st.Game.from_payoffs(
        [[6, 2], [7, 0]],
        [[6, 7], [2, 0]],
        players=("Ann", "Bob"),
        actions=(("stop", "go"), ("left", "right")),
    )
    for method in ("correlated", "coarse"):
        found = st.solve(chicken, method=method)
        table = found.table()
        assert list(table.header) == ["Ann", "Bob", "probability"]
        listed = {(a, b): float(p) for a, b, p in table.rows}
        known = {
            (one, other): found.probabilities[i, j]
            for i, one in enumerate(("stop", "go"))
            for j, other in enumerate(("left", "right"))
            if found.probabilities[i, j]
        }
        assert listed == pytest.approx(known)
        many = [np.tile(side, (3, 1, 1)) for side in chicken.payoffs]
        batch = st.solve(*many, method=method)
        assert batch.table().header[0] == "game"


def test_commitments_are_listed_by_the_names_of_actions():
    one = game(np.random.default_rng(2), (3, 3), "commitment")
    found = st.solve(one, method="commitment")
    (row,) = found.table().rows
    shown = dict(zip(found.table().header, row, strict=True))
    assert shown["Bob replies"] == one.actions[1][int(found.reply)]
    assert shown["Ann, pure"] == one.actions[0][int(found.pure.leader)]
    assert shown["Bob replies to it"] == one.actions[1][int(found.pure.follower)]
    assert float(shown["payoff Ann"]) == pytest.approx(found.payoffs[0], rel=1e-5)


def test_equal_names_are_told_apart():
    twins = st.Game.from_payoffs([[1, 0], [0, 1]], [[1, 0], [0, 1]], players=("A", "A"))
    header = st.solve(twins, method="correlated").table().header
    assert list(header) == ["A (1)", "A (2)", "probability"]


def test_dominators_are_named_for_any_number_of_players():
    """Ann's third action loses to a mixture, whatever Bob and Cy do."""
    ann = np.array([[[4, 0], [0, 4]], [[0, 4], [4, 0]], [[1, 1], [1, 1]]])
    nil = np.zeros_like(ann)
    game = st.Game.from_payoffs(
        ann, nil, nil, players=("Ann", "Bob", "Cy"), actions=("ULM", ("x", "y"), ("x", "y"))
    )
    found = st.solve(game, method="dominance")
    (row,) = found.table().rows
    shown = dict(zip(found.table().header, row, strict=True))
    assert shown["dominated by"] == "mixing U (0.5) and L (0.5)"
    assert shown["action"] == "M"
    assert shown["least gain"] == "1"
    (gone,) = found.document()["eliminated"]
    assert (gone["dominator"], gone["dominated_by"]) == ([0.5, 0.5, 0], shown["dominated by"])


def test_weak_elimination_does_not_promise_the_only_equilibrium():
    """Both (1, 1) and (2, 2) are equilibria; weak dominance leaves one of them."""
    found = st.solve([[1, 0], [0, 0]], [[1, 0], [0, 0]], method="dominance", weak=True)
    assert len(st.solve(found.games)) == 2
    lines = found.lines()
    assert lines[-1] == "One profile is left: it is an equilibrium."
    assert lines[0] == (
        "Round 1: player 1 can do without 2: 1 earns at least as much whatever the others do, "
        "and sometimes more."
    )


def test_a_search_that_stopped_early_claims_nothing_of_what_is_left():
    """Its message alone said so; beside it stood that no action is dominated."""
    found = st.solve([[1, 0], [0, 1]], [[1, 0], [0, 1]], method="dominance")
    assert found.lines() == ["No action is strictly dominated, by a pure action or by a mixture."]
    stopped = replace(found, status=np.array(Status.NOT_FINISHED, dtype=np.int8))
    assert not any("No action" in line for line in stopped.lines())
    assert "more actions may be dominated" in stopped.lines()[0]
    facts = GameFacts(st.solve(found.games))
    facts.__dict__["strict"] = facts.__dict__["weak"] = stopped
    assert dominance_sentences(facts) == stopped.lines()[:1]
