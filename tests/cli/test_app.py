"""The command line as a whole: help, start-up, consoles that cannot show every character."""

import os
import subprocess
import sys

import pytest

COMMANDS = ("init", "run", "watch", "status", "verify", "doctor", "demo", "profile", "models")


def python(*arguments, **environment):
    env = {**os.environ, **environment}
    return subprocess.run([sys.executable, *arguments], capture_output=True, env=env, timeout=120, check=False)


def test_help_lists_the_commands_and_exit_codes(cli):
    result = cli("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f" {command} " in result.stdout
    for part in ("Exit codes", "130"):
        assert part in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(cli, command):
    assert cli(command, "--help").exit_code == 0


def test_help_imports_nothing_heavy():
    code = (
        "import sys, typer.testing, importer.cli.app as a; typer.testing.CliRunner().invoke(a.app, ['--help']);"
        "print(*{'numpy', 'cv2', 'onnxruntime', 'pydantic', 'yaml', 'watchdog', 'trimesh'} & set(sys.modules))"
    )
    # typer itself may import pydantic when it is there
    typer_alone = python("-c", "import sys, typer; print(*{'pydantic'} & set(sys.modules))").stdout.split()
    assert set(python("-c", code).stdout.split()) <= set(typer_alone)


def test_version(cli):
    assert cli("--version").stdout.startswith("importer ")


@pytest.mark.parametrize("arguments", [("fly",), ("run",), ("run", "x.png", "--speed"), ("verify",)])
def test_wrong_usage_is_exit_code_2(cli, arguments):
    assert cli(*arguments).exit_code == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_a_narrow_console_ends_no_command(tmp_path, encoding):
    (tmp_path / "椅子 \u2713.yaml").write_text("asset: {name: 椅子}\n", encoding="utf-8")
    main = "from importer.cli.main import main; main()"
    result = python(
        "-c", main, "profile", "show", tmp_path / "椅子 \u2713.png", PYTHONIOENCODING=encoding, PYTHONUTF8="0"
    )
    assert result.returncode == 0, result.stderr
    assert b"asset.name" in result.stdout
    failed = python("-c", main, "run", tmp_path / "椅子.png", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert failed.returncode == 2
    assert b"Traceback" not in failed.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_a_reader_that_leaves_early_is_no_fault():
    command = f"'{sys.executable}' -c 'from importer.cli.main import main; main()' profile schema | head -c 10"
    result = subprocess.run(["sh", "-c", command], capture_output=True, timeout=120, check=False)
    assert result.stdout == b'{\n  "$sche'
    assert result.stderr == b""
