"""Every measure and mechanism has a formula, and every letter of every formula has a meaning."""

import re

import pytest

from strategic.catalogue.custom import fixed
from strategic.catalogue.entries import sources
from strategic.catalogue.explaining import explained
from strategic.catalogue.notation import notation, symbols_called
from strategic.estimation.study_measures import estimates_group
from strategic.families.relationship import RELATIONSHIP
from strategic.families.tripartite import TRIPARTITE
from strategic.games import Game
from strategic.latex import mathml, plain, symbols

GAME = Game.from_payoffs([[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0]])
ANY = fixed(GAME).family
FAMILIES = {"relationship": RELATIONSHIP, "tripartite": TRIPARTITE, "any game": ANY}
FAMILY = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def either(symbol):
    """Name what holds for either side by the side i."""
    return re.sub(r"_[GO]\b", "_i", symbol)


def known_to(family):
    listed = [*notation(family), *notation()]
    names = {name for one in listed for name in symbols(one.symbol)}
    return names | {either(name).replace("_i", "_j") for name in names} | {either(n) for n in names}


def defined_within(formula):
    """List the letters that a formula defines after its commas, and sides that it sums over."""
    clauses = re.split(r", \\quad ", formula)
    heads = [clause.partition(" = ")[0] for clause in clauses if " = " in clause]
    heads += [clause.partition(r" \in ")[0] for clause in clauses[1:]]
    short = (
        head for head in heads if not re.search(r"\\(begin|left|frac|text|lim|max|sum|\{)", head)
    )
    return {name for head in short for name in symbols(head)}


@FAMILY
def test_every_measure_and_mechanism_has_a_formula(family):
    groups = [*family.groups.values(), estimates_group(family)]
    for one in (*family.measures.values(), *family.mechanisms.values(), *groups):
        assert one.formula, one.name
        assert plain(one.formula)
        assert mathml(one.formula, block=True).startswith("<math")
    for group in family.groups.values():
        assert group.find(group.known[0]).formula == group.formula


@FAMILY
def test_every_letter_of_every_formula_is_in_the_notation(family):
    known = known_to(family)
    formulas = {
        one.name: one.formula for one in (*family.measures.values(), *family.groups.values())
    }
    formulas |= {f"mechanism {m.name}": m.formula for m in family.mechanisms.values()}
    formulas |= {f"letter {letter.symbol}": letter.formula for letter in notation(family)}
    for name, formula in formulas.items():
        letters = {letter for letter in symbols(formula) if letter not in defined_within(formula)}
        unknown = {letter for letter in letters if not {letter, either(letter)} & known}
        assert not unknown, f"{name}: {formula}"


def test_every_letter_of_every_proposition_is_in_the_notation():
    known = known_to(RELATIONSHIP)
    for one in sources().values():
        letters = {name for name in symbols(one.formula) if name not in defined_within(one.formula)}
        assert not {name for name in letters if not {name, either(name)} & known}, one.id


@FAMILY
def test_a_letter_means_one_thing_in_a_family(family):
    listed = [one.symbol for one in notation(family)]
    assert len({*listed}) == len(listed), sorted(s for s in listed if listed.count(s) > 1)


@FAMILY
def test_numbers_have_units(family):
    for measure in family.measures.values():
        assert bool(measure.unit) != bool(measure.labels), measure.name


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("theta_G", ("trust.government",)),
        (r"\theta_G", ("trust.government",)),
        ("θ_G", ("trust.government",)),
        (r"\delta", ("relation.discount",)),
        ("δ", ("relation.discount",)),
        ("delta", ("relation.discount",)),
        ("m_int", ("relation.internal_supervision",)),
        ("x_G", ("incentive_government", "incentive_organisation")),
        ("lambda", ("government.shelter_responsibility",)),
        ("kappa", ()),
    ],
)
def test_letters_are_found_however_they_are_typed(typed, names):
    assert symbols_called(typed)[0].names == names
    entries = explained(typed)
    assert [one.name for one in entries][: len(names)] == list(names)
    assert entries[0].meaning


def test_what_no_formula_names_is_no_letter():
    assert symbols_called("zzz") == []
