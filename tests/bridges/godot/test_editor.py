"""Godot's real editor imports what the importer published, and what it says comes back to the daemon."""

import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from importer.verify.report_schema import CHECKS
from importer.verify.reports import engine_findings, read_reports
from tests.bridges.godot.project import Project, put
from tests.support.glb_edit import edited
from tests.support.models import asset
from tests.support.published import publish

MAIN = [sys.executable, "-c", "from importer.cli.main import main; main()"]
PROFILE = """\
extends: godot
scale: {height_m: 0.5}
textures: {size: 128}
retopo: {faces: 400}
export: {targets: [godot]}
"""


def checks(report):
    return {check["name"]: check for check in report["checks"]}


def test_published_folders_pass_in_godot(tmp_path):
    project = Project(tmp_path / "game", tmp_path / "out")
    put("good-godot", project.out)
    put("good-figure", project.out)
    publish(asset("Ünten $1", size=32), project.out)  # Godot allows neither $ nor many other characters in node names
    assert project.run() == {
        "ok": True,
        "results": {"Imported/cart": "passed", "Imported/figure": "passed", "Imported/Ünten $1": "passed"},
    }
    report = project.report("cart")
    assert list(checks(report)) == list(CHECKS)
    skipped = [name for name, check in checks(report).items() if check["status"] == "skipped"]
    assert skipped == ["lod_screen_sizes", "skeleton", "humanoid", "draws"]
    # What Godot measured of the cart is what tests/support/models.py built, whatever the manifest says.
    found = {name: check.get("found") for name, check in checks(report).items()}
    assert found["size_m"] == pytest.approx([1.0, 1.2, 2.0], abs=1e-4)
    assert found["pivot_m"] == pytest.approx([0.0, 0.6, 0.0], abs=1e-4)
    assert (found["lod_triangles"], found["collision"]) == ([42], 1)
    bones = checks(project.report("figure"))["skeleton"]["found"]
    assert len(bones) == 16 and {"Hips", "LeftFoot", "RightUpperArm"} <= set(bones)
    before = {path: path.stat().st_mtime_ns for path in project.out.rglob("*") if path.is_file()}
    assert project.run() == {"ok": True, "results": {}}
    assert {path: path.stat().st_mtime_ns for path in project.out.rglob("*") if path.is_file()} == before


def test_a_new_version_arrives_with_its_textures_and_an_artists_settings_stay(tmp_path):
    project = Project(tmp_path / "game", tmp_path / "out")
    publish(asset("cart", size=32), project.out)
    project.run()
    assert checks(project.report("cart"))["texture_size_px"]["found"]["base_color"] == 32
    settings = project.folder / "Imported" / "cart" / "cart.glb.import"
    text = settings.read_text("utf-8")
    assert "materials/storage=0" in text  # files of their own would keep their old textures
    settings.write_text(text.replace("meshes/compress=true", "meshes/compress=false"), "utf-8")
    publish(asset("cart", size=64), project.out)
    assert project.run() == {"ok": True, "results": {"Imported/cart": "passed"}}
    assert checks(project.report("cart"))["texture_size_px"]["found"]["base_color"] == 64
    assert "meshes/compress=false" in settings.read_text("utf-8")


def test_wrong_assets_fail_in_godot(tmp_path):
    """Each asset's file is another one than its manifest describes; only the hashes agree."""
    project = Project(tmp_path / "game", tmp_path / "out")
    wrong = {"turned": turned, "large": large, "bare": bare, "swapped": swapped}
    for name, edit in wrong.items():
        folder = publish(asset(name, size=32), project.out)
        rewrite(folder / "godot" / f"{name}.glb", edit)
        relist(folder, f"godot/{name}.glb")
    found = project.run()
    assert found == {"ok": False, "results": {f"Imported/{name}": "failed" for name in wrong}}
    failed = {name: {c.name for r in read_reports(project.out / name) for c in r.failed} for name in wrong}
    assert failed["turned"] == {"facing"}
    assert failed["large"] == {"size_m", "pivot_m", "facing", "collision_size_m"}
    assert failed["bare"] == {"collision", "collision_size_m"}
    assert failed["swapped"] == {"texture_normal_map"}
    (finding,) = engine_findings(project.out / "turned")
    assert "facing" in finding.what


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
        assert time.monotonic() < end, "\n".join(log.read_text("utf-8", "replace") for log in logs)
        time.sleep(0.1)
    return found


@pytest.mark.timeout(600)
def test_from_picture_to_report_and_again_when_the_profile_changes(tmp_path):
    props = tmp_path / "props"
    environment = {**os.environ, "IMPORTER_CACHE": str(tmp_path / "cache"), "PYTHONUTF8": "1"}
    environment = {key: value for key, value in environment.items() if not key.startswith("IMPORTER_BRIDGE")}
    importer = {"env": environment, "cwd": tmp_path}
    subprocess.run([*MAIN, "init", "props"], **importer, check=True, capture_output=True, timeout=100)
    project = Project(tmp_path / "game", props / "out")
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
        process([project.godot, "--editor", "--path", str(project.folder)], godot_log, env=environment),
    ):
        (props / "drop" / "ball.yaml").write_text(PROFILE)
        draw_ball(props / "drop" / "ball.png")
        first = wait_for(lambda: report_on(1), logs)
        assert first.status == "passed", first.summary()
        (size,) = (check for check in first.report.checks if check.name == "size_m")
        assert size.found[1] == pytest.approx(0.5, rel=0.05)
        check_daemon_knows(first, daemon_log, importer, logs)
        (props / "drop" / "ball.yaml").write_text(PROFILE + "collision: {kind: none}\n")
        second = wait_for(lambda: report_on(0), logs)
        assert second.status == "passed", second.summary()
    assert "SCRIPT ERROR" not in godot_log.read_text("utf-8", "replace")


def draw_ball(path):
    """Draw a lit ball with alpha."""
    y, x = np.mgrid[-1.25:1.25:256j, -1.25:1.25:256j]
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
