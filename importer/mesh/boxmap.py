"""UV charts without a solver: each face projected along the axis it looks at most, the fallback for xatlas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from importer.errors import StageError
from importer.mesh.atlas import Atlas
from importer.mesh.measure import face_vectors
from importer.mesh.topology import adjacent_faces
from importer.records import F32, F64, I32, Mesh

# For +X -X +Y -Y +Z -Z: the axes that become u and v, and the sign of u, so that no chart is mirrored.
_PLANES = ((2, 1, -1), (2, 1, 1), (0, 2, -1), (0, 2, 1), (0, 1, 1), (0, 1, -1))


def box_charts(vertices: F32, faces: I32, size: int, gap: int) -> Atlas:
    """Return an atlas of box projections, `gap` texels of `size` between charts.

    A chart is a patch of neighbouring faces with the same main axis. Such a patch can lie over itself only where it
    winds like a spiral stair.
    """
    mesh = Mesh(vertices, faces)
    vectors = face_vectors(mesh)
    axis = np.abs(vectors).argmax(1)
    side = 2 * axis + (vectors[np.arange(len(faces)), axis] < 0)
    charts = _patches(faces, side)
    flat = _projected(vertices, faces, side)
    corners = flat.reshape(-1, 2)
    owner = np.repeat(charts, 3)
    count = int(charts.max()) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, owner, corners)
    np.maximum.at(high, owner, corners)
    places, scale = _shelves(high - low, size, gap)
    uv = (corners - low[owner]) * scale + places[owner]
    keys = np.column_stack([owner, faces.reshape(-1)])
    _, index, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return Atlas(uv[index].astype(np.float32), inverse.reshape(-1, 3).astype(np.int32), charts)


def _patches(faces: I32, side: NDArray[np.integer]) -> NDArray[np.int32]:
    """Number the connected sets of faces that look the same way."""
    one, two, _ = adjacent_faces(faces)
    same = side[one] == side[two]
    n = len(faces)
    graph = coo_matrix((np.ones(int(same.sum()), np.int8), (one[same], two[same])), (n, n))
    return connected_components(graph, directed=False)[1]


def _projected(vertices: F32, faces: I32, side: NDArray[np.integer]) -> F64:
    """Each face's corners (m, 3, 2) in the plane of its side."""
    planes = np.array(_PLANES)[side]
    corners = vertices[faces].astype(np.float64)
    u = np.take_along_axis(corners, planes[:, None, :1], 2)[..., 0] * planes[:, 2:]
    v = np.take_along_axis(corners, planes[:, None, 1:2], 2)[..., 0]
    return np.stack([u, v], axis=2)


def _shelves(sizes: F64, size: int, gap: int) -> tuple[F64, float]:
    """Pack rectangles (n, 2) in rows, tallest first; returns their places (n, 2) in 0..1 and the scale."""
    order = np.argsort(-sizes[:, 1], kind="stable")
    space = gap / size
    scale = float(1 / np.sqrt(max((sizes.prod(1)).sum(), 1e-12)))
    for _ in range(200):
        places = _rows(sizes * scale, order, space)
        if places is not None:
            return places, scale
        scale *= 0.96
    raise StageError("the charts do not fit into the atlas", where="unwrap", fix="Use larger textures.")


def _rows(sizes: F64, order: NDArray[np.int64], space: float) -> F64 | None:
    places, x, y, height = np.zeros_like(sizes), space, space, 0.0
    for i in order:
        width = sizes[i, 0]
        if x + width + space > 1:
            x, y, height = space, y + height + space, 0.0
        if x + width + space > 1 or y + sizes[i, 1] + space > 1:
            return None
        places[i] = x, y
        x, height = x + width + space, max(height, sizes[i, 1])
    return places
