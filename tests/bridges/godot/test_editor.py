"""Godot's real editor imports what the importer published, and what it says comes back to the daemon."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image

from importer.verify.report_schema import CHECKS
from importer.verify.reports import read_reports
from tests.bridges.godot.project import Project, put
from tests.support.glb_edit import edited
from tests.support.models import asset
from tests.support.published import publish
from tests.support.silhouette_model import write as write_model

MAIN = [sys.executable, "-c", "from importer.cli.main import main; main()"]
# The shipped network and large maps are for others to test: here the way counts, from the picture to the report.
PROFILE = """\
extends: godot
reconstruct: {model: ../silhouette.onnx}
scale: {height_m: 0.5}
textures: {size: 128}
retopo: {faces: 200}
lods: {count: 1}
export: {targets: [godot]}
"""


GOOD = {"Imported/cart", "Imported/figure", "Imported/Ünten $1", "Imported/crate"}
BAD = {"turned", "large", "bare", "swapped"}
# An import setting that the bridge leaves alone, as Godot writes it and as an artist changes it.
SETTING = {
    3: ("meshes/compress=true", "meshes/compress=false"),
    4: ("meshes/create_shadow_meshes=true", "meshes/create_shadow_meshes=false"),
}


def checks(report):
    return {check["name"]: check for check in report["checks"]}


@dataclass
class Session:
    """What one project went through: three runs of the editor, with the reports and times of files after each."""

    project: Project
    runs: list[dict] = field(default_factory=list)
    reports: list[dict] = field(default_factory=list)
    failed: list[dict] = field(default_factory=list)
    settings: str = ""
    times: list[dict] = field(default_factory=list)

    def run(self) -> None:
        self.runs.append(self.project.run())
        folders = sorted(path.name for path in self.project.out.iterdir())
        self.reports.append({name: self.project.report(name) for name in folders})
        found = {name: read_reports(self.project.out / name) for name in folders}
        self.failed.append({name: {c.name for r in all_ for c in r.failed} for name, all_ in found.items()})
        files = [path for path in self.project.out.rglob("*") if path.is_file()]
        self.times.append({path.relative_to(self.project.out).as_posix(): path.stat().st_mtime_ns for path in files})


@pytest.fixture(scope="module")
def session(godot, tmp_path_factory):
    """Godot's real editor: good and wrong assets; a new version of one; then the wrong ones gone."""
    folder = tmp_path_factory.mktemp("editor")
    project = Project(folder / "game", folder / "out", godot)
    session = Session(project)
    put("good-godot", project.out)
    put("good-figure", project.out)
    # Godot allows neither $ nor many other characters in node names.
    publish(asset("Ünten $1", size=32), project.out)
    publish(asset("crate", size=32), project.out)
    for name, edit in {"turned": turned, "large": large, "bare": bare, "swapped": swapped}.items():
        put_wrong(project.out, name, edit)
    session.run()
    settings = project.folder / "Imported" / "crate" / "crate.glb.import"
    session.settings = settings.read_text("utf-8")
    settings.write_text(session.settings.replace(*SETTING[godot.version]), "utf-8")
    publish(asset("crate", size=64), project.out)
    session.run()
    for name in BAD:
        shutil.rmtree(project.out / name)
    session.run()
    return session


def put_wrong(out, name, edit):
    """Publish a copy of the crate whose file is another one than its manifest describes; only the hashes agree."""
    folder = out / name
    shutil.copytree(out / "crate", folder)
    rewrite(folder / "godot" / "crate.glb", edit)
    relist(folder, "godot/crate.glb")


def test_published_folders_pass_in_godot(session):
    assert {key for key, result in session.runs[0]["results"].items() if result == "passed"} == GOOD
    assert all(session.failed[0][key.removeprefix("Imported/")] == set() for key in GOOD)


