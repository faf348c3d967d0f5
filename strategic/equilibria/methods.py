"""The registry of solution methods: one record each, and everything that lists them reads it.

The command line makes its flags, its completion and ``--list-methods`` from these records,
`strategic.equilibria.solve` looks methods up here, and lists of them are `methods_table`.
Classes are named by their address, so that listing them loads no solver.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from strategic.equilibria.method_records import MethodOption, MethodRecord
from strategic.errors import MethodError, nearest
from strategic.markup import Table

if TYPE_CHECKING:
    from strategic.equilibria.method import Method

_PIVOTS = MethodOption("max_pivots", int, 1_000_000, least=1)
_LABEL = MethodOption(
    "label",
    int,
    0,
    "Label dropped first, from 1: the row player's actions, then the column player's.",
    metavar="K",
    least=1,
    first=1,
)
_OBJECTIVE = MethodOption(
    "objective",
    str,
    "welfare",
    "What the correlated equilibrium maximises: the sum of payoffs, the smallest payoff, or the "
    "payoff of a player by name or number from 1.",
    metavar="welfare|egalitarian|PLAYER",
    first=1,
)
_LAMBDA = MethodOption(
    "rationality",
    float,
    1.0,
    "Logit lambda (default 1); several at once, such as 0.5,1,2.",
    "LAMBDA[,..]",
    0.0,
    several=True,
)
_STOP = "Logit lambda at which to stop (default: at the limit)."
_PESSIMISTIC = "Break follower ties against the leader."
_WEAK = "Eliminate weakly dominated actions too."

METHODS = {
    record.name: record
    for record in (
        MethodRecord(
            "all",
            "What are all the equilibria, proved complete?",
            "2 players, up to 16x16, 10x26, 4x629, 2x199,998; more, up to 4x4x4, 3^4, 2^8",
            "all (extreme) equilibria with index and regret, and their components",
            "strategic.equilibria.enumeration.all_equilibria:AllEquilibria",
            (
                MethodOption("block", int, None, least=1),
                MethodOption("backend", str, "numpy"),
                MethodOption("device", str, None),
                MethodOption("want", str, None),
            ),
            batch=True,
        ),
        MethodRecord(
            "polytopes",
            "What are all the equilibria of a larger game?",
            "2 players, up to 16x16",
            "equilibria, each verified; completeness not proved",
            "strategic.equilibria.pivoting.polytopes:Polytopes",
        ),
        MethodRecord(
            "one",
            "What is one equilibrium, fast?",
            "2 players, up to 200x200",
            "one verified equilibrium per game",
            "strategic.equilibria.pivoting.single_equilibrium:One",
            (_PIVOTS,),
            batch=True,
        ),
        MethodRecord(
            "pure",
            "What are all the equilibria in pure strategies?",
            "any number of players",
            "all pure equilibria",
            "strategic.equilibria.concepts.pure:Pure",
            (MethodOption("strict", bool, default=False),),
            batch=True,
        ),
        MethodRecord(
            "symmetric",
            "What are all the equilibria of a symmetric game in which everyone plays alike?",
            "players who can be exchanged: 2 as for 'all'; more, up to 7x7x7, 4^6, 3^8, 2^14",
            "all symmetric equilibria with index and regret",
            "strategic.equilibria.enumeration.symmetric.solver:Symmetric",
            batch=True,
        ),
        MethodRecord(
            "lemke_howson",
            "Which equilibrium does the Lemke-Howson path from one label reach?",
            "2 players, up to 200x200",
            "one verified equilibrium per game",
            "strategic.equilibria.pivoting.lemke_howson:LemkeHowson",
            (_LABEL, _PIVOTS),
            batch=True,
        ),
        MethodRecord(
            "lemke_howson_all",
            "Which equilibria do the Lemke-Howson paths from all labels reach?",
            "2 players, up to 200x200",
            "the different equilibria reached, each verified",
            "strategic.equilibria.pivoting.lemke_howson:LemkeHowsonAll",
            (_PIVOTS,),
            batch=True,
        ),
        MethodRecord(
            "zero_sum",
            "What are the value and the optimal strategies of a zero-sum game?",
            "2 players, any size, constant sums",
            "value, optimal strategies and whether they are unique",
            "strategic.equilibria.pivoting.zero_sum:ZeroSum",
            batch=True,
        ),
        MethodRecord(
            "correlated",
            "Best correlated equilibrium",
            "any number of players",
            "distribution over profiles, payoffs and largest gain from disobeying",
            "strategic.equilibria.concepts.correlated:Correlated",
            (_OBJECTIVE,),
            batch=True,
        ),
        MethodRecord(
            "coarse",
            "Best coarse correlated equilibrium",
            "any number of players",
            "distribution over profiles, payoffs and largest gain from opting out",
            "strategic.equilibria.concepts.correlated:CoarseCorrelated",
            (_OBJECTIVE,),
            batch=True,
        ),
        MethodRecord(
            "logit",
            "Logit quantal response equilibrium",
            "any number of players",
            "strategies on the principal branch, residual and regret",
            "strategic.equilibria.quantal.logit:Logit",
            (_LAMBDA, MethodOption("max_steps", int, 1000, least=1)),
            batch=True,
        ),
        MethodRecord(
            "logit_path",
            "Which equilibrium does the logit branch select?",
            "any number of players, one game",
            "the principal branch point by point and its limit",
            "strategic.equilibria.quantal.logit_path:LogitPath",
            (
                replace(
                    _LAMBDA,
                    default=None,
                    help=_STOP,
                    metavar="LAMBDA",
                    several=False,
                    remedy="leave it out to follow the branch to its limit",
                ),
                MethodOption("max_steps", int, 2000, least=1),
            ),
            single=True,
        ),
        MethodRecord(
            "commitment",
            "What is the leader's optimal commitment (Stackelberg)?",
            "2 players, the first leads; 2x2 in closed form",
            "best mixed and best pure commitment, replies and payoffs",
            "strategic.equilibria.concepts.commitment:Commitment",
            (MethodOption("pessimistic", bool, default=False, help=_PESSIMISTIC),),
            batch=True,
        ),
        MethodRecord(
            "dominance",
            "Which actions are dominated, and in what order are they eliminated?",
            "any number of players",
            "rounds of elimination with dominators, and the game that is left",
            "strategic.equilibria.concepts.dominance:Dominance",
            (
                MethodOption("weak", bool, default=False, help=_WEAK),
                MethodOption("mixed", bool, default=True),
                MethodOption("rounds", int, None, least=0),
            ),
            batch=True,
        ),
        MethodRecord(
            "selection",
            "Which equilibrium do selection criteria favour?",
            "as 'all'; beyond, more players as 'pure'",
            "equilibria with Pareto rank, refinements, welfare; payoff and risk dominance, largest "
            "entropy",
            "strategic.equilibria.concepts.selection:Selection",
            batch=True,
        ),
    )
}
"""Every method by its name, in the order of how often it is asked for."""

BEYOND = (
    "Sequential, agent and extensive-form solutions are Gambit's: hand a game over with "
    "Game.to_gambit(), or write it with 'strategic convert GAME OUT.nfg'."
)
"""What no method here solves, and what does."""


def method_record(name: str, *, where: str = "method") -> MethodRecord:
    """Look a method up by its name.

    Raises
    ------
    MethodError
        When there is none, with the nearest name.

    Examples
    --------
    >>> method_record("logit").question
    'Logit quantal response equilibrium'
    """
    if name not in METHODS:
        raise MethodError(
            "no such method", where=where, value=name, remedy=nearest(str(name), METHODS)
        )
    return METHODS[name]


def check_options(method: Method) -> None:
    """Raise unless the options of a method fit what the registry says; others are not checked.

    Raises
    ------
    MethodError
        When the value of an option does not fit; see `MethodOption.check`.
    """
    made = type(method)
    home = f"{made.__module__}:{made.__qualname__}"
    record = next((record for record in METHODS.values() if record.home == home), None)
    kinds = {field.name: str(field.type) for field in fields(made)} if record else {}  # type: ignore[arg-type]
    for option in record.options if record else ():
        value = getattr(method, option.name)
        if value is not None or "None" not in kinds[option.name]:
            option.check(value)


def methods_table() -> Table:
    """Lay the registry out: for ``--list-methods`` and the documentation.

    Examples
    --------
    >>> methods_table().rows[0][0]
    'all'
    """
    rows = [
        [
            record.name,
            record.question,
            f"{record.takes}; batches" if record.batch else record.takes,
            record.returns,
            ", ".join(f"{o.flag} {o.metavar}".rstrip() for o in record.options if o.flag),
        ]
        for record in METHODS.values()
    ]
    return Table(["method", "question", "takes", "returns", "options"], rows)
