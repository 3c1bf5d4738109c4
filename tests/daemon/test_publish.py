import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from importer.daemon import publish as module
from importer.daemon.publish import publish, sweep
from importer.errors import OutputError
from importer.system import files
from tests.daemon.conftest import make_asset, tree


def test_published_folder_has_the_files_and_nothing_lies_beside_it(tmp_path):
    asset = make_asset()
    path = publish(asset, tmp_path / "out")
    assert path == tmp_path / "out" / "chair"
    assert tree(path) == asset.files
    assert [entry.name for entry in path.parent.iterdir()] == ["chair"]


@pytest.mark.parametrize("exchange", [True, False])
def test_replacing_drops_old_files_and_keeps_reports_and_what_engines_wrote(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    path = publish(make_asset(gltf__old_glb=b"old", gltf__both_glb=b"1"), tmp_path)
    (path / "reports").mkdir()
    (path / "reports" / "unity.json").write_text("imported")
    (path / "gltf" / "both.glb.meta").write_text("guid: 7")
    new = make_asset(gltf__both_glb=b"2")
    publish(new, tmp_path)
    assert tree(path) == {**new.files, "reports/unity.json": b"imported", "gltf/both.glb.meta": b"guid: 7"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["chair"]


def test_report_that_arrives_while_publishing_is_kept(tmp_path, monkeypatch):
    path = publish(make_asset(), tmp_path)
    (path / "reports").mkdir()

    def report_then_exchange(finished, target, aside):
        (target / "reports" / "godot.json").write_text("imported")
        return files.exchange_folders(finished, target, aside)

    monkeypatch.setattr(module, "exchange_folders", report_then_exchange)
    publish(make_asset(gltf__new_glb=b"new"), tmp_path)
    assert (path / "reports" / "godot.json").read_text() == "imported"


def test_folder_of_strangers_is_not_emptied(tmp_path):
    (tmp_path / "chair").mkdir()
    (tmp_path / "chair" / "notes.txt").write_text("mine")
    path = publish(make_asset(), tmp_path)
    assert (path / "notes.txt").read_text() == "mine"


def test_same_asset_again_leaves_the_folder_untouched(tmp_path):
    path = publish(make_asset(), tmp_path)
    (path / "gltf" / "mesh.glb.import").write_text("godot")
    before = path.stat().st_ino, {file: os.stat(file).st_mtime_ns for file in path.rglob("*")}
    publish(make_asset(), tmp_path)
    assert (path.stat().st_ino, {file: os.stat(file).st_mtime_ns for file in path.rglob("*")}) == before


def test_damaged_published_file_is_repaired(tmp_path):
    path = publish(make_asset(), tmp_path)
    (path / "gltf" / "mesh.glb").write_bytes(b"rotten")
    publish(make_asset(), tmp_path)
    assert (path / "gltf" / "mesh.glb").read_bytes() == b"mesh"


def test_file_in_the_way_of_the_asset_is_named_and_kept(tmp_path):
    (tmp_path / "chair").write_text("mine")
    with pytest.raises(OutputError, match=r"chair: a file is in the way.*Move it away"):
        publish(make_asset(), tmp_path)
    assert tree(tmp_path) == {"chair": b"mine"}


def test_file_in_the_way_of_the_output_folder_is_named(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="a file is in the way"):
        publish(make_asset(), tmp_path / "out")


@pytest.mark.parametrize("path", ["../evil", "/evil", "a/../../evil", "..\\evil", "C:evil"])
def test_file_outside_the_asset_is_refused(tmp_path, path):
    asset = make_asset()
    asset.files[path] = b"evil"
    with pytest.raises(OutputError, match="unsafe path"):
        publish(asset, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_full_disk_says_so_and_keeps_the_older_asset(tiny_disk):
    (tiny_disk / "chair").mkdir()
    (tiny_disk / "chair" / "old.glb").write_bytes(b"old")
    with pytest.raises(OutputError, match=r"chair|disk.*free"):
        publish(make_asset(gltf__mesh_glb=os.urandom(300_000)), tiny_disk)
    assert tree(tiny_disk) == {"chair/old.glb": b"old"}


def test_disk_that_fills_while_writing_says_so_and_leaves_nothing(tiny_disk, monkeypatch):
    monkeypatch.setattr(module, "require_space", lambda folder, size: None)  # somebody else fills it meanwhile
    (tiny_disk / "chair").mkdir()
    (tiny_disk / "chair" / "old.glb").write_bytes(b"old")
    with pytest.raises(OutputError, match=r"chair: the disk is full\. Free space"):
        publish(make_asset(gltf__mesh_glb=os.urandom(300_000)), tiny_disk)
    assert tree(tiny_disk) == {"chair/old.glb": b"old"}


def test_read_only_disk_says_so(read_only_disk):
    with pytest.raises(OutputError, match=r"chair: the disk is read-only\. Make it writable"):
        publish(make_asset(), read_only_disk)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("where", ["importer.daemon.publish.write_synced", "importer.daemon.publish.exchange_folders"])
def test_any_refusal_of_the_disk_leaves_nothing(tmp_path, monkeypatch, number, where):
    def refuse(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(where, refuse)
    with pytest.raises(OutputError, match="chair"):
        publish(make_asset(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_sweep_restores_an_asset_that_lay_aside_when_its_process_died(tmp_path):
    """What a crash between the two renames leaves where folders cannot be exchanged in one step."""
    (tmp_path / ".partial-1.lock").write_text("chair")
    for folder in (".partial-1", ".partial-1.old", ".partial-2"):
        (tmp_path / folder).mkdir()
    (tmp_path / ".partial-1.old" / "mesh.glb").write_bytes(b"old")
    sweep(tmp_path)
    assert tree(tmp_path) == {"chair/mesh.glb": b"old"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["chair"]


PUBLISH_FOR_EVER = """
import sys; sys.path[:] = sys.argv[2:]
from pathlib import Path
from importer.daemon.publish import publish
from tests.daemon.conftest import make_asset
print("ready", flush=True)
for number in range(10**6):
    data = str(number).encode()
    publish(make_asset(**{f"gltf__part{i}_glb": data * 5000 for i in range(8)}), Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_kill_while_publishing_leaves_a_whole_asset_or_none(tmp_path):
    chance = random.Random(1)
    whole = swept = 0
    for attempt in range(6):
        out = tmp_path / str(attempt % 2)
        command = [sys.executable, "-c", PUBLISH_FOR_EVER, str(out), *sys.path]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        swept += len(list(out.glob(".partial-*"))) > 0
        visible = [entry for entry in out.glob("*") if not entry.name.startswith(".")]
        for asset in visible:
            whole += 1
            listed = {entry["path"] for entry in json.loads((asset / "chair.manifest.json").read_text())["files"]}
            found = tree(asset)
            assert set(found) == {*listed, "chair.manifest.json"}
            assert len({data for name, data in found.items() if name in listed}) == 1  # all of one generation
        sweep(out)
        assert not list(out.glob(".partial-*"))
    assert whole > 0
    assert swept > 0


def test_live_process_keeps_its_partial_folder(tmp_path):
    from importer.system.partial import partial_folder

    with partial_folder(tmp_path) as partial:
        sweep(tmp_path)
        assert Path(partial).is_dir()
