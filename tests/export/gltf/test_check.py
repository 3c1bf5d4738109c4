"""What must not become a glTF file is refused, with the node and the reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from importer.errors import StageError
from importer.export.gltf.document import write_gltf
from importer.export.gltf.scene import Material, Node, Scene
from importer.export.rig import Clip, Skin, Track
from importer.records import Mesh
from tests.export.gltf.scenes import rig_scene
from tests.support.models import ball, cart

CART, PAINT = cart(), (Material("paint"),)
BROKEN = CART.tangents.copy()
BROKEN[2, 1] = np.nan


def scene(*nodes: Node, clips: tuple[Clip, ...] = ()) -> Scene:
    return Scene("scene", nodes, PAINT, clips)


def weighted(joints: tuple[int, ...], weight: float = 1.0) -> Skin:
    count = len(CART.vertices)
    return Skin(joints, np.zeros((count, 1), np.int32), np.full((count, 1), weight, np.float32))


def track(node: int = 0, times: tuple[float, ...] = (0.0, 1.0)) -> Track:
    return Track(node, "translation", np.array(times), np.zeros((len(times), 3)))


FAULTS = {
    "the scene is empty": scene(),
    "the mesh is empty": scene(Node("a", Mesh(CART.vertices, np.zeros((0, 3), np.int32)))),
    "NaN": scene(Node("a", replace(CART, vertices=CART.vertices * np.float32(np.nan)))),
    "vertex 99999 does not exist": scene(Node("a", replace(CART, faces=np.full((1, 3), 99999, np.int32)))),
    "normals have the shape": scene(Node("a", replace(CART, normals=CART.normals[:5]))),
    "tangent 2 is not finite": scene(Node("a", replace(CART, tangents=BROKEN))),
    "material 3 does not exist": scene(Node("a", CART, material=3)),
    "two nodes are called 'a'": scene(Node("a", CART), Node("a", CART)),
    "not an earlier node": scene(Node("a", CART, parent=0)),
    "singular": scene(Node("a", CART, scale=(1.0, 0.0, 1.0))),
    "its transform is not finite": scene(Node("a", CART, translation=(0.0, float("inf"), 0.0))),
    "a skin but no mesh": scene(Node("bone"), Node("a", skin=weighted((0,)))),
    "joint 7 of its skin": scene(Node("bone"), Node("a", CART, skin=weighted((7,)))),
    "sum to 0.5": scene(Node("bone"), Node("a", CART, skin=weighted((0,), 0.5))),
    "cannot have children": scene(Node("bone"), Node("a", CART, skin=weighted((0,))), Node("child", parent=1)),
    "below 'left', 'right'": scene(Node("left"), Node("right"), Node("a", CART, skin=weighted((0, 1)))),
    "as many screen sizes": scene(Node("a", CART, levels=(1,)), Node("b", CART)),
    "no node without a parent": scene(Node("a", CART, levels=(1,), screen_sizes=(0.5,)), Node("b", CART, 0)),
    "must fall": scene(Node("a", CART, levels=(1, 2), screen_sizes=(0.2, 0.4)), Node("b", CART), Node("c", CART)),
    "the animation is empty": scene(Node("a", CART), clips=(Clip("run", ()),)),
    "node 4 does not exist": scene(Node("a", CART), clips=(Clip("run", (track(4),)),)),
    "key times must rise": scene(Node("a", CART), clips=(Clip("run", (track(times=(1.0, 1.0)),)),)),
    "no PNG, JPEG, WebP or KTX2": Scene("scene", (Node("a", CART),), (Material("paint", b"GIF89a"),)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_refused(fault: str):
    with pytest.raises(StageError, match=fault):
        write_gltf(FAULTS[fault])


def test_messages_name_the_node():
    with pytest.raises(StageError) as caught:
        write_gltf(scene(Node("good", CART), Node("bad", replace(CART, uv=CART.uv * np.float32(np.inf)))))
    assert caught.value.where == "export: bad"


def test_good_scenes_pass():
    assert write_gltf(rig_scene())
    assert write_gltf(scene(Node("a", ball(3), material=0)))
