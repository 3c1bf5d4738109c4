import numpy as np
import pytest
import torch
import trimesh

from tests.training.shapes import shape_of, torus
from training.evaluation.clouds import mesh_cloud, record_cloud, volume_cloud
from training.scenes import DEPTH_RANGE
from training.solid import solids


def generator():
    return torch.Generator().manual_seed(0)


def ball_field(radius: float, tan_half: float, cells: int = 96):
    """Distance to a ball around the reference point, in the frustum of a camera with this field of view."""
    at = (torch.arange(cells) + 0.5) / cells
    distance = 0.5 / tan_half
    depth = distance + DEPTH_RANGE * (2 * at - 1)[:, None, None]
    x, y = (at - 0.5) * 2 * depth * tan_half, (0.5 - at[:, None]) * 2 * depth * tan_half
    x, y, depth = torch.broadcast_tensors(x, y, depth)
    return radius - torch.sqrt(x**2 + y**2 + (depth - distance) ** 2), distance


@pytest.mark.parametrize("tan_half", [0.1, 0.4])
def test_a_ball_in_the_frustum_is_covered_evenly(tan_half):
    field, distance = ball_field(0.3, tan_half)
    cloud = volume_cloud(field * 20, tan_half, generator())
    off = cloud.points + torch.tensor([0, 0, distance])
    assert torch.allclose(off.norm(dim=1), torch.tensor(0.3), atol=2e-3)
    assert ((off / 0.3 * cloud.normals).sum(1) > 0.99).all()
    # On a ball every coordinate of an even cloud is distributed evenly (Archimedes' hat box).
    for axis in range(3):
        count, _ = np.histogram((off[:, axis] / 0.3).numpy(), 10, (-1, 1))
        assert np.abs(count / len(off) - 0.1).max() < 0.012, count


def test_an_empty_volume_gives_a_point():
    cloud = volume_cloud(torch.full((32, 32, 32), -3.0), 0.3, generator(), 50)
    assert cloud.points.shape == (50, 3) and not cloud.points.any()


def test_points_lie_on_a_mesh_in_proportion_to_area():
    mesh = torus()
    cloud, face = mesh_cloud(torch.from_numpy(mesh.triangles.astype(np.float32)), generator(), 20_000)
    weights = trimesh.triangles.points_to_barycentric(mesh.triangles[face], cloud.points.numpy())
    again = trimesh.triangles.barycentric_to_points(mesh.triangles[face], weights)
    assert weights.min() > -1e-3 and np.abs(again - cloud.points.numpy()).max() < 1e-5
    got = np.bincount(face, minlength=len(mesh.faces)) / 20_000
    left = mesh.triangles_center[:, 0] < 0
    assert got[left].sum() == pytest.approx(mesh.area_faces[left].sum() / mesh.area, abs=0.005)
    # The first few are as spread as all: they are used alone in the search.
    assert cloud.points[:500].mean(0).numpy() == pytest.approx(cloud.points.mean(0).numpy(), abs=0.03)


def test_what_a_solid_encloses_is_left_out():
    """A ball in a box: none of its points can be seen from outside."""
    box, ball = trimesh.creation.box((1.0, 0.8, 0.8)), trimesh.creation.icosphere(3, 0.25)
    shape = shape_of(trimesh.util.concatenate([box, ball]))
    bits, _ = solids([shape], "cpu", 64)
    to_cube = np.eye(3, 4, dtype=np.float32)
    to_cube[:, :3] *= 2 / 1.04  # a camera in whose axes the object is half as large
    to_cube[:, 3] = 0.5 + np.float32([0.3, 0, 0])
    cloud = record_cloud(shape, bits[0], to_cube, generator())
    place = cloud.points.numpy() * 2 + np.float32([0.3, 0, 0]) * 1.04
    assert np.abs(np.abs(place / [0.5, 0.4, 0.4]).max(1) - 1).max() < 1e-3
    assert cloud.normals.abs().amax(1).min() > 0.999
