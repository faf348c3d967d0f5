"""What every name means: one place where all registries meet.

The command line, the documentation and Python read the same entries, so that what is registered
anywhere is explained everywhere.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from strategic.catalogue.entries import Entry, Source, documents, files, models, sources
from strategic.catalogue.explanation import Explanation
from strategic.catalogue.notation import legend, symbols_called
from strategic.docstrings import references_of
from strategic.errors import UsageError, nearest
from strategic.games.matrix import number_text
from strategic.latex import plain
from strategic.modelling.registry import address_of, kinds, look_up
from strategic.papers import known, references

if TYPE_CHECKING:
    from strategic.equilibria.method_records import MethodRecord
    from strategic.estimation import Way
    from strategic.modelling import Family, Measure, Mechanism, Parameter

_GAME = "0,-1,1;1,0,-1;-1,1,0 / 0,1,-1;-1,0,1;1,-1,0"
"""Rock, paper, scissors, which every method takes."""
_AXIS = "relation.incident_risk"
"""What examples vary where a family has it; else they list all measures."""
_IN_ONE = "in the only equilibrium, or in the one that an @ and a rule of choice name"
_OF_GAMES = {
    "probability.PLAYER.ACTION": (
        f"Probability that a player plays an action {_IN_ONE}.",
        r"\sigma_i(a_i)",
    ),
    "payoff.PLAYER": (f"Expected payoff of a player {_IN_ONE}.", r"u_i(\sigma)"),
    "support.PLAYER": (
        f"Actions that a player uses {_IN_ONE}; of games too large for `support`.",
        r"\{ a_i \mid \sigma_i(a_i) > 0 \}",
    ),
    "estimate.NAME": (
        "A number that was estimated from the data in the model's file; followed by .error, .low, "
        ".high or .status what is known of it, by @GROUP the one of a part of the data.",
        r"\hat \theta = \operatorname*{arg\,max}_\theta \sum_t \ln \Pr(a_t \mid \theta)",
    ),
}
"""Measures of every game, and of every model with data, whose names hold what they are about."""


Make = Callable[[], Explanation]
Named = Iterator[tuple[str, Make]]
"""Names, and what makes the entry of each when it is asked for."""


def explained(name: str) -> list[Explanation]:
    """Explain a name: several entries where it names several things.

    Parameters
    ----------
    name : str
        Of a measure, parameter, mechanism, method, way of play, rule of choice, dynamic, strategy,
        model or statement, or a letter of formulas, as LaTeX, text or name. What follows an ``@``
        is left out, and names that go on after a dot, such as ``stable.CORNER``, are found by what
        stands before it; parameters, such as ``relation.alignment``, by what stands behind it too.

    Raises
    ------
    UsageError
        When nothing has this name, with the nearest one.

    Examples
    --------
    >>> explained("lemke_howson")[0].kind
    'method'
    """
    known = by_name()
    bare = name.partition("@")[0]
    found = known.get(bare) or known.get(bare.partition(".")[0] + ".")
    found = found or list(_of_letter(name)) or list(_of_parameter(bare))
    if not found:
        remedy = nearest(bare, [*known, *(one.rstrip(".") for one in known)])
        raise UsageError("nothing has this name", where="NAME", value=name, remedy=remedy)
    return [make() for make in found]


@cache
def by_name() -> dict[str, list[Make]]:
    """Collect what makes the entries of every name; groups whose names go on end in a dot.

    Examples
    --------
    >>> len(by_name()) > 300
    True
    """
    found: dict[str, list[Make]] = {}
    for named in EXPLAINED.values():
        for name, make in named():
            found.setdefault(name, []).append(make)
    return found


def _of_letter(name: str) -> Iterator[Make]:
    """Explain what a letter stands for: its parameter or measures, or the letter itself."""
    for one in symbols_called(name):
        for owner in one.names:
            yield from (make for make in by_name()[owner] if make().family in ("", one.family))
        if not one.names:
            formula = f"{one.symbol} = {one.formula}" if one.formula else one.symbol
            facts = {"unit": one.unit} if one.unit else {}
            yield partial(
                Explanation, plain(one.symbol), "letter", one.meaning, one.family, formula, facts
            )


def _of_parameter(name: str) -> Iterator[Make]:
    """Explain the parameters of this name, whichever part of a model file they stand in."""
    for family in _families():
        for parameter in family.parameters.values():
            if parameter.name.partition(".")[2] == name:
                yield partial(_parameter, parameter, family.name)


def _families() -> Iterator[Family]:
    for kind in kinds():
        if ":" in address_of(kind):
            yield look_up(address_of(kind))


def _measures() -> Named:
    from strategic.catalogue.custom import fixed
    from strategic.games import Game

    for name, (meaning, formula) in _OF_GAMES.items():
        yield (
            f"{name.partition('.')[0]}.",
            partial(Explanation, name, "measures", meaning, formula=formula),
        )
    seen: set[str] = set()
    game = Game.from_payoffs([[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]])
    for family in (fixed(game).family, *_families()):
        of_any = not family.parameters
        for measure in family.measures.values():
            key = f"{measure.name}: {measure.meaning}"
            if key not in seen and not (of_any and "." in measure.name):
                seen.add(key)
                yield measure.name, partial(_measure, measure, None if of_any else family)
        for group in family.groups.values():
            if group.name not in seen:
                seen.add(group.name)
                full = f"{group.name}.{group.suffix}"
                yield (
                    f"{group.name}.",
                    partial(Explanation, full, "measures", group.meaning, formula=group.formula),
                )


def _measure(measure: Measure, family: Family | None) -> Explanation:
    facts = {"kind": measure.kind, "unit": measure.unit, "one of": ", ".join(measure.labels)}
    if measure.of_path:
        facts["needs"] = "a model with a path"
    if measure.selections:
        facts["of"] = f"{measure.name}@SELECTION, one of {', '.join(measure.selections)}"
    facts["letters"] = _letters(measure.formula, None if measure.game else family)
    claimed = _claiming().get(measure.name, ())
    return Explanation(
        measure.name, "measure", measure.meaning, family.name if family else "", measure.formula,
        {name: value for name, value in facts.items() if value}, _cited(measure.claims),
        tuple(map(str, measure.references()[1:])), (_example(measure, family, claimed),), claimed,
    )  # fmt: skip


def _letters(formula: str, family: Family | None) -> str:
    """Say what the letters of a formula mean."""
    told = legend([formula], family)
    return "; ".join(f"{letter}: {meaning}" for letter, meaning in told.items())


def _example(measure: Measure, family: Family | None, claimed: tuple[str, ...]) -> str:
    """Show a measure along a parameter, of a model that claims something of it if one does."""
    slugs = [
        entry.slug for entry in _entries() if entry.kind == (family.name if family else "game")
    ]
    model = next((slug for slug in claimed if slug in slugs), slugs[0])
    if family is None or measure.dated or _AXIS not in family.parameters:
        return f"strategic measures {model}"
    return f"strategic sweep {model} --over {_AXIS}=0:0.2:5 --measure {measure.name}"


def _parameters() -> Named:
    for family in _families():
        for parameter in family.parameters.values():
            yield parameter.name, partial(_parameter, parameter, family.name)


def _parameter(parameter: Parameter, family: str) -> Explanation:
    facts = {
        "default": "unset" if parameter.default != parameter.default
        else number_text(parameter.default),
        "range": parameter.rule.removeprefix("must be "),
        "unit": parameter.unit or "pure number",
    }  # fmt: skip
    return Explanation(
        parameter.name, "parameter", parameter.meaning, family, parameter.symbol,
        {name: value for name, value in facts.items() if value}, _cited(parameter.claims),
        examples=(f"strategic parameters --kind {family}",),
    )  # fmt: skip


def _mechanisms() -> Named:
    for family in _families():
        for mechanism in family.mechanisms.values():
            yield mechanism.name, partial(_mechanism, mechanism, family)


def _mechanism(mechanism: Mechanism, family: Family) -> Explanation:
    model = next((entry.slug for entry in _entries() if entry.kind == family.name), "MODEL")
    facts = {"letters": _letters(mechanism.formula, family)}
    facts |= {"order": "acts after all others"} if mechanism.last else {}
    return Explanation(
        mechanism.name, "mechanism", mechanism.meaning, family.name, mechanism.formula, facts,
        _cited(mechanism.claims),
        examples=(f"strategic compare {model} --mechanism {mechanism.name}=0.5",),
    )  # fmt: skip


def _methods() -> Named:
    from strategic.equilibria.methods import METHODS

    for record in METHODS.values():
        yield record.name, partial(_method, record)


def _method(record: MethodRecord) -> Explanation:
    takes = f"{record.takes}; batches" if record.batch else record.takes
    facts = {"takes": takes, "returns": record.returns}
    facts |= {option.flag: option.help for option in record.options if option.flag}
    return Explanation(
        record.name, "method", record.question, facts=facts,
        references=references_of(record.load()),
        examples=(f'strategic solve "{_GAME}" --method {record.name}',),
    )  # fmt: skip


def _ways() -> Named:
    from strategic.estimation import WAYS

    own = [way for family in _families() for way in family.ways.values()]
    for way in (*WAYS.values(), *own):
        yield way.name, partial(_way, way)


def _way(way: Way) -> Explanation:
    facts = {"columns": way.columns, "errors": way.errors, **way.options}
    cited = tuple(map(str, way.references()[1:]))
    return Explanation(way.name, "way of play", way.meaning, facts=facts, references=cited)


def _rules() -> Named:
    from strategic.equilibria.concepts.choice import RULES

    for rule in RULES.values():
        cited = tuple(map(str, references(*rule.cites)[1:]))
        yield (
            rule.name,
            partial(Explanation, rule.name, "rule of choice", rule.meaning, references=cited),
        )


def _dynamics() -> Named:
    from strategic.evolution import DYNAMICS

    for one in DYNAMICS.values():
        papers = (str(known(one.reference)),)
        yield one.name, partial(Explanation, one.name, "dynamic", one.meaning, references=papers)


def _strategies() -> Named:
    from strategic.repeated import strategy_names

    for name, meaning in strategy_names().items():
        yield name, partial(Explanation, name, "strategy", meaning)


def _models() -> Named:
    for slug in files():
        yield slug, partial(_model, slug)


def _model(slug: str) -> Explanation:
    entry = next(entry for entry in _entries() if entry.slug == slug)
    facts = {"kind": entry.kind, "folder": entry.folder}
    head = "\n".join(
        takewhile(lambda line: line[:1] == "#", entry.file.read_text("utf8").splitlines())
    )
    if head:
        facts["about"] = " ".join(re.sub(r"^#", "", head, flags=re.MULTILINE).split())
    examples = (f"strategic report {slug}", f"strategic check {slug}")
    says = tuple(claim["says"] for claim in _claims()[slug] if "says" in claim)
    return Explanation(
        slug, "model", entry.title, facts=facts, examples=examples[: 1 + bool(says)], claims=says
    )


def _statements() -> Named:
    for one in sources().values():
        yield one.id, partial(_statement, one)


def _statement(one: Source) -> Explanation:
    facts = {"source": documents().get(one.source, one.source)}
    if not one.testable:
        facts["testable"] = "no"
    facts |= {kind: ", ".join(names) for kind, names in _serving().get(one.id, {}).items()}
    kind = "proposition" if one.says else "statement"
    meaning = f"{one.quote[0].upper()}{one.quote[1:]}. {one.says}" if one.says else one.quote
    models = _citing().get(one.id, ())
    return Explanation(one.id, kind, meaning, "", one.formula, facts, models=models)


EXPLAINED: dict[str, Callable[[], Named]] = {
    "measures": _measures,
    "parameters": _parameters,
    "mechanisms": _mechanisms,
    "methods": _methods,
    "ways of play": _ways,
    "rules of choice": _rules,
    "dynamics": _dynamics,
    "strategies": _strategies,
    "models": _models,
    "statements": _statements,
}
"""Every kind of name that is explained, and what lists its entries."""


@cache
def _entries() -> list[Entry]:
    return models()


def _cited(claims: tuple[str, ...]) -> tuple[Source, ...]:
    known = sources()
    return tuple(known[name] for name in claims if name in known)


@cache
def _claims() -> dict[str, list[dict[str, Any]]]:
    """Read the claims of every model of the catalogue."""
    return {slug: tomllib.loads(file.read_text(encoding="utf-8")).get("claims", [])
            for slug, file in files().items()}  # fmt: skip


@cache
def _claiming() -> dict[str, tuple[str, ...]]:
    """Which models claim something of a measure."""
    return _gathered(
        (claim["measure"].partition("@")[0], slug)
        for slug, claims in _claims().items()
        for claim in claims
        if "measure" in claim
    )


@cache
def _citing() -> dict[str, tuple[str, ...]]:
    """Which models have a claim that cites a statement."""
    return _gathered(
        (name, slug)
        for slug, claims in _claims().items()
        for claim in claims
        for name in claim.get("sources", ())
    )


@cache
def _serving() -> dict[str, dict[str, dict[str, None]]]:
    """Which measures, parameters and mechanisms of families serve a statement."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for family in _families():
        for kind in ("measures", "parameters", "mechanisms"):
            for name, one in getattr(family, kind).items():
                for claim in one.claims:
                    found.setdefault(claim, {}).setdefault(kind, {})[name] = None
    return found


def _gathered(pairs: Iterator[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, slug in pairs:
        found.setdefault(name, {})[slug] = None
    return {name: tuple(slugs) for name, slugs in found.items()}
