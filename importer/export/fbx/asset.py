"""From an asset's records to the scene of its FBX file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from importer.export.fbx.scene import LodGroup, Material, Mesh, Node, Scene, UvSet
from importer.records import F32, I32, TexturedMesh
from importer.records import Mesh as Hull

UV_SET = "UVMap"


def asset_scene(
    group: str, levels: Sequence[tuple[str, TexturedMesh, float]], hulls: Sequence[tuple[str, Hull]], material: Material
) -> Scene:
    """Return the scene of an asset: its levels under a LOD group called `group`, collision hulls beside it.

    A single level stands alone, without a group.

    Parameters
    ----------
    levels : sequence of (name, mesh, screen size)
        Finest first; the screen size is the part of the screen's height from which down the level is used.
    hulls : sequence of (name, mesh)
        Convex, named by the engine's convention, such as ``UCX_<mesh>_00``.
    """
    nodes: list[Node] = []
    if len(levels) > 1:
        nodes.append(Node(group, LodGroup(tuple(size for _, _, size in levels[1:]))))
    parent = 0 if nodes else None
    nodes += [Node(node, textured(mesh), parent, (0,)) for node, mesh, _ in levels]
    nodes += [Node(node, flat(mesh), None, (0,)) for node, mesh in hulls]
    return Scene(tuple(nodes), (material,))


def textured(mesh: TexturedMesh) -> Mesh:
    """Return a mesh whose vertices are one again where only UV or normal seams had split them."""
    corners = np.ascontiguousarray(mesh.faces, np.int32).reshape(-1)
    positions, rows = _welded(mesh.vertices)
    return Mesh(
        positions=positions,
        corners=rows[corners],
        sizes=np.full(len(mesh.faces), 3, np.int32),
        normals=mesh.normals[corners],
        tangents=mesh.tangents[corners],
        uv_sets=(UvSet(UV_SET, mesh.uv, corners),),
    )


def flat(mesh: Hull) -> Mesh:
    """Return a hull with one normal for each face."""
    triangles = np.asarray(mesh.vertices, np.float64)[mesh.faces]
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)
    return Mesh(
        positions=mesh.vertices,
        corners=np.ascontiguousarray(mesh.faces, np.int32).reshape(-1),
        sizes=np.full(len(mesh.faces), 3, np.int32),
        normals=np.repeat(normals, 3, axis=0).astype(np.float32),
    )


def _welded(vertices: F32) -> tuple[F32, I32]:
    """Return distinct positions in order of first appearance, and the row of each vertex in them."""
    bits = np.ascontiguousarray(vertices + np.float32(0.0)).view(np.uint32).astype(np.uint64)  # + 0: no negative zero
    order = np.lexsort(bits.T)
    ordered = bits[order]
    new = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(1)])
    group = np.empty(len(bits), np.int64)
    group[order] = np.cumsum(new) - 1
    first = np.full(int(new.sum()), len(bits))
    np.minimum.at(first, group, np.arange(len(bits)))
    rank = np.empty(len(first), np.int32)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.ascontiguousarray(vertices[np.sort(first)]), rank[group]
