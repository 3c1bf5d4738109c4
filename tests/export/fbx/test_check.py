"""What is no scene is refused, with the place and the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from importer.errors import ImporterError
from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import FileFrame, LodGroup, Material, Mesh, Node, Scene, Texture, UvSet
from importer.export.rig import Clip, Skin
from tests.export.fbx.scenes import cart_scene, quads_scene, rig_scene


def changed(scene: Scene, index: int, **values: Any) -> Scene:
    """The scene with a node's fields changed."""
    nodes = list(scene.nodes)
    nodes[index] = replace(nodes[index], **values)
    return replace(scene, nodes=tuple(nodes))


def mesh(**values: Any) -> Scene:
    """The box of quads with a field of its mesh changed."""
    scene = quads_scene()
    content = scene.nodes[0].content
    assert isinstance(content, Mesh)
    return changed(scene, 0, content=replace(content, **values))


def skin(**values: Any) -> Scene:
    """The rig with a field of its skin changed."""
    scene = rig_scene()
    content = scene.nodes[4].content
    assert isinstance(content, Mesh) and content.skin is not None
    return changed(scene, 4, content=replace(content, skin=replace(content.skin, **values)))


def track(**values: Any) -> Scene:
    """The rig with a field of its first track changed."""
    scene = rig_scene()
    tracks = scene.clips[0].tracks
    return replace(scene, clips=(Clip("swing", (replace(tracks[0], **values), *tracks[1:])),))


def texture(**values: Any) -> Scene:
    """The cart with another base colour map."""
    scene = cart_scene()
    image = replace(Texture("T", "t.png"), **values)
    return replace(scene, materials=(replace(scene.materials[0], base_color_map=image),))


NO_ROWS = np.zeros((0, 3), np.float32)
BOX = quads_scene().nodes[0].content
BODY = rig_scene().nodes[4].content
assert isinstance(BOX, Mesh) and isinstance(BODY, Mesh) and isinstance(BODY.skin, Skin)
UV = BOX.uv_sets[0]
HALF = BODY.skin.weights / 2
NAN = BOX.positions.copy()
NAN[3, 1] = np.nan

FAULTS: dict[str, tuple[Scene, str]] = {
    "no nodes": (Scene(()), "the scene is empty"),
    "groups alone": (Scene((Node("a"), Node("b", None, 0))), "the scene is empty"),
    "empty mesh": (mesh(positions=NO_ROWS), "箱_größe': the mesh is empty"),
    "no polygons": (mesh(corners=np.zeros(0, np.int32), sizes=np.zeros(0, np.int32)), "the mesh is empty"),
    "two corners": (mesh(sizes=np.array([2, 4, 4, 4, 4, 4, 7], np.int32)), "3 or more"),
    "sizes": (mesh(sizes=np.array([4, 4], np.int32)), "add up to the corners"),
    "corner beyond": (mesh(corners=BOX.corners + 100), "corner 112 does not exist: there are 13"),
    "corner below": (mesh(corners=BOX.corners - 1), "corner -1 does not exist"),
    "not a number": (mesh(positions=NAN), "position 3 is not finite"),
    "normals": (mesh(normals=BOX.normals[:-1]), r"normals have the shape \(28, 3\), not \(29, 3\)"),
    "tangents": (mesh(tangents=BOX.normals), r"tangents have the shape \(29, 3\), not \(29, 4\)"),
    "UV beyond": (mesh(uv_sets=(replace(UV, corners=UV.corners + 1),)), "UV corner 29 does not exist"),
    "UV missing": (mesh(uv_sets=(replace(UV, corners=UV.corners[1:]),)), "28 UV corners for 29 corners"),
    "UV names": (mesh(uv_sets=(UV, UV)), "different names"),
    "UV infinite": (mesh(uv_sets=(UvSet("a", UV.uv + np.float32(np.inf), UV.corners),)), "is not finite"),
    "slot": (mesh(slots=np.full(7, 6, np.int32)), "material slot 6 does not exist: there are 6"),
    "slots": (mesh(slots=np.zeros(3, np.int32)), "3 material slots for 7 polygons"),
    "material": (changed(quads_scene(), 0, materials=(9,)), "material 9 does not exist"),
    "parent after": (changed(rig_scene(), 2, parent=2), "its parent 2 is not an earlier node"),
    "same names": (changed(cart_scene(), 1, name="SM_cart"), "two nodes are called 'SM_cart'"),
    "no name": (changed(cart_scene(), 1, name=" "), "' ' cannot be the name of a node"),
    "zero byte": (changed(cart_scene(), 1, name="a\0b"), "cannot be the name"),
    "same materials": (replace(cart_scene(), materials=(Material("a"), Material("a"))), "two materials are called"),
    "scale 0": (changed(cart_scene(), 1, scale=(1.0, 0.0, 1.0)), "singular"),
    "rotation 0": (changed(cart_scene(), 1, rotation=(0.0, 0.0, 0.0, 0.0)), "singular"),
    "transform": (changed(cart_scene(), 1, translation=(np.inf, 0.0, 0.0)), "not finite"),
    "level missing": (changed(cart_scene(), 2, parent=None), "1 levels need 0 screen sizes, not 1"),
    "no levels": (replace(cart_scene(), nodes=(*cart_scene().nodes, Node("l", LodGroup(())))), "no levels"),
    "sizes rise": (changed(cart_scene(), 0, content=LodGroup((-0.5,))), "must be above 0 and fall"),
    "weights": (skin(weights=HALF), "the weights of vertex 0 sum to 0.5"),
    "joints": (skin(indices=BODY.skin.indices + 1), "joint 3 does not exist: there are 3"),
    "no bone": (skin(joints=(0, 1, 2)), "joint 0 of its skin is no bone"),
    "bone twice": (skin(joints=(1, 1, 2)), "each of them once"),
    "rows": (skin(weights=HALF[1:], indices=BODY.skin.indices[1:]), "71 rows of weights for 72 vertices"),
    "times": (track(times=np.array([0.0, 0.5, 0.5])), "must rise"),
    "early": (track(times=np.array([-1.0, 0.5, 1.0])), "from 0 or later"),
    "keys": (track(values=np.zeros((3, 3))), r"keys have the shape \(3, 3\), not \(3, 4\)"),
    "key of 0": (track(values=np.zeros((3, 4))), "rotation is 0"),
    "track of none": (track(node=99), "node 99 does not exist"),
    "same track": (track(node=3, path="scale", values=np.ones((3, 3))), "the same property"),
    "no tracks": (replace(rig_scene(), clips=(Clip("idle", ()),)), "animation 'idle': the animation is empty"),
    "absolute": (texture(file="/textures/t.png"), "is no path from the FBX file's folder"),
    "drive": (texture(file="C:\\t.png"), "is no path from the FBX file's folder"),
    "no image": (texture(content=b""), "no bytes"),
    "unit": (replace(cart_scene(), frame=FileFrame("y", 0.0)), "not above 0"),
    "rate": (replace(rig_scene(), frames_per_second=0.0), "frame rate"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_refused(fault):
    scene, what = FAULTS[fault]
    with pytest.raises(ImporterError, match=what) as caught:
        write_fbx(scene)
    assert caught.value.where
