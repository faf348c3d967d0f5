"""The catalogue as a whole: every claim holds, every statement is covered, every file is valid."""

import json
import re
import tomllib
from itertools import pairwise

import jsonschema
import pytest

from strategic.catalogue import check, load, models
from strategic.catalogue.entries import folder, sources
from strategic.catalogue.schema import json_schema
from strategic.modelling import family_of, measure

ENTRIES = models()
SLUGS = [entry.slug for entry in ENTRIES]
NOTE = "sources give signs and types only"
FIELDS = [entry.slug for entry in ENTRIES if entry.folder == "fields"]


@pytest.fixture(scope="module")
def loaded():
    return {slug: load(slug) for slug in SLUGS}


@pytest.fixture(scope="module")
def validator():
    families = {model.kind for model in ENTRIES} - {"game"}
    exported = json.loads(json.dumps(json_schema(*map(family_of, sorted(families)))))
    jsonschema.Draft202012Validator.check_schema(exported)
    return jsonschema.Draft202012Validator(exported)


def test_every_claim_of_the_catalogue_holds(loaded):
    failed = [entry for entry in check(*loaded.values()) if not entry.holds]
    assert not failed, [(e.slug, e.claim.id, e.measured, e.why) for e in failed]


def test_every_model_claims_something(loaded):
    assert all(model.claims for model in loaded.values())


def test_every_testable_statement_has_a_claim_and_every_cited_id_exists(loaded):
    known = sources()
    cited = {source for model in loaded.values() for c in model.claims for source in c.sources}
    assert cited <= set(known)
    assert {name for name, statement in known.items() if statement.testable} <= cited


@pytest.mark.parametrize("kind", ["relationship", "tripartite"])
def test_every_id_that_measures_and_parameters_cite_is_explained(kind):
    family = family_of(kind)
    described = [
        *family.parameters.values(),
        *family.measures.values(),
        *family.mechanisms.values(),
    ]
    cited = {claim for entry in described for claim in entry.claims}
    assert cited <= set(sources())


@pytest.mark.parametrize("entry", ENTRIES, ids=SLUGS)
def test_every_file_says_whose_numbers_it_has_and_fits_the_schema(entry, validator):
    text = entry.file.read_text()
    header = " ".join(
        line.removeprefix("#").strip() for line in text.splitlines() if "#" in line[:1]
    )
    ours = NOTE in header or "the numbers are ours" in header.lower()
    elsewhere = entry.folder in ("published", "experiments")
    assert ours or (elsewhere and re.search(r"\b(19|20)\d\d\b|github", header))
    errors = [error.message for error in validator.iter_errors(tomllib.loads(text))]
    assert errors == []


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        ({"relation": {"alignment": 2}}, True),
        ({"relation": {"aligment": 0.5}}, True),
        ({"kind": "game"}, True),
        ({"events": [{"date": "2010"}]}, True),
        ({"relation": {"alignment": 0.5}}, False),
    ],
)
def test_the_exported_schema_refuses_what_the_loader_refuses(validator, change, bad):
    errors = list(validator.iter_errors({"title": "x", **change}))
    assert bool(errors) is bad


def test_slugs_are_unique_file_stems():
    stems = [file.stem for file in folder().rglob("*.toml") if file.stem != "sources"]
    assert sorted(stems) == sorted(SLUGS)


@pytest.mark.parametrize(
    ("slug", "cell"),
    [
        ("cooperation", "CP"),
        ("capture", "KY"),
        ("restriction", "RY"),
        ("substitution", "SE"),
        ("confrontation", "RX"),
        ("strong-government-weak-society", "RY"),
        ("weak-government-strong-society", "RX"),
        ("strong-government-strong-society", "CP"),
        ("weak-government-weak-society", "RX"),
    ],
)
def test_presets_have_their_stated_outcome(loaded, slug, cell):
    assert measure(loaded[slug], "relationship_cell") == {"relationship_cell": cell}


def test_fields_are_the_twelve_of_the_source(loaded):
    values = sorted(float(loaded[slug].points["relation.sensitivity"]) for slug in FIELDS)
    assert values == [0.05] * 4 + [0.1] * 4 + [0.2, 0.3, 0.5, 0.6]


def test_the_sector_grows_as_the_figure_says(loaded):
    path = loaded["sector-growth"].path
    counts = [4.0, *(event.set["relation.organisations"] for event in path.events)]
    assert len(counts) == 13
    assert counts[-1] / counts[0] == pytest.approx(3.0913, abs=5e-5)
    assert (counts[-1] / counts[0]) ** (1 / 12) - 1 == pytest.approx(0.098615, abs=5e-7)
    growth = [round(100 * (b / a - 1), 1) for a, b in pairwise(counts)]
    assert growth == [8.8, 25.8, 0.4, 2.3, 14.9, 13.8, 19.2, 2.8, 10.5, 2.9, 5.1, 14.8]
