"""What every command shares: words before the command, words nobody knows, pipes nobody reads."""

import subprocess
import sys

import pytest

import strategic as st
from strategic.cli.app import COMMANDS


def test_the_version_needs_no_command(strategic):
    result = strategic("--version")
    assert (result.code, result.out, result.err) == (0, f"strategic {st.__version__}\n", "")


def test_words_before_the_command(strategic):
    noisy, quiet = strategic("models"), strategic("--quiet", "models")
    assert noisy.err
    assert not quiet.err
    assert noisy.out == quiet.out
    debugged = strategic("--debug", "check", "nowhere.toml")
    assert "Traceback" in debugged.err
    assert debugged.err.splitlines()[-1].startswith("error: nowhere.toml: ")


@pytest.mark.parametrize("option", ["-q", "--quiet"])
def test_general_options_may_follow_the_command(strategic, option):
    quiet = strategic("models", option)
    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out == strategic("models").out
    debugged = strategic("check", "nowhere.toml", "--debug")
    assert "Traceback" in debugged.err
    assert strategic("models", "--version").out == strategic("--version").out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("reprot", "ai-mier"), "no such command (got 'reprot'); did you mean 'report'?"),
        (("catalogue",), "no such command (got 'catalogue'); did you mean 'models'?"),
        (("xyzzy",), "no such command (got 'xyzzy'); see 'strategic --help'"),
        (("report", "--xyzzy"), "no such option (got '--xyzzy'); see 'strategic report --help'"),
        (("report", "--jsn"), "no such option (got '--jsn'); did you mean '--json'?"),
        (("--verion",), "no such option (got '--verion'); did you mean '--version'?"),
    ],
)
def test_unknown_words_are_answered_with_the_nearest(words, line, failing):
    assert failing(*words) == f"error: usage: {line}\n"


def test_who_asks_for_an_unknown_model_is_told_where_models_are_listed(failing):
    assert failing("report", "xyzzy").endswith("(got 'xyzzy'); see 'strategic models'\n")


@pytest.mark.parametrize("words", [("report", "ai-mier"), ("measures", "ai-mier"), ("--help",)])
def test_a_reader_that_leaves_early_is_no_error(words):
    with subprocess.Popen(
        [sys.executable, "-m", "strategic", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_what_is_undefined_is_null_in_json_and_a_word_on_the_screen(strategic):
    words = ("--mechanism", "control_emphasis", "--measure", "risk_dominant")
    document = strategic("compare", "ai-mier", *words, "--json").json
    assert document["changes"]["risk_dominant"] == ["CC", None]
    assert strategic("compare", "ai-mier", *words).out.split()[-2:] == ["CC", "undefined"]
    listed = strategic("measures", "restriction", "--json").json["measures"]
    assert {m["name"]: m.get("value") for m in listed}["risk_dominant"] is None
    report = strategic("report", "ai-mier", "--json").json
    changes = {entry["name"]: entry["changes"] for entry in report["mechanisms"]}
    assert changes["control_emphasis"]["risk_dominant"] == ["CC", None]


def test_numbers_that_overflow_leave_no_noise(strategic):
    huge = 'title = "huge"\n[government]\ntechnology = 1e308\nmobilisation = 1e308\n'
    for words in (("report", "-"), ("report", "-", "--json"), ("measures", "-"), ("check", "-")):
        result = strategic(*words, stdin=huge)
        assert (result.code, result.err) == (0, ""), words


def test_payoffs_that_outgrow_the_machine_are_one_line(failing):
    boundless = "[government]\ntechnology = 1e308\nmobilisation = 1e308\n[relation]\n"
    text = f'title = "boundless"\n{boundless}productivity = 1e308\n'
    for words in (("report", "-"), ("solve", "-"), ("solve", "-", "--game", "choices")):
        assert failing(*words, stdin=text).startswith("error: -: payoffs[0][0, 0]: payoffs must be")


def test_a_game_without_parameters_has_nothing_to_move(failing):
    game = 'NFG 1 R "fixed" { "a" "b" } { 1 1 }\n3 4\n'
    words = ("boundary", "-", "--measure", "pure_count")
    assert failing(*words, stdin=game) == (
        "error: MODEL: needs parameters to move, and the model has none\n"
    )


def _process(*words, **options):
    started = [sys.executable, "-m", "strategic", *words]
    return subprocess.run(started, capture_output=True, check=False, **options)


@pytest.mark.parametrize("command", ["solve", "report", "check"])
def test_a_pipe_of_noise_is_one_line(command):
    done = _process(command, "-", input=bytes([0xC4, 0xED]) * 100)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"error: -: byte 1: must be text in UTF-8 (got 196)\n"


def test_results_are_utf_8_whatever_the_locale():
    text = 'title = "模型 é"\n'.encode()
    done = _process("report", "-", "--json", input=text, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert '"title": "模型 é"'.encode() in done.stdout


def test_a_model_without_claims_reports_none(strategic):
    for text in ('title = "silent"\n', 'NFG 1 R "fixed" { "a" "b" } { 1 1 }\n3 4\n'):
        assert strategic("report", "-", "--json", stdin=text).json["claims"] == []
        assert "Claims" not in strategic("report", "-", stdin=text).out


@pytest.mark.slow
@pytest.mark.parametrize("command", [name for names in COMMANDS.values() for name in names])
def test_help_pages_show_what_is_typed(strategic, command):
    """Nothing between two colons becomes a picture, and no text is mistaken for a style."""
    found = strategic(command, "--help")
    assert found.code == 0
    assert max(map(ord, found.out)) < 0x2600
