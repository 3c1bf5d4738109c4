"""A project, the daemon as a process over it, and what must hold after any fault."""

import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from importer.daemon.ledger import status
from importer.daemon.queue.queue import open_queue
from importer.daemon.scan import scan, stamp_of
from importer.manifest.folder import read_folder
from tests.daemon.conftest import tree
from tests.faults.writes import VARIABLE, Writes
from tests.faults.zygote import NAME_LENGTH, Zygote

_ROOT = Path(__file__).parents[2]
PATH = f"{_ROOT}{os.pathsep}{_ROOT / 'tests' / 'faults' / 'shim'}"  # of Python, in a daemon
_MARK = "IMPORTER_TEST_YARD"
_WATCHING = "watching "
DRAIN_S = 10.0  # that SIGTERM may take


@dataclass
class Yard:
    """A project in `root`, which has its own folder for temporary files and its own cache."""

    root: Path
    log_file: Path | None = None  # of the daemon
    options: tuple[str, ...] = ()  # of tests/faults/daemon_process.py
    expected: dict[str, bytes] | None = None  # files of every asset, where the stages are not the small ones
    zygote: Zygote | None = None  # which forks the daemon
    drops: int = 0
    drains: list[float] = field(default_factory=list)  # seconds that SIGTERM took
    _starts: int = 0
    _mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    _seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # inode and content of published folders

    def __post_init__(self):
        self.log_file = self.log_file or self.root / "log"
        for path in (self.drop, self.out, self.root / "temp"):
            path.mkdir(parents=True, exist_ok=True)

    @property
    def project(self):
        return self.root / "project"

    @property
    def drop(self):
        return self.project / "drop"

    @property
    def out(self):
        return self.project / "out"

    def put(self, name, data):
        """Drop a picture as editors do: written aside, then renamed."""
        path = self.drop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.tmp")
        partial.write_bytes(data)
        partial.replace(path)
        self.drops += 1

    def start(self, kill_at="", counts=False):
        """Start the daemon, which dies at the event `kill_at`; its output goes to ``log``, its writes to `writes`."""
        options = [str(self.project), *self.options, *(("--kill", kill_at) if kill_at else ())]
        env = {**os.environ, _MARK: self._mark, "TMPDIR": str(self.root / "temp"), "PYTHONPATH": PATH}
        env["XDG_CACHE_HOME"] = str(self.root / "home")
        if counts:
            env[VARIABLE] = f"{self.root}:{self.writes.log}"
        self._starts = self.log().count(_WATCHING)
        if self.zygote:
            return self.zygote.start(options, env, self.log_file, self._mark)
        command = [sys.executable, "-m", "tests.faults.daemon_process", *options]
        with self.log_file.open("ab") as log:
            return subprocess.Popen(command, cwd=_ROOT, stdout=log, stderr=log, env=env)

    @cached_property
    def writes(self):
        """What the daemon has written, if it was started with `counts`, and what will fail."""
        return Writes(self.log_file.with_name(f"{self.log_file.name}-writes"))

    def log(self):
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""

    def watches(self, process, seconds=60.0):
        """Wait until the daemon started last looks at its folder; return False where it has ended before."""
        end = time.monotonic() + seconds
        while self.log().count(_WATCHING) == self._starts and time.monotonic() < end:
            if process.poll() is not None:
                return False
            time.sleep(0.02)
        return process.poll() is None

    def stop(self, process):
        """End the daemon as a service manager does."""
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        self.drains.append(time.monotonic() - began)
        assert code == 0, (code, self.log()[-3000:])

    def unsettled(self):
        """Return the pictures whose entry does not speak of the file that is there now, or has no outcome yet."""
        found, snapshot = status(self.project), scan(self.drop)
        assert snapshot is not None
        entries = found.entries
        late = [
            name
            for name, stamp in snapshot.pictures.items()
            if name not in entries or not _is_settled(entries[name]) or entries[name].stamp != stamp
        ]
        late += [name for name, e in entries.items() if e.state == "queued" and name not in snapshot.pictures]
        return late + [job.picture for job in found.jobs]

    def settle(self, process, seconds=120.0):
        """Wait until every picture has its outcome."""
        end = time.monotonic() + seconds
        self.watches(process, seconds)  # before that, it would not hear that it has to end
        while late := self.unsettled():
            assert process.poll() is None, (process.returncode, self.log()[-3000:])
            assert time.monotonic() < end, (late[:20], self.log()[-3000:])
            time.sleep(0.1 + len(late) / 100)  # looking costs the time that many pictures need

    def finish(self, seconds=120.0):
        """Let the daemon do all that is left, end it, and return what is wrong then."""
        process = self.start()
        try:
            self.settle(process, seconds)
            self.stop(process)
        finally:
            process.kill()
            process.wait()
        return self.faults()

    def look(self, only=""):
        """Note what is published now, and return what is not whole, or was published a second time."""
        faults = []
        for folder in [self.out / only] if only else self.published():
            if not folder.exists():
                continue
            reading = read_folder(folder)
            name = folder.relative_to(self.out).as_posix()
            faults += [f"out/{name}: {fault.code} {fault.where} {fault.what}" for fault in reading.faults]
            content = (folder / f"{folder.name}.manifest.json").read_bytes() if not reading.faults else b""
            inode, before = self._seen.get(name, (folder.stat().st_ino, content))
            if before == content and inode != folder.stat().st_ino:
                faults.append(f"out/{name} was published twice")
            self._seen[name] = (folder.stat().st_ino, content)
        return faults

    def published(self):
        """Return every folder below out/ that holds files and is not in the making."""
        return sorted(
            {
                self.out / path.relative_to(self.out).parts[0]
                for path in self.out.rglob("*")
                if not path.relative_to(self.out).parts[0].startswith(".")
            }
        )

    def outcomes(self):
        """Return how many of the pictures that are there now were published, and how many failed with a reason."""
        entries = status(self.project).entries.values()
        failed = sum(e.state == "failed" and bool((e.error or {}).get("what")) for e in entries)
        return sum(e.state == "done" for e in entries), failed

    def faults(self):
        """Return what is wrong once nothing runs: see the module."""
        faults = self.look()
        entries, snapshot = status(self.project).entries, scan(self.drop)
        assert snapshot is not None
        for name in snapshot.pictures:
            entry = entries.get(name)
            if entry is None or not _is_settled(entry) or entry.stamp != stamp_of(self.drop / name):
                faults.append(f"{name} has no outcome: {entry}")
            elif entry.state == "failed" and not (entry.error or {}).get("what"):
                faults.append(f"{name} has failed without a reason")
            elif entry.state == "done" and not self._is_right(self.out / entry.folder, self.drop / name):
                faults.append(f"out/{entry.folder} is not what comes of {name}")
        owned = {entry.folder for entry in entries.values() if entry.state in ("done", "gone", "failed")}
        faults += [f"out/{f.name} belongs to nobody" for f in self.published() if f.name not in owned]
        with open_queue(self.project) as queue:
            faults += [f"{job.picture} is {job.state}" for job in queue.list(states=("queued", "building"))]
        return faults + self.litter() + [f"process {pid} runs on" for pid in self.processes()]

    def _is_right(self, asset, picture):
        """Return whether an asset is what comes of a picture; the small stages put the picture itself into it."""
        if self.expected is not None:
            return tree(asset) == self.expected
        return (asset / f"gltf/{asset.name}.glb").read_bytes() == picture.read_bytes()

    def litter(self):
        """Return temporary files and folders."""
        temporary = [path for path in (self.root / "temp").rglob("*") if path.parent != self.root / "temp"]
        places = (self.out, self.root / "cache", self.project / ".importer")
        partial = [path for place in places for path in place.rglob(".partial*")]
        partial += [path for place in places for path in place.rglob("*.tmp")]
        return [f"{path.relative_to(self.root)} was left" for path in temporary + partial]

    def processes(self, seconds=5.0):
        """Return the processes of this yard that still run after a moment."""
        end = time.monotonic() + seconds
        while (alive := _marked(self._mark)) and time.monotonic() < end:
            time.sleep(0.05)
        return alive


def _is_settled(entry):
    """Return whether an entry is an outcome. What the disk was at fault for is tried again, and must succeed then."""
    is_for_now = (entry.error or {}).get("kind") == "OutputError"
    return entry.state == "done" or (entry.state == "failed" and not is_for_now)


def _marked(mark):
    """Return the processes that have a yard's mark: in the environment they began with, or, if forked, as a name."""
    found, variable, name = [], f"{_MARK}={mark}".encode(), mark[:NAME_LENGTH]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environ = (process / "environ").read_bytes().split(b"\0")
            if variable in environ or (process / "comm").read_text().strip() == name:
                found.append(int(process.name))
        except OSError:  # ended
            continue
    return found
