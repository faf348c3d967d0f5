"""The literature is registered once: what docstrings cite is found there, word for word."""

import ast
import importlib
import re
from pathlib import Path
from pkgutil import resolve_name, walk_packages

import numpy as np
import pytest

import strategic
import strategic as st
from strategic import evolution, repeated
from strategic.catalogue.explaining import explained
from strategic.docstrings import references_of
from strategic.equilibria import METHODS
from strategic.papers import Cited, known, paper, papers, reached, references

ROOT = Path(strategic.__file__).parent
_DOI = re.compile(r"10\.\d{4,5}/\S+$")


def docstrings():
    """Give every docstring with a section of references, and where it stands."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                text = ast.get_docstring(node) or ""
                if re.search(r"^References\n---", text, re.MULTILINE):
                    name = getattr(node, "name", "module")
                    yield f"{path.relative_to(ROOT).as_posix()}:{name}", text


CITING = dict(docstrings())


class Told:
    """Stands for something whose docstring is a given text."""

    def __init__(self, text):
        self.__doc__ = text


@pytest.mark.parametrize("place", CITING)
def test_a_docstring_cites_what_is_registered_word_for_word(place):
    cited = references_of(Told(CITING[place]))
    assert cited
    for reference in cited:
        found = [key for key, one in papers().items() if reference.startswith(str(one))]
        assert found, f"{place} cites {reference!r}, which strategic/papers.json does not have"


_NAMES = r"[A-ZÉ][\w'-]+(?:(?:,| and| et al\.?)* [A-ZÉ][\w'-]+| et al\.?)*"
_NAMED = re.compile(rf"(?P<names>{_NAMES}),? \(?(?P<year>(?:1[89]|20)\d\d)\b")
_SECTION = re.compile(r"^References\n-+\n.*?(?=^\S[^\n]*\n-{3,}$|\Z)", re.DOTALL | re.MULTILINE)


def named_in_text():
    """Give the family names and years that docstrings mention outside their references."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                text = _SECTION.sub("", ast.get_docstring(node) or "")
                for found in _NAMED.finditer(" ".join(text.split())):
                    names = {*re.findall(r"[A-ZÉ][\w'-]+", found["names"])}
                    yield path.relative_to(ROOT).as_posix(), names, int(found["year"])


def test_a_paper_that_a_sentence_names_is_registered():
    families = {}
    for one in papers().values():
        names = {author.partition(",")[0].split()[-1] for author in one.authors}
        families.setdefault(one.year, []).append(names)
    mentioned = [*named_in_text()]
    assert len(mentioned) > 40
    for place, names, year in mentioned:
        assert any(names & known for known in families.get(year, [])), (place, names, year)


def test_docstrings_that_cite_are_many():
    assert len(CITING) > 120


def test_every_entry_can_be_found_by_a_reader():
    for key, one in papers().items():
        family = one.authors[0].split(",")[0]
        letters = re.sub(r"\W", "", family).lower()
        assert letters[:3].translate(str.maketrans("áéø", "aeo")) in key.lower(), key
        assert key.endswith(str(one.year)), key
        assert one.venue or one.url, key
        assert not one.doi or _DOI.match(one.doi), key
        assert all(", " in author for author in one.authors), key
        digits = [int(sign) for sign in one.isbn if sign.isdigit()]
        weighted = sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits))
        assert not digits or (len(digits) == 13 and weighted % 10 == 0), key


def test_no_two_entries_are_one_paper():
    places = [(one.title, one.authors) for one in papers().values()]
    assert len(set(places)) == len(places)
    dois = [one.doi for one in papers().values() if one.doi]
    assert len(set(dois)) == len(dois)


def test_bibtex_holds_what_a_bibliography_needs():
    for key, one in papers().items():
        entry = one.bibtex
        assert entry.startswith("@")
        assert f"{{{key}," in entry
        assert entry.count("{") == entry.count("}"), key
        for field in ("author", "title", "year"):
            assert re.search(rf"^  {field} = {{.+}},$", entry, re.MULTILINE), (key, field)
        assert not re.search(r"(?<!\\)[&%#]", entry.replace(one.doi or "\0", "")), key