def test_godot_measures_what_was_built(session):
    """What it finds of the cart is what tests/support/models.py built, whatever the manifest says."""
    report = session.reports[0]["cart"]
    assert list(checks(report)) == list(CHECKS)
    skipped = [name for name, check in checks(report).items() if check["status"] == "skipped"]
    assert skipped == ["lod_screen_sizes", "skeleton", "humanoid", "draws"]
    found = {name: check.get("found") for name, check in checks(report).items()}
    assert found["size_m"] == pytest.approx([1.0, 1.2, 2.0], abs=1e-4)
    assert found["pivot_m"] == pytest.approx([0.0, 0.6, 0.0], abs=1e-4)
    assert (found["lod_triangles"], found["collision"]) == ([42], 1)
    bones = checks(session.reports[0]["figure"])["skeleton"]["found"]
    assert len(bones) == 16 and {"Hips", "LeftFoot", "RightUpperArm"} <= set(bones)


def test_the_same_state_twice_does_nothing(session):
    assert session.runs[1]["results"] == {"Imported/crate": "passed"}
    assert session.runs[2]["results"] == {}
    old = {path: time for path, time in session.times[0].items() if not path.startswith("crate/")}
    assert {path: session.times[1].get(path) for path in old} == old
    last = session.times[2]
    assert {path: session.times[1].get(path) for path in last} == last


def test_a_build_fails_as_long_as_a_wrong_asset_is_published(session):
    wrong = sorted(f"Imported/{name}" for name in BAD)
    assert [(run["ok"], run["bad"]) for run in session.runs] == [(False, wrong), (False, wrong), (True, [])]


def test_a_new_version_arrives_with_its_textures_and_an_artists_settings_stay(session):
    sizes = [checks(reports["crate"])["texture_size_px"]["found"]["base_color"] for reports in session.reports[:2]]
    assert sizes == [32, 64]
    before, after = SETTING[session.project.godot.version]
    assert before in session.settings
    assert after in (session.project.folder / "Imported/crate/crate.glb.import").read_text("utf-8")
    if session.project.godot.version == 3:
        assert "materials/storage=0" in session.settings  # files of their own would keep their old textures


def test_wrong_assets_fail_in_godot(session):
    failed = session.failed[0]
    assert failed["turned"] == {"facing"}
    assert failed["large"] == {"size_m", "pivot_m", "facing", "collision_size_m"}
    assert failed["bare"] == {"collision", "collision_size_m"}
    assert failed["swapped"] == {"texture_normal_map"}
    first = session.reports[0]["turned"]["checks"]
    assert [check["name"] for check in first if check["status"] == "failed"] == ["facing"]


def turned(document):
    """Turn the mesh about the vertical axis by half a turn: same box, other front."""
    mesh_nodes(document)[0]["rotation"] = [0, 1, 0, 0]


def large(document):
    """Give all nodes the scale that centimetres taken for metres have."""
    for node in mesh_nodes(document):
        node["scale"] = [100, 100, 100]


def bare(document):
    """Leave the hull out."""
    assert document["nodes"].pop()["name"].endswith("-convcolonly")
    document["scenes"][0]["nodes"] = [0]


def swapped(document):
    """Exchange base colour and normal map."""
    (material,) = document["materials"]
    base, normal = material["pbrMetallicRoughness"]["baseColorTexture"], material["normalTexture"]
    base["index"], normal["index"] = normal["index"], base["index"]


def mesh_nodes(document):
    return [node for node in document["nodes"] if "mesh" in node]


def rewrite(path, change):
    path.write_bytes(edited(path.read_bytes(), change))


def relist(folder, name):
    """Let the manifest list a file as it is now."""
    (path,) = folder.glob("*.manifest.json")
    manifest = json.loads(path.read_text("utf-8"))
    (entry,) = (entry for entry in manifest["files"] if entry["path"] == name)
    data = (folder / name).read_bytes()
    entry["bytes"], entry["sha256"] = len(data), hashlib.sha256(data).hexdigest()
    path.write_text(json.dumps(manifest), "utf-8")


