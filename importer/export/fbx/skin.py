"""Skins: a deformer with one cluster for each bone that moves vertices, and the bind pose.

A cluster's ``TransformLink`` is the bone's matrix to the scene in the bind pose, ``Transform`` the mesh's matrix seen
from the bone. Matrices lie in the file column after column.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from importer.export.fbx.encode import Record
from importer.export.fbx.graph import Graph
from importer.export.fbx.scene import Bone, Mesh, Node
from importer.export.rig import Skin
from importer.records import F64


def add_skin(
    graph: Graph, name: str, geometry: np.int64, mesh_world: F64, skin: Skin, bones: Sequence[tuple[str, np.int64, F64]]
) -> None:
    """Bind a mesh; `bones` are the name, the model's id and the matrix to the scene of each of the skin's joints."""
    deformer = graph.add(
        "Deformer",
        name,
        "Deformer",
        "Skin",
        Record("Version", (101,)),
        Record("Link_DeformAcuracy", (50.0,)),  # misspelt in the format
        Record("SkinningType", ("Linear",)),
    )
    graph.connect(deformer, geometry)
    for joint, (bone_name, bone, bone_world) in enumerate(bones):
        rows, weights = _of_joint(skin, joint)
        if len(rows):
            cluster = graph.add(
                "Deformer",
                bone_name,
                "SubDeformer",
                "Cluster",
                Record("Version", (100,)),
                Record("UserData", ("", "")),
                Record("Indexes", (rows,)),
                Record("Weights", (weights,)),
                Record("Transform", (_stored(np.linalg.inv(bone_world) @ mesh_world),)),
                Record("TransformLink", (_stored(bone_world),)),
                key=f"{name}\0{bone_name}",
            )
            graph.connect(cluster, deformer)
            graph.connect(bone, cluster)


def add_bind_pose(graph: Graph, nodes: Sequence[Node], models: Sequence[np.int64], worlds: Sequence[F64]) -> None:
    """Add the pose of everything that takes part in skinning: skinned meshes, bones, and what stands above them."""
    posed = {
        i
        for i, node in enumerate(nodes)
        if isinstance(node.content, Bone) or (isinstance(node.content, Mesh) and node.content.skin is not None)
    }
    for i in reversed(range(len(nodes))):
        parent = nodes[i].parent
        if i in posed and parent is not None:
            posed.add(parent)
    entries = [
        Record("PoseNode", (), (Record("Node", (models[i],)), Record("Matrix", (_stored(worlds[i]),))))
        for i in sorted(posed)
    ]
    head = (Record("Type", ("BindPose",)), Record("Version", (100,)), Record("NbPoseNodes", (len(entries),)))
    graph.add("Pose", "BindPose", "Pose", "BindPose", *head, *entries)


def _of_joint(skin: Skin, joint: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices that a joint moves and their weights; a joint may stand twice in a vertex's list."""
    weights = np.where(skin.indices == joint, np.asarray(skin.weights, np.float64), 0.0).sum(1)
    rows = np.flatnonzero(weights > 0)
    return rows.astype(np.int32), weights[rows]


def _stored(matrix: F64) -> F64:
    return np.ascontiguousarray(matrix.T).reshape(-1) + 0.0
