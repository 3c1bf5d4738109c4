"""One way out of every command: codes, messages without tracebacks, JSON errors."""

import json

import pytest
import typer
from typer.testing import CliRunner

from importer.cli.guard import Json, UsageError, Verbose, guarded
from importer.errors import ImporterError, PictureError, ProfileError, StageError


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))

    def invoke(raised, *arguments):
        app = typer.Typer()

        @app.command()
        @guarded
        def command(as_json: Json = False, verbose: Verbose = False) -> int:
            if isinstance(raised, BaseException):
                raise raised
            return raised

        return CliRunner().invoke(app, list(arguments))

    return invoke


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (0, 0),
        (1, 1),
        (PictureError("x"), 1),
        (StageError("x"), 1),
        (ImporterError("x"), 1),
        (ProfileError("x"), 2),
        (UsageError("x"), 2),
        (ValueError("x"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes(invoke, raised, code):
    assert invoke(raised).exit_code == code


def test_an_error_says_what_where_and_what_to_do_on_stderr(invoke):
    result = invoke(PictureError("it is empty", where="[red]a.png", fix="Draw something."))
    assert result.stderr == "error: [red]a.png: it is empty. Draw something.\n"
    assert result.stdout == ""


def test_an_error_is_a_document_with_json(invoke):
    result = invoke(PictureError("it is empty", where="a.png", fix="Draw."), "--json")
    assert json.loads(result.stdout) == {"error": {"what": "it is empty", "where": "a.png", "fix": "Draw."}}


def test_the_unexpected_leaves_its_traceback_in_a_file(invoke, tmp_path):
    result = invoke(ValueError("oh [no]"))
    assert "unexpected ValueError: oh [no]" in result.stderr
    assert "Traceback" not in result.stderr
    (log,) = tmp_path.rglob("logs/*.log")
    assert str(log) in result.stderr
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert "error" in json.loads(invoke(ValueError("x"), "--json").stdout)


def test_verbose_shows_the_traceback(invoke):
    assert "Traceback" in invoke(ValueError("oh"), "--verbose").stderr


def test_where_no_log_can_be_written_verbose_is_named(invoke, tmp_path):
    (tmp_path / "importer").write_text("a file where the folder ought to be")
    assert "--verbose" in invoke(ValueError("oh")).stderr


def test_ctrl_c_is_one_line(invoke):
    assert invoke(KeyboardInterrupt()).stderr == "Interrupted. What was finished stays; nothing is half written.\n"
