import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest

from importer.errors import OutputError
from importer.system import files


def folder_with(path, text):
    path.mkdir()
    (path / "a.txt").write_text(text)
    return path


def test_failed_write_keeps_old_file_and_leaves_no_partial(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    files.write_atomically(path, b"old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"state\.json: the disk is full\. Free space"):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("exchange", [True, False])
def test_exchange_puts_new_in_place_and_hands_old_back(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    new, target = (
        folder_with(tmp_path / "new", "new"),
        folder_with(tmp_path / "chair", "old"),
    )
    old = files.exchange_folders(new, target, tmp_path / "aside")
    assert (target / "a.txt").read_text() == "new"
    assert (old / "a.txt").read_text() == "old"
    assert sorted(tmp_path.iterdir()) == sorted([target, old])


def test_exchange_without_old_folder_is_a_rename(tmp_path):
    new = folder_with(tmp_path / "new", "new")
    assert files.exchange_folders(new, tmp_path / "chair", tmp_path / "aside") is None
    assert [path.name for path in tmp_path.iterdir()] == ["chair"]


def test_exchange_that_fails_half_way_puts_old_folder_back(tmp_path, monkeypatch):
    new, target = folder_with(tmp_path / "new", "new"), folder_with(tmp_path / "chair", "old")
    monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    rename = os.rename

    def refuse_new(source, goal):
        if source == new:
            raise OSError(errno.EIO, "I/O error")
        rename(source, goal)

    monkeypatch.setattr(os, "rename", refuse_new)
    with pytest.raises(OSError, match="I/O"):
        files.exchange_folders(new, target, tmp_path / "aside")
    assert (target / "a.txt").read_text() == "old"


def test_sharing_violation_is_tried_again(monkeypatch):
    calls = []

    def busy():
        calls.append(1)
        if len(calls) < 3:
            error = PermissionError(errno.EACCES, "in use")
            error.winerror = 32
            raise error

    files.retried(busy)
    assert len(calls) == 3


def test_other_errors_are_not_tried_again():
    calls = []

    def denied():
        calls.append(1)
        raise PermissionError(errno.EACCES, "denied")

    with pytest.raises(PermissionError):
        files.retried(denied)
    assert len(calls) == 1


def test_space_is_asked_for_before_it_is_used(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100 * 2**20, 99 * 2**20, 2**20))
    files.require_space(tmp_path, 2**20)
    with pytest.raises(OutputError, match=r"1\.0 MiB free and 5\.0 MiB are needed"):
        files.require_space(tmp_path, 5 * 2**20)


def test_remove_folder_takes_read_only_files(tmp_path):
    folder = folder_with(tmp_path / "old", "x")
    (folder / "a.txt").chmod(0o444)
    files.remove_folder(folder)
    assert not folder.exists()
    files.remove_folder(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux")
def test_target_never_vanishes_while_it_is_exchanged(tmp_path):
    """A second process looks as fast as it can while the folder is replaced 300 times."""
    target = folder_with(tmp_path / "chair", "old")
    script = (
        "import os, sys\nmissing = looks = 0\nprint('ready', flush=True)\n"
        "while not os.path.exists(sys.argv[2]):\n"
        "    looks += 1\n    missing += not os.path.exists(sys.argv[1])\n"
        "print(looks, missing)"
    )
    command = [sys.executable, "-c", script, str(target / "a.txt"), str(tmp_path / "stop")]
    looker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert looker.stdout is not None
    looker.stdout.readline()
    for number in range(300):
        files.exchange_folders(folder_with(tmp_path / f"new{number}", "new"), target, tmp_path / "aside")
    (tmp_path / "stop").touch()
    looks, missing = map(int, looker.communicate(timeout=20)[0].split())
    assert looks > 100
    assert missing == 0
