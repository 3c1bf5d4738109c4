"""``importer verify``: formats, pages and exit codes, as a build server sees them."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import trimesh

MAIN = "from importer.cli.main import main; main()"


def verify(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-c", MAIN, "verify", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )


@pytest.fixture
def models(tmp_path):
    ball = trimesh.creation.icosphere()
    ball.export(tmp_path / "good ball.glb")
    ball.invert()
    (tmp_path / "more").mkdir()
    ball.export(tmp_path / "more" / "good ball.glb")
    return tmp_path


def test_text_and_exit_codes(models):
    good, bad = verify("good ball.glb", cwd=models), verify("more", cwd=models)
    assert (good.returncode, bad.returncode) == (0, 1)
    assert b"no findings" in good.stdout
    assert b"error: WINDING_INWARD" in bad.stdout


def test_a_missing_file_is_an_error_in_json_too(models):
    done = verify("none.glb", "--format", "json", cwd=models)
    assert done.returncode == 1
    assert "none.glb" in json.loads(done.stdout)["error"]["where"]


def test_json(models):
    done = verify(".", "--format", "json", cwd=models)
    assert done.returncode == 1
    first, second = json.loads(done.stdout)["assets"]
    assert (first["path"], first["findings"]) == ("good ball.glb", [])
    assert second["findings"][0].keys() == {"severity", "code", "where", "what", "fix"}


def test_junit(models):
    done = verify(".", "--format", "junit", cwd=models)
    assert done.returncode == 1
    root = ElementTree.fromstring(done.stdout)
    assert root.attrib["failures"] == "1"
    assert len(root.findall("testsuite")) == 2


def test_pages_are_written_beside_each_other(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "chair.glb").write_bytes(b"glTF")  # too damaged to be drawn, which takes seconds
    done = verify(".", "--report", "pages", cwd=tmp_path)
    assert done.returncode == 1
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {"chair.glb.html", "chair.glb-2.html"}
    assert b"pages" in done.stderr


def test_an_unknown_format_is_wrong_usage(models):
    assert verify(".", "--format", "xml", cwd=models).returncode == 2
