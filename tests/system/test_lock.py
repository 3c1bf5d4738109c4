import signal
import subprocess
import sys

from importer.system.lock import try_lock

HOLD = (
    "import sys; sys.path[:] = sys.argv[2:]\n"
    "import time\nfrom pathlib import Path\nfrom importer.system.lock import try_lock\n"
    "lock = try_lock(Path(sys.argv[1]), 'process 7')\nprint('held', flush=True)\ntime.sleep(60)"
)


def test_second_owner_is_refused_until_release(tmp_path):
    path = tmp_path / "lock"
    lock = try_lock(path, "first")
    assert lock is not None
    assert try_lock(path, "second") is None
    assert path.read_text() == "first"
    lock.release()
    with try_lock(path) as again:
        assert again is not None


def test_lock_of_a_killed_process_is_free(tmp_path):
    path = tmp_path / "lock"
    owner = subprocess.Popen([sys.executable, "-c", HOLD, str(path), *sys.path], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "held\n"
    assert try_lock(path) is None
    assert path.read_text() == "process 7"
    owner.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    owner.wait()
    lock = try_lock(path)
    assert lock is not None
    lock.release()
