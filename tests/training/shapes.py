"""Analytic shapes as corpus records, for the tests of training."""

import io
import zipfile

import numpy as np
import trimesh

from training.corpus import Shape


def shape_of(mesh: trimesh.Trimesh, rgba=(200, 120, 40, 255)) -> Shape:
    n = len(mesh.vertices)
    return Shape(
        vertices=np.asarray(mesh.vertices, np.float32),
        normals=np.asarray(mesh.vertex_normals, np.float32),
        faces=np.asarray(mesh.faces, np.int32),
        uv=np.zeros((n, 2), np.float32),
        rgba=np.tile(np.array(rgba, np.uint8), (n, 1)),
        layer=np.full(n, -1, np.int16),
        flags=np.zeros(n, np.uint8),
        roughness=np.ones(n, np.float32),
        textures=np.zeros((0, 256, 256, 4), np.uint8),
    )


def record(mesh: trimesh.Trimesh, rgba=(200, 120, 40, 255)) -> bytes:
    """The mesh as an npz record of the corpus, one material without a texture."""
    data = io.BytesIO()
    np.savez(
        data,
        v=np.rint(mesh.vertices * 65534).astype(np.int16),
        nrm=np.rint(mesh.vertex_normals * 127).astype(np.int8),
        f=mesh.faces.astype(np.uint16),
        fm=np.zeros(len(mesh.faces), np.uint8),
        mat_rgba=np.array([rgba], np.uint8),
        mat_tex=np.array([-1], np.int8),
        mat_mr=np.array([[0, 200]], np.uint8),
        mat_mr_known=np.array([1], np.uint8),
        mat_flags=np.array([0], np.uint8),
    )
    return data.getvalue()


def write_records(path, meshes: dict[str, trimesh.Trimesh]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, mesh in meshes.items():
            archive.writestr(f"{name}.npz", record(mesh))


def sphere() -> trimesh.Trimesh:
    return trimesh.creation.icosphere(4, 0.5)


def box() -> trimesh.Trimesh:
    return trimesh.creation.box((1.0, 0.5, 0.3))


def torus() -> trimesh.Trimesh:
    mesh = trimesh.creation.torus(0.35, 0.15, major_sections=96, minor_sections=48)
    mesh.apply_transform(trimesh.transformations.rotation_matrix(0.3, [1, 0.3, 0]))
    return mesh
