"""Run a function in a fresh process with limits on time and memory, so that native code can crash, hang or leak there.

The child is a plain ``python child.py`` rather than a fork: a fork would copy threads and locks of onnxruntime and
OpenBLAS in an undefined state. Arguments and result travel as pickles in files, which no native printing can disturb.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
_OUT_OF_MEMORY = ("MemoryError", "bad_alloc", "Cannot allocate memory", "Unable to allocate", "out of memory")
_DISK_FULL = 74  # exit code of a child that has no room for its result; EX_IOERR in sysexits.h
_REPORT = "Try another picture or other settings, and report this with the picture if it goes on."


def run_in_child(
    function: Callable[..., Result], *args: Any, timeout_s: float, memory_mb: int, what: str = ""
) -> Result:
    """Return ``function(*args)``, computed in a child process.

    Parameters
    ----------
    function : callable
        A module-level function; it, its arguments and its result must be picklable.
    timeout_s : float
        Seconds until the child and all it started are killed.
    memory_mb : int
        MiB the function may allocate beyond what its imports took. On macOS there is no such limit.
    what : str
        The work as a noun phrase for messages, e.g. ``"the UV unwrap"``; default: the function's name.

    Raises
    ------
    ImporterError
        One raised by ``function``, unchanged.
    OutputError
        The folder for temporary files is full or cannot be written.
    StageError
        The child crashed, hung, ran out of memory, or raised anything else.
    """
    from importer.system.temporary import temporary_folder

    what = what or function.__name__
    module, name = function.__module__, function.__qualname__
    if module == "__main__" or "<" in name:
        raise ValueError(f"{module}.{name} cannot be found by another process: use a module-level function")
    try:
        with temporary_folder() as folder:
            with (folder / "job").open("wb") as file:
                pickle.dump((sys.path, module, name, memory_mb), file)
                pickle.dump(args, file, protocol=5)
            with (folder / "log").open("wb") as log:
                process = _start(folder, log)
            code = _finish(process, timeout_s, memory_mb)
            return _outcome(folder, code, what, timeout_s, memory_mb)
    except OSError as error:
        raise _not_started(error, what) from error


def _not_started(error: OSError, what: str) -> Exception:
    from importer.errors import StageError
    from importer.system.files import output_error

    if error.errno in (errno.ENOMEM, errno.EAGAIN):
        return StageError(f"{what} could not be started for want of memory", fix="Close other programs.")
    return output_error(error, Path(tempfile.gettempdir()))


def _start(folder: Path, log: Any) -> subprocess.Popen[bytes]:
    # -P keeps this folder, whose module names are plain words, out of the child's sys.path.
    command = [sys.executable, "-P", __file__, str(folder), str(os.getpid())]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )


def _finish(process: subprocess.Popen[bytes], timeout_s: float, memory_mb: int) -> int | None:
    """Wait for the child; return its exit code, or None where the time ran out. Nothing of it is alive afterwards."""
    job = None
    if sys.platform == "win32":
        from importer.system.windows_job import Job

        job = Job(memory_mb)
        job.add(int(process._handle))  # type: ignore[attr-defined]
    code = None
    try:
        code = _wait(process, timeout_s)
    finally:
        if job is not None:
            job.close()
        elif sys.platform != "win32" and process.returncode is None:
            # Not reaped yet, so that its number still names its own group and no stranger's.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode if code is not None else None


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> int | None:
    """Return not None once the child has ended by itself; with a pidfd it is left unreaped, and 0 is returned."""
    if hasattr(os, "pidfd_open"):
        try:
            handle = os.pidfd_open(process.pid)
        except OSError:
            handle = -1  # a kernel before 5.3
        if handle >= 0:
            try:
                return 0 if select.select([handle], [], [], timeout_s)[0] else None
            finally:
                os.close(handle)
    end = time.monotonic() + timeout_s
    while (left := end - time.monotonic()) > 0:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(min(left, 0.2))  # in short waits: Ctrl-C cannot interrupt one on Windows
    return None


def _outcome(folder: Path, code: int | None, what: str, timeout_s: float, memory_mb: int) -> Any:
    """Return the child's result, or raise what its end means."""
    from importer.errors import ImporterError, StageError

    log = (folder / "log").read_bytes()[-4000:].decode("utf-8", "replace")
    tail = " | ".join(line.strip() for line in log.splitlines()[-3:] if line.strip())[-300:]
    said = f" (last output: {tail})" if tail else ""
    if code is None:
        raise StageError(
            f"{what} took longer than {timeout_s:g} s and was stopped{said}",
            fix="Lower the sizes in the profile, or try again when the machine is less busy.",
        )
    if code == _DISK_FULL:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if code == 0:
        with (folder / "result").open("rb") as file:
            good, value = pickle.load(file)
        if good:
            return value
        if isinstance(value, ImporterError):
            raise value
        kind, message, trace = value
        if kind != "MemoryError":
            error = StageError(f"{what} failed with {kind}: {message}", fix=_REPORT)
            error.add_note(trace)
            raise error
        said = f" ({message})" if message else ""
    if code == 0 or any(word in log for word in _OUT_OF_MEMORY):
        raise StageError(
            f"{what} needs more than {memory_mb} MiB of memory{said}", fix="Lower the sizes in the profile."
        )
    if code == -9:
        raise StageError(
            f"{what} was killed by the system, most likely because memory ran out{said}",
            fix="Close other programs, or lower the sizes in the profile.",
        )
    raise StageError(f"{what} crashed with {ending(code)}{said}", fix=_REPORT)


def ending(code: int) -> str:
    """Return the name of a signal or of a Windows status, e.g. ``SIGSEGV`` or ``status 0xC0000005``."""
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"status 0x{code:08X}" if code > 255 else f"exit code {code}"


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends (prctl(2)); on Windows the job object does it."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


def _limit_memory(memory_mb: int) -> None:
    """Allow ``memory_mb`` MiB beyond what is in use now, and no core dumps.

    RLIMIT_DATA counts private writable memory (Linux 4.7 and later). RLIMIT_AS would also count address space that is
    only reserved, such as malloc arenas and CUDA's windows, tens of GiB that never become memory.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        used = int(status.split("VmData:")[1].split()[0]) * 1024
        limit = used + memory_mb * 2**20
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _child(folder: Path, parent: int) -> None:
    """Do the job in ``folder`` and leave (True, result), or (False, what was raised), beside it."""
    die_with_parent(parent)
    with (folder / "job").open("rb") as file:
        sys.path[:], module, name, memory_mb = pickle.load(file)
        try:
            function: Any = importlib.import_module(module)
            for part in name.split("."):
                function = getattr(function, part)
            _limit_memory(memory_mb)
            result = pickle.dumps((True, function(*pickle.load(file))), protocol=5)
        except BaseException as error:
            result = pickle.dumps((False, _portable(error)))
    try:
        (folder / "result").write_bytes(result)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        os._exit(_DISK_FULL)  # there is no room to say it in


def _portable(error: BaseException) -> Any:
    """Return an ImporterError as it is, and (type, message, traceback) of anything else."""
    from importer.errors import ImporterError

    if isinstance(error, ImporterError):
        return error
    kind = "MemoryError" if isinstance(error, MemoryError) else type(error).__name__
    return kind, str(error), traceback.format_exc()


if __name__ == "__main__":
    _child(Path(sys.argv[1]), int(sys.argv[2]))
