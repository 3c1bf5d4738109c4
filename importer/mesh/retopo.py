"""LOD0: the dense surface with as few triangles as the profile allows."""

from __future__ import annotations

import numpy as np

from importer.errors import StageError
from importer.mesh.flip import flip_edges
from importer.mesh.measure import triangle_areas
from importer.mesh.simplify import simplify
from importer.mesh.topology import compact, components, is_closed
from importer.mesh.unpinch import unpinch
from importer.profile.schema import Retopo
from importer.records import Mesh, Solid

_CRUMB = 0.001  # of the surface: pieces smaller than this are what is left of a bar that was too thin to keep
_TOLERANCE = 0.0005  # of the diagonal: how far a flipped edge may lie off the one it replaces


def retopo(solid: Solid, settings: Retopo) -> Mesh:
    """Return LOD0, closed like the solid, with at most ``settings.faces`` triangles.

    Raises
    ------
    StageError
        The shape cannot be kept closed with so few triangles.
    """
    dense = solid.mesh
    coarse = _reduced(dense, settings.faces)
    if len(coarse.faces) > settings.faces:  # parting sheets takes a few triangles
        coarse = _reduced(dense, 2 * settings.faces - len(coarse.faces))
    if len(coarse.faces) > settings.faces or not is_closed(coarse.faces):
        what = f"the shape cannot be reduced to {settings.faces} triangles and stay closed"
        raise StageError(what, where="retopo.faces", fix=f"Ask for more, e.g. {2 * max(settings.faces, 2_000)}.")
    size = float(np.linalg.norm(np.ptp(dense.vertices, axis=0)))
    return flip_edges(coarse, _TOLERANCE * size)


def _reduced(dense: Mesh, target: int) -> Mesh:
    return _without_crumbs(unpinch(Mesh(*simplify(dense.vertices, dense.faces, max(target, 4)))))


def _without_crumbs(mesh: Mesh) -> Mesh:
    labels, areas = components(mesh), triangle_areas(mesh)
    share = np.bincount(labels, areas) / max(areas.sum(), 1e-30)
    return mesh if (share >= _CRUMB).all() else compact(Mesh(mesh.vertices, mesh.faces[share[labels] >= _CRUMB]))
