"""The tables of a model file that say more than parameters: departments, and the sector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from strategic.catalogue.schema import changes_table
from strategic.catalogue.tables import Table, Text
from strategic.errors import ModelError, Problem
from strategic.families.relationship._departments import DECISIONS, Department, Departments
from strategic.families.relationship._sector import Sector
from strategic.modelling import Family, Timeline

MOST_DEPARTMENTS = 64
MOST_YEARS = 1000
BELIEF = "trust.government"
_NO_OWN = ("officials.", "sector.", "ladder.", "organisation.discount", "trust.organisation")
"""What no department has of its own: it belongs to the organisation, the office or the sector."""


class DepartmentTable(Table):
    """``[[departments]]``: one department of the government."""

    name: Annotated[Text, Field(description="what events, reports and errors call it")]
    says: Annotated[str, Field(description="who it is, in words")] = ""
    belief: Annotated[float, Field(gt=0, lt=1, description="initial belief")] = 0.5
    weight: Annotated[
        float, Field(gt=0, allow_inf_nan=False, description="its weight where weights decide")
    ] = 1.0
    lead: Annotated[bool, Field(description="whether it decides where one leads")] = False


def department_fields(family: Family) -> dict[str, Any]:
    """Make the schema of ``[[departments]]`` and ``joint_decision``."""
    own = changes_table(family, "Own", lambda name: not name.startswith(_NO_OWN))
    table = create_model("Department", __base__=DepartmentTable, set=(own, Field(default=None)))
    members: Any = list[table]  # type: ignore[valid-type]
    decision: Any = Literal[DECISIONS]
    who = "who must agree for the government to cooperate"
    return {
        "departments": (members, Field(default_factory=list, max_length=MOST_DEPARTMENTS)),
        "joint_decision": (decision, Field(default=None, description=who)),
    }


class SectorTable(Table):
    """``[sector]``: the years of a sector, besides its parameters."""

    start: Annotated[int, Field(ge=1, le=9999, description="the first year")] = 1
    years: Annotated[int, Field(ge=1, le=MOST_YEARS, description="how many there are")] = 1
    entry: Annotated[
        Literal["given", "free"],
        Field(description="whether numbers are given, or whoever finds it worthwhile enters"),
    ] = "given"
    organisations: Annotated[
        list[Annotated[float, Field(ge=1, le=100_000)]],
        Field(description="how many organisations there are in each year"),
    ] = Field(default_factory=list)
    prizes: Annotated[
        list[Annotated[float, Field(ge=0, allow_inf_nan=False)]],
        Field(description="prize of the contest in each year; else that of the model"),
    ] = Field(default_factory=list)


def sector_fields(_family: Family) -> dict[str, Any]:
    """Add what parameters cannot say to ``[sector]``."""
    return {"sector": (SectorTable, None)}


def read_sector(data: Mapping[str, Any], _family: Family, _path: Timeline | None) -> Sector | None:
    """Make the sector of a checked file; None where its table holds parameters only.

    Raises
    ------
    ModelError
        Where the table contradicts itself.
    """
    table = data.get("sector", {})
    if not table.keys() & SectorTable.model_fields.keys():
        return None
    free = table.get("entry", "given") == "free"
    counts, prizes = table.get("organisations", []), table.get("prizes", [])
    years = table.get("years", len(prizes) if free else len(counts))
    problems = []
    if "start" not in table:
        problems.append(Problem("is required", "sector.start", remedy="the first year"))
    if free and counts:
        problems.append(Problem('needs entry = "given"', "sector.organisations", counts))
    if not free and not counts:
        remedy = 'or write entry = "free" and years'
        problems.append(Problem("needs one number a year", "sector.organisations", [], remedy))
    if free and not years:
        problems.append(Problem("is required where entry is free", "sector.years"))
    for name, series in (("organisations", counts), ("prizes", prizes)):
        if series and len(series) != years:
            problems.append(
                Problem(f"must have one number a year, {years}", f"sector.{name}", len(series))
            )
    if problems:
        raise ModelError.from_problems(problems)
    return Sector(int(table["start"]), years, tuple(map(float, counts)), tuple(map(float, prizes)))


def read_departments(
    data: Mapping[str, Any], _family: Family, _path: Timeline | None
) -> Departments | None:
    """Make the departments of a checked file.

    Raises
    ------
    ModelError
        Where the tables contradict one another.
    """
    tables, decision = data.get("departments", []), data.get("joint_decision", "all")
    problems = list(_problems(tables, decision, said="joint_decision" in data))
    if problems:
        raise ModelError.from_problems(problems)
    members = tuple(
        Department(
            table["name"],
            {name: float(value) for name, value in table.get("set", {}).items()}
            | ({BELIEF: float(table["belief"])} if "belief" in table else {}),
            weight=float(table.get("weight", 1.0)),
            lead=table.get("lead", False),
            says=table.get("says", ""),
        )
        for table in tables
    )
    return Departments(members, decision) if members else None


def _problems(tables: list[Mapping[str, Any]], decision: str, *, said: bool) -> Iterator[Problem]:
    if said and not tables:
        yield Problem("needs [[departments]] to decide", "joint_decision", decision)
    seen = set()
    for number, table in enumerate(tables):
        place, name = f"departments[{number}]", table["name"]
        if name in seen:
            yield Problem("is used twice", f"{place}.name", name)
        seen.add(name)
        if "belief" in table and BELIEF in table.get("set", {}):
            yield Problem(f"is {BELIEF}, which stands in 'set' too", f"{place}.belief")
        if "weight" in table and decision != "weights":
            rule = 'needs joint_decision = "weights"'
            yield Problem(rule, f"{place}.weight", table["weight"])
        if table.get("lead") and decision != "lead":
            yield Problem('needs joint_decision = "lead"', f"{place}.lead", value=True)
    leaders = sum(bool(table.get("lead")) for table in tables)
    if tables and decision == "lead" and leaders != 1:
        remedy = "write lead = true in it"
        yield Problem("needs exactly one department that leads", "departments", leaders, remedy)
