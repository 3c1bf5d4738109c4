import numpy as np
import pytest
import torch
import trimesh

from tests.training.shapes import box, shape_of, sphere, torus
from training.solid import (
    CUBE,
    pack_bits,
    solids,
    spread_colour,
    surface,
    triangle_points,
)  # fmt: skip
from training.winding import enclosed

SIZE = 96


def unpacked(bits: torch.Tensor) -> np.ndarray:
    return np.unpackbits(bits.numpy(), axis=-1, bitorder="little").astype(bool)


@pytest.mark.parametrize("make", [sphere, box, torus])
def test_solid_volume_is_the_shape_and_at_most_a_layer_of_surface_voxels(make):
    mesh = make()
    bits, _ = solids([shape_of(mesh)], "cpu", SIZE)
    volume = unpacked(bits).sum() * (CUBE / SIZE) ** 3
    layer = mesh.area * CUBE / SIZE  # a surface voxel reaches out by up to one voxel
    assert mesh.volume < volume < mesh.volume + 0.9 * layer


def test_the_inside_of_a_torus_hole_stays_empty():
    mesh = trimesh.creation.torus(0.35, 0.12)  # around z
    solid = unpacked(solids([shape_of(mesh)], "cpu", SIZE)[0])[0]
    assert not solid[SIZE // 2, SIZE // 2].any()


def test_nothing_leaks_through_a_tilted_sheet_of_slivers():
    """A box cut into slivers and turned: every triangle is longer than 40 times its height."""
    rows = np.linspace(-0.3, 0.3, 60)
    vertices, faces = [], []
    for axis in range(3):
        for side in (-0.3, 0.3):
            base = len(vertices)
            for r in rows:
                for end in (-0.3, 0.3):
                    vertices.append(np.insert([r, end], axis, side))
            for k in range(len(rows) - 1):
                a = base + 2 * k
                faces += [[a, a + 1, a + 2], [a + 1, a + 3, a + 2]]
    mesh = trimesh.Trimesh(np.array(vertices), np.array(faces), process=False)
    mesh.apply_transform(trimesh.transformations.rotation_matrix(0.7, [1, 2, 3]))
    solid = unpacked(solids([shape_of(mesh)], "cpu", SIZE)[0])[0]
    assert solid.sum() * (CUBE / SIZE) ** 3 > 0.6**3


def test_an_open_box_is_only_its_walls():
    mesh = trimesh.creation.box((0.8, 0.8, 0.8))
    mesh.update_faces(mesh.face_normals[:, 1] < 0.9)
    solid = unpacked(solids([shape_of(mesh)], "cpu", SIZE)[0])[0]
    assert not solid[SIZE // 2, SIZE // 2, SIZE // 2]


def test_triangle_points_leave_no_gap():
    corners = torch.tensor([[[0.0, 0, 0], [10, 0, 0], [1, 0.3, 0]], [[0, 0, 0], [4, 0, 0], [2, 5, 0]]])
    triangle, weights = triangle_points(corners, 0.4)
    points = (corners[triangle] * weights[..., None]).sum(1)
    assert weights.min() > -1e-6 and torch.allclose(weights.sum(1), torch.ones(len(weights)))
    for k in range(2):
        random = torch.distributions.Dirichlet(torch.ones(3)).sample((500,)) @ corners[k]
        assert torch.cdist(random, points[triangle == k]).amin(1).max() < 0.5


def test_colour_grid_holds_the_surface_colour_and_fades_around_it():
    _, sums = surface(shape_of(sphere()), SIZE, "cpu")
    grid = spread_colour(sums).numpy()
    on, around = grid[3] == 255, (grid[3] > 0) & (grid[3] < 255)
    assert on.any() and around.any() and not (grid[3, 10:14, 10:14, 10:14]).all()
    assert np.abs(grid[:3, on].astype(int) - np.array([[200], [120], [40]])).max() <= 2


def test_bits_are_packed_lowest_first():
    volume = torch.zeros(1, 8, 8, 8, dtype=torch.bool)
    volume[0, 1, 2, 3] = True
    assert pack_bits(volume)[0, 1, 2, 0] == 8


def voxels(mesh, size: int = SIZE) -> np.ndarray:
    return unpacked(solids([shape_of(mesh)], "cpu", size)[0])[0]


def test_a_body_with_a_crack_along_a_seam_is_solid():
    mesh = trimesh.creation.icosphere(4, 0.4)
    above = mesh.triangles_center[:, 1] > 0
    halves = mesh.submesh([above, ~above])
    halves[0].apply_translation([0, 1.5 * CUBE / SIZE, 0])  # a voxel and a half of air all around
    assert abs(voxels(trimesh.util.concatenate(halves)).sum() / voxels(mesh).sum() - 1) < 0.06


@pytest.mark.parametrize("turned", [False, True])
def test_a_pyramid_without_a_bottom_is_solid(turned):
    mesh = trimesh.creation.cone(0.45, 0.9, sections=4)  # along z
    mesh.update_faces(mesh.face_normals[:, 2] > -0.9)
    mesh.apply_transform(trimesh.transformations.rotation_matrix(-np.pi / 2, [1, 0, 0]))
    mesh.apply_translation([0, -0.45, 0])
    if turned:
        mesh.invert()  # inside out
    assert voxels(mesh).sum() * (CUBE / SIZE) ** 3 > 0.45**2 * 2 * 0.9 / 3


def test_two_overlapping_bodies_without_bottoms_are_solid_where_they_overlap():
    def open_box(x):
        mesh = trimesh.creation.box((0.5, 0.5, 0.5), trimesh.transformations.translation_matrix([x, 0, 0]))
        mesh.update_faces(mesh.face_normals[:, 1] > -0.9)
        return mesh

    assert voxels(trimesh.util.concatenate([open_box(-0.15), open_box(0.15)]))[SIZE // 2, SIZE // 2, SIZE // 2]


@pytest.mark.parametrize("size", [32, 96])
def test_enclosed_cells_are_those_of_the_closed_body(size):
    mesh = torus()
    corners = torch.from_numpy(np.array(mesh.triangles, np.float32)) * size * 0.9 + size / 2
    found = enclosed(corners, size).numpy()
    centres = (np.argwhere(np.ones(found.shape)) + 0.5 - size / 2) / (size * 0.9)
    inside = mesh.contains(centres).reshape(found.shape)
    assert (found != inside).mean() < 1e-3 and inside.any()  # rays pass a little beside the centres