@contextmanager
def process(command, log, **options):
    """Run a program beside the test, with its output in a file."""
    with log.open("wb") as stream:
        running = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, **options)
    try:
        yield running
    finally:
        running.kill()
        running.wait(30)


def wait_for(what, logs, seconds=250.0):
    """Wait until `what` returns something, and return that."""
    end = time.monotonic() + seconds
    while not (found := what()):
        said = "\n".join(log.read_text("utf-8", "replace") for log in logs)
        assert time.monotonic() < end and "failed     " not in said, said
        time.sleep(0.1)
    return found


@pytest.mark.timeout(600)
def test_from_picture_to_report_and_again_when_the_profile_changes(godot, tmp_path):
    props = tmp_path / "props"
    environment = {**os.environ, "IMPORTER_CACHE": str(tmp_path / "cache"), "PYTHONUTF8": "1"}
    environment = {key: value for key, value in environment.items() if not key.startswith("IMPORTER_BRIDGE")}
    importer = {"env": environment, "cwd": tmp_path}
    subprocess.run([*MAIN, "init", "props"], **importer, check=True, capture_output=True, timeout=100)
    write_model(props / "silhouette.onnx")
    project = Project(tmp_path / "game", props / "out", godot)
    config = {"config_version": 1, "watch": [{"out": "../props/out"}], "poll_s": 0.5}
    (project.folder / "importer_bridge.json").write_text(json.dumps(config))
    logs = daemon_log, godot_log = tmp_path / "daemon.log", tmp_path / "godot.log"

    def report_on(hulls):
        """Return Godot's report on the asset with so many hulls, once it is there."""
        for found in read_reports(props / "out" / "ball"):
            checks = found.report.checks if found.report and not found.outdated else ()
            if any(check.name == "collision" and check.expected == hulls for check in checks):
                return found
        return None

    with (
        process([*MAIN, "watch", "props"], daemon_log, **importer),
        process([*project.command, "--editor"], godot_log, env=environment),
    ):
        (props / "drop" / "ball.yaml").write_text(PROFILE)
        draw_ball(props / "drop" / "ball.png")
        first = wait_for(lambda: report_on(1), logs)
        assert first.status == "passed", first.summary()
        (size,) = (check for check in first.report.checks if check.name == "size_m")
        assert size.found[1] == pytest.approx(0.5, rel=0.05)
        (props / "drop" / "ball.yaml").write_text(PROFILE + "collision: {kind: none}\n")
        second = wait_for(lambda: report_on(0), logs)
        assert second.status == "passed", second.summary()
        check_daemon_knows(second, daemon_log, importer, logs)
    assert "SCRIPT ERROR" not in godot_log.read_text("utf-8", "replace")


def draw_ball(path):
    """Draw a lit ball with alpha."""
    y, x = np.mgrid[-1.25:1.25:128j, -1.25:1.25:128j]
    light = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1)) * 0.7 + 0.3
    rgba = np.stack([light * 230, light * 120, light * 40, (x**2 + y**2 < 1) * 255], axis=-1).astype(np.uint8)
    Image.fromarray(rgba, "RGBA").save(path)


def check_daemon_knows(report, daemon_log, importer, logs):
    """The running daemon tells of the report, and ``importer status`` has it whole."""
    version = report.report.engine.version
    wait_for(lambda: f"godot {version}: passed" in daemon_log.read_text("utf-8"), logs, 60)
    done = subprocess.run([*MAIN, "status", "props", "--json"], **importer, capture_output=True, timeout=100)
    (shown,) = json.loads(done.stdout)["pictures"]["ball.png"]["reports"]
    assert (shown["engine"], shown["status"], shown["outdated"]) == ("godot", "passed", False)
    assert shown["report"]["manifest_sha256"] == report.report.manifest_sha256
