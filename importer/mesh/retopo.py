"""LOD0: the dense surface with as few triangles as the profile allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from importer.errors import StageError
from importer.mesh.flip import flip_edges
from importer.mesh.simplify import simplify
from importer.mesh.topology import compact, faulty_vertices, is_closed, split_fans
from importer.profile.schema import Retopo
from importer.records import Mesh, Solid

_TRIES = 6
_TOLERANCE = 0.0005  # of the diagonal: how far a flipped edge may lie off the one it replaces


def retopo(solid: Solid, settings: Retopo) -> Mesh:
    """Return LOD0, closed like the solid, with at most ``settings.faces`` triangles.

    Raises
    ------
    StageError
        The shape cannot be kept closed with so few triangles.
    """
    dense = solid.mesh
    locked = np.zeros(len(dense.vertices), bool)
    coarse = dense
    for _ in range(_TRIES):
        coarse = Mesh(*simplify(dense.vertices, dense.faces, settings.faces, locked))
        if is_closed(coarse.faces):
            break
        locked |= _around_faults(dense, coarse)  # two walls of a thin part collapsed onto one edge: keep them there
    if len(coarse.faces) > settings.faces or not is_closed(coarse.faces):
        what = f"the shape cannot be reduced to {settings.faces} triangles and stay closed"
        raise StageError(what, where="retopo.faces", fix=f"Ask for more, e.g. {2 * max(settings.faces, 2_000)}.")
    size = float(np.linalg.norm(np.ptp(dense.vertices, axis=0)))
    return split_fans(compact(flip_edges(coarse, _TOLERANCE * size)))


def _around_faults(dense: Mesh, coarse: Mesh) -> NDArray[np.bool_]:
    faults = coarse.vertices[faulty_vertices(coarse.faces)]
    reach = 1.5 * _edge_length(coarse)
    return KDTree(faults).query(dense.vertices, distance_upper_bound=reach)[0] < reach


def _edge_length(mesh: Mesh) -> float:
    return float(np.median(np.linalg.norm(mesh.vertices[mesh.faces[:, 0]] - mesh.vertices[mesh.faces[:, 1]], axis=1)))
