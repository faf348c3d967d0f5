"""What is on the shelf: the question asked, the method that answers it, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One question and the method that answers it.

    Parameters
    ----------
    question : str
        What a user wants to know.
    method : str
        Name on the command line: ``strategic solve GAME --method NAME``.
    python : str
        Function or call, from `strategic.equilibria` and its modules.
    takes : str
        Players and sizes it takes.
    batch : bool
        Whether a batch is solved together rather than game by game.
    options : str
        Options of the command line that belong to it.
    """

    question: str
    method: str
    python: str
    takes: str
    batch: bool
    options: str = ""


SHELF = (
    Entry(
        "What are all the equilibria, provably?",
        "all",
        "solve(row, column)",
        "2 players, up to 16 actions in all",
        batch=True,
        options="--exact",
    ),
    Entry(
        "And of a larger game?",
        "polytopes",
        'solve(row, column, method="polytopes")',
        "2 players, up to 16x16; each verified, completeness not proved",
        batch=False,
    ),
    Entry(
        "What is one equilibrium, fast?",
        "one",
        'solve(row, column, method="one")',
        "2 players, to 200x200",
        batch=True,
    ),
    Entry(
        "Which equilibria are in pure actions?",
        "pure",
        'solve(*payoffs, method="pure")',
        "any number of players",
        batch=True,
    ),
    Entry(
        "Where does Lemke-Howson lead from a label?",
        "lemke_howson",
        "solve(row, column, method=LemkeHowson(label=0))",
        "2 players, to 200x200",
        batch=False,
        options="--label K",
    ),
    Entry(
        "And from every label?",
        "lemke_howson_all",
        'solve(row, column, method="lemke_howson_all")',
        "2 players",
        batch=False,
    ),
    Entry(
        "What is a zero-sum game worth, and how is it played?",
        "zero_sum",
        "zero_sum.zero_sum(payoffs)",
        "2 players, any size",
        batch=True,
    ),
    Entry(
        "What could a mediator reach?",
        "correlated",
        "correlated.correlated(*payoffs)",
        "any number of players",
        batch=False,
        options="--objective welfare|egalitarian|K",
    ),
    Entry(
        "And if players must agree before they are told?",
        "coarse",
        "correlated.correlated(*payoffs, coarse=True)",
        "any number of players",
        batch=False,
        options="--objective welfare|egalitarian|K",
    ),
    Entry(
        "How do people play who err, the less the more it costs?",
        "logit",
        "logit.logit(*payoffs, rationality=1)",
        "any number of players",
        batch=True,
        options="--rationality T",
    ),
    Entry(
        "And where does that lead as they err less?",
        "logit_path",
        "logit_path.logit_path(*payoffs)",
        "any number of players, one game",
        batch=False,
        options="--rationality T (where to stop)",
    ),
    Entry(
        "What if the first player can commit, to a mixture or to an action?",
        "commitment",
        "mixed_commitment.mixed_commitment(leader, follower), commitment.pure_commitment",
        "2 players; bulk for 2x2 and for pure commitment",
        batch=True,
        options="--pessimistic",
    ),
    Entry(
        "Which actions are dominated, and in what order do they go?",
        "dominance",
        "dominance.eliminate(*payoffs), dominance.undominated",
        "any number of players; bulk for pure dominance",
        batch=True,
        options="--weak",
    ),
    Entry(
        "Which equilibrium is to be expected?",
        "selection",
        "selection and refinement: coordination, pareto_rank, strict, admissible, ...",
        "2 players (strict, Pareto, welfare: any)",
        batch=True,
    ),
)
"""In the order of how often they are asked."""
BEYOND = (
    "All mixed equilibria of three and more players, and sequential, agent and extensive-form "
    "solutions are Gambit's: hand a game over with Game.to_gambit(), or write it with "
    "'strategic convert GAME OUT.nfg'."
)
"""What is not on the shelf, and where it is."""
