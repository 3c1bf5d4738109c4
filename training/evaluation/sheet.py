"""The contact sheet: the picture, then the result and the truth from the front, the side and behind, in clay."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from importer.preview.camera import ring
from importer.preview.rays import Hits, Scene
from importer.preview.render import Model, render
from importer.preview.shade import Surface, unit
from importer.preview.sheet import fit, grid, label, png
from importer.reconstruct.frustum import orbit_camera
from importer.records import U8, Mesh, Prediction
from training.corpus import Source, read_shapes
from training.evaluation.published import Published
from training.solid import CUBE
from training.viewset import ViewSet

ROWS = 16  # of the sheet, spread evenly over the views
TILE = 192
_TURNS = np.radians([0.0, 90.0, 180.0])
_GREY = 0.42


def write_sheet(
    path: Path, outputs: list[Prediction], made: list[Published], sources: list[Source], views: ViewSet,
    scores: list[float],
) -> None:  # fmt: skip
    """Write the sheet of the meshes `made` of a network's `outputs`, labelled with the volumes' IoU `scores`."""
    rows = np.unique(np.linspace(0, len(views) - 1, min(ROWS, len(views))).astype(int)).tolist()
    each = len(views) // len(sources)
    tiles: list[U8] = []
    for row in rows:
        tiles.append(label(fit(outputs[row].view.rgba, TILE, TILE), f"IoU {scores[row]:.2f}"))
        found = made[row].mesh
        tiles += turned(found) if found else [fit(np.zeros((1, 1, 4), np.uint8), TILE, TILE)] * len(_TURNS)
        tiles += turned(true_mesh(sources[row // each], views, row))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(grid(tiles, 1 + 2 * len(_TURNS))))


def true_mesh(source: Source, views: ViewSet, row: int) -> Mesh:
    """Return a record's mesh as it stands in one of its views."""
    shape = next(read_shapes([source]))
    to_cube = views.views["to_cube"][row].double().cpu().numpy()
    camera = orbit_camera(*(float(v) for v in views.views["camera"][row]))
    local = (shape.vertices / CUBE + 0.5 - to_cube[:, 3]) @ np.linalg.inv(to_cube[:, :3]).T
    points = local @ camera.rotation + camera.position
    return Mesh(points.astype(np.float32), np.ascontiguousarray(shape.faces, np.int32))


def turned(mesh: Mesh) -> list[U8]:
    """Return the mesh in clay from the front, its left side, and behind."""
    scene = Scene(mesh.vertices, mesh.faces)
    a, b, c = (mesh.vertices[mesh.faces[:, k]] for k in range(3))
    normals = unit(np.cross(b - a, c - a) + np.float32(1e-12))

    def clay(hits: Hits) -> Surface:
        normal = normals[hits.face]  # records have faces that look inward
        towards = np.where(np.einsum("ij,ij->i", normal, hits.toward)[:, None] < 0, -normal, normal)
        one = np.ones(len(normal), np.float32)
        return Surface(np.full((len(normal), 3), _GREY, np.float32), towards, 0.7 * one, 0 * one, one)

    return [render(Model(scene, clay), camera, TILE, None) for camera in ring(mesh.vertices, _TURNS)]
