"""A Cournot duopoly as a family of another package: everything a family can bring, in one file."""

import numpy as np

from strategic.games import Game
from strategic.markup import Table
from strategic.modelling import EventField, Family, Measure, Mechanism, Parameter, Rule
from strategic.reports import Block, Reporting, Section
from strategic.reports.sections import CLAIMS, GAME, MECHANISMS, PARAMETERS, game_section

FIRMS = ("incumbent", "entrant")
OUTPUTS = ("cartel", "cournot", "leader")
SHARES = np.array([1 / 4, 1 / 3, 1 / 2])
"""Output of a firm as a share of the competitive output: half a monopoly, Cournot, Stackelberg."""


def _margin(points):
    """Demand intercept less the average unit cost; batch axes lead."""
    return points["market.demand"] - (points["incumbent.cost"] + points["entrant.cost"]) / 2


def quantities(points):
    """Build the game of quantities: profits (a - b (q_1 + q_2) - c_i) q_i."""
    slope = np.asarray(points["market.slope"])[..., None]
    output = (_margin(points)[..., None] / slope) * SHARES
    own, other = output[..., :, None], output[..., None, :]
    price = points["market.demand"][..., None, None] - slope[..., None] * (own + other)
    costs = (points[f"{firm}.cost"][..., None, None] for firm in FIRMS)
    payoffs = [(price - cost) * q for cost, q in zip(costs, (own, other), strict=True)]
    shape = (*points.shape, 3, 3)
    return Game(
        tuple(np.broadcast_to(table, shape) for table in payoffs), FIRMS, (OUTPUTS, OUTPUTS)
    )


def entry(points):
    """Build the game of entry: stay out and earn nothing, or enter and fight or share."""
    duopoly = _margin(points) ** 2 / (9 * points["market.slope"])
    monopoly = _margin(points) ** 2 / (4 * points["market.slope"])
    zero = np.zeros(points.shape)
    incumbent = np.stack([np.stack([monopoly, zero], -1), np.stack([monopoly, duopoly], -1)], -2)
    entrant = np.stack([np.stack([zero, -duopoly], -1), np.stack([zero, duopoly], -1)], -2)
    return Game((incumbent, entrant), FIRMS, (("fight", "share"), ("stay out", "enter")))


def cournot_price(points):
    """Price of the interior Cournot equilibrium, (a + c_1 + c_2)/3."""
    return (points["market.demand"] + points["incumbent.cost"] + points["entrant.cost"]) / 3


def structure(points):
    """Say whether both firms produce in the Cournot equilibrium."""
    price = cournot_price(points)
    return np.where(price > np.maximum(points["incumbent.cost"], points["entrant.cost"]), 0, 1)


def joint_rule(points):
    """Say which points have a demand above both costs."""
    highest = np.maximum(points["incumbent.cost"], points["entrant.cost"])
    yield Rule("market.demand", "must be above both unit costs", points["market.demand"] > highest)


def _market(model, _seed):
    price = float(cournot_price(model.points))
    return {"price": price, "sentences": [f"In the Cournot equilibrium the price is {price:.4g}."]}


def _market_block(section, _model):
    table = Table(["", "value"], [["Cournot price", f"{section['price']:.4g}"]], numbers=True)
    return Block("market", "The market", section["sentences"], [table])


REPORTING = Reporting(
    sections=(
        Section("market", _market, _market_block, references=("Cournot, A. (1838). Recherches.",)),
        GAME,
        game_section("entry"),
        MECHANISMS,
        CLAIMS,
        PARAMETERS,
    ),
    verdict=lambda sections: [f"The market clears at {sections['market']['price']:.4g}."],
    sliders=("market.demand", "entrant.cost"),
    readings=("cournot_price", "structure"),
)

PARAMETERS_OF = (
    Parameter("market.demand", 10.0, "Intercept of the inverse demand.", lower=0.0),
    Parameter("market.slope", 1.0, "Slope of the inverse demand.", lower=0.0, open_lower=True),
    Parameter("incumbent.cost", 1.0, "Unit cost of the incumbent.", lower=0.0),
    Parameter("entrant.cost", 2.0, "Unit cost of the entrant.", lower=0.0),
)

FAMILY = Family(
    name="cournot",
    title="Cournot duopoly",
    parameters={parameter.name: parameter for parameter in PARAMETERS_OF},
    games={"base": quantities, "entry": entry},
    measures={
        "cournot_price": Measure("cournot_price", cournot_price, "Cournot price.", unit="money"),
        "structure": Measure(
            "structure", structure, "Who produces.", kind="label", labels=("duopoly", "monopoly")
        ),
    },
    mechanisms={
        "subsidy": Mechanism(
            "subsidy",
            lambda points, e: {"entrant.cost": points["entrant.cost"] * (1 - np.asarray(e))},
            "Lowers the entrant's unit cost, to nothing in full.",
        )
    },
    rule=joint_rule,
    event_fields=(EventField("news", "surprise in the demand"),),
    tables={"market": "The inverse demand."},
    template='# A duopoly in quantities.\n[path]\nstart = "2020Q1"\nperiods = 4\n\n'
    '[[events]]\ndate = "2020Q3"\nsays = "Demand surprises"\nnews = 0.5\n',
    caveat="A textbook duopoly: linear demand, constant unit costs.",
    reporting=REPORTING,
    home="cournot:FAMILY",
)
