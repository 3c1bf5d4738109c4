import errno
import os
import subprocess
import sys

import pytest

from importer.system import lock
from importer.system.partial import abandoned, partial_folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_folder_is_gone_at_the_end_whatever_happens(tmp_path):
    with pytest.raises(RuntimeError), partial_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("half")
        raise RuntimeError
    assert names(tmp_path / "out") == []


def test_folder_that_got_its_name_stays(tmp_path):
    with partial_folder(tmp_path) as folder:
        (folder / "a").write_text("whole")
        os.rename(folder, tmp_path / "chair")
    assert names(tmp_path) == ["chair"]


def test_living_owners_are_left_alone(tmp_path):
    with partial_folder(tmp_path) as folder:
        assert list(abandoned(tmp_path)) == []
        assert folder.is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="os._exit leaves the folder on every system; once is enough")
def test_dead_owners_folder_and_note_are_found_once(tmp_path):
    script = (
        "import sys; sys.path[:] = sys.argv[2:]\nimport os\nfrom pathlib import Path\n"
        "from importer.system.partial import partial_folder\n"
        "with partial_folder(Path(sys.argv[1]), 'chair') as folder:\n    os._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path), *sys.path])
    assert len(names(tmp_path)) == 2
    assert [note for _, note in abandoned(tmp_path)] == ["chair"]
    assert names(tmp_path) == []


def test_missing_parent_has_nothing_abandoned(tmp_path):
    assert list(abandoned(tmp_path / "none")) == []


def test_file_system_without_locks_works_and_nothing_is_swept_there(tmp_path, monkeypatch):
    def unsupported(handle):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_lock", unsupported)
    with partial_folder(tmp_path) as folder:
        assert list(abandoned(tmp_path)) == []
        assert folder.is_dir()
    assert names(tmp_path) == []
