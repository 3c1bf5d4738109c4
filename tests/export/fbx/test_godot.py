"""Godot's importer sees the same scene, where it is on the PATH.

It numbers node names anew, so nodes are told apart by their content.
"""

from __future__ import annotations

import numpy as np

from importer.export.fbx.document import write_fbx
from tests.export.carts import assert_is_the_cart
from tests.export.engines import read_godot
from tests.export.fbx.scenes import cart_scene, rig_scene, worlds
from tests.support.models import CART_SIZE


def test_the_cart_is_upright_faces_front_and_has_its_size_in_metres(tmp_path):
    meshes = [node for node in read_godot(write_fbx(cart_scene()), ".fbx", tmp_path) if node["points"]]
    assert len(meshes) == 3  # two levels and a hull
    for node in meshes:
        np.testing.assert_allclose(np.ptp(node["points"], axis=0), CART_SIZE, atol=1e-5)
    assert_is_the_cart(meshes[0]["points"], 1e-5)


def test_the_rig_has_its_bones_where_they_rest_and_its_clip(tmp_path):
    made = rig_scene()
    nodes = read_godot(write_fbx(made), ".fbx", tmp_path)
    (skeleton,) = (node for node in nodes if node["bones"])
    wanted = {node.name: world[:3, 3] for node, world in list(zip(made.nodes, worlds(made), strict=True))[1:4]}
    assert set(skeleton["bones"]) == set(wanted)
    for name, place in wanted.items():
        np.testing.assert_allclose(skeleton["bones"][name], place, atol=1e-5)
    assert [node["clips"] for node in nodes if node["clips"]] == [["swing"]]
