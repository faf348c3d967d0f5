"""Model files: what they become, and what the errors of bad ones say."""

import hashlib
import json
import re

import pytest

from strategic.catalogue import load, models
from strategic.catalogue.schema import json_schema
from strategic.catalogue.template import template
from strategic.errors import FileError, ModelError, StrategicError
from strategic.families.relationship import RELATIONSHIP
from strategic.modelling import family_of

PATH = '[path]\nstart = "2010Q1"\nperiods = 8\n'
EVENT = '[[events]]\ndate = "2010Q2"\n'
CLAIM = '[[claims]]\nid = "a"\nsays = "b"\n'
GAME = """
title = "x"
kind = "game"
players = ["a", "b"]
actions = [["l", "r"], ["l", "r"]]
payoffs = [[[0.1, "1 / y"], [3, 4]], [[1, 2], [3, 4]]]
[parameters.y]
value = 1.0
"""


def test_the_case_is_read_whole():
    model = load("ai-mier")
    assert (model.slug, model.title) == ("ai-mier", "Emil (Ai Mier) and Changsha, 2010-2017")
    assert model.values["relation.alignment"] == 0.9
    assert (model.path.start, model.path.periods) == ("2010Q1", 32)
    accusation, funds, gift, party, reports = model.path.events[1:]
    assert accusation.effects["incident"]
    assert accusation.date == "2013Q1"
    assert funds.effects == {"organisation": -0.6}
    assert gift.effects == {"government": 0.5, "organisation": 0.3}
    assert party.effects == {"government": 3.0, "organisation": 1.2}
    assert reports.set == {"trust.reporting": 0.25}


