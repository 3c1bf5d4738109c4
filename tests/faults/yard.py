"""A project, the daemon as a process over it, and what must hold after any fault."""

import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from importer.daemon.ledger import status
from importer.daemon.queue.queue import open_queue
from importer.daemon.scan import scan, stamp_of
from importer.manifest.folder import read_folder

_ROOT = Path(__file__).parents[2]
_MARK = "IMPORTER_TEST_YARD"
_SETTLED = ("done", "failed")
DRAIN_S = 10.0  # that SIGTERM may take


@dataclass
class Yard:
    """A project in `root`, which has its own folder for temporary files and its own cache."""

    root: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # inode and content of published folders
    drains: list[float] = field(default_factory=list)
    log_file: Path | None = None  # of the daemon

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

    def start(self, kill_at="", cwd=_ROOT):
        """Start the daemon; its output goes to ``log``."""
        command = [sys.executable, "-m", "tests.faults.daemon_process", str(self.project), *([kill_at] * bool(kill_at))]
        temp = str(self.root / "temp")
        env = {**os.environ, _MARK: self.mark, "TMPDIR": temp, "XDG_CACHE_HOME": str(self.root / "home")}
        with self.log_file.open("ab") as log:
            return subprocess.Popen(command, cwd=cwd, stdout=log, stderr=log, env=env)

    def log(self):
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""

    def stop(self, process):
        """End the daemon as a service manager does."""
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        self.drains.append(time.monotonic() - began)
        assert code == 0, (code, self.log()[-3000:])

    def unsettled(self):
        """Return the pictures whose entry does not speak of the file that is there now, or has no outcome yet."""
        entries, snapshot = status(self.project).entries, scan(self.drop)
        assert snapshot is not None
        late = [
            name
            for name, stamp in snapshot.pictures.items()
            if name not in entries or entries[name].state not in _SETTLED or entries[name].stamp != stamp
        ]
        return late + [name for name, e in entries.items() if e.state == "queued" and name not in snapshot.pictures]

    def settle(self, process, seconds=120.0):
        """Wait until every picture has its outcome."""
        end = time.monotonic() + seconds
        while late := self.unsettled():
            assert process.poll() is None, (process.returncode, self.log()[-3000:])
            assert time.monotonic() < end, (late, self.log()[-3000:])
            time.sleep(0.1)

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

    def look(self):
        """Note what is published now, and return what is not whole, or was published a second time."""
        faults = []
        for folder in self.published():
            reading = read_folder(folder)
            name = folder.relative_to(self.out).as_posix()
            faults += [f"out/{name}: {fault.code} {fault.where} {fault.what}" for fault in reading.faults]
            content = (folder / f"gltf/{folder.name}.glb").read_bytes() if not reading.faults else b""
            inode, before = self.seen.get(name, (folder.stat().st_ino, content))
            if before == content and inode != folder.stat().st_ino:
                faults.append(f"out/{name} was published twice")
            self.seen[name] = (folder.stat().st_ino, content)
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

    def faults(self):
        """Return what is wrong once nothing runs: see the module."""
        faults = self.look()
        entries, snapshot = status(self.project).entries, scan(self.drop)
        assert snapshot is not None
        for name in snapshot.pictures:
            entry = entries.get(name)
            if entry is None or entry.state not in _SETTLED or entry.stamp != stamp_of(self.drop / name):
                faults.append(f"{name} has no outcome: {entry}")
            elif entry.state == "failed" and not (entry.error or {}).get("what"):
                faults.append(f"{name} has failed without a reason")
            elif entry.state == "done":
                asset = self.out / entry.folder
                if (asset / f"gltf/{asset.name}.glb").read_bytes() != (self.drop / name).read_bytes():
                    faults.append(f"out/{entry.folder} is of another picture than {name}")
        owned = {entry.folder for entry in entries.values() if entry.state in ("done", "gone", "failed")}
        faults += [f"out/{f.name} belongs to nobody" for f in self.published() if f.name not in owned]
        with open_queue(self.project) as queue:
            faults += [f"{job.picture} is {job.state}" for job in queue.list(states=("queued", "building"))]
        return faults + self.litter() + [f"process {pid} runs on" for pid in self.processes()]

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
        while (alive := _marked(f"{_MARK}={self.mark}".encode())) and time.monotonic() < end:
            time.sleep(0.05)
        return alive


def _marked(mark):
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:  # ended
            continue
    return found
