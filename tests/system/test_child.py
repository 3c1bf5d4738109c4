import ctypes
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from importer.errors import OutputError, PictureError, StageError
from importer.system import temporary
from importer.system.child import run_in_child
from tests.system.bare import loaded_in_bare_module

LIMITS = {"timeout_s": 20, "memory_mb": 256, "what": "the test"}


def double(array):
    return array * 2


def refuse():
    raise PictureError("the picture is bad", where="chair.png", fix="Draw a better one.")


def divide(a, b):
    return a / b


def crash():
    os.write(2, b"native library: assertion failed\n")
    ctypes.string_at(0)


def hang(pid_file):
    sleeper = subprocess.Popen(["sleep", "60"])
    Path(pid_file).write_text(str(sleeper.pid))
    time.sleep(60)


def leave_sleeper_behind():
    return subprocess.Popen(["sleep", "60"]).pid


def allocate(mb):
    return np.ones(mb * 2**20, np.uint8).nbytes


def reserve_only(mb):
    import mmap

    return len(mmap.mmap(-1, mb * 2**20, prot=mmap.PROT_READ))


def chatter():
    for _ in range(20_000):
        os.write(1, b"x" * 100)
    return "done"


def nested():
    return run_in_child(double, 21, timeout_s=10, memory_mb=100, what="the inner test")


def alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pid, within_s=5.0):
    end = time.monotonic() + within_s
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


def test_result_of_large_array_comes_back():
    array = np.arange(3_000_000, dtype=np.float32)
    np.testing.assert_array_equal(run_in_child(double, array, **LIMITS), array * 2)


def test_importer_error_arrives_unchanged():
    with pytest.raises(PictureError) as caught:
        run_in_child(refuse, **LIMITS)
    assert (caught.value.what, caught.value.where, caught.value.fix) == (
        "the picture is bad",
        "chair.png",
        "Draw a better one.",
    )


def test_other_exception_becomes_stage_error_with_its_traceback():
    with pytest.raises(StageError, match="the test failed with ZeroDivisionError") as caught:
        run_in_child(divide, 1, 0, **LIMITS)
    assert "in divide" in caught.value.__notes__[0]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_crash_names_signal_and_last_output():
    with pytest.raises(StageError, match=r"the test crashed with SIGSEGV.*assertion failed"):
        run_in_child(crash, **LIMITS)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_hang_is_killed_with_its_whole_group(tmp_path):
    pid_file = tmp_path / "pid"
    started = time.monotonic()
    with pytest.raises(StageError, match="took longer than 2 s"):
        run_in_child(hang, str(pid_file), timeout_s=2, memory_mb=256, what="the test")
    assert time.monotonic() - started < 15
    assert gone(int(pid_file.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_grandchild_left_behind_is_killed():
    assert gone(run_in_child(leave_sleeper_behind, **LIMITS))


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA is Linux")
def test_memory_limit_stops_allocation_but_not_reservation():
    assert run_in_child(allocate, 128, **LIMITS) == 128 * 2**20
    assert run_in_child(reserve_only, 4096, **LIMITS) == 4096 * 2**20
    with pytest.raises(StageError, match="needs more than 256 MiB"):
        run_in_child(allocate, 1024, **LIMITS)


def test_flood_of_native_output_does_not_block():
    assert run_in_child(chatter, **LIMITS) == "done"


def test_child_imports_only_what_the_function_needs():
    assert run_in_child(loaded_in_bare_module, **LIMITS) == []


def test_child_of_a_child_works():
    assert run_in_child(nested, **LIMITS) == 42


def test_lambda_is_refused_at_once():
    with pytest.raises(ValueError, match="module-level"):
        run_in_child(lambda: 1, **LIMITS)


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux")
def test_child_dies_with_its_parent(tmp_path):
    pid_file = tmp_path / "pid"
    script = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from importer.system.child import run_in_child\n"
        "from tests.system.bare import write_pid_and_sleep\n"
        "run_in_child(write_pid_and_sleep, sys.argv[1], timeout_s=60, memory_mb=100, what='x')\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(pid_file), str(Path(__file__).parents[2])])
    end = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert gone(int(pid_file.read_text()))


def test_full_temporary_folder_is_named(monkeypatch, tmp_path):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(temporary, "partial_folder", full)
    with pytest.raises(OutputError, match="the disk is full"):
        run_in_child(double, 1, **LIMITS)
