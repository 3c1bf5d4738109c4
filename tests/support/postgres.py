"""A PostgreSQL server of Debian's package for as long as a test needs it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pytest

_SPEED = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=60")


class Server:
    """A server on 127.0.0.1, and databases in it."""

    def __init__(self, folder, programs):
        self.data, self.programs = Path(folder) / "data", programs
        self.port = _free_port()
        self._run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "--no-sync", "--no-instructions")
        self.process = None
        self.start()

    def start(self):
        command = [
            self.programs / "postgres",
            "-D",
            self.data,
            "-p",
            str(self.port),
            "-h",
            "127.0.0.1",
            "-k",
            "",
            *_SPEED,
        ]
        with (self.data.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, **_unprivileged())
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, (self.data.parent / "log").read_text()
            time.sleep(0.05)

    def stop(self, mode="immediate"):
        self._run("pg_ctl", "stop", "-D", self.data, "-m", mode, "-w")
        self.process.wait(60)

    def database(self):
        """Make a database and return its address."""
        name = f"test_{uuid.uuid4().hex[:8]}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _answers(self):
        command = ["pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        return subprocess.run([self.programs / command[0], *command[1:]]).returncode == 0

    def _run(self, program, *arguments):
        command = [str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **_unprivileged())


@contextlib.contextmanager
def serving():
    """Run a server, or skip the test where there is none."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    folder = tempfile.mkdtemp(prefix="importer-postgres-")
    try:
        if _unprivileged():
            shutil.chown(folder, "postgres", "postgres")
        server = Server(folder, programs)
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs():
    if sys.platform == "win32":
        return None
    found = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else Path(found).resolve().parent if found else None


def _unprivileged():
    """The server refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
