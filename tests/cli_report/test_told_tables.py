"""Tables of points, of choices and of one game: how they are read, and what is told of it."""

import pytest

import strategic as st
from strategic.errors import StrategicError
from strategic.games.io.read import is_table_content
from strategic.sweeps import guesses_of_points

SEMICOLONS = "entries were read as separated by semicolons"
COMMA = "numbers were read with a decimal comma"
CARRIED = "carried along, as no parameter has these names: county"
POINTS = {
    "harm;county\n1,5;Fulton\n2;Cobb\n": (SEMICOLONS, COMMA, CARRIED),
    '"harm" "county"\n"1" 1.5 "Fulton"\n"2" 2 "Cobb"\n': (
        "entries were read as separated by blanks",
        CARRIED,
    ),
    "# two counties\nharm,county\n1.5,Fulton\n2,Cobb\n": (CARRIED,),
}
GAMES = (
    b"a11;a12;a21;a22;b11;b12;b21;b22\n3;0;5,5;1;3;5;0;1\n",
    b"sep=;\na11;a12;a21;a22;b11;b12;b21;b22\n3;0;5,5;1;3;5;0;1\n",
    b'"a11" "a12" "a21" "a22" "b11" "b12" "b21" "b22"\n3 0 5.5 1 3 5 0 1\n',
    b"i,j,row,column\n1,1,3,3\n1,2,0,5\n2,1,5.5,0\n2,2,1,1\n",
    b'{"A": [[3, 0], [5.5, 1]], "B": [[3, 5], [0, 1]]}',
)
COUNTS = "player;action;count\ninsp;inspect;7\nINSPECTOR;trust;3\ninspector;tr;3\n"


@pytest.mark.parametrize("text", POINTS)
def test_points_are_read_whatever_separates_them(tmp_path, text):
    file = tmp_path / "points.csv"
    file.write_text(text)
    model = st.load("hawk-dove")
    found = st.sweep(model, None, "pure_count", points=file)
    assert found["harm"].values.tolist() == [1.5, 2.0]
    assert found["county"].values.tolist() == ["Fulton", "Cobb"]
    assert guesses_of_points(model, file) == POINTS[text]


def test_a_parameter_that_is_misspelt_is_told_where_a_column_may_have_any_name(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("harm,vlaue\n1.5,3\n")
    told = "carried along, as no parameter has these names: vlaue (did you mean 'value'?)"
    assert guesses_of_points(st.load("hawk-dove"), file) == (told,)


def test_what_is_guessed_of_points_is_told(strategic, tmp_path):
    file = tmp_path / "points.csv"
    file.write_text(next(iter(POINTS)))
    words = ("sweep", "hawk-dove", "--points", file, "--measure", "pure_count", "--json")
    told = [f"{file}: {note}" for note in (SEMICOLONS, COMMA, CARRIED)]
    found = strategic(*words)
    assert (found.err.splitlines(), found.json["provenance"]["notes"]) == (told, told)


@pytest.mark.parametrize(("text", "told"), [
    ("harm;county\n1,5;a\n2;b;c\n", "row 3, counting the header: Expected 2 columns, got 3"),
    ("harm;county\n1,5;a\n2.5;b\n", "row 1, harm: must be a number (got '1,5'); write decimals"),
    ('harm,county\n"1,5",a\n', "row 1, harm: must be a number (got '1,5'); write decimals"),
])  # fmt: skip
def test_points_that_cannot_be_read_are_told(tmp_path, text, told):
    file = tmp_path / "points.csv"
    file.write_text(text)
    with pytest.raises(StrategicError) as error:
        st.sweep(st.load("hawk-dove"), None, "pure_count", points=file)
    assert str(error.value).startswith(f"{file}: {told}")


@pytest.mark.parametrize("content", GAMES)
def test_a_table_of_one_game_is_told_from_a_model(content):
    assert is_table_content(content)
    game = st.load(content).game()
    assert [side.ravel().tolist() for side in game.payoffs] == [[3, 0, 5.5, 1], [3, 5, 0, 1]]


@pytest.mark.parametrize("text", [
    'kind = "game"\n', "# a, game\n\n[parameters]\n", "[[claims]]\n", 'title "x"\n', "hello\n", "",
    "3,0;5,1 / 3,5;0,1\n", "2\n2 2\n3 0 5 1 3 5 0 1\n", 'NFG 1 R "" { "a" "b" } { 1 1 }\n1 2\n',
])  # fmt: skip
def test_a_model_or_game_is_no_table(text):
    assert not is_table_content(text.encode())


@pytest.mark.parametrize("command", ["solve", "parameters"])
def test_a_table_is_read_from_standard_input(strategic, command):
    found = strategic(command, "-", stdin=GAMES[0].decode())
    assert (found.code, COMMA in found.err.splitlines()) == (0, True)
    found = strategic(command, "-", stdin="a11,b11\n1,2\n3,4\n")
    assert found.err.startswith("error: -: holds more than one game; solve them all with")


def test_guesses_of_several_files_name_them(strategic, tmp_path):
    files = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for file, content in zip(files, (GAMES[0], GAMES[0], GAMES[0].replace(b"5,5", b"5")),
                             strict=True):  # fmt: skip
        file.write_bytes(content)
    columns, comma = st.games.open_games(files).notes
    assert columns.startswith("all 3 files: columns a11, a12, ..")
    assert comma == f"{files[0]}, {files[1]}: {COMMA}"
    assert strategic("check", *files).err.count(f"{COMMA}\n") == 2


def test_what_is_guessed_of_choices_is_told(strategic, tmp_path):
    file = tmp_path / "choices.csv"
    file.write_text(COUNTS + "contractor;work;5\ncontractor;shirk;5\n")
    told = [
        f"{file}: {SEMICOLONS}", f"{file}: column 'player': insp was taken as inspector",
        f"{file}: column 'action': tr was taken as trust",
    ]  # fmt: skip
    found = strategic("estimate", "inspection", file, "--json")
    assert (found.err.splitlines(), found.json["provenance"]["notes"]) == (told, told)


def test_what_is_no_utf_8_is_a_table_where_it_looks_like_one():
    assert is_table_content("a11;b11;Städte\n3;0;x\n".encode("latin-1"))
    assert is_table_content(b"\x93NUMPY\x01\x00")
    assert not is_table_content('title = "Städte"\n'.encode("latin-1"))
    assert not is_table_content(bytes([0xC4, 0xED]) * 100)


def test_a_table_of_one_point_is_told_in_the_singular(strategic, tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("harm\n1.5\n")
    lines = strategic("sweep", "hawk-dove", "--points", file, "--measure", "pure_count").out
    assert "Hawk and dove: 1 point\n" in lines
    assert "point: 1 value, 1\n" in lines