def test_the_origin_names_the_file_and_its_checksum(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('title = "Mine"\n[relation]\nalignment = 1\n')
    origin = load(file).origin
    assert origin == {
        "file": str(file),
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    assert load(str(file)).slug == "mine"


def test_a_text_is_a_model_too():
    model = load('title = "typed"\n[government]\ntechnology = 1\n')
    assert float(model.points["government.technology"]) == 1.0
    assert load('NFG 1 R "g" { "a" "b" } { 1 1 }\n\n3 4\n').game().payoffs[1] == 4


def test_the_template_runs_and_shows_every_parameter():
    text = template(RELATIONSHIP)
    model = load(text)
    for name, parameter in RELATIONSHIP.parameters.items():
        assert f"# {name.partition('.')[2]} = " in text
        assert parameter.meaning in text
    assert not model.values


def test_the_template_runs_with_every_line_enabled():
    text = template(RELATIONSHIP).replace("= ...", "= 0.5").replace("crash = 0.5", "crash = 4")
    enabled = re.sub(r"^# (\w+ = |\[)", r"\1", text, flags=re.MULTILINE)
    model = load(enabled)
    assert set(model.values) == set(RELATIONSHIP.parameters)
    assert len(model.path.events) == 4
    assert (model.parts["estimate"].data, model.parts["estimate"].play) == ("choices.csv", "trust")
    assert len(model.parts["departments"].members) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n", "title: is required"),
        ("title = 3\n", "title: must be text (got 3)"),
        ('title = ""\n', "title: must not be empty (got '')"),
        ('titel = "x"\n', "titel: no such key (got 'x'); did you mean 'title'?"),
        (
            'kind = "gaem"\n',
            "kind: must be one of relationship, tripartite, game (got 'gaem'); "
            "did you mean 'game'?",
        ),
        ("a = \n", "line 1, column 5: is not valid TOML: Invalid value"),
        ("[relation]\npayment = 1\npayment = 2\n", "is not valid TOML: Cannot overwrite a value"),
        ("a = " + "[" * 5000 + "\n", "is nested too deeply"),
        ("[relaton]\n", "relaton: no such key (got {}); did you mean 'relation'?"),
        ("relation = 3\n", "relation: must be a table (got 3)"),
        (
            "[relation]\naligment = 1\n",
            "relation.aligment: no such key (got 1); did you mean 'alignment'?",
        ),
        (
            "[relation]\nalignment = 1.5\n",
            "relation.alignment: must be at least -1 and at most 1 (got 1.5)",
        ),
        (
            "[relation]\nalignment = nan\n",
            "relation.alignment: must be at least -1 and at most 1 (got nan)",
        ),
        (
            "[relation]\npayment = .1\n",
            "is not valid TOML: Invalid value; a number has a digit on both sides of its point",
        ),
        (
            "[relation]\npayment = inf\n",
            "relation.payment: must be at least 0 and finite (got inf)",
        ),
        ("[relation]\npayment = '1'\n", "relation.payment: must be a number (got '1')"),
        ("[relation]\npayment = true\n", "relation.payment: must be a number (got True)"),
        ("[relation]\npayment = [1, 2]\n", "relation.payment: must be a number (got [1, 2])"),
        (
            "[relation]\nincident_risk = 1\n",
            "relation.incident_risk: must be at least 0 and below 1 (got 1.0)",
        ),
        ("[relation]\norganisations = 0\n", "relation.organisations: must be at least 1 (got 0.0)"),
        ("[relation]\nsubstitution = inf\n", "relation.substitution: must be at most 1 (got inf)"),
        (
            "[relation]\norganisations = 5\ncontest_exponent = 3\n",
            "relation.contest_exponent: must be at most n/(n-1), n = relation.organisations",
        ),
        ("[ladder]\nrungs = 2.5\n", "ladder.rungs: must be a whole number"),
        (EVENT, "events: events need a [path] with start and periods"),
        (
            PATH.replace("2010Q1", "2010"),
            "path.start: must be a quarter such as 2014Q2 (got '2010')",
        ),
        (PATH.replace("8", "0"), "path.periods: must be at least 1 (got 0)"),
        (PATH.replace("8", "2.5"), "path.periods: must be a whole number (got 2.5)"),
        (
            PATH + EVENT.replace("2010Q2", "2013Q1"),
            "events[0].date: must lie within 2010Q1 to 2011Q4 (got '2013Q1')",
        ),
        (
            PATH + EVENT + EVENT,
            "events[1].date: is used twice (got '2010Q2'); give each of them a name",
        ),
        (
            PATH + EVENT + "goverment = 1\n",
            "events[0].goverment: no such key (got 1); did you mean 'government'?",
        ),
        (PATH + EVENT + "government = 'a'\n", "events[0].government: must be a number (got 'a')"),
        (
            PATH + EVENT + 'set = { "trust.reportin" = 1 }\n',
            "events[0].set.trust.reportin: no such parameter (got 1); did you mean "
            "'trust.reporting'?",
        ),
        (
            PATH + EVENT + 'set = { "trust.reporting" = -1 }\n',
            "events[0].set.trust.reporting: must be at least 0 (got -1.0)",
        ),
        (CLAIM + 'measure = "x"\n', "claims[0]: needs exactly one of equals, at_least, at_most"),
        (
            CLAIM + 'measure = "x"\nequals = 1\nat_least = 2\n',
            "claims[0]: needs exactly one of equals, at_least, at_most, increases_with, "
            "decreases_with, unchanged_by (got 'equals, at_least')",
        ),
        (
            CLAIM + 'measure = "x"\nequals = 1\nover = [0, 1]\n',
            "claims[0].over: applies only to increases_with",
        ),
        (
            CLAIM + 'measure = "x"\nincreases_with = "y"\nover = [1]\n',
            "claims[0].over: must have at least 2 entries",
        ),
        (
            CLAIM + 'measure = "x"\nincreases_with = "y"\nover = [1, 0]\n',
            "claims[0].over: must run from low to high (got [1.0, 0.0])",
        ),
        (
            CLAIM + 'measure = "x"\nequals = nan\n',
            "claims[0].equals: must not be NaN (got nan)",
        ),
        (
            CLAIM + 'measure = "x"\nincreases_with = "y"\nover = 1\n',
            "claims[0].over: must be an array (got 1)",
        ),
        (
            CLAIM + 'measure = "x"\nincreases_with = "y"\nover = "yaers"\n[data]\nyears = [1, 2]\n',
            "claims[0].over: no such series in [data] (got 'yaers'); did you mean 'years'?",
        ),
        (
            CLAIM + 'measure = "surplus"\nincreases_with = "relation.alignment"\nover = [0, 2]\n',
            "claims[0].over: must be at least -1 and at most 1 (got 2.0)",
        ),
        (
            CLAIM + 'measure = "surplus"\nincreases_with = "mechanism.legitimacy"\nover = [0, 2]\n',
            "claims[0].over: must be at least 0 and at most 1 (got 2.0)",
        ),
        (
            CLAIM + 'measure = "surplus"\nincreases_with = "legitimacy"\n',
            "claims[0].increases_with: no such parameter or mechanism (got 'legitimacy'); "
            "did you mean 'mechanism.legitimacy'?",
        ),
        (
            CLAIM + 'measure = "surplus"\nequals = "a"\n',
            "claims[0].equals: must be a number (got 'a')",
        ),
        (
            CLAIM + 'measure = "relationship_type"\nequals = "captur"\n',
            "(got 'captur'); did you mean 'capture'?",
        ),
        (
            CLAIM + 'measure = "relationship_type"\nat_least = 1\n',
            "claims[0].at_least: a label has no order; use equals (got 1.0)",
        ),
        (
            CLAIM + 'measure = "surplus"\nequals = 1\nset = { "relation.paymnt" = 1 }\n',
            "claims[0].set.relation.paymnt: no such parameter (got 1); did you mean 'relation.pay",
        ),
        (
            CLAIM + 'measure = "surplus"\nequals = 1\nmechanisms = { legitimcy = 1 }\n',
            "claims[0].mechanisms.legitimcy: no such key (got 1); did you mean 'legitimacy'?",
        ),
        (
            CLAIM + 'measure = "surplus"\nequals = 1\nmechanisms = { legitimacy = 2 }\n',
            "claims[0].mechanisms.legitimacy: must be at most 1 (got 2)",
        ),
        (
            CLAIM + 'measure = "cooperation_periods"\nequals = 1\n',
            "claims[0].measure: needs a [path] in the file",
        ),
        (
            PATH + CLAIM + 'measure = "regime_at@2019Q1"\nequals = "C"\n',
            "claims[0].measure: its date must lie within 2010Q1 to 2011Q4 (got 'regime_at@2019Q1')",
        ),
        (
            PATH + EVENT + CLAIM + 'measure = "surplus"\nequals = 1\nwithout = ["2010Q3"]\n',
            "claims[0].without: no such event (got '2010Q3'); did you mean '2010Q2'?",
        ),
        ("[data]\nyears = ['a', 2]\n", "data.years[0]: must be a number (got 'a')"),
        (CLAIM + 'measure = "x"\nequals = [1]\n', "claims[0].equals: must be a number"),
        (CLAIM + "equals = 1\n", "claims[0].measure: is required"),
        (
            CLAIM + 'measure = "x"\nequals = 1\n',
            "claims[0].measure: no such measure of relationship (got 'x')",
        ),
    ],
)
def test_a_bad_model_is_told_where_and_why(text, line):
    with pytest.raises(StrategicError) as caught:
        load(text if re.match("tit|kind|a =|\n", text) else f'title = "x"\n{text}')
    messages = str(caught.value).splitlines()
    assert any(message.startswith("-: ") and line in message for message in messages), messages


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("1 / y", "1 / z", "payoffs[0][0][1]: no such parameter 'z' (got '1 / z')"),
        (
            "1 / y",
            "1 / yy",
            "payoffs[0][0][1]: no such parameter 'yy' (got '1 / yy'); did you mean 'y'?",
        ),
        ("1 / y", "1 / (y - 1)", "payoffs[0][0][1]: has no finite value at these parameters"),
        ("1 / y", "1 / (0.1 * y + 0.2 - 0.3)", "payoffs[0][0][1]: has no finite value"),
        ('"1 / y"', "nan", "payoffs[0][0][1]: must be a finite number (got 'NaN')"),
        ('"1 / y"', "true", "payoffs[0][0][1]: must be a number or a formula (got True)"),
        (
            '[0.1, "1 / y"]',
            "[1]",
            "payoffs[0][0]: must be an array of 2 entries, one per action of b (got 1)",
        ),
        (
            '[0.1, "1 / y"]',
            "7",
            "payoffs[0][0]: must be an array of 2 entries, one per action of b (got 7)",
        ),
        (", [[1, 2], [3, 4]]", "", "payoffs: must have 2 entries, one per player (got 1)"),
        (
            'players = ["a", "b"]',
            'players = ["a"]',
            "actions: must have 1 entries, one per player (got 2)",
        ),
        ('["l", "r"]]', "[]]", "actions[1]: must have at least 1 entries"),
        (
            "value = 1.0",
            "valu = 1.0",
            "parameters.y.valu: no such key (got 1.0); did you mean 'value'?",
        ),
        ("value = 1.0", "value = inf", "parameters.y.value: must be finite (got inf)"),
        (
            "value = 1.0",
            "value = 1.0\nbounds = [2, 3]",
            "parameters.y.value: must be at least 2 and at most 3",
        ),
        (
            "value = 1.0",
            "value = 1.0\nbounds = [3, 2]",
            "parameters.y.bounds: must be a lower and an upper",
        ),
        ("parameters.y", "parameters.max", "must be a plain name, and not one of min, max"),
        ("payoffs =", "payofs =", "payofs: no such key"),
    ],
)
def test_a_bad_game_is_told_where_and_why(old, new, line):
    with pytest.raises(StrategicError) as caught:
        load(GAME.replace(old, new, 1))
    messages = str(caught.value).splitlines()
    assert any(message.startswith("-: ") and line in message for message in messages), messages


