"""Letters of formulas that are neither parameters nor measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    r"""What a letter of formulas stands for, where no parameter or measure says it.

    Parameters
    ----------
    symbol : str
        LaTeX, with its arguments where it is a function: ``\kappa``, ``Q(T, M)``.
    meaning : str
        One line in plain words.
    formula : str
        What it is equal to, in LaTeX; empty where the meaning says all.
    unit : str
        Empty for a pure number.

    Examples
    --------
    >>> share = Letter(r"\kappa", "Weight of joint output.", r"\frac{1 + \alpha}{2}")
    >>> share.definition
    '\\kappa = \\frac{1 + \\alpha}{2}'
    """

    symbol: str
    meaning: str
    formula: str = ""
    unit: str = ""

    @property
    def definition(self) -> str:
        """The symbol and what it is equal to."""
        return f"{self.symbol} = {self.formula}" if self.formula else self.symbol


OF_ALL_FORMULAS = (
    Letter(r"\mathbb{1}\{\cdot\}", "1 where what stands in the braces holds, else 0."),
    Letter(r"\mathbb{E}[\cdot]", "Expected value."),
    Letter(r"\epsilon", "Intensity of a mechanism, between 0 (nothing) and 1 (in full)."),
    Letter("y, v", "Short for a part of a formula, which says what they are."),
)
"""What formulas of every family are written in."""

OF_ANY_GAME = (
    Letter("i", "A player; in a game of populations a population."),
    Letter("a, a_i, a_{-i}", "A profile of actions; the action of i in it; those of all others."),
    Letter("a'_i", "Any action of i."),
    Letter(
        r"\sigma, \sigma_i(a_i), \sigma_{-i}",
        "A profile of mixed strategies; the probability that i plays an action; all others.",
    ),
    Letter(
        r"u_i(a), u_i(\sigma)",
        "Payoff of i from a profile, expected where strategies are mixed.",
        unit="payoff",
    ),
    Letter(
        r"\mathcal{N}",
        "The Nash equilibria; the extreme ones where the game is degenerate.",
        r"\{ \sigma \mid u_i(\sigma) \ge u_i(a_i, \sigma_{-i}) \text{ for all } i, a_i \}",
    ),
    Letter("V(a)", "A potential: one function of the profile that gives everyone's gains."),
    Letter(r"\xi(t), \xi_i(a_i, t)", "Shares of actions in all populations at time t; one share."),
    Letter(r"\theta, \hat \theta", "What is estimated, and the estimate."),
    Letter("a_t", "What was played in observation t."),
)
"""What formulas of any game, and of data, are written in."""
