"""The parts of a closed mesh: which are matter, which are holes, which float, and which belong together."""

from __future__ import annotations

from dataclasses import dataclass

import igl
import numpy as np
from manifold3d import Error, Manifold, OpType
from manifold3d import Mesh as ManifoldMesh
from scipy.spatial import KDTree

from importer.errors import StageError
from importer.mesh.measure import signed_volumes, surface_area
from importer.mesh.topology import compact, components
from importer.records import F64, Mesh

_SUBSTANTIAL = 0.02  # share of the volume that a part far from all others must have
_NEAR, _FAR = 0.05, 0.15  # of the diagonal: gaps to be bridged, to any part and to one that is twice as long
_NOTABLE = 0.03  # of the diagonal: least extent of a part worth a bridge


@dataclass(frozen=True)
class _Part:
    mesh: Mesh
    volume: float

    @property
    def extent(self) -> float:
        return float(np.linalg.norm(self.mesh.vertices.max(0) - self.mesh.vertices.min(0)))


def join_parts(mesh: Mesh) -> Mesh:
    """Return the mesh without cavities and floaters; overlapping parts are united, near ones bridged.

    Parameters
    ----------
    mesh : Mesh
        Closed, wound outward as a whole.
    """
    parts = _solid_parts(mesh)
    if not parts:
        raise StageError("the mesh has no inside", where="repair")
    parts = _without_nested(parts)
    if len(parts) == 1:
        return parts[0].mesh
    diagonal = float(np.linalg.norm(mesh.vertices.max(0) - mesh.vertices.min(0)))
    kept, bridges = _linked(parts, diagonal)
    if len(kept) == 1 and not bridges:
        return kept[0].mesh
    return _united([*(to_manifold(p.mesh) for p in kept), *bridges])


def to_manifold(mesh: Mesh) -> Manifold:
    """Hand a mesh to Manifold.

    Raises
    ------
    StageError
        It is not manifold.
    """
    solid = Manifold(ManifoldMesh(mesh.vertices.astype(np.float32), mesh.faces.astype(np.uint32)))
    if solid.status() != Error.NoError:
        raise StageError(f"a part of the mesh is not a solid ({solid.status().name})", where="repair")
    return solid


def from_manifold(solid: Manifold) -> Mesh:
    """Take a mesh back from Manifold."""
    mesh = solid.to_mesh()
    return Mesh(
        np.ascontiguousarray(mesh.vert_properties[:, :3], np.float32), np.ascontiguousarray(mesh.tri_verts, np.int32)
    )


def _solid_parts(mesh: Mesh) -> list[_Part]:
    """The components that bound matter, largest first; those wound inward are cavities and go."""
    labels = components(mesh)
    volumes = np.bincount(labels, signed_volumes(mesh))
    order = [int(i) for i in np.argsort(-volumes, kind="stable") if volumes[i] > 1e-9 * np.abs(volumes).max()]
    return [_Part(compact(Mesh(mesh.vertices, mesh.faces[labels == i])), float(volumes[i])) for i in order]


def _without_nested(parts: list[_Part]) -> list[_Part]:
    """Drop parts whose every vertex lies inside a larger one: islands in a cavity that is now filled."""
    kept = [parts[0]]
    for part in parts[1:]:
        low, high = part.mesh.vertices.min(0), part.mesh.vertices.max(0)
        around = [p for p in kept if (p.mesh.vertices.min(0) <= low).all() and (p.mesh.vertices.max(0) >= high).all()]
        if not any(_inside(p.mesh, part.mesh.vertices) for p in around):
            kept.append(part)
    return kept


def _inside(mesh: Mesh, points: np.ndarray) -> bool:
    sample = points[:: max(1, len(points) // 200)].astype(np.float64)
    winding = igl.fast_winding_number(mesh.vertices.astype(np.float64), mesh.faces.astype(np.int64), sample)
    return bool((np.asarray(winding) > 0.5).all())


def _linked(parts: list[_Part], diagonal: float) -> tuple[list[_Part], list[Manifold]]:
    """Decide part by part, nearest first, whether it is joined to those kept, kept apart, or dropped as a floater."""
    total = sum(p.volume for p in parts)
    kept, bridges = [parts[0]], []
    waiting = [p for p in parts[1:] if p.extent >= _NOTABLE * diagonal or p.volume >= _SUBSTANTIAL * total]
    while waiting:
        tree = KDTree(np.concatenate([p.mesh.vertices for p in kept]))
        gaps = [_gap(tree, p) for p in waiting]
        nearest = int(np.argmin([g[0] for g in gaps]))
        gap, a, b = gaps[nearest]
        part = waiting.pop(nearest)
        reach = _FAR if part.extent >= 2 * gap else _NEAR
        if gap <= reach * diagonal and part.extent >= 1.5 * gap:
            kept.append(part)
            bridges.append(_bridge(a, b, part, diagonal))
        elif part.volume >= _SUBSTANTIAL * total:
            kept.append(part)
    return kept, bridges


def _gap(tree: KDTree, part: _Part) -> tuple[float, F64, F64]:
    distances, nearest = (np.atleast_1d(a) for a in tree.query(part.mesh.vertices))
    i = int(np.argmin(distances))
    return float(distances[i]), np.asarray(tree.data[nearest[i]]), part.mesh.vertices[i].astype(np.float64)


def _bridge(a: F64, b: F64, part: _Part, diagonal: float) -> Manifold:
    """A capsule from a to b, as thick as the part is if it is a bar (for a cylinder r = 2 V / A)."""
    radius = float(np.clip(2 * part.volume / surface_area(part.mesh), 0.003 * diagonal, 0.02 * diagonal))
    ball = Manifold.sphere(radius, 12)
    return Manifold.batch_hull([ball.translate(tuple(a)), ball.translate(tuple(b))])


def _united(solids: list[Manifold]) -> Mesh:
    """Boolean union; self-crossing of one part with another ends here."""
    united = Manifold.batch_boolean(solids, OpType.Add)
    if united.status() != Error.NoError or united.is_empty():
        raise StageError(f"the parts cannot be united ({united.status().name})", where="repair")
    return from_manifold(united)
