"""Our tangents against mikktspace.c itself, compiled to wasm (in three.js), and against cases known by heart."""

import json
from pathlib import Path

import numpy as np
import pytest

from importer.mesh.tangents import with_tangents
from importer.mesh.unwrap import unwrap
from importer.profile.schema import Textures
from importer.records import Mesh, TexturedMesh
from tests.support import shapes
from tests.support.node import run_script


def quad(u: tuple[int, int] = (0, 1), v: tuple[int, int] = (1, 0)) -> TexturedMesh:
    """A square that faces +Z; u[0], u[1] at its left and right, v[0], v[1] at its bottom and top."""
    vertices = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    uv = np.array([[u[0], v[0]], [u[1], v[0]], [u[1], v[1]], [u[0], v[1]]], np.float32)
    normals = np.tile(np.float32([0, 0, 1]), (4, 1))
    return with_tangents(vertices, normals, uv, np.array([[0, 1, 2], [0, 2, 3]], np.int32))


def test_an_upright_picture_on_a_square_has_sign_plus_one() -> None:
    """glTF: u to the right, v down; the bitangent cross(n, t) * w must point up in the picture."""
    np.testing.assert_allclose(quad().tangents, np.tile([1, 0, 0, 1], (4, 1)), atol=1e-6)


def test_a_mirrored_picture_has_sign_minus_one() -> None:
    np.testing.assert_allclose(quad(u=(1, 0)).tangents, np.tile([-1, 0, 0, -1], (4, 1)), atol=1e-6)


def test_a_seam_between_mirrored_halves_is_split() -> None:
    vertices = np.array([[-1, 0, 0], [0, 0, 0], [1, 0, 0], [-1, 1, 0], [0, 1, 0], [1, 1, 0]], np.float32)
    uv = np.array([[0, 1], [1, 1], [0, 1], [0, 0], [1, 0], [0, 0]], np.float32)
    faces = np.array([[0, 1, 4], [0, 4, 3], [1, 2, 5], [1, 5, 4]], np.int32)
    mesh = with_tangents(vertices, np.tile(np.float32([0, 0, 1]), (6, 1)), uv, faces)
    assert len(mesh.vertices) == 8
    signs = mesh.tangents[mesh.faces][:, :, 3]
    assert (signs == signs[:, :1]).all() and set(signs[:, 0]) == {1, -1}


def test_faces_without_uv_area_still_get_unit_tangents() -> None:
    vertices = quad().vertices
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    mesh = with_tangents(vertices, np.tile(np.float32([0, 0, 1]), (4, 1)), np.zeros((4, 2), np.float32), faces)
    np.testing.assert_allclose(np.linalg.norm(mesh.tangents[:, :3], axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("shape", ["torus", "box", "sphere"])
def test_they_agree_with_mikktspace(shape: str, tmp_path: Path) -> None:
    mesh = {"torus": shapes.torus(), "box": shapes.box((1, 0.6, 0.3), cuts=2), "sphere": shapes.sphere(detail=3)}[shape]
    ours = unwrap(Mesh(mesh.vertices, mesh.faces), Textures(size=512)).mesh
    corners = ours.faces.reshape(-1)
    path = tmp_path / "mesh.json"
    flipped = ours.uv * np.float32([1, -1]) + np.float32([0, 1])
    arrays = {"position": ours.vertices, "normal": ours.normals, "uv": flipped}
    path.write_text(json.dumps({k: a[corners].reshape(-1).tolist() for k, a in arrays.items()}))
    theirs = np.array(run_script("mikktspace.mjs", [path])[str(path)], np.float32).reshape(-1, 4)
    mine = ours.tangents[corners]
    assert (mine[:, 3] == theirs[:, 3]).all()
    agreement = np.einsum("ij,ij->i", mine[:, :3], theirs[:, :3])
    assert (agreement > 0.9999).mean() > 0.999
