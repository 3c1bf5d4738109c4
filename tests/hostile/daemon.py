"""Hostile files through a running daemon: what became of each, as ``importer status`` tells it, and what it took."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from importer.errors import ImporterError
from importer.pipeline.stages import STAGES, Stage
from importer.records import Files
from tests.faults.yard import Yard
from tests.hostile.pictures import pictures
from tests.hostile.profiles import profiles

DAEMON_MB = 250  # that the daemon's own process may take, as docs/daemon.md says
_UNCLEAR = re.compile(r"Traceback|0x[0-9a-f]{6}|<[a-z_.]*\.[A-Za-z_]+ object|[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class Run:
    """What became of the files: ``done`` and ``failed`` count pictures, ``peak_mb`` is of the daemon's process."""

    done: int
    failed: int
    wrong: list[str]
    peak_mb: float
    builder_mb: float


def report(name, picture):
    """Be the stage after the one that decodes."""
    return Files({f"gltf/{name}.bin": bytes(picture.rgba.shape[:1]), f"{name}.manifest.json": b'{"warnings": []}'})


READ = (STAGES[0], Stage("report", 1, "tests.hostile.daemon:report", "name intake", is_product=True))


def mixed(number, seed=1):
    """Return (name, bytes, sidecar or None); every third with a sidecar."""
    sidecars = profiles(number, seed)
    return [(name, data, sidecars[i] if i % 3 == 0 else None) for i, (name, data) in enumerate(pictures(number, seed))]


def one_of_each_kind():
    """Return one file of each kind and format, every third with a sidecar of another kind."""
    found = {}
    for name, data, _ in mixed(400):
        found.setdefault(name.partition("-")[2], (name, data))
    sidecars = profiles(len(found))
    return [(name, data, sidecars[i] if i % 3 == 0 else None) for i, (name, data) in enumerate(found.values())]


def through_the_daemon(root, files, seconds):
    """Drop the files while a daemon runs, wait for the outcome of each, and judge."""
    yard = Yard(root, options=("--table", "tests.hostile.daemon:READ", "--jobs", "2"))
    process = yard.start()
    try:
        yard.watches(process)
        for name, data, sidecar in files:
            if sidecar is not None:
                (yard.drop / name).with_suffix(".yaml").write_bytes(sidecar)
            yard.put(name, data)
        yard.settle(process, seconds)
        peak, builders = _peak(process.pid), [_peak(pid) for pid in yard.processes(0) if pid != process.pid]
        yard.stop(process)
    finally:
        process.kill()
        process.wait()
    entries = told(yard.project)
    wrong = [fault for name, _, _ in files for fault in _judged(name, entries.get(name))]
    wrong += yard.litter() + [f"process {pid} runs on" for pid in yard.processes()]
    done = {name for name, entry in entries.items() if entry["state"] == "done"}
    if len(list(yard.out.iterdir())) != len(done):
        wrong.append("out/ does not hold what was published, and that alone")
    if sorted(path.name for path in root.iterdir()) != ["cache", "home", "log", "project", "temp"]:
        wrong.append(f"something was written elsewhere: {sorted(path.name for path in root.iterdir())}")
    return Run(len(done), len(entries) - len(done), wrong, peak, max(builders, default=0.0))


def told(project):
    """Return what ``importer status --json`` says of each picture."""
    command = [sys.executable, "-c", "from importer.cli.main import main; main()", "status", str(project), "--json"]
    said = subprocess.run(command, capture_output=True, timeout=120, cwd=Path(__file__).parents[2])
    return json.loads(said.stdout)["pictures"]


def _judged(name, entry):
    """Return what is wrong with what became of one file."""
    if entry is None:
        return [f"{name} has no entry"]
    if entry["state"] != "failed":
        return [] if entry["state"] == "done" else [f"{name} is {entry['state']}"]
    error = ImporterError(**{key: entry["error"].get(key, "") for key in ("what", "where", "fix")})
    fault = unclear(error)
    if not fault and name.rpartition(".")[0] not in error.where:
        fault = f"it names {error.where}"
    if not fault and "ended 3 times" in error.what:
        fault = "given up after the builder died"
    return [f"{name}: {fault}"] if fault else []


def unclear(error):
    """Return what is wrong with an error's text."""
    text = str(error)
    says_what_to_do = error.fix or error.what.startswith("expected ")
    if not error.what or not error.where or not says_what_to_do:
        return f"what, where or fix is missing: {text!r}"
    if _UNCLEAR.search(text) or len(text) > 2000:
        return f"not for people: {text[:300]!r}"
    return ""


def _peak(pid):
    """Return the most memory that a process has taken, in MiB."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int(text.split("VmHWM:")[1].split()[0]) / 1024 if "VmHWM:" in text else 0.0
