"""What kinds of parameters a relationship has: the range and unit that a row need not repeat."""

from __future__ import annotations

from functools import partial
from typing import Any

from strategic.modelling import Parameter

UNSET = float("nan")


def number(
    name: str, symbol: str, default: float, claims: str, meaning: str, **rules: Any
) -> Parameter:
    """Write a parameter as one row: name within its section, symbol, default, claims, meaning."""
    served = tuple(claims.split(", "))
    return Parameter(name, default, meaning, symbol=symbol, claims=served, **rules)


# What kind of number a row holds: its range and unit.
amount = partial(number, lower=0.0, unit="payoff")
burden = partial(number, lower=0.0, upper=1.0, unit="payoff")
share = partial(number, lower=0.0, upper=1.0)
rate = partial(number, lower=0.0, upper=1.0, unit="per period")
positive = partial(number, lower=0.0, open_lower=True)
stock = partial(number, lower=0.0, unit="service input")
weight = partial(number, lower=0.0, unit="payoff per unit of service")
belief = partial(number, lower=0.0, upper=1.0, open_lower=True, open_upper=True)
discount = partial(belief, unit="per period")
log_odds = partial(number, lower=0.0, unit="log-odds per period")
rungs = partial(number, integer=True, unit="rungs")


def risks(action: str, letter: str, *, competition: int, shelter: int) -> tuple[Parameter, ...]:
    borne = f"the government bears when it plays {action}"
    credit = f"Share of performance competition {borne}"
    burden = f"Share of shelter responsibility, incidents included, {borne}"
    return (
        share(f"{action}_competition", f"e_{{{letter}c}}", competition, "K1, K3", credit),
        share(f"{action}_shelter", f"e_{{{letter}s}}", shelter, "K2, K3", burden),
    )