def test_an_unknown_slug_names_the_nearest():
    with pytest.raises(ModelError, match=r"got 'ai-meir'\); did you mean 'ai-mier'\?"):
        load("ai-meir")


def test_a_file_without_a_suffix_is_found_and_a_slug_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("mine", "cooperation"):
        (tmp_path / name).write_text('title = "Mine"\n')
    assert load("mine").title == "Mine"
    assert load("cooperation").title == "Cooperation"
    assert load("./cooperation").title == "Mine"


def test_a_missing_or_unreadable_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"title = '\xff'\n")
    with pytest.raises(FileError, match="UTF-8"):
        load(binary)
    with pytest.raises(FileError):
        load(tmp_path)


def test_every_parameter_has_its_range_in_the_exported_schema():
    exported = json.loads(json.dumps(json_schema(family_of("relationship"))))
    tables = exported["$defs"]["RelationshipFile"]["properties"]
    for name, parameter in RELATIONSHIP.parameters.items():
        section, _, key = name.partition(".")
        table = exported["$defs"][tables[section]["$ref"].rpartition("/")[2]]
        entry = table["properties"][key]
        low = entry.get("exclusiveMinimum" if parameter.open_lower else "minimum", -float("inf"))
        high = entry.get("exclusiveMaximum" if parameter.open_upper else "maximum", float("inf"))
        assert (low, high) == (parameter.lower, parameter.upper)


def test_slugs_are_listed_with_title_and_kind():
    listed = {entry.slug: entry for entry in models()}
    assert listed["ai-mier"].kind == "relationship"
    assert listed["hawk-dove"].kind == "game"
