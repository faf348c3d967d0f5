"""The tables that model files of every kind may have."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from strategic.errors import Problem

PREDICATES = (
    "equals",
    "at_least",
    "at_most",
    "increases_with",
    "decreases_with",
    "unchanged_by",
)
"""What a claim may say of its measure; exactly one of them."""

Text = Annotated[str, StringConstraints(min_length=1)]
Quarter = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}Q[1-4]$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Series = Annotated[list[Number], Field(min_length=2)]
Intensity = Annotated[float, Field(ge=0, le=1)]


class BrokenRuleError(ValueError):
    """A rule of this package that a value breaks, on its way through the validation library."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.rule)
        self.problem = problem


class Table(BaseModel):
    """A table that knows its keys and never converts a value."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PathTable(Table):
    """``[path]``: the first quarter, and how many there are."""

    start: Annotated[Quarter, Field(description="the first quarter, such as 2010Q1")]
    periods: Annotated[int, Field(ge=1, le=100_000, description="how many quarters there are")]


class EventTable(Table):
    """``[[events]]``: what happens in one quarter, before the players choose."""

    date: Annotated[Quarter, Field(description="the quarter in which it happens")]
    name: Annotated[str, Field(description="by which claims and `--without` leave it out")] = ""
    says: Annotated[str, Field(description="what happened, for readers")] = ""


class ClaimTable(Table):
    """``[[claims]]``: a statement about one measure, in one of six forms."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in PREDICATES]}
    )

    id: Annotated[Text, Field(description="its name, once per file")]
    sources: Annotated[
        list[Text], Field(description="statements and propositions that it rests on, such as K11")
    ] = Field(default_factory=list)
    says: Annotated[Text, Field(description="the claim in one sentence")]
    measure: Annotated[Text, Field(description="what it speaks of")]
    equals: Annotated[
        float | str | None, Field(description="the value, or the label, that the measure has")
    ] = None
    at_least: Annotated[float | None, Field(description="the measure is not below it")] = None
    at_most: Annotated[float | None, Field(description="the measure is not above it")] = None
    increases_with: Annotated[
        Text | None, Field(description="the parameter with which the measure never falls")
    ] = None
    decreases_with: Annotated[
        Text | None, Field(description="the parameter with which the measure never rises")
    ] = None
    unchanged_by: Annotated[
        Text | None, Field(description="the parameter with which the measure does not move")
    ] = None
    over: Annotated[
        Series | Text | None,
        Field(description="where that holds: two ends, all values, or a series of [data]"),
    ] = None
    tolerance: Annotated[
        float,
        Field(ge=0, allow_inf_nan=False, description="largest difference that counts as none"),
    ] = 1e-6
    without: Annotated[list[Text], Field(description="names of events that are left out first")] = (
        Field(default_factory=list)
    )

    @model_validator(mode="after")
    def _states_one_thing(self) -> Self:
        stated = [name for name in PREDICATES if getattr(self, name) is not None]
        if len(stated) != 1:
            rule = f"needs exactly one of {', '.join(PREDICATES)}"
            raise BrokenRuleError(Problem(rule, value=", ".join(stated) or "none"))
        if self.over is not None and PREDICATES.index(stated[0]) < 3:
            rule = "applies only to increases_with, decreases_with and unchanged_by"
            raise BrokenRuleError(Problem(rule, "over", self.over))
        if isinstance(self.over, list) and len(self.over) == 2 and self.over[0] >= self.over[1]:
            raise BrokenRuleError(Problem("must run from low to high", "over", self.over))
        value = getattr(self, stated[0])
        if value != value:  # noqa: PLR0124 - only NaN differs from itself
            raise BrokenRuleError(Problem("must not be NaN", stated[0], value))
        return self


class ParameterTable(Table):
    """``[parameters.NAME]`` of a game: one number its formulas may use."""

    value: Annotated[Number, Field(description="what it is unless something else is set")]
    bounds: Annotated[
        Annotated[list[float], Field(min_length=2, max_length=2)] | None,
        Field(description="lowest and highest value"),
    ] = None
    meaning: Annotated[str, Field(description="one line in plain words, for listings")] = ""
    unit: Annotated[str, Field(description="such as payoff or per period")] = ""
    integer: Annotated[bool, Field(description="whether it is a whole number")] = False


class MeasureTable(Table):
    """``[measures.NAME]``: a measure of one's own, by a formula."""

    formula: Annotated[
        Text, Field(description="arithmetic on parameters and on measures that are numbers")
    ]
    of: Annotated[
        str, Field(description="which equilibrium is meant: best-welfare, risk-dominant, ...")
    ] = ""
    meaning: Annotated[str, Field(description="one line in plain words, for listings")] = ""
    unit: Annotated[str, Field(description="such as payoff or per period")] = ""


class GameClaimTable(ClaimTable):
    """``[[claims]]`` of a game of formulas, which has no mechanisms."""

    set: Annotated[
        dict[str, Number], Field(description="parameters that have other values, by name")
    ] = Field(default_factory=dict)


class EvolutionTable(Table):
    """``[evolution]`` of a game: how its populations adapt, for how long, and from where."""

    dynamics: Annotated[
        Text, Field(description="one of replicator, logit, best-response, smith and bnn")
    ] = "replicator"
    noise: Annotated[
        Annotated[float, Field(ge=0, allow_inf_nan=False)] | None,
        Field(description="of logit: payoff difference that changes odds e-fold; else white noise"),
    ] = None
    horizon: Annotated[
        Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
        Field(description="how long paths are followed"),
    ] = None
    starts: Annotated[
        list[Annotated[list[Any], Field(min_length=1)]],
        Field(description="one entry per start: a share of the first action, or all, per player"),
    ] = Field(default_factory=list)


class StageTable(Table):
    """``[[stages]]`` of a game: parameters that take new values from one time on."""

    model_config = ConfigDict(populate_by_name=True)

    since: Annotated[
        float,
        Field(alias="from", ge=0, allow_inf_nan=False, description="when the stage begins"),
    ]
    name: Annotated[str, Field(description="of the stage, for figures")] = ""
    says: Annotated[str, Field(description="what happens, for readers")] = ""
    set: Annotated[
        dict[str, Number], Field(description="parameters that have other values, by name")
    ] = Field(default_factory=dict)
