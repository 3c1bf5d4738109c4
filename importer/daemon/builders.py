"""The daemon's side of the processes that build: started when there is work, ended when there was none for long."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from importer.daemon.builder import Bench, Built, Task
from importer.daemon.publish import sweep
from importer.daemon.queue.take import Left
from importer.daemon.turns import gpus
from importer.errors import ImporterError, StageError
from importer.pipeline.events import Event
from importer.system.child import ending
from importer.system.partial import abandoned
from importer.system.temporary import sweep_temporary

MAX_DEATHS = 3
_TICK_S = 1.0
UNLOAD_S = 300.0
HUNG_S = 1800.0  # one stage; those in children of their own have shorter limits
_START = "import sys; sys.path[:] = sys.argv[1:]; from importer.daemon.builder import main; main()"
_REPORT = "Report this with the picture and its profile; touch the picture to try again."


@dataclass
class _Builder:
    """One process and the pipes to it."""

    process: subprocess.Popen[bytes]
    free_since: float = 0.0
    silent_since: float = float("inf")
    stage: str = ""

    def put(self, value: Any) -> None:
        """Send one message."""
        assert self.process.stdin
        pickle.dump(value, self.process.stdin, protocol=5)
        self.process.stdin.flush()

    def get(self) -> tuple[str, Any]:
        """Wait for one message; EOFError at the process's end."""
        assert self.process.stdout
        try:
            return pickle.load(self.process.stdout)
        except (pickle.UnpicklingError, OSError) as error:  # it died in the middle of a message
            raise EOFError from error

    def end(self) -> int:
        """Kill the process and all it started; return its exit code."""
        self.process.kill()
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
        sweep_temporary()  # of children that it was killed over
        return code


@dataclass
class Builders:
    """As many processes as there are builds at a time; each keeps its networks until `unload_s` without work."""

    bench: Bench
    unload_s: float = UNLOAD_S
    hung_s: float = HUNG_S
    gpus: list[str] = field(default_factory=gpus)
    _free: list[_Builder] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _timer: threading.Timer | None = None
    _started: int = 0

    def build(
        self,
        task: Task,
        tell: Callable[[Event], None],
        may_publish: Callable[[], bool],
        stop: threading.Event,
    ) -> Built:
        """Build in a process of its own; one that dies is tried again.

        Raises
        ------
        ImporterError
            That the build has raised; a StageError after the third death, or where nothing was heard for `hung_s`.
        Left
            `stop` was set meanwhile.
        """
        for deaths in range(1, MAX_DEATHS + 1):
            try:
                return self._build(task, tell, may_publish, stop)
            except ChildProcessError as error:
                if deaths == MAX_DEATHS:
                    what = f"the importer's build process ended {deaths} times while it built this, with {error}"
                    raise StageError(what, where=str(task.picture), fix=_REPORT) from None
                tell(Event("warning", message=f"the build process ended with {error} and is started again"))
        raise AssertionError

    def _build(self, task: Task, tell: Any, may_publish: Any, stop: threading.Event) -> Built:
        builder = self._acquire()
        builder.silent_since = time.monotonic()
        done = threading.Event()

        def watch() -> None:
            while not stop.wait(_TICK_S) and not done.is_set() and not self._is_hung(builder):
                pass
            if not done.is_set():
                builder.process.kill()

        threading.Thread(target=watch, name="importer-stop", daemon=True).start()
        try:
            result = _converse(builder, task, tell, may_publish)
        except (EOFError, BrokenPipeError) as error:
            code = self._end(builder, task)
            if stop.is_set():
                raise Left from None
            if self._is_hung(builder):
                what = f"the stage {builder.stage} did not end within {self.hung_s / 60:.3g} min and was stopped"
                raise StageError(what, where=str(task.picture), fix=_REPORT) from None
            raise ChildProcessError(ending(code)) from error
        except BaseException:
            self._end(builder, task)
            raise
        done.set()
        self._release(builder)
        kind, value = result
        if kind == "built":
            return value
        if isinstance(value, ImporterError):
            raise value
        name, message, trace = value
        error = StageError(f"the importer failed with {name}: {message}", where=str(task.picture), fix=_REPORT)
        error.add_note(trace)
        raise error

    def _end(self, builder: _Builder, task: Task) -> int:
        """End a process in the middle of a task, with what it had in the making; return its exit code."""
        code = builder.end()
        with contextlib.suppress(OSError):  # done again at the next start
            sweep((task.out / task.folder).parent)
            for _ in abandoned(self.bench.cache_folder):
                pass  # each is removed on the way
        return code

    def _is_hung(self, builder: _Builder) -> bool:
        return time.monotonic() - builder.silent_since > self.hung_s

    def _acquire(self) -> _Builder:
        with self._lock:
            builder = self._free.pop() if self._free else None
        if builder and builder.process.poll() is None:
            return builder
        if builder:
            builder.end()
        with self._lock:
            self._started += 1
            number = self._started
        builder = _Builder(_start(self.gpus[number % len(self.gpus)] if self.gpus else ""))
        builder.put((os.getpid(), self.bench))
        return builder

    def _release(self, builder: _Builder) -> None:
        builder.free_since = time.monotonic()
        with self._lock:
            self._free.append(builder)
            if self._timer is None:
                self._unload_in(self.unload_s)

    def unload(self) -> None:
        """End the processes that have had no work for so long."""
        now = time.monotonic()
        with self._lock:
            idle = [builder for builder in self._free if builder.free_since <= now - self.unload_s]
            self._free = [builder for builder in self._free if builder not in idle]
            self._timer = None
            if self._free:
                self._unload_in(min(builder.free_since for builder in self._free) + self.unload_s - now)
        for builder in idle:
            builder.end()

    def _unload_in(self, seconds: float) -> None:
        self._timer = threading.Timer(max(0.1, seconds), self.unload)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """End all processes that have no work; those at work end with it."""
        with self._lock:
            free, self._free, self.unload_s = self._free, [], 0.0
            if self._timer:
                self._timer.cancel()
        for builder in free:
            builder.end()


def _start(gpu: str) -> subprocess.Popen[bytes]:
    # Ctrl-C goes to a whole group, and the daemon alone decides what it means.
    flags = subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
    command = [sys.executable, "-P", "-c", _START, *sys.path]
    pipe = subprocess.PIPE
    env = {**os.environ, "CUDA_VISIBLE_DEVICES": gpu} if gpu else None
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env, creationflags=flags, start_new_session=True)


def _converse(builder: _Builder, task: Task, tell: Any, may_publish: Any) -> tuple[str, Any]:
    builder.put(task)
    while True:
        builder.silent_since = time.monotonic()
        kind, value = builder.get()
        if kind == "event":
            builder.stage = value.stage or builder.stage
            tell(value)
        elif kind == "ask":
            builder.silent_since = float("inf")  # the database may be away for long
            builder.put(may_publish())
        else:
            return kind, value
