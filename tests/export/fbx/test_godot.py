"""Godot's importer sees the same scene. Runs where Godot 3 without a window is on the PATH; tested with Debian's 3.2.3.

It numbers node names anew, so nodes are told apart by their content.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import Scene
from tests.export.fbx.scenes import cart_scene, rig_scene, worlds
from tests.support.models import CART_SIZE, FLAG_TOP, LEFT_LAMP, NOSE


def read(scene: Scene, folder: Path) -> list[dict[str, Any]]:
    godot = shutil.which("godot3-server")
    if godot is None:
        pytest.skip("godot3-server is not on the PATH: on Debian, apt-get install godot3-server")
    project = folder / "project"
    shutil.copytree(Path(__file__).with_name("godot"), project)
    (project / "scene.fbx").write_bytes(write_fbx(scene))
    # The editor is killed by its own plugin, so its exit status says nothing.
    subprocess.run([godot, "--editor", "--path", str(project)], capture_output=True, timeout=100, check=False)
    command = [godot, "--path", str(project), "--script", "probe.gd"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    line = next((line for line in done.stdout.splitlines() if line.startswith("FOUND ")), None)
    assert line is not None, done.stdout + done.stderr
    return json.loads(line.removeprefix("FOUND "))


def test_the_cart_is_upright_faces_front_and_has_its_size_in_metres(tmp_path):
    meshes = [node for node in read(cart_scene(), tmp_path) if node["points"]]
    assert len(meshes) == 3  # two levels and a hull
    for node in meshes:
        np.testing.assert_allclose(np.ptp(node["points"], axis=0), CART_SIZE, atol=1e-5)
    p = np.array(meshes[0]["points"])
    np.testing.assert_allclose(p[p[:, 2].argmax()], NOSE, atol=1e-5)
    assert p[:, 1].max() == pytest.approx(FLAG_TOP[1], abs=1e-5)
    lamp = p[(p[:, 1] > 0.605) & (p[:, 2] > -0.2)]
    assert (lamp.min(0)[0] + lamp.max(0)[0]) / 2 == pytest.approx(LEFT_LAMP[0], abs=1e-5)


def test_the_rig_has_its_bones_where_they_rest_and_its_clip(tmp_path):
    made = rig_scene()
    nodes = read(made, tmp_path)
    (skeleton,) = (node for node in nodes if node["bones"])
    wanted = {node.name: world[:3, 3] for node, world in list(zip(made.nodes, worlds(made), strict=True))[1:4]}
    assert set(skeleton["bones"]) == set(wanted)
    for name, place in wanted.items():
        np.testing.assert_allclose(skeleton["bones"][name], place, atol=1e-5)
    assert [node["clips"] for node in nodes if node["clips"]] == [["swing"]]
