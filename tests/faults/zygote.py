"""Starts daemons under test without the second that their imports take: one process does them, and forks for each.

What a daemon writes is the same either way, as test_zygote.py proves: the writes are counted from the fork on, and
before it nothing is opened, no thread runs, and no folder for temporary files is chosen. Linux only.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.faults import daemon_process
from tests.faults.writes import VARIABLE, install

_ROOT = Path(__file__).parents[2]
NAME_LENGTH = 15  # of what the kernel keeps as a process's name


class Zygote:
    """The process that forks; it ends with the block, or with this process. May be asked from several threads."""

    def __init__(self, path):
        """Start it, with `path` as PYTHONPATH, which daemons that it forks have too."""
        # One thread: OpenBLAS would start others when numpy is imported.
        env = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "tests.faults.zygote"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, env=env, text=True)
        self._lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self._process:
            self._process.stdin.close()

    def start(self, options, env, log, name):
        """Fork a daemon with these options; `name` is what the kernel calls it and all that it forks."""
        return Forked(self, self.ask(options=options, env=env, log=str(log), name=name[:NAME_LENGTH]))

    def ask(self, **request):
        """Send one request, and return the answer."""
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


class Forked:
    """A forked daemon; like subprocess.Popen, it keeps its number until its end was asked for."""

    def __init__(self, zygote, pid):
        self._zygote, self.pid, self.returncode = zygote, pid, None

    def poll(self):
        if self.returncode is None:
            self.returncode = self._zygote.ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout=None):
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(f"daemon {self.pid}", timeout)
            time.sleep(0.02)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def main():
    """Answer the requests on stdin; in a forked child, be the daemon."""
    for line in sys.stdin:
        request = json.loads(line)
        if "ended" in request:
            pid, status = os.waitpid(request["ended"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            assert len(os.listdir("/proc/self/task")) == 1, "a fork would not copy the other threads"
            answer = os.fork()
            if answer == 0:
                _become_daemon(**request)
                return
        print(json.dumps(answer), flush=True)


def _become_daemon(options, env, log, name):
    for handle, path, flags in ((0, os.devnull, os.O_RDONLY), (1, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)):
        opened = os.open(path, flags)
        os.dup2(opened, handle)
        os.close(opened)
    os.dup2(1, 2)
    os.environ.clear()
    os.environ.update(env)
    Path("/proc/self/comm").write_text(name)
    assert tempfile.tempdir is None
    if VARIABLE in os.environ:
        install()
    daemon_process.main(options)


if __name__ == "__main__":
    main()