def test_notebooks_show_a_list_with_links_and_nothing_of_the_text_as_markup():
    shown = references("Harsanyi1967", "Dummy, D. <b> (2001). On dummies.")._repr_html_()
    assert shown.count("<li>") == 3
    assert '<a href="https://doi.org/10.1287/mnsc.14.3.159">' in shown
    assert "<b>" not in shown


def test_a_wrong_key_is_told_the_nearest():
    with pytest.raises(strategic.errors.UsageError, match="LemkeHowson1964"):
        paper("LemkeHowson1965")


def test_references_of_one_thing_come_once_and_the_package_first():
    solve = resolve_name("strategic.equilibria.pivoting.lemke_howson:LemkeHowson")
    found = references(solve, solve, "Nash1951", "strategic.repeated:grim_threshold")
    assert found.keys == (
        "strategic",
        "LemkeHowson1964",
        "VonStengel2002",
        "Nash1951",
        "Friedman1971",
    )


DILEMMA = [[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]
TIED = [[1.0, 0.0], [1.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]]
RNG = np.random.default_rng(5)


def behind(found):
    """Give the keys of a result, the package apart."""
    first, *others = found.references().keys
    assert first == "strategic"
    return others


@pytest.mark.parametrize("method", METHODS)
def test_every_method_names_the_papers_of_its_class_or_what_it_used(method):
    game = ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]) if method == "zero_sum" else DILEMMA
    found = st.solve(*game, method=method)
    assert behind(found)
    assert found.document()["references"] == ["strategic", *behind(found)]


def test_a_list_names_what_its_sizes_and_statuses_called_for():
    bits = RNG.random((2, 4, 4))
    assert behind(st.solve(*DILEMMA)) == ["Nash1951"]
    assert behind(st.solve(*bits)) == ["Nash1951", "Shewchuk1997"]
    large = st.solve(*RNG.random((2, 9, 9)))
    assert behind(large) == ["Nash1951", "AvisRosenbergSavaniVonStengel2010", "Balinski1961"]
    tied = st.solve(*TIED)
    assert {"Bareiss1968", "Mangasarian1964"} <= {*behind(tied)}
    assert (
        behind(tied.components())
        == behind(tied.components()[0])
        == ["Jansen1981", "VonStengel2002"]
    )
    assert "Krawczyk1969" in behind(st.solve(*RNG.random((3, 3, 2, 2))))
    assert behind(st.solve(*RNG.random((3, 2, 2, 2)))) == ["Nash1951"]


def test_one_equilibrium_names_paths_only_where_they_were_followed():
    pure = st.solve(*DILEMMA, method="one")
    assert behind(pure) == ["Nash1951", "PorterNudelmanShoham2008"]
    cycle = np.roll(np.eye(5), 1, axis=1)
    mixed = st.solve(np.eye(5), cycle, method="one")
    assert int((mixed.row > 0).sum()) > 2
    assert "LemkeHowson1964" in behind(mixed)


def test_symmetric_games_of_more_players_rest_on_polynomials():
    coordination = np.zeros((2, 2, 2))
    coordination[0, 0, 0], coordination[1, 1, 1] = 2.0, 1.0
    assert "Farouki2012" in behind(st.solve(*[coordination] * 3, method="symmetric"))
    assert behind(st.solve([[3, 0], [5, 1]], [[3, 5], [0, 1]], method="symmetric")) == ["Nash1951"]


def test_a_measure_names_what_its_function_calls():
    measures = st.load("ai-mier").family.measures
    assert "GreenPorter1984" in behind(measures["incident_limit"])
    assert "GreenPorter1984" not in behind(measures["surplus"])
    assert "Nash1950" in behind(measures["surplus"])
    assert [one.__name__ for one in reached(repeated.grim_threshold)] == ["grim_threshold"]


