"""Installing: the right add-on, switched on beside others, and nothing of the project's own changed."""

import json
import subprocess
import sys

import pytest

from engine_bridges.godot.install import ADDON, HERE, install

THREE = 'config_version=4\n\n[application]\n\nconfig/name="a ; [b]"\n'
FOUR = 'config_version=5\n\n[application]\n\nconfig/name="game"\n'


def make(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "project.godot").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "version", "line"),
    [
        (THREE, 3, 'enabled=PoolStringArray( "importer_bridge" )'),
        (FOUR, 4, 'enabled=PackedStringArray("res://addons/importer_bridge/plugin.cfg")'),
        (f"{FOUR}\n[editor_plugins]\n\n", 4, 'enabled=PackedStringArray("res://addons/importer_bridge/plugin.cfg")'),
        (
            f'{FOUR}\n[editor_plugins]\n\nenabled=PackedStringArray("res://addons/gut/plugin.cfg")\n\n[x]\n\ny=1\n',
            4,
            'enabled=PackedStringArray("res://addons/gut/plugin.cfg", "res://addons/importer_bridge/plugin.cfg")',
        ),
    ],
)
def test_the_add_on_is_switched_on_beside_others(tmp_path, text, version, line):
    folder = make(tmp_path / "game", text)
    assert install(folder, "..\\props\\out") == version
    settings = (folder / "project.godot").read_text("utf-8")
    assert settings.count("[editor_plugins]") == 1
    assert line in settings.split("\n")
    assert all(row in settings.split("\n") for row in text.split("\n") if not row.startswith("enabled"))
    config = json.loads((folder / "importer_bridge.json").read_text("utf-8"))
    assert config == {"config_version": 1, "watch": [{"into": "Imported", "out": "../props/out"}]}
    header = (folder / ADDON / "plugin.gd").read_text("utf-8").split("\n")[0]
    assert header == {3: "tool", 4: "@tool"}[version]


def test_again_brings_a_newer_add_on_and_changes_nothing_else(tmp_path):
    folder = make(tmp_path / "game", THREE)
    install(folder)
    settings = (folder / "project.godot").read_text("utf-8")
    (folder / "importer_bridge.json").write_text("mine")
    (folder / ADDON / "core" / "old.gd").write_text("of an older add-on")
    install(folder, "elsewhere")
    assert (folder / "project.godot").read_text("utf-8") == settings
    assert (folder / "importer_bridge.json").read_text() == "mine"
    assert not (folder / ADDON / "core" / "old.gd").exists()


@pytest.mark.parametrize(
    ("text", "message"), [(None, "is not there"), ("config_version=3\n", "neither"), ("", "neither")]
)
def test_what_is_no_project_is_told(tmp_path, text, message):
    folder = tmp_path / "game"
    if text is not None:
        make(folder, text)
    command = [sys.executable, str(HERE / "install.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and message in done.stderr
    assert not (folder / "addons").exists()
