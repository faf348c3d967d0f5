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

    start: Quarter
    periods: Annotated[int, Field(ge=1, le=100_000)]


class EventTable(Table):
    """``[[events]]``: what happens in one quarter, before the players choose."""

    date: Quarter
    name: str = ""
    says: str = ""


class ClaimTable(Table):
    """``[[claims]]``: a statement about one measure, in one of six forms."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in PREDICATES]}
    )

    id: Text
    sources: list[Text] = Field(default_factory=list)
    says: Text
    measure: Text
    equals: float | str | None = None
    at_least: float | None = None
    at_most: float | None = None
    increases_with: Text | None = None
    decreases_with: Text | None = None
    unchanged_by: Text | None = None
    over: Series | Text | None = None
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-6
    without: list[Text] = Field(default_factory=list)

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

    value: Number
    bounds: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    meaning: str = ""
    unit: str = ""
    integer: bool = False


class MeasureTable(Table):
    """``[measures.NAME]``: a measure of one's own, by a formula."""

    formula: Annotated[
        Text, Field(description="arithmetic on parameters and on measures that are numbers")
    ]
    of: Annotated[
        str, Field(description="which equilibrium is meant: best-welfare, risk-dominant, ...")
    ] = ""
    meaning: str = ""
    unit: str = ""


class GameClaimTable(ClaimTable):
    """``[[claims]]`` of a game of formulas, which has no mechanisms."""

    set: dict[str, Number] = Field(default_factory=dict)


class EvolutionTable(Table):
    """``[evolution]`` of a game: how its populations adapt, for how long, and from where."""

    dynamics: Text = "replicator"
    noise: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    horizon: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    starts: Annotated[
        list[Annotated[list[Any], Field(min_length=1)]],
        Field(description="one entry per start: a share of the first action, or all, per player"),
    ] = Field(default_factory=list)


class StageTable(Table):
    """``[[stages]]`` of a game: parameters that take new values from one time on."""

    model_config = ConfigDict(populate_by_name=True)

    since: Annotated[float, Field(alias="from", ge=0, allow_inf_nan=False)]
    name: str = ""
    says: str = ""
    set: dict[str, Number] = Field(default_factory=dict)