def test_results_of_every_kind_have_references():
    model = st.load("ai-mier")
    counts = {"player": ["inspector", "contractor"], "action": ["inspect", "work"],
              "count": [30, 20]}  # fmt: skip
    fit = st.estimate(st.load("inspection"), counts)
    levels = st.estimate(st.load("inspection"), counts, play="hierarchy")
    game = st.Game.from_payoffs(*DILEMMA)
    point = repeated.repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05)
    expected = {
        "Nash1951": st.report(model),
        "BlonskiSpagnolo2015": model.verdict(),
        "ArrowCheneryMinhasSolow1961": model,
        "GreenPorter1984": repeated.enforce(point),
        "AbreuSannikov2014": repeated.equilibrium_payoffs(*DILEMMA, discount=0.5),
        "KaplanMeier1958": st.simulate(model, paths=5, periods=3),
        "McKelveyPalfrey1995": fit,
        "CamererHoChong2004": levels,
        "TaylorJonker1978": st.evolve(st.load("coordination")),
        "DormandPrince1980": evolution.paths(game, [[[0.5, 0.5]], [[0.5, 0.5]]]),
        "Nash1950": st.compare(model, ["collaborative_forum"], "surplus"),
    }
    for key, found in expected.items():
        assert isinstance(found, Cited)
        assert key in behind(found), (key, behind(found))


NO_RESULTS = {
    *("Family", "Game", "Parameter", "GameTable", "Rationalisation", "Written", "Method"),
    *("MethodOption", "MethodRecord", "NotWantedError", "Subset", "Dynamic", "PayoffFormulas"),
    *("PopulationGame", "Automaton", "RepeatedGame", "TrustClass", "Event", "EventField", "Part"),
    *("MeasureGroup", "Mechanism", "Points", "Rule", "Timeline", "Effect", "Flip", "Sides"),
    *("Summary", "Differenced", "Estimate", "Likelihood", "Observations", "Request", "Study"),
    *("Checked", "Claim", "Answer", "Block", "Figure", "Reading", "Reporting", "Section"),
    *("BaseTerms", "Department", "Departments", "Drift", "Sector", "SweepTable", "Views"),
}
"""What users make, and parts of results, all told by the whole."""


@pytest.mark.parametrize(
    "package",
    ["games", "equilibria", "evolution", "repeated", "modelling", "sweeps", "estimation",
     "catalogue", "reports", "families.relationship", "families.tripartite"],
)  # fmt: skip
def test_every_public_class_has_references_or_is_no_result(package):
    module = importlib.import_module(f"strategic.{package}")
    for name in module.__all__:
        kind = getattr(module, name)
        if isinstance(kind, type):
            assert issubclass(kind, Cited) != (name in NO_RESULTS), name


def test_data_sets_of_sweeps_keep_their_references():
    found = st.sweep(st.load("ai-mier"), {"relation.alignment": "0:1:2"}, "incident_limit")
    assert "AbreuMilgromPearce1991" in references(found).keys
    assert references(found)[0].key == "strategic"
    study = st.sensitivity(
        st.load("ai-mier"), {"relation.alignment": (0.2, 0.8)}, "surplus", draws=64
    )
    assert {"SaltelliEtAl2010", "Sobol1967"} <= {*references(study).keys}


def test_ways_of_play_are_explained_with_their_papers():
    (found,) = explained("hierarchy")
    assert [known(text).key for text in found.references] == ["CamererHoChong2004"]


def test_what_nobody_registered_is_cited_as_it_is_written():
    text = "Dummy, D. and Other, O. (2001). On dummies. Journal 3."
    assert str(known(text)) == text
    assert known(text).key == "Dummy2001"


def test_every_address_that_a_result_names_is_there():
    """A class names functions by their addresses, which a change of name would break."""
    for module in walk_packages(strategic.__path__, "strategic."):
        if not module.name.endswith(("__main__", "_process")):  # these run when they are loaded
            importlib.import_module(module.name)
    pending, named = [Cited], 0
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        for name in kind.__dict__.get("made_by", ()):
            named += 1
            address = name if ":" in name else f"{kind.__module__}:{name}"
            assert references_of(resolve_name(address)), (kind, name)
    assert named > 20
